// A decoder that gives the position of each frame on the wire.

import type { FrameCodec, FrameDecoder, Skipped } from '@unstick/core'

export interface LocatedFrame {
  frame: unknown
  /**
   * The position in the stream of the frame's first byte. Bytes dropped without a report belong to the next frame.
   */
  offset: number
  /** The length on the wire, with header, delimiter and escapes. */
  length: number
}

export class LocatedDecoder {
  private readonly decoder: FrameDecoder<unknown>
  readonly start: number
  private received = 0
  private lastEnd = 0

  /** `start` is the position of the first byte. */
  constructor(codec: FrameCodec<unknown>, start: number, onSkip: (skipped: Skipped) => void) {
    this.start = start
    this.decoder = codec.decoder({
      onSkip: (skipped) => {
        this.lastEnd = skipped.offset + skipped.length
        onSkip({ ...skipped, offset: skipped.offset + start })
      },
    })
  }

  /** Throws the decoder's error after the frames before it. */
  *decode(chunk: Uint8Array): Generator<LocatedFrame, void, void> {
    this.received += chunk.length
    for (const frame of this.decoder.decode(chunk)) yield this.located(frame)
  }

  *end(): Generator<LocatedFrame, void, void> {
    let frames: unknown[]
    try {
      frames = this.decoder.end()
    } catch (error) {
      // Give out the frames that the end completed before the error.
      for (const frame of (error as { frames?: unknown[] }).frames ?? []) yield this.located(frame)
      throw error
    }
    for (const frame of frames) yield this.located(frame)
  }

  /** The unread bytes: after an error, those from the faulty frame on. */
  takeRemaining(): Uint8Array {
    return this.decoder.takeRemaining()
  }

  /** The number of bytes of the unfinished frame. */
  get unfinished(): number {
    return this.received - this.lastEnd
  }

  /** The number of bytes received but neither given out nor dropped. */
  get bufferedLength(): number {
    return this.decoder.bufferedLength
  }

  private located(frame: unknown): LocatedFrame {
    const offset = this.lastEnd
    this.lastEnd = this.received - this.decoder.bufferedLength
    return { frame, offset: this.start + offset, length: this.lastEnd - offset }
  }
}
