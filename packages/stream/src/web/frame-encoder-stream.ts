// Frames in, bytes out, for Web Streams.

import type { FrameCodec, OwnedBytes } from '@unstick/core'
import { abortError } from '../errors.ts'
import { checkCodec, readEncodeOptions, webWritableStrategy, type EncodeStreamOptions } from '../options.ts'
import { SentCounter, type StreamStats } from '../stats.ts'
import { Trace } from '../trace.ts'

/**
 * A pair of streams for `pipeThrough`: frames are written, their bytes are read, one chunk per frame.
 *
 * It queues at most `readableHighWaterMark` chunks (default: 0) and `writableHighWaterMark` frames (default: 1). A
 * frame that cannot be encoded fails both sides, since a Web stream cannot refuse one write; with `onEncodeError`, and
 * without `destroyOnEncodeError`, it is reported there and dropped, and the stream continues.
 *
 * @throws {TypeError | RangeError} `codec` is no codec, or an option is unknown, of the wrong kind or out of range.
 */
export class FrameEncoderStream<Frame = Uint8Array> {
  /** Where bytes are read. */
  readonly readable: ReadableStream<OwnedBytes>
  /** Where frames are written. */
  readonly writable: WritableStream<Frame>
  private readonly sent: SentCounter = new SentCounter()

  constructor(codec: FrameCodec<Frame>, options?: EncodeStreamOptions<Frame>) {
    checkCodec(codec)
    const given = readEncodeOptions('FrameEncoderStream', options)
    const { signal } = given
    const { sent } = this
    const trace = Trace.open('FrameEncoderStream', codec, this)
    let stopListening = (): void => {}
    let isOver = false
    const finish = (error?: unknown): void => {
      stopListening()
      if (isOver) return
      isOver = true
      if (error !== undefined) trace.error(error)
      trace.close(this.stats)
    }
    const transformer = {
      start(controller: TransformStreamDefaultController<Uint8Array>): void {
        if (signal === undefined) return
        const abort = (): void => {
          const error = abortError(signal)
          controller.error(error)
          finish(error)
        }
        if (signal.aborted) {
          abort()
          return
        }
        signal.addEventListener('abort', abort, { once: true })
        stopListening = () => signal.removeEventListener('abort', abort)
      },
      transform(frame: Frame, controller: TransformStreamDefaultController<Uint8Array>): void {
        try {
          const bytes = encodeOrReport(codec, frame, given)
          if (bytes === undefined) return
          const length = sent.count([bytes])
          trace.sent(sent.bytes - length, length)
          controller.enqueue(bytes)
        } catch (error) {
          finish(error)
          throw error
        }
      },
      flush: () => finish(),
      // Called if either side is abandoned; newer than some types of TransformStream.
      cancel: () => finish(),
    }
    const { readable, writable } = new TransformStream<Frame, Uint8Array>(transformer, webWritableStrategy(given), {
      highWaterMark: given.readableHighWaterMark ?? 0,
    })
    this.readable = readable as ReadableStream<OwnedBytes>
    this.writable = writable
  }

  /** The counters so far. */
  get stats(): StreamStats {
    return { sent: this.sent.stats }
  }
}

/** The frame's bytes, or undefined if it cannot be encoded and this has been reported. */
function encodeOrReport<Frame>(
  codec: FrameCodec<Frame>,
  frame: Frame,
  { onEncodeError, destroyOnEncodeError }: EncodeStreamOptions<Frame>,
): Uint8Array | undefined {
  try {
    return codec.encode(frame)
  } catch (error) {
    onEncodeError?.(error, frame)
    if (onEncodeError === undefined || destroyOnEncodeError === true) throw error
    return undefined
  }
}
