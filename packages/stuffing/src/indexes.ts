// Searches with an end, which `indexOf` has not.

/** The index of the first `byte` of `bytes[from, end)`, or `end`. */
export function indexOf(bytes: Uint8Array, byte: number, from: number, end: number): number {
  while (from < end && bytes[from] !== byte) from++
  return from
}

/** The index of the first byte of `bytes[from, end)` that is not `byte`, or `end`. */
export function indexOfOther(bytes: Uint8Array, byte: number, from: number, end: number): number {
  while (from < end && bytes[from] === byte) from++
  return from
}
