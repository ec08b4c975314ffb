// The counters of an adapter. Reading them makes a snapshot. Counting is cheap, so it is always on.

/** Counters of decoding. Lengths are in bytes. */
export interface ReceivedStats {
  /** Frames given out. */
  frames: number
  /** Bytes taken in, including those that did not become frames. */
  bytes: number
  /** Skipped gaps and frames. */
  skips: number
  /** Bytes of skipped gaps and frames. */
  skippedBytes: number
  /**
   * Bytes copied because their chunk was used up before their frame was complete. Copies due to `copy: true` do not
   * count.
   */
  copiedBytes: number
}

/** Counters of encoding. Lengths are in bytes. */
export interface SentStats {
  /** Frames accepted. */
  frames: number
  /** Encoded bytes of those frames. */
  bytes: number
  /** The longest frame, header and delimiter included. */
  longestFrame: number
}

/** The counters of an adapter, for its directions. */
export interface StreamStats {
  /** Counters of decoding. Undefined for an adapter that only encodes. */
  readonly received?: ReceivedStats
  /** Counters of encoding. Undefined for an adapter that only decodes. */
  readonly sent?: SentStats
}

/** Counts encoded frames. */
export class SentCounter {
  bytes = 0
  private frames = 0
  private longestFrame = 0

  /** Counts a frame, and returns its length. */
  count(parts: readonly Uint8Array[]): number {
    let length = 0
    for (const part of parts) length += part.length
    this.frames++
    this.bytes += length
    if (length > this.longestFrame) this.longestFrame = length
    return length
  }

  get stats(): SentStats {
    const { frames, bytes, longestFrame } = this
    return { frames, bytes, longestFrame }
  }
}
