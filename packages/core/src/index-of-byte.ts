// Searching for a byte: the runtime finds one faster than any loop of ours.

interface Searching {
  prototype: { indexOf: (this: Uint8Array, byte: number, from: number) => number }
}

// A global of some runtimes only, and many times as fast; the types of this package know none.
declare const Buffer: Searching | undefined

/** Up to this many bytes a loop is faster than ending the runtime's search. */
const SHORT_SEARCH = 128

/**
 * `indexOf` has no end. An overrun of up to this many bytes costs less than the view that prevents it; what lies beyond
 * may be megabytes.
 */
const OVERRUN = 1024

/** Beyond this index `indexOf` takes no position, and begins at this one instead. */
const LARGEST_INDEX = 0x7fffffff

/**
 * Where the first `byte` is in `bytes[from, to)`, or -1, for finders.
 *
 * Where there is a `Buffer`, it takes a tenth of the time of a loop, and `to` costs no view in most cases. Unlike
 * `indexOf` it also searches beyond 2 GiB.
 */
export const indexOfByte: (bytes: Uint8Array, byte: number, from: number, to: number) => number = searcher()

// A constant of a closure is one for the compiler, which then inlines the call; a bundle's top-level one is a variable.
// What is rare stands apart: only what is small is inlined.
function searcher(): typeof indexOfByte {
  const { indexOf } = (typeof Buffer === 'undefined' ? (Uint8Array as Searching) : Buffer).prototype
  const indexBefore: typeof indexOfByte = (bytes, byte, from, to) => {
    if (to - from <= SHORT_SEARCH) return indexByLoop(bytes, byte, from, to)
    if (to > LARGEST_INDEX) return indexByViews(bytes, byte, from, to)
    if (bytes.length - to > OVERRUN) return indexOf.call(bytes.subarray(0, to), byte, from)
    const at = indexOf.call(bytes, byte, from)
    // Beyond 2 GiB it is negative.
    return at >= from && at < to ? at : -1
  }
  const indexByViews: typeof indexOfByte = (bytes, byte, from, to) => {
    for (let start = from; start < to; start += LARGEST_INDEX) {
      const at = indexOf.call(bytes.subarray(start, Math.min(to, start + LARGEST_INDEX)), byte, 0)
      if (at !== -1) return start + at
    }
    return -1
  }
  return (bytes, byte, from, to) =>
    to === bytes.length && to <= LARGEST_INDEX ? indexOf.call(bytes, byte, from) : indexBefore(bytes, byte, from, to)
}

function indexByLoop(bytes: Uint8Array, byte: number, from: number, to: number): number {
  let at = from
  for (; at + 3 < to; at += 4) {
    if (bytes[at] === byte) return at
    if (bytes[at + 1] === byte) return at + 1
    if (bytes[at + 2] === byte) return at + 2
    if (bytes[at + 3] === byte) return at + 3
  }
  for (; at < to; at++) if (bytes[at] === byte) return at
  return -1
}
