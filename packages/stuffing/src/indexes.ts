// Searching for one byte up to an end: few bytes by a loop, more by the runtime.

interface Searching {
  prototype: { indexOf: (this: Uint8Array, byte: number, from: number) => number }
}

// A global of some runtimes only, and many times as fast; the types of this package know none.
declare const Buffer: Searching | undefined

/** Fewer bytes than this are searched by the loop. */
const FEW = 16

/** The runtime's search knows no end. It may run over it by this many bytes; else a view is made that ends there. */
const OVERRUN = 2048

/** How many bytes are searched by the loop before a view is made, which costs as much. */
const BEFORE_VIEW = 64

/** Beyond this index the runtime's search takes no position, and gives a negative one. */
const LARGEST_INDEX = 0x7fffffff

const { indexOf: indexOfFar } = (typeof Buffer === 'undefined' ? (Uint8Array as Searching) : Buffer).prototype

/** The index of the first `byte` of `bytes[from, end)`, or `end`. */
export function indexOf(bytes: Uint8Array, byte: number, from: number, end: number): number {
  const isOpen = bytes.length - end > OVERRUN
  const near = Math.min(end, from + (isOpen ? BEFORE_VIEW : end - from < FEW ? FEW : 0))
  for (let at = from; at < near; at++) if (bytes[at] === byte) return at
  if (near === end) return end
  if (end > LARGEST_INDEX) return indexByViews(bytes, byte, near, end)
  const found = indexOfFar.call(isOpen ? bytes.subarray(0, end) : bytes, byte, near)
  return found < 0 || found > end ? end : found
}

function indexByViews(bytes: Uint8Array, byte: number, from: number, end: number): number {
  for (let start = from; start < end; start += LARGEST_INDEX) {
    const found = indexOfFar.call(bytes.subarray(start, Math.min(end, start + LARGEST_INDEX)), byte, 0)
    if (found !== -1) return start + found
  }
  return end
}

/** The index of the first byte of `bytes[from, end)` that is not `byte`, or `end`. */
export function indexOfOther(bytes: Uint8Array, byte: number, from: number, end: number): number {
  while (from < end && bytes[from] === byte) from++
  return from
}
