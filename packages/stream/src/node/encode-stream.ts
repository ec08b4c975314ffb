// Frames in, bytes out, as a Duplex for `pipeline` and `.pipe`.
//
// Frames written in one tick are joined, so that many small frames leave in few packets. Large payloads are passed on
// without a copy. Payloads written with a callback are copied, since the caller may reuse the memory after the
// callback, while the stream cannot tell when its reader is done with the bytes.

import { Duplex, addAbortSignal } from 'node:stream'
import type { FrameCodec } from '@unstick/core'
import { destroyedBeforeWritten } from '../errors.ts'
import { checkCodec, highWaterMarks, readEncodeOptions, type EncodeStreamOptions } from '../options.ts'
import { EncodingDuplex } from './encoding-duplex.ts'
import type { FrameDuplex } from './frame-duplex.ts'
import type { StreamStats } from '../stats.ts'
import type { Outgoing, WriteCallback } from './outgoing.ts'
import { Trace } from '../trace.ts'

/** A part of at least this many bytes becomes a chunk of its own. */
const LARGE_PART = 16_384

/**
 * A Duplex that takes frames, its writable side in object mode, and gives their bytes.
 *
 * The callback of a `write` is called when the reader has taken the frame's bytes, or with an error if it never will. A
 * frame that cannot be encoded is not written: the callback of its `write` gets the `FrameError`, `onEncodeError` is
 * called, and the stream continues. With neither of them, or with `destroyOnEncodeError`, the stream is destroyed with
 * the error.
 *
 * @throws {TypeError | RangeError} `codec` is no codec, or an option is unknown, of the wrong kind or out of range.
 *
 * @example
 * ```ts
 * import { lengthField } from '@unstick/length-field'
 * import { encodeStream } from '@unstick/stream'
 *
 * const stream = encodeStream(lengthField({ lengthFieldLength: 1 }))
 * stream.end(Buffer.from([7, 8]))
 * for await (const chunk of stream) console.log(...(chunk as Buffer)) // 2 7 8
 * ```
 */
export function encodeStream<Frame = Uint8Array>(
  codec: FrameCodec<Frame>,
  options?: EncodeStreamOptions<Frame>,
): FrameDuplex<Buffer, Frame> {
  checkCodec(codec)
  const given = readEncodeOptions('encodeStream', options)
  const stream = new EncodeStream(codec, given) as Duplex as FrameDuplex<Buffer, Frame>
  return given.signal === undefined ? stream : addAbortSignal(given.signal, stream)
}

/** A frame whose caller waits until its last byte, at `end` in the stream, has been taken. */
interface Awaited {
  readonly end: number
  readonly outgoing: Outgoing
}

class EncodeStream<Frame> extends EncodingDuplex<Frame> {
  /** The parts that wait to be joined, and their length in bytes. */
  private parts: Uint8Array[] = []
  private joinedLength = 0
  private isScheduled = false
  /** The number of bytes given to the reader's queue. */
  private given = 0
  private awaited: Awaited[] = []
  private isWanted = true
  /** Lets the next frame be written, once the reader asks for more. */
  private next: WriteCallback | undefined = undefined

  constructor(codec: FrameCodec<Frame>, options: EncodeStreamOptions<Frame>) {
    super(codec, options, highWaterMarks(options), Trace.open('encodeStream', codec))
  }

  override get stats(): StreamStats {
    return { sent: this.sent.stats }
  }

  override _read(): void {
    this.isWanted = true
    this.goOn()
  }

  override read(size?: number): unknown {
    const bytes: unknown = super.read(size)
    this.tellTaken()
    return bytes
  }

  override _write(outgoing: Outgoing, _encoding: BufferEncoding, next: WriteCallback): void {
    const { hasCallback } = outgoing
    for (const part of outgoing.parts) this.join(part, hasCallback)
    if (hasCallback) {
      this.awaited.push({ end: this.given + this.joinedLength, outgoing })
      this.flushAfterTick()
    }
    // A listener of 'data' may have destroyed the stream between two parts.
    if (this.destroyed) next(this.giveUp())
    else if (this.isWanted) next()
    else {
      this.next = next
      this.trace.stall('write')
    }
  }

  override _final(callback: WriteCallback): void {
    this.flush()
    this.push(null)
    callback()
  }

  override _destroy(error: Error | null, callback: WriteCallback): void {
    if (error !== null) this.trace.error(error)
    this.trace.close(this.stats)
    this.goOn(this.giveUp())
    callback(error)
  }

  /** The stream is destroyed: frames that were not taken fail with the error that is returned. */
  private giveUp(): Error {
    const reason = this.errored ?? destroyedBeforeWritten()
    this.parts = []
    this.joinedLength = 0
    this.tellTaken()
    for (const { outgoing } of this.awaited.splice(0)) outgoing.tell(reason)
    return reason
  }

  private join(part: Uint8Array, isCopied: boolean): void {
    if (this.destroyed) this.joinedLength += part.length
    else if (part.length >= LARGE_PART) {
      this.flush()
      this.give(isCopied ? Buffer.from(part) : part)
    } else {
      this.parts.push(part)
      this.joinedLength += part.length
      if (this.joinedLength >= LARGE_PART) this.flush()
      else this.flushAfterTick()
    }
  }

  private flushAfterTick(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    process.nextTick(() => {
      this.isScheduled = false
      try {
        this.flush()
      } finally {
        this.tellTaken()
      }
    })
  }

  private flush(): void {
    if (this.joinedLength === 0) return
    const joined = Buffer.concat(this.parts, this.joinedLength)
    this.parts = []
    this.joinedLength = 0
    this.give(joined)
  }

  private give(bytes: Uint8Array): void {
    this.given += bytes.length
    // Meanwhile the reader may ask again, which it does only once.
    this.isWanted = false
    try {
      if (this.push(bytes)) this.isWanted = true
    } catch (error) {
      // A listener of 'data' has thrown. Frames can still be written.
      this.isWanted = true
      throw error
    }
  }

  /** Calls the callbacks of frames whose bytes have left the queue. */
  private tellTaken(): void {
    const { awaited } = this
    if (awaited.length === 0) return
    const taken = this.given - this.readableLength
    const waiting = awaited.findIndex(({ end }) => end > taken)
    for (const { outgoing } of awaited.splice(0, waiting === -1 ? awaited.length : waiting)) outgoing.tell()
  }

  private goOn(error?: Error): void {
    const { next } = this
    this.next = undefined
    next?.(error)
  }
}
