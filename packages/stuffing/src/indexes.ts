// Searches for a byte, or for any other byte, up to an end.

import { indexOfByte } from '@unstick/core'

/** The index of the first `byte` of `bytes[from, end)`, or `end`. */
export function indexOf(bytes: Uint8Array, byte: number, from: number, end: number): number {
  const at = indexOfByte(bytes, byte, from, end)
  return at < 0 ? end : at
}

/** The index of the first byte of `bytes[from, end)` that is not `byte`, or `end`. */
export function indexOfOther(bytes: Uint8Array, byte: number, from: number, end: number): number {
  while (from < end && bytes[from] === byte) from++
  return from
}
