// Searches for a byte by the built-in `indexOf`, which is faster than a loop.

interface Searching {
  prototype: { indexOf: (this: Uint8Array, byte: number, from: number) => number }
}

// A global of some runtimes only, many times as fast; this package compiles without the types of any runtime.
declare const Buffer: Searching | undefined

/** Up to this many bytes, a loop is faster than a bounded built-in search. */
const SHORT_SEARCH = 128

/**
 * `indexOf` cannot be told where to stop. An overrun of up to this many bytes costs less than the view that prevents
 * it; without a bound, it may search megabytes.
 */
const OVERRUN = 1024

/** The largest position that `indexOf` accepts: a larger one is clamped to it. */
const LARGEST_INDEX = 0x7fffffff

/**
 * The index of the first `byte` in `bytes[from, to)`, or -1.
 *
 * With `Buffer`, it takes a tenth of the time of a loop, and usually needs no view for `to`. Unlike `indexOf`, it also
 * searches beyond 2 GiB.
 */
export const indexOfByte: (bytes: Uint8Array, byte: number, from: number, to: number) => number =
  /* @__PURE__ */ searcher()

// The compiler inlines calls through a constant of a closure, whereas bundlers turn a top-level constant into a
// variable. Rare cases are separate functions, since only small ones are inlined.
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
