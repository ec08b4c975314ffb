// Chunks in, frames out, as a Duplex for `pipeline` and `.pipe`.
//
// A chunk's write is called back when its frames are used up, so backpressure is per frame.

import { Duplex, addAbortSignal } from 'node:stream'
import type { FrameCodec } from '@unstick/core'
import { FramePump } from './frame-pump.ts'
import { checkCodec, checkOptions, highWaterMarks, type FrameStreamOptions } from './options.ts'

type WriteCallback = (error?: Error | null) => void

/**
 * A Duplex that takes bytes and gives frames: its readable side is in object mode, and frames of bytes are Buffers.
 *
 * It queues at most `readableHighWaterMark` frames (default: Node's for object mode), whatever a chunk holds.
 * Errors, after the frames before them: `ERR_FRAME_TRUNCATED` for an end inside a frame, every other `FrameError` of
 * the codec, `ERR_FRAME_TIMEOUT`, and an `AbortError`, which waits for nothing.
 */
export function decodeStream<Frame = Uint8Array>(codec: FrameCodec<Frame>, options: FrameStreamOptions = {}): Duplex {
  checkCodec(codec)
  checkOptions(options)
  const stream = new DecodeStream(codec, options)
  return options.signal === undefined ? stream : addAbortSignal(options.signal, stream)
}

class DecodeStream<Frame> extends Duplex {
  private readonly pump: FramePump<Frame>
  /** The callback of the write whose frames are not used up. */
  private usedUp: WriteCallback | undefined = undefined

  constructor(codec: FrameCodec<Frame>, options: FrameStreamOptions) {
    super({ readableObjectMode: true, ...highWaterMarks(options) })
    this.pump = new FramePump(this, codec, options, () => this.settleWrite())
  }

  override _read(): void {
    this.pump.want()
  }

  override read(size?: number): unknown {
    const frame: unknown = super.read(size)
    this.pump.raise()
    return frame
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: WriteCallback): void {
    this.usedUp = callback
    this.pump.decode(chunk)
  }

  override _final(callback: WriteCallback): void {
    this.usedUp = callback
    this.pump.end()
  }

  override _destroy(error: Error | null, callback: WriteCallback): void {
    this.pump.stop()
    this.settleWrite(error)
    callback(error)
  }

  private settleWrite(error?: Error | null): void {
    const { usedUp } = this
    this.usedUp = undefined
    usedUp?.(error)
  }
}
