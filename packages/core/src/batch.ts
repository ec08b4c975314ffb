// Frames of a chunk that were found at once.

import { BETWEEN_BOUNDS, BOUNDS, type FoundFrames } from './definition.ts'

/** The most frames of a batch. */
const LONGEST = 1024

const NONE: readonly unknown[] = []

/** A start beyond every end: a frame with this start is never in order. */
const NOWHERE = 0x7fffffff

/** A batch that no decoder is using: usually one at a time is needed, whatever the number of decoders. */
let spare: Batch | undefined

export function takeBatch(): Batch {
  const batch = spare ?? new Batch()
  spare = undefined
  return batch
}

/** Keeps the batch for the next decoder. The caller must not use it any more. */
export function giveBackBatch(batch: Batch): void {
  batch.begin(0)
  batch.resumeAt = 0
  spare = batch
}

export class Batch implements FoundFrames {
  readonly bounds: Int32Array = new Int32Array(BOUNDS * LONGEST)
  note: unknown = undefined
  state = 0
  /** The memory of `between`. */
  private betweenMemory: Int32Array | undefined = undefined
  /** The same memory, once the finder has requested it: it then holds where these frames start. */
  usedBetween: Int32Array | undefined = undefined
  count = 0
  /** How many frames have been given out. */
  taken = 0
  /** Whether making the frames at once has been tried, and whether it succeeded. */
  isTried = false
  made: readonly unknown[] | undefined = undefined
  /** The frames, once they have been made and need nothing more. */
  ready: readonly unknown[] = NONE
  /** Where in the chunk the next batch may begin. */
  resumeAt = 0

  /** Clears the batch for a new search in this state. */
  begin(state: number): void {
    this.state = state
    this.usedBetween = undefined
    this.note = undefined
    this.count = 0
    this.taken = 0
    this.isTried = false
    this.made = undefined
    this.ready = NONE
  }

  get between(): Int32Array {
    return (this.usedBetween = this.betweenMemory ??= new Int32Array(BETWEEN_BOUNDS * LONGEST))
  }

  /** The finder's state after the first `count` frames. */
  stateAfter(count: number): number {
    if (count === 0) return this.state
    return this.usedBetween === undefined ? 0 : this.usedBetween[BETWEEN_BOUNDS * count - 1]!
  }

  /** Where the last frame ends. */
  get end(): number {
    return this.bounds[BOUNDS * this.count - 1]!
  }

  /** Whether there are frames, and they end in `(from, to]`. If the count is out of range, `bounds` holds no end. */
  isSound(from: number, to: number): boolean {
    const { count, end } = this
    return Number.isInteger(count) && end > from && end <= to
  }

  /** Whether the remaining frames, from `position` on, lie one after another. */
  areFramesSound(position: number): boolean {
    const { bounds, usedBetween } = this
    for (let index = this.taken; index < this.count; index++) {
      const at = BOUNDS * index
      const end = bounds[at + 2]!
      if (!isOrdered(startIn(usedBetween, index, position), bounds[at]!, bounds[at + 1]!, end)) return false
      position = end
    }
    return true
  }
}

/**
 * Where the frame with this index starts, after one that ends at `position`; NOWHERE if `usedBetween` says that it
 * starts before.
 */
export function startIn(usedBetween: Int32Array | undefined, index: number, position: number): number {
  if (usedBetween === undefined) return position
  const start = usedBetween[BETWEEN_BOUNDS * index]!
  return start < position ? NOWHERE : start
}

/** Whether a frame from `start` to `end` has a byte at least and its payload inside. */
export function isOrdered(start: number, payloadStart: number, payloadEnd: number, end: number): boolean {
  // The sign of an OR is negative if that of any part is: one branch instead of four.
  return ((payloadStart - start) | (payloadEnd - payloadStart) | (end - payloadEnd) | (end - start - 1)) >= 0
}
