// Netty's decoders, fed through its own EmbeddedChannel. Prints nanoseconds of CPU a frame, and the frames of a pass.

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

final class Netty {
  private static final int CHUNK = 65536;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  public static void main(String[] args) throws Exception {
    byte[] stream = Files.readAllBytes(Path.of(args[1]));
    long passes = Long.parseLong(args[2]);
    run(args[0], stream, passes);
    long before = THREADS.getCurrentThreadCpuTime();
    long frames = run(args[0], stream, passes);
    long time = THREADS.getCurrentThreadCpuTime() - before;
    System.out.println((double) time / frames + " " + frames / passes);
  }

  private static long run(String workload, byte[] stream, long passes) {
    ChannelHandler decoder =
        workload.equals("W1")
            ? new LengthFieldBasedFrameDecoder(1 << 20, 0, 4, 0, 4)
            : new LineBasedFrameDecoder(1 << 20);
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    long frames = 0;
    for (long pass = 0; pass < passes; pass++) {
      for (int at = 0; at < stream.length; at += CHUNK) {
        int length = Math.min(CHUNK, stream.length - at);
        channel.writeInbound(PooledByteBufAllocator.DEFAULT.buffer(length).writeBytes(stream, at, length));
        for (ByteBuf frame; (frame = channel.readInbound()) != null; frames++) frame.release();
      }
    }
    return frames;
  }
}
