// Searching for one byte up to an end: the first bytes by a loop, which is faster for what is near, and the others by the
// runtime.

interface Searching {
  prototype: { indexOf: (this: Uint8Array, byte: number, from: number) => number }
}

// A global of some runtimes only, and many times as fast; the types of this package know none.
declare const Buffer: Searching | undefined

/** How many bytes are searched by the loop alone, and of more than that how many before the runtime's search. */
const FEW = 128
const NEAR = 48

/** The runtime's search knows no end. It may run over it by this many bytes, before a view is made that ends there. */
const OVERRUN = 2048

const { indexOf: indexOfFar } = (typeof Buffer === 'undefined' ? (Uint8Array as Searching) : Buffer).prototype

/** The index of the first `byte` of `bytes[from, end)`, or `end`. */
export function indexOf(bytes: Uint8Array, byte: number, from: number, end: number): number {
  const near = end - from > FEW ? from + NEAR : end
  for (let at = from; at < near; at++) if (bytes[at] === byte) return at
  if (near === end) return end
  const found = indexOfFar.call(bytes.length - end > OVERRUN ? bytes.subarray(0, end) : bytes, byte, near)
  return found === -1 || found > end ? end : found
}

/** The index of the first byte of `bytes[from, end)` that is not `byte`, or `end`. */
export function indexOfOther(bytes: Uint8Array, byte: number, from: number, end: number): number {
  while (from < end && bytes[from] === byte) from++
  return from
}
