// Frames in, bytes out, as a Duplex for `pipeline` and `.pipe`.
//
// What is written in one tick is joined, so that many small frames leave in few packets. Large payloads are not
// copied: they pass as they are.

import { Duplex, addAbortSignal } from 'node:stream'
import type { FrameCodec } from '@unstick/core'
import { EncodingDuplex } from './encoding-duplex.ts'
import type { WriteCallback } from './frame-writer.ts'
import { checkCodec, checkEncodeOptions, highWaterMarks, type EncodeStreamOptions } from './options.ts'

/** From this many bytes on a part is worth a chunk of its own. */
const LARGE_PART = 16_384

/**
 * A Duplex that takes frames, its writable side in object mode, and gives their bytes.
 *
 * A frame that cannot be encoded is not written: its `write` is called back with the `FrameError`, `onEncodeError` is
 * told, and the stream goes on; with neither, or with `destroyOnEncodeError`, the stream is destroyed with the error.
 */
export function encodeStream<Frame = Uint8Array>(
  codec: FrameCodec<Frame>,
  options: EncodeStreamOptions<Frame> = {},
): Duplex {
  checkCodec(codec)
  checkEncodeOptions(options)
  const stream = new EncodeStream(codec, options)
  return options.signal === undefined ? stream : addAbortSignal(options.signal, stream)
}

class EncodeStream<Frame> extends EncodingDuplex<Frame> {
  /** What waits to be joined, and its length in bytes. */
  private parts: Uint8Array[] = []
  private joinedLength = 0
  private isScheduled = false
  private isWanted = true
  /** The callback of a write that waits for the reader. */
  private wanted: WriteCallback | undefined = undefined

  constructor(codec: FrameCodec<Frame>, options: EncodeStreamOptions<Frame>) {
    super(codec, options, highWaterMarks(options))
  }

  override _read(): void {
    this.isWanted = true
    this.settleWrite()
  }

  override _write(parts: Uint8Array[], _encoding: BufferEncoding, callback: WriteCallback): void {
    for (const part of parts) this.join(part)
    if (this.isWanted) callback()
    else this.wanted = callback
  }

  override _final(callback: WriteCallback): void {
    this.flush()
    this.push(null)
    callback()
  }

  override _destroy(error: Error | null, callback: WriteCallback): void {
    this.parts = []
    this.joinedLength = 0
    this.settleWrite(error)
    callback(error)
  }

  private join(part: Uint8Array): void {
    if (part.length >= LARGE_PART) {
      this.flush()
      this.give(part)
      return
    }
    this.parts.push(part)
    this.joinedLength += part.length
    if (this.joinedLength >= LARGE_PART) this.flush()
    else if (!this.isScheduled) {
      this.isScheduled = true
      process.nextTick(() => {
        this.isScheduled = false
        this.flush()
      })
    }
  }

  private flush(): void {
    if (this.joinedLength === 0) return
    const joined = Buffer.concat(this.parts, this.joinedLength)
    this.parts = []
    this.joinedLength = 0
    this.give(joined)
  }

  private give(bytes: Uint8Array): void {
    // Meanwhile the reader may ask again, which it does once only.
    this.isWanted = false
    if (this.push(bytes)) this.isWanted = true
  }

  private settleWrite(error?: Error | null): void {
    const { wanted } = this
    this.wanted = undefined
    wanted?.(error)
  }
}
