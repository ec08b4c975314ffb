// Many frames that were found at once in a chunk.

import { BOUNDS, type FoundFrames } from './definition.ts'

/** How many frames a batch has at most. */
const LONGEST = 1024

const NONE: readonly unknown[] = []

/** One that no decoder uses: chunk after chunk, decoder after decoder, there is mostly one at a time. */
let spare: Batch | undefined

export function takeBatch(): Batch {
  const batch = spare ?? new Batch()
  spare = undefined
  return batch
}

/** Keeps it for the next decoder. Its owner does not use it any more. */
export function giveBackBatch(batch: Batch): void {
  batch.begin()
  batch.resumeAt = 0
  spare = batch
}

export class Batch implements FoundFrames {
  readonly bounds: Int32Array = new Int32Array(BOUNDS * LONGEST)
  note: unknown = undefined
  count = 0
  /** How many of its frames were given out. */
  taken = 0
  /** Whether making the frames at once was tried, and what came of it. */
  isTried = false
  made: readonly unknown[] | undefined = undefined
  /** The frames, once they were made and need nothing more. */
  ready: readonly unknown[] = NONE
  /** Where in the chunk the next batch may begin. */
  resumeAt = 0

  /** Forgets its frames, for a new search. */
  begin(): void {
    this.note = undefined
    this.count = 0
    this.taken = 0
    this.isTried = false
    this.made = undefined
    this.ready = NONE
  }

  /** Where the last frame ends. */
  get end(): number {
    return this.bounds[BOUNDS * this.count - 1]!
  }

  /** Whether there are frames, and they end in `(from, to]`. Of a count that is out of range, `bounds` holds no end. */
  isSound(from: number, to: number): boolean {
    const { count, end } = this
    return Number.isInteger(count) && end > from && end <= to
  }

  /** Whether the frames that are left, from `start` on, lie one directly after the other. */
  areFramesSound(start: number): boolean {
    const { bounds } = this
    for (let at = BOUNDS * this.taken; at < BOUNDS * this.count; at += BOUNDS) {
      const end = bounds[at + 2]!
      if (!isOrdered(start, bounds[at]!, bounds[at + 1]!, end)) return false
      start = end
    }
    return true
  }
}

/** Whether a frame from `start` to `end` has a byte at least and its payload inside. */
export function isOrdered(start: number, payloadStart: number, payloadEnd: number, end: number): boolean {
  // The sign of an OR is negative if that of any part is: one branch instead of four.
  return ((payloadStart - start) | (payloadEnd - payloadStart) | (end - payloadEnd) | (end - start - 1)) >= 0
}
