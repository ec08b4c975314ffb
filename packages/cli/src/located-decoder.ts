// A decoder that gives the place of each frame on the wire.

import type { FrameCodec, FrameDecoder, Skipped } from '@unstick/core'

export interface LocatedFrame {
  frame: unknown
  /**
   * The position in the stream of the frame's first byte. What is dropped between frames unreported counts to the next.
   */
  offset: number
  /** On the wire: header, delimiter and what stuffing added are counted. */
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

  /** Throws what the decoder throws, after the frames before it. */
  *decode(chunk: Uint8Array): Generator<LocatedFrame, void, void> {
    this.received += chunk.length
    for (const frame of this.decoder.decode(chunk)) yield this.located(frame)
  }

  *end(): Generator<LocatedFrame, void, void> {
    let frames: unknown[]
    try {
      frames = this.decoder.end()
    } catch (error) {
      // Frames that only the end completed come before the one that was cut short.
      for (const frame of (error as { frames?: unknown[] }).frames ?? []) yield this.located(frame)
      throw error
    }
    for (const frame of frames) yield this.located(frame)
  }

  /** The bytes that became no frame: after an error, those from the faulty frame on. */
  takeRemaining(): Uint8Array {
    return this.decoder.takeRemaining()
  }

  /** Bytes of a frame that is not complete yet. */
  get unfinished(): number {
    return this.received - this.lastEnd
  }

  /** Bytes taken in and neither given out nor dropped yet. */
  get bufferedLength(): number {
    return this.decoder.bufferedLength
  }

  private located(frame: unknown): LocatedFrame {
    const offset = this.lastEnd
    this.lastEnd = this.received - this.decoder.bufferedLength
    return { frame, offset: this.start + offset, length: this.lastEnd - offset }
  }
}
