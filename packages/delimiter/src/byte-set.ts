// A search for the first of several bytes, where one search for each would read everything for a byte that is absent.

/** A table with 1 for each of these bytes. */
export function byteSet(members: Iterable<number>): Uint8Array {
  const set = new Uint8Array(256)
  for (const byte of members) set[byte] = 1
  return set
}

/**
 * The index of the first byte of `bytes[from, to)` that is in `set`, or `to`. Four bytes at a time need half as many
 * checks.
 */
export function skipTo(bytes: Uint8Array, from: number, to: number, set: Uint8Array): number {
  let at = from
  while (at + 3 < to) {
    if ((set[bytes[at]!]! | set[bytes[at + 1]!]! | set[bytes[at + 2]!]! | set[bytes[at + 3]!]!) !== 0) break
    at += 4
  }
  while (at < to && set[bytes[at]!] === 0) at++
  return at
}
