// The counters of an adapter. Reading them makes a snapshot. Counting is cheap, so it is always on.

/** Of what was decoded. Lengths are in bytes. */
export interface ReceivedStats {
  /** Frames given out. */
  frames: number
  /** Bytes taken in, those that did not become frames included. */
  bytes: number
  /** Gaps and frames that were skipped. */
  skips: number
  /** Bytes of those gaps and frames. */
  skippedBytes: number
  /**
   * Bytes copied because their chunk was used up before their frame was whole. What `copy: true` copies does not count.
   */
  copiedBytes: number
}

/** Of what was encoded. Lengths are in bytes. */
export interface SentStats {
  /** Frames accepted. */
  frames: number
  /** Bytes of those frames, encoded. */
  bytes: number
  /** The longest frame, header and delimiter included. */
  longestFrame: number
}

/** Each adapter has those of its directions. */
export interface StreamStats {
  /** What was decoded. Undefined for an adapter that only encodes. */
  readonly received?: ReceivedStats
  /** What was encoded. Undefined for an adapter that only decodes. */
  readonly sent?: SentStats
}

/** Counts what is encoded. */
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
