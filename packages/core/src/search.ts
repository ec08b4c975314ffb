// The extension point: a pure function that finds the next frame, and the answers that it can return.

/**
 * Finds the next frame in `bytes[start, end)`. It must not read other bytes: those after `end` are stale.
 *
 * It must depend on its arguments alone: called again with the same bytes, `resumeAt` and `state`, it must return the
 * same answer. The answer is a number. Indexes are indexes into `bytes`, like `start` and `end`:
 *
 * - the frame's end, at most `end`: the frame is complete;
 * - an index beyond `end`: the frame is incomplete. If payload bounds were set, this is its exact end: the finder is
 *   called again once the whole frame has arrived, and `state` is the state after the frame. Else the frame needs at
 *   least the bytes before this index;
 * - `UNKNOWN`: the frame is incomplete, and it is not known how many bytes it needs;
 * - `ENDLESS`: no end lies within the limit, so the frame is too long wherever it ends;
 * - `gap(search, n)`: the bytes before index `n` belong to no frame, and are reported to `onSkip`;
 * - `drop(search, n)`: the same, but the bytes are not reported (white space, the rest of a delimiter).
 *
 * If no frame can begin with these bytes, it throws a `FrameError` without an offset, which core adds. If the error has
 * a `frameLength`, the frame ends there: an `ERR_FRAME_TOO_LONG` can then be skipped by `oversize: 'skip'`, an
 * `ERR_FRAME_CORRUPT` by `corrupt: 'skip'`. The next frame then begins with the `state` set before the error.
 */
export type FindFrame = (bytes: Uint8Array, start: number, end: number, search: FrameSearch) => number

/** Values that core and a finder pass to each other. A decoder uses one object for all calls, to save allocations. */
export interface FrameSearch {
  /**
   * Where to continue: `start` for a new frame, else the value set by the last search of this frame. It may lie beyond
   * `end`. While a frame is being skipped, `start` may move up to it.
   */
  resumeAt: number
  /** An integer that core keeps for the decoder: 0 in a new stream, then the value set by the finder. */
  state: number
  /** Where the payload starts. Default: the frame's start. */
  payloadStart: number
  /** Where the payload ends. Default: the frame's end. */
  payloadEnd: number
}

/** An answer: more bytes are needed, but it is not known how many. */
export const UNKNOWN: -1 = -1

/** An answer: no end lies within the limit. */
export const ENDLESS: number = Infinity

/** The answers of `gap` and `drop`, whose index core reads from the search. */
export const GAP: -2 = -2
export const DROP: -3 = -3

/** The value of `payloadEnd` until the finder sets it. A small integer, which V8 stores without an allocation. */
export const UNSET: -0x40000000 = -0x40000000

/**
 * An answer: the bytes before index `n` belong to no frame. Core drops them, joins neighbouring gaps, and reports each
 * gap once, before the frame or error that follows it.
 *
 * `n` may lie beyond `end`. The reason of a joined gap is 'corrupt' if the reason of any part is.
 */
export function gap(search: FrameSearch, n: number, reason: 'garbage' | 'corrupt' = 'garbage'): number {
  if (reason === 'corrupt') search.payloadStart = CORRUPT_GAP
  search.payloadEnd = n
  return GAP
}

/** An answer: the bytes before index `n` belong to no frame and are not reported. `n` may lie beyond `end`. */
export function drop(search: FrameSearch, n: number): number {
  search.payloadEnd = n
  return DROP
}

/** The value of `payloadStart` for a corrupt gap, with the answer `GAP`. */
const CORRUPT_GAP = -3

/** Returns the reason of the gap that the finder has just answered. */
export function gapReason(search: FrameSearch): 'garbage' | 'corrupt' {
  return search.payloadStart === CORRUPT_GAP ? 'corrupt' : 'garbage'
}

/** Returns a new search, for a codec that calls its finder outside a decoder. */
export function newSearch(): FrameSearch {
  return new Search()
}

/**
 * The search of one decoder. It has methods instead of functions: before each call of a module's function, V8 checks
 * that the function has not changed, which takes a tenth of the time in a loop over small frames.
 */
export class Search implements FrameSearch {
  resumeAt: number = 0
  state: number = 0
  payloadStart: number = 0
  payloadEnd: number = UNSET

  /** Prepares the search for a call about the frame that begins at `start`. */
  prepare(start: number, resumeAt: number, state: number): void {
    this.resumeAt = resumeAt
    this.state = state
    this.payloadStart = start
    this.payloadEnd = UNSET
  }

  /**
   * Whether a frame that ends at `end` lies in `[start, shownEnd)`, its payload, which ends at `payloadEnd`, lies inside it,
   * and all numbers are small integers.
   */
  isSound(start: number, payloadEnd: number, end: number, shownEnd: number): boolean {
    const { payloadStart, state } = this
    return (
      start < end &&
      end <= shownEnd &&
      start <= payloadStart &&
      payloadStart <= payloadEnd &&
      payloadEnd <= end &&
      (payloadStart | 0) === payloadStart &&
      (payloadEnd | 0) === payloadEnd &&
      (end | 0) === end &&
      (state | 0) === state
    )
  }

  /** Returns the payload's end in a frame that ends at `frameEnd`. */
  payloadEndIn(frameEnd: number): number {
    return this.payloadEnd === UNSET ? frameEnd : this.payloadEnd
  }
}

/** Whether the finder has set a payload bound, so that its answer is the frame's exact end. */
export function hasBounds(search: FrameSearch, start: number): boolean {
  return search.payloadEnd !== UNSET || search.payloadStart !== start
}
