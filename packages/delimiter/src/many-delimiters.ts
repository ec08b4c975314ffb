// The finder for several delimiters: one pass, whatever their number, over bytes that can begin one.

import { ENDLESS, UNKNOWN, type FindFrame } from '@unstick/core'
import { matchLength } from './search.ts'

/**
 * Finds the content, of at most `maxFrameLength` bytes, that ends where the earliest delimiter begins: the longest of
 * those that begin there. Where a longer one may yet come of it, the match waits for its next byte, unless it
 * `isLast`.
 */
export function findAny(delimiters: readonly Uint8Array[], maxFrameLength: number, isLast: boolean): FindFrame {
  const longestFirst = delimiters.toSorted((a, b) => b.length - a.length)
  const beginsOne = new Uint8Array(256)
  for (const delimiter of delimiters) beginsOne[delimiter[0]!] = 1

  return (bytes, start, end, search) => {
    const limit = start + maxFrameLength
    const to = isLast ? end : Math.min(end, limit + 1)
    let mayYetEnd = end <= limit
    for (let at = search.resumeAt; ; at++) {
      at = skipTo(bytes, at, to, beginsOne)
      if (at >= to) {
        search.resumeAt = at
        return mayYetEnd ? UNKNOWN : ENDLESS
      }
      for (const delimiter of longestFirst) {
        const length = matchLength(bytes, at, end, delimiter)
        if (length === delimiter.length) {
          search.resumeAt = at
          if (at > limit) return ENDLESS
          search.payloadStart = start
          search.payloadEnd = at
          return at + length
        }
        if (at + length < end) continue
        if (!isLast) {
          search.resumeAt = at
          return UNKNOWN
        }
        mayYetEnd ||= at <= limit
      }
    }
  }
}

/** Where the first byte marked in `table` is in `bytes[from, to)`, or `to`. Four at a time: half as many checks. */
function skipTo(bytes: Uint8Array, from: number, to: number, table: Uint8Array): number {
  let at = from
  while (at + 3 < to) {
    if ((table[bytes[at]!]! | table[bytes[at + 1]!]! | table[bytes[at + 2]!]! | table[bytes[at + 3]!]!) !== 0) break
    at += 4
  }
  while (at < to && table[bytes[at]!] === 0) at++
  return at
}
