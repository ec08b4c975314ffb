// The finder for one delimiter: its last byte is sought, and what stands before it compared.

import { ENDLESS, UNKNOWN, type FindFrame } from '@unstick/core'
import { indexOfByte, matchLength } from './search.ts'

/** Finds the content, of at most `maxFrameLength` bytes, that ends where `delimiter` begins. */
export function findOne(delimiter: Uint8Array, maxFrameLength: number): FindFrame {
  const before = delimiter.length - 1
  const lastByte = delimiter[before]!
  return (bytes, start, end, search) => {
    // No delimiter that begins behind the limit is this frame's.
    const to = Math.min(end, start + maxFrameLength + delimiter.length)
    let from = search.resumeAt + before
    while (from < to) {
      const last = indexOfByte(bytes, lastByte, from, to)
      if (last === -1) break
      if (before === 0 || matchLength(bytes, last - before, last, delimiter) === before) {
        search.payloadStart = start
        search.payloadEnd = last - before
        return last + 1
      }
      from = last + 1
    }
    search.resumeAt = Math.max(start, to - before)
    return mayYetEnd(bytes, start, end, maxFrameLength, delimiter) ? UNKNOWN : ENDLESS
  }
}

/** Whether the content is within the limit, if the last bytes are the first part of the delimiter. */
function mayYetEnd(
  bytes: Uint8Array,
  start: number,
  end: number,
  maxFrameLength: number,
  delimiter: Uint8Array,
): boolean {
  const limit = start + maxFrameLength
  if (end <= limit) return true
  for (let at = Math.max(start, end - delimiter.length + 1); at <= limit; at++) {
    if (matchLength(bytes, at, end, delimiter) === end - at) return true
  }
  return false
}
