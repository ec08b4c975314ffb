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

  /** Whether the frames lie one directly after the other in `[from, to)`, each with its payload inside. */
  isSound(from: number, to: number): boolean {
    const { bounds, count } = this
    if (!(count > 0 && count <= LONGEST && (count | 0) === count)) return false
    let start = from
    for (let at = 0; at < BOUNDS * count; at += BOUNDS) {
      const end = bounds[at + 2]!
      if (end <= start || bounds[at]! < start || bounds[at + 1]! < bounds[at]! || end < bounds[at + 1]!) return false
      start = end
    }
    return start <= to
  }
}
