// Chunks in, frames out, for Web Streams.
//
// A TransformStream queues all frames of a chunk, and drops them when it fails. Here the write of a chunk is resolved
// when its frames are used up, and an error waits until the frames before it have been read.

import type { FrameCodec, OwnedBytes } from '@unstick/core'
import type { ByteCodec } from '../byte-codec.ts'
import { abortError } from '../errors.ts'
import { ChunkDecoder } from '../chunk-decoder.ts'
import { Life, OPEN } from '../life.ts'
import { checkCodec, readStreamOptions, webWritableStrategy, type FrameStreamOptions } from '../options.ts'
import type { ReceivedStats, StreamStats } from '../stats.ts'
import { Trace } from '../trace.ts'

/**
 * A pair of streams for `pipeThrough`: bytes are written, frames are read. Frames of bytes have the class of the
 * chunks.
 *
 * It queues at most `readableHighWaterMark` frames (default: 0, none before they are requested) and
 * `writableHighWaterMark` chunks (default: 1). Fails after the frames before the error: with `ERR_FRAME_TRUNCATED` for
 * an end inside a frame, any other `FrameError` of the codec, `ERR_FRAME_TIMEOUT`, or the reason with which the
 * writable side is aborted; at once with an `AbortError`.
 *
 * @throws {TypeError | RangeError} `codec` is no codec, or an option is unknown, of the wrong kind or out of range.
 */
export interface FrameDecoderStream<Frame = OwnedBytes> {
  /** Where frames are read. */
  readonly readable: ReadableStream<Frame>
  /** Where bytes are written. */
  readonly writable: WritableStream<Uint8Array>
  /** The counters so far. */
  readonly stats: StreamStats
}

interface FrameDecoderStreamConstructor {
  new <Bytes extends Uint8Array>(codec: ByteCodec<Bytes>, options?: FrameStreamOptions): FrameDecoderStream
  new <Frame>(codec: FrameCodec<Frame>, options?: FrameStreamOptions): FrameDecoderStream<Frame>
}

class DecoderStream<Frame> implements FrameDecoderStream<Frame> {
  readonly readable: ReadableStream<Frame>
  readonly writable: WritableStream<Uint8Array>
  private readonly pump: WebPump<Frame>

  constructor(codec: FrameCodec<Frame>, given?: FrameStreamOptions) {
    checkCodec(codec)
    const options = readStreamOptions('FrameDecoderStream', given)
    const pump = new WebPump(codec, options, Trace.open('FrameDecoderStream', codec, this))
    this.pump = pump
    this.writable = new WritableStream<Uint8Array>(
      {
        start: (controller) => {
          pump.writing = controller
        },
        write: (chunk) => pump.write(chunk),
        close: () => pump.end(),
        abort: (reason) => pump.fail(reason),
      },
      webWritableStrategy(options),
    )
    this.readable = new ReadableStream<Frame>(
      {
        start: (controller) => pump.start(controller),
        pull: (controller) => pump.pull(controller),
        cancel: (reason) => pump.cancel(reason),
      },
      { highWaterMark: options.readableHighWaterMark ?? 0 },
    )
  }

  get stats(): StreamStats {
    return { received: this.pump.stats }
  }
}

/** A class whose instances know the type of their frames: `new FrameDecoderStream(codec)`. */
export const FrameDecoderStream: FrameDecoderStreamConstructor = DecoderStream

class WebPump<Frame> {
  private readonly decoder: ChunkDecoder<Frame>
  private readonly options: FrameStreamOptions
  private readonly life: Life
  private readonly trace: Trace
  private reading: ReadableStreamDefaultController<Frame> | undefined = undefined
  writing: WritableStreamDefaultController | undefined = undefined
  /** Resolves the write whose frames are not used up yet, or rejects it with the error. */
  private usedUp: ((failed?: Promise<never>) => void) | undefined = undefined
  /** Resolves the read that waits for a chunk. */
  private refilled: (() => void) | undefined = undefined

  constructor(codec: FrameCodec<Frame>, options: FrameStreamOptions, trace: Trace) {
    this.options = options
    this.trace = trace
    this.life = new Life({
      readingOver: () => this.stop(),
      hasUnread: () => this.reading?.desiredSize !== (options.readableHighWaterMark ?? 0),
      raise: (error) => this.reading?.error(error),
    })
    this.decoder = new ChunkDecoder(codec, trace.watching(options), (error) => this.fail(error), trace)
  }

  get stats(): ReceivedStats {
    return this.decoder.stats
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.life.reading !== OPEN) return
    const usedUp = this.untilUsedUp()
    this.decoder.decode(chunk)
    this.resumeReading()
    await usedUp
  }

  async end(): Promise<void> {
    if (this.life.reading !== OPEN) return
    const usedUp = this.untilUsedUp()
    this.decoder.end()
    this.resumeReading()
    await usedUp
  }

  start(controller: ReadableStreamDefaultController<Frame>): void {
    this.reading = controller
    const { signal } = this.options
    signal?.addEventListener('abort', this.abort)
    if (signal?.aborted === true) this.abort()
  }

  cancel(reason: unknown): void {
    this.life.close()
    this.writing?.error(reason)
    this.decoder.throwFailure()
  }

  /** Gives the next frame. While it waits, the reader waits. */
  async pull(controller: ReadableStreamDefaultController<Frame>): Promise<void> {
    while (this.life.reading === OPEN) {
      const result = this.decoder.take()
      if (result !== undefined) {
        controller.enqueue(result.value as Frame)
        return
      }
      if (this.life.reading !== OPEN) break
      if (this.decoder.ended) {
        this.life.endReading()
        controller.close()
        return
      }
      this.resolveWrite()
      this.decoder.waitForMore()
      await new Promise<void>((resolve) => {
        this.refilled = resolve
      })
    }
    this.life.raise()
  }

  /**
   * Fails the writable side at once, and the readable side after the frames before the error: failing it earlier would
   * drop them.
   */
  fail(error: unknown): void {
    if (this.life.reading !== OPEN) return
    this.trace.error(error)
    this.failWrite(error)
    this.life.fail(error)
  }

  private untilUsedUp(): Promise<void> {
    return new Promise((resolve) => {
      this.usedUp = resolve
    })
  }

  private readonly abort = (): void => {
    const { signal } = this.options
    if (this.life.reading !== OPEN || signal === undefined) return
    const error = abortError(signal)
    this.trace.error(error)
    this.failWrite(error)
    this.life.close()
    this.reading?.error(error)
  }

  private stop(): void {
    this.options.signal?.removeEventListener('abort', this.abort)
    this.decoder.stop()
    this.trace.close({ received: this.stats })
    this.resolveWrite()
    this.resumeReading()
  }

  private resolveWrite(failed?: Promise<never>): void {
    const { usedUp } = this
    this.usedUp = undefined
    usedUp?.(failed)
  }

  private failWrite(error: unknown): void {
    this.writing?.error(error)
    if (this.usedUp !== undefined) this.resolveWrite(Promise.reject(error))
  }

  private resumeReading(): void {
    const { refilled } = this
    this.refilled = undefined
    refilled?.()
  }
}
