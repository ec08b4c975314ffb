// Chunks in, frames out, for Web Streams.
//
// A TransformStream queues all frames of a chunk, and drops them when it fails. Here a chunk's write is resolved when
// its frames are used up, and an error waits until the frames before it have been read.

import type { FrameCodec } from '@unstick/core'
import { abortError } from './abort.ts'
import { ChunkDecoder } from './chunk-decoder.ts'
import { checkCodec, checkOptions, type FrameStreamOptions } from './options.ts'

/**
 * A pair of streams for `pipeThrough`: bytes are written, frames are read. Frames of bytes have the class of the chunks.
 *
 * It queues at most `readableHighWaterMark` frames (default: 0, none before they are asked for) and
 * `writableHighWaterMark` chunks (default: 1). Errors, after the frames before them: `ERR_FRAME_TRUNCATED` for an end
 * inside a frame, every other `FrameError` of the codec, `ERR_FRAME_TIMEOUT`, the reason with which the writable side
 * is aborted, and an `AbortError`, which waits for nothing.
 */
export class FrameDecoderStream<Frame = Uint8Array> {
  readonly readable: ReadableStream<Frame>
  readonly writable: WritableStream<Uint8Array>

  constructor(codec: FrameCodec<Frame>, options: FrameStreamOptions = {}) {
    checkCodec(codec)
    checkOptions(options)
    const pump = new WebPump(codec, options)
    this.writable = new WritableStream<Uint8Array>(
      {
        start: (controller) => {
          pump.writing = controller
        },
        write: (chunk) => pump.write(chunk),
        close: () => pump.end(),
        abort: (reason) => pump.fail(reason),
      },
      { highWaterMark: options.writableHighWaterMark ?? 1 },
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
}

class WebPump<Frame> {
  private readonly decoder: ChunkDecoder<Frame>
  private readonly options: FrameStreamOptions
  private reading: ReadableStreamDefaultController<Frame> | undefined = undefined
  writing: WritableStreamDefaultController | undefined = undefined
  private isOver = false
  private failure: { readonly error: unknown } | undefined = undefined
  /** Resolves the write whose frames are not used up. */
  private usedUp: (() => void) | undefined = undefined
  /** Resolves the reading that waits for a chunk. */
  private refilled: (() => void) | undefined = undefined

  constructor(codec: FrameCodec<Frame>, options: FrameStreamOptions) {
    this.options = options
    this.decoder = new ChunkDecoder(codec, options, (error) => this.fail(error))
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      this.decoder.decode(chunk)
    } catch (error) {
      this.fail(error)
      throw error
    }
    return this.untilUsedUp()
  }

  end(): Promise<void> {
    this.decoder.end()
    return this.untilUsedUp()
  }

  start(controller: ReadableStreamDefaultController<Frame>): void {
    this.reading = controller
    const { signal } = this.options
    signal?.addEventListener('abort', this.abort)
    if (signal?.aborted === true) this.abort()
  }

  cancel(reason: unknown): void {
    this.stop()
    this.writing?.error(reason)
  }

  /** Gives the next frame. While it waits, the reader waits. */
  async pull(controller: ReadableStreamDefaultController<Frame>): Promise<void> {
    while (!this.isOver) {
      const result = this.take()
      if (result !== undefined) {
        controller.enqueue(result.value as Frame)
        return
      }
      if (this.isOver) break
      if (this.decoder.ended) {
        this.stop()
        controller.close()
        return
      }
      this.settleWrite()
      this.decoder.waitForMore()
      await new Promise<void>((resolve) => {
        this.refilled = resolve
      })
    }
    this.raise()
  }

  private take(): IteratorResult<Frame, void> | undefined {
    try {
      return this.decoder.take()
    } catch (error) {
      this.fail(error)
      return undefined
    }
  }

  private untilUsedUp(): Promise<void> {
    return new Promise((resolve) => {
      this.usedUp = resolve
      this.wakeReading()
    })
  }

  /** Fails the writable side, and the readable side after the frames before the error. */
  fail(error: unknown): void {
    if (this.isOver) return
    this.failure = { error }
    this.stop()
    this.writing?.error(error)
    this.raise()
  }

  /** Errors the readable side, once nothing is queued: an error drops what is. */
  private raise(): void {
    if (this.failure === undefined) return
    if (this.reading?.desiredSize === (this.options.readableHighWaterMark ?? 0)) this.reading.error(this.failure.error)
  }

  private readonly abort = (): void => {
    const { signal } = this.options
    if (this.isOver || signal === undefined) return
    const error = abortError(signal)
    this.stop()
    this.writing?.error(error)
    this.reading?.error(error)
  }

  private stop(): void {
    this.isOver = true
    this.options.signal?.removeEventListener('abort', this.abort)
    this.decoder.stop()
    this.settleWrite()
    this.wakeReading()
  }

  private settleWrite(): void {
    const { usedUp } = this
    this.usedUp = undefined
    usedUp?.()
  }

  private wakeReading(): void {
    const { refilled } = this
    this.refilled = undefined
    refilled?.()
  }
}
