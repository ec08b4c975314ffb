// The extension point: one pure function that finds the next frame, and the answers it can give.

/**
 * Finds the next frame in `bytes[start, end)`. It must not read bytes outside: those after `end` are stale.
 *
 * It must depend on its arguments alone: called again with the same bytes, `resumeAt` and `state`, it gives the same
 * answer. The answer is a number; indexes are into `bytes`, like `start` and `end`:
 *
 * - the frame's end, at most `end`: the frame is complete;
 * - an index beyond `end`: the frame is incomplete. If payload bounds were set, this is its exact end: the finder is
 *   called again once the whole frame is there, and `state` is that after the frame. Else the frame needs at least the
 *   bytes before this index;
 * - `UNKNOWN`: the frame is incomplete, and it is not known how many bytes it needs;
 * - `ENDLESS`: no end lies within the limit, so the frame is too long wherever it ends;
 * - `gap(search, n)`: the bytes before index `n` belong to no frame, and are reported to `onSkip`;
 * - `drop(search, n)`: the same for bytes that are not worth a report (white space, the rest of a delimiter).
 *
 * Throws a `FrameError` without an offset, which core fills in, when no frame can begin with these bytes. If it has a
 * `frameLength`, the frame ends there: an `ERR_FRAME_TOO_LONG` can then be skipped by `oversize: 'skip'`, an
 * `ERR_FRAME_CORRUPT` by `corrupt: 'skip'`. The next frame then begins with the `state` that was left.
 */
export type FindFrame = (bytes: Uint8Array, start: number, end: number, search: FrameSearch) => number

/** What core and a finder pass to each other. One object serves all calls of a decoder, so that a frame costs none. */
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

/** An answer: more bytes are needed, and it is not known how many. */
export const UNKNOWN: -1 = -1

/** An answer: no end lies within the limit. */
export const ENDLESS: number = Infinity

/** The answers of `gap` and `drop`, whose index core reads from the search. */
export const GAP: -2 = -2
export const DROP: -3 = -3

/** In `payloadEnd`: the finder has not set it. A small integer, which V8 stores without allocating. */
const UNSET = -0x40000000

/**
 * An answer: the bytes before index `n` belong to no frame. Core drops them, joins neighbouring gaps, and reports each
 * gap once, before the frame or error that follows it.
 *
 * `n` may lie beyond `end`. The reason of a joined gap is 'corrupt' if that of any part is.
 */
export function gap(search: FrameSearch, n: number, reason: 'garbage' | 'corrupt' = 'garbage'): number {
  if (reason === 'corrupt') search.payloadStart = CORRUPT_GAP
  search.payloadEnd = n
  return GAP
}

/** An answer: the bytes before index `n` belong to no frame, and are not worth a report. `n` may lie beyond `end`. */
export function drop(search: FrameSearch, n: number): number {
  search.payloadEnd = n
  return DROP
}

/** In `payloadStart`, with the answer `GAP`. */
const CORRUPT_GAP = -3

/** The reason of the gap that was just answered. */
export function gapReason(search: FrameSearch): 'garbage' | 'corrupt' {
  return search.payloadStart === CORRUPT_GAP ? 'corrupt' : 'garbage'
}

/** A new search, for a codec that calls its finder outside a decoder. */
export function newSearch(): FrameSearch {
  return new Search()
}

/**
 * The search of one decoder. These are methods, since V8 checks before each call of a module's function that it has not
 * changed, which takes a tenth of the time in a loop over small frames.
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
   * Whether a frame that ends at `end` lies in `[start, shownEnd)`, its payload inside it, and every number is a small
   * integer.
   */
  isSound(start: number, end: number, shownEnd: number): boolean {
    const { payloadStart, state } = this
    const payloadEnd = this.payloadEndIn(end)
    return (
      // The sign of an OR is negative if that of any part is.
      ((end - start - 1) |
        (shownEnd - end) |
        (payloadStart - start) |
        (payloadEnd - payloadStart) |
        (end - payloadEnd)) >=
        0 &&
      (payloadStart | 0) === payloadStart &&
      (payloadEnd | 0) === payloadEnd &&
      (end | 0) === end &&
      (state | 0) === state
    )
  }

  /** The payload's end in a frame that ends at `frameEnd`. */
  payloadEndIn(frameEnd: number): number {
    return this.payloadEnd === UNSET ? frameEnd : this.payloadEnd
  }
}

/** Whether the finder has set a payload bound, so that its answer is the frame's exact end. */
export function hasBounds(search: FrameSearch, start: number): boolean {
  return search.payloadEnd !== UNSET || search.payloadStart !== start
}
