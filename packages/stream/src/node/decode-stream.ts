// Chunks in, frames out, as a Duplex for `pipeline` and `.pipe`.
//
// The callback of a write is called when the frames of its chunk are used up, so backpressure is per frame.

import { Duplex, addAbortSignal } from 'node:stream'
import type { FrameCodec } from '@unstick/core'
import type { ByteCodec } from '../byte-codec.ts'
import { destroyedBeforeWritten } from '../errors.ts'
import { Life } from '../life.ts'
import { checkCodec, highWaterMarks, readStreamOptions, type FrameStreamOptions } from '../options.ts'
import type { StreamStats } from '../stats.ts'
import type { FrameDuplex } from './frame-duplex.ts'
import { FramePump } from './frame-pump.ts'
import type { WriteCallback } from './outgoing.ts'
import { Trace } from '../trace.ts'

/**
 * A Duplex that takes bytes and gives frames: its readable side is in object mode, and frames of bytes are Buffers.
 *
 * It queues at most `readableHighWaterMark` frames (default: Node's for object mode), however many a chunk holds. Emits
 * errors after the frames before them: `ERR_FRAME_TRUNCATED` for an end inside a frame, any other `FrameError` of the
 * codec, and `ERR_FRAME_TIMEOUT`; an `AbortError` is emitted at once.
 *
 * @throws {TypeError | RangeError} `codec` is no codec, or an option is unknown, of the wrong kind or out of range.
 *
 * @example
 * ```ts
 * import { Readable } from 'node:stream'
 * import { pipeline } from 'node:stream/promises'
 * import { textLines } from '@unstick/delimiter'
 * import { decodeStream } from '@unstick/stream'
 *
 * await pipeline(Readable.from([Buffer.from('a\nb'), Buffer.from('c\n')]), decodeStream(textLines()), async (lines) => {
 *   for await (const line of lines) console.log(line) // a, bc
 * })
 * ```
 */
export function decodeStream<Bytes extends Uint8Array>(
  codec: ByteCodec<Bytes>,
  options?: FrameStreamOptions,
): FrameDuplex<Buffer, Uint8Array | string>
export function decodeStream<Frame>(
  codec: FrameCodec<Frame>,
  options?: FrameStreamOptions,
): FrameDuplex<Frame, Uint8Array | string>
export function decodeStream<Frame>(
  codec: FrameCodec<Frame>,
  given?: FrameStreamOptions,
): FrameDuplex<Frame, Uint8Array | string> {
  checkCodec(codec)
  const options = readStreamOptions('decodeStream', given)
  const stream = new DecodeStream(codec, options) as FrameDuplex<Frame, Uint8Array | string>
  return options.signal === undefined ? stream : addAbortSignal(options.signal, stream)
}

class DecodeStream<Frame> extends Duplex {
  private readonly life: Life
  private readonly pump: FramePump<Frame>
  private readonly trace: Trace
  /** The callback of the write whose frames are not used up yet. */
  private usedUp: WriteCallback | undefined = undefined

  constructor(codec: FrameCodec<Frame>, options: FrameStreamOptions) {
    super({ readableObjectMode: true, ...highWaterMarks(options) })
    this.life = new Life({
      readingOver: () => this.pump.stop(),
      hasUnread: () => this.readableLength > 0,
      raise: (error) => this.destroy(error as Error),
    })
    this.trace = Trace.open('decodeStream', codec, this)
    this.pump = new FramePump(this, codec, options, this.life, this.trace, () => this.callBack())
  }

  get stats(): StreamStats {
    return { received: this.pump.stats }
  }

  override _read(): void {
    this.pump.want()
  }

  override read(size?: number): unknown {
    const frame: unknown = super.read(size)
    // Node itself calls `read(0)`, which takes no frame.
    if (size !== 0) this.pump.noteRead(frame)
    this.life.raise()
    return frame
  }

  override pause(): this {
    super.pause()
    this.pump.noteReader()
    return this
  }

  /** Calls back in a tick of its own: Node would do so from within `read`, where what a callback throws fails the stream. */
  override write(chunk: unknown, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback): boolean {
    const called = typeof encoding === 'function' ? encoding : callback
    const given = typeof encoding === 'string' ? encoding : undefined
    return super.write(chunk, given as BufferEncoding, called && ((error) => process.nextTick(called, error)))
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: WriteCallback): void {
    this.usedUp = callback
    this.pump.decode(chunk)
  }

  override _final(callback: WriteCallback): void {
    this.usedUp = callback
    this.pump.end()
  }

  override _destroy(reason: Error | null, callback: WriteCallback): void {
    this.life.close()
    const error = reason ?? this.pump.failure
    if (error !== null) this.trace.error(error)
    this.trace.close(this.stats)
    this.callBack(error ?? destroyedBeforeWritten())
    callback(error)
  }

  private callBack(error?: Error): void {
    const { usedUp } = this
    this.usedUp = undefined
    usedUp?.(error)
  }
}
