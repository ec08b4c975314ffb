// The delimiters of a codec as one automaton (Aho and Corasick 1975): each byte is examined once, however many
// delimiters there are and however they overlap.
//
// Its nodes are the prefixes of the delimiters. Outer nodes lie before the end of the shortest delimiter on their path,
// so nothing is decided there. Inner nodes lie at its end or beyond: the position of the delimiter is known, and the
// node tells how much of a longer delimiter that begins with it has followed:
//
//   ['\r', '\r\n', '$_']     outer  root, $     inner  \r, \r\n     $_ is followed by none, and has no node
//
// A node is an integer. A search has to remember nothing else: `search.state` is the node, `search.resumeAt` the
// position of its first byte.

import { indexOfByte, type FrameSearch } from '@unstick/core'
import { automatonTables, ROOT, type Match } from './automaton-tables.ts'
import { byteSet, skipTo } from './byte-set.ts'

export interface Automaton {
  /** The length of the longest delimiter, in bytes. */
  readonly longest: number
  /** Whether `state` is an inner node: a delimiter was found that may still become a longer one. */
  isInner(state: number): boolean
  /** The length of the longest delimiter on the path to an inner node. */
  matchedLength(state: number): number
  /**
   * Searches for the earliest delimiter, and returns the length of the shortest one there. `resumeAt` is its position,
   * and the state is an inner node if it may become a longer one, else 0. Returns 0 if there is none; `resumeAt` is
   * then the earliest position at which one may still begin. With `isLast` no byte follows.
   */
  seek(bytes: Uint8Array, end: number, search: FrameSearch, isLast: boolean): number
  /**
   * Extends the delimiter at `from`, in an inner state. Returns the length of the longest one there; the state is an
   * inner node if it may become a longer one, else 0.
   */
  grow(bytes: Uint8Array, from: number, end: number, search: FrameSearch): number
  /**
   * Matches at `search.resumeAt` alone. Returns the length of the longest delimiter there, `PENDING` if that depends on
   * what follows, or `ABSENT`. The state is 0 at first, then what the last call left.
   */
  match(bytes: Uint8Array, end: number, search: FrameSearch, isLast: boolean): number
}

export const PENDING = 0
export const ABSENT = -1

export function automatonOf(delimiters: readonly Uint8Array[]): Automaton {
  const { classOf, classes, next, depth, outer, matched, matches, lastMatch } = automatonTables(delimiters)
  const firstBytes = new Set(delimiters.map((each) => each[0]!))
  const isFirst = byteSet(firstBytes)
  const onlyFirst = firstBytes.size === 1 ? delimiters[0]![0]! : -1

  // Fast path: the first candidate of a single delimiter is compared directly, without a step per byte.
  const only = delimiters.length === 1 ? delimiters[0] : undefined

  /** Where a delimiter may begin, or `end`. */
  function skip(bytes: Uint8Array, from: number, end: number): number {
    if (onlyFirst === -1) return skipTo(bytes, from, end, isFirst)
    const at = indexOfByte(bytes, onlyFirst, from, end)
    return at === -1 ? end : at
  }

  function seek(bytes: Uint8Array, end: number, search: FrameSearch, isLast: boolean): number {
    if (only !== undefined && search.state === ROOT) {
      search.resumeAt = skip(bytes, search.resumeAt, end)
      if (standsAt(bytes, search.resumeAt, end, only)) return only.length
    }
    let node = search.state
    let at = search.resumeAt + depth[node]!
    while (at < end) {
      if (node === ROOT) {
        at = skip(bytes, at, end)
        if (at === end) break
      }
      const step = next[node * classes + classOf[bytes[at]!]!]!
      at++
      if (step < 0) return decide(matches[~step]!, at, search)
      node = step
    }
    const last = isLast ? lastMatch[node] : undefined
    if (last !== undefined) return decide(last, at, search)
    search.state = node
    search.resumeAt = at - depth[node]!
    return 0
  }

  function grow(bytes: Uint8Array, from: number, end: number, search: FrameSearch): number {
    let node = search.state
    for (let at = from + depth[node]!; at < end; at++) {
      const step = next[node * classes + classOf[bytes[at]!]!]!
      if (step <= 0) {
        search.state = ROOT
        return step === ROOT ? matched[node]! : matches[~step]!.length
      }
      node = step
    }
    search.state = node
    return matched[node]!
  }

  function match(bytes: Uint8Array, end: number, search: FrameSearch, isLast: boolean): number {
    const from = search.resumeAt
    let node = search.state
    for (let at = from + depth[node]!; node < outer;) {
      search.state = node
      if (at >= end) return PENDING
      const step = next[node * classes + classOf[bytes[at]!]!]!
      at++
      const length = step < 0 ? matches[~step]!.length : depth[step]!
      // Shorter ones begin later.
      if (length !== at - from) return ABSENT
      node = step < 0 ? matches[~step]!.state : step
      if (node === ROOT) return length
    }
    search.state = node
    const length = grow(bytes, from, end, search)
    return search.state === ROOT || isLast ? length : PENDING
  }

  return {
    longest: Math.max(...delimiters.map((each) => each.length)),
    isInner: (state) => state >= outer,
    matchedLength: (state) => matched[state]!,
    seek,
    grow,
    match,
  }
}

/** Whether `delimiter` is at `at`, where its first byte is. */
function standsAt(bytes: Uint8Array, at: number, end: number, delimiter: Uint8Array): boolean {
  const { length } = delimiter
  if (end - at < length) return false
  let matched = 1
  while (matched < length && bytes[at + matched] === delimiter[matched]) matched++
  return matched === length
}

function decide({ back, length, state }: Match, at: number, search: FrameSearch): number {
  search.resumeAt = at - back
  search.state = state
  return length
}
