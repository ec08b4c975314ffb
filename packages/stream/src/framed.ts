// A duplex of frames over a duplex of bytes, such as a socket.
//
// Backpressure is per frame: what was decoded from a chunk is pushed only while the reader wants more, and the bytes'
// duplex is read only when the frames of the last chunk are used up. Writes wait for the bytes' duplex to drain.

import { Duplex, addAbortSignal } from 'node:stream'
import { choiceOption, shown, type FrameCodec } from '@unstick/core'
import { EncodingDuplex } from './encoding-duplex.ts'
import { FramePump } from './frame-pump.ts'
import { FrameWriter, type WriteCallback } from './frame-writer.ts'
import { checkCodec, checkEncodeOptions, highWaterMarks, type EncodeStreamOptions } from './options.ts'
import { prematureClose } from './premature-close.ts'
import { ReadableChunks } from './readable-chunks.ts'

export interface FramedOptions<Frame = Uint8Array> extends EncodeStreamOptions<Frame> {
  /** Whether either side may end while the other goes on. Default: the duplex's own. */
  allowHalfOpen?: boolean
}

/**
 * A Duplex in object mode: frames read from `duplex`, frames written to it. Frames of bytes are read as Buffers.
 *
 * It owns `duplex` and closes it with itself. Errors, after the frames before them: those of `duplex`,
 * `ERR_FRAME_TRUNCATED` for an end inside a frame, every other `FrameError` of the codec, and `ERR_FRAME_TIMEOUT`; an
 * `AbortError` waits for nothing. Frames that cannot be encoded are refused as by `encodeStream`.
 */
export function framed<Frame = Uint8Array>(
  duplex: Duplex,
  codec: FrameCodec<Frame>,
  options: FramedOptions<Frame> = {},
): Duplex {
  if (typeof duplex?.read !== 'function' || typeof duplex.write !== 'function') {
    throw new TypeError(`duplex must be a Duplex, received ${shown(duplex)}`)
  }
  checkCodec(codec)
  checkEncodeOptions(options)
  choiceOption('allowHalfOpen', options.allowHalfOpen ?? true, [true, false])
  const peer = new FramedDuplex(duplex, codec, options)
  return options.signal === undefined ? peer : addAbortSignal(options.signal, peer)
}

class FramedDuplex<Frame> extends EncodingDuplex<Frame> {
  private readonly duplex: Duplex
  private readonly chunks: ReadableChunks
  private readonly pump: FramePump<Frame>
  private readonly writer: FrameWriter

  constructor(duplex: Duplex, codec: FrameCodec<Frame>, options: FramedOptions<Frame>) {
    super(codec, options, {
      readableObjectMode: true,
      allowHalfOpen: options.allowHalfOpen ?? duplex.allowHalfOpen,
      ...highWaterMarks(options),
    })
    this.duplex = duplex
    this.pump = new FramePump(this, codec, options, () => this.readChunk())
    this.writer = new FrameWriter(duplex)
    this.chunks = new ReadableChunks(duplex, () => {
      this.pump.run()
      this.checkLost()
    })
  }

  override _read(): void {
    this.pump.want()
  }

  override read(size?: number): unknown {
    const frame: unknown = super.read(size)
    this.pump.raise()
    return frame
  }

  override _write(parts: Uint8Array[], _encoding: BufferEncoding, callback: WriteCallback): void {
    this.writer.write(parts, callback)
    if (!this.duplex.writable) this.pump.failAtEnd(this.duplex.errored ?? prematureClose())
  }

  override _final(callback: WriteCallback): void {
    if (this.duplex.writableFinished) callback()
    else this.duplex.end(callback)
  }

  override _destroy(error: Error | null, callback: WriteCallback): void {
    this.pump.stop()
    this.writer.stop(error)
    this.chunks.close()
    callback(error)
  }

  private readChunk(): void {
    if (this.pump.isDone) return
    try {
      const chunk = this.chunks.poll()
      if (chunk === undefined) this.pump.end()
      else if (chunk !== null) this.pump.decode(chunk)
    } catch (error) {
      this.pump.fail(error)
    }
  }

  /** The duplex was closed before what was to be written to it: after its end nobody would hear of that by reading. */
  private checkLost(): void {
    const { duplex } = this
    if (this.pump.isDone && duplex.destroyed && !duplex.writableFinished) {
      this.pump.fail(duplex.errored ?? prematureClose())
    }
  }
}
