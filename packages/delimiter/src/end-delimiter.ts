// Finders for frames that end with a delimiter. `search.state` is the automaton's node.

import { drop, ENDLESS, UNKNOWN, type FindFrame, type FrameSearch } from '@unstick/core'
import type { Automaton } from './automaton.ts'

/** Makes a finder; with `isLast` the one for the end of the stream, where no byte follows. */
export type MakeFinder = (isLast: boolean) => FindFrame

/**
 * Finds content of at most `maxFrameLength` bytes before the earliest delimiter.
 *
 * The frame ends with the shortest delimiter at that position, which decides its content. The rest of a longer one is
 * dropped before the next frame.
 */
export function findStripped(automaton: Automaton, maxFrameLength: number): MakeFinder {
  return (isLast) => (bytes, start, end, search) => {
    if (automaton.isInner(search.state)) {
      const rest = restOfDelimiter(automaton, bytes, start, end, search)
      if (rest > 0) return drop(search, start + rest)
      if (search.state > 0 && !isLast) return UNKNOWN
      search.state = 0
    }
    const length = automaton.seek(bytes, end, search, isLast)
    const at = search.resumeAt
    if (at - start > maxFrameLength) return endless(length, search)
    if (length === 0) return UNKNOWN
    search.payloadEnd = at
    return at + length
  }
}

/** How many bytes from `start` on are the rest of a longer delimiter, after a frame that ended with the shorter one. */
function restOfDelimiter(
  automaton: Automaton,
  bytes: Uint8Array,
  start: number,
  end: number,
  search: FrameSearch,
): number {
  const known = automaton.matchedLength(search.state)
  return automaton.grow(bytes, start - known, end, search) - known
}

/**
 * Finds the same frames with their delimiter, the longest one at that position: it waits while the delimiter may still
 * grow.
 */
export function findKept(automaton: Automaton, maxFrameLength: number): MakeFinder {
  return (isLast) => (bytes, start, end, search) => {
    let length = 0
    if (!automaton.isInner(search.state)) {
      length = automaton.seek(bytes, end, search, isLast)
      if (search.resumeAt - start > maxFrameLength) return endless(length, search)
      if (length === 0) return UNKNOWN
    }
    const at = search.resumeAt
    if (automaton.isInner(search.state)) {
      length = automaton.grow(bytes, at, end, search)
      if (search.state > 0 && !isLast) return UNKNOWN
      search.state = 0
    }
    search.payloadEnd = at + length
    return at + length
  }
}

/**
 * Answers that the content is too long. A delimiter already found is found again once the content before it is dropped.
 */
function endless(length: number, search: FrameSearch): number {
  if (length > 0) search.state = 0
  return ENDLESS
}
