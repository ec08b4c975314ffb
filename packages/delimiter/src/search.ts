// Finding a delimiter: what is sought first is one byte, which the runtime finds faster than any loop of ours.

interface Searching {
  prototype: { indexOf: (this: Uint8Array, byte: number, from: number) => number }
}

// A global of some runtimes only, and many times as fast; the types of this package know none.
declare const Buffer: Searching | undefined

/** Up to this many bytes a loop is faster than what it takes to end the runtime's search. */
const SHORT_SEARCH = 128

/** A search in vain, after which its bytes are dropped, may run over its end by so many times its length. */
const OVERRUN = 128

/** Where `byte` is in `bytes[from, to)`, or -1. */
export const indexOfByte: (bytes: Uint8Array, byte: number, from: number, to: number) => number = searcher()

// A constant of a closure is one for the compiler, which then inlines the call; a bundle's top-level one is a variable.
// What is rare stands apart: only what is small is inlined.
function searcher(): typeof indexOfByte {
  const { indexOf } = (typeof Buffer === 'undefined' ? (Uint8Array as Searching) : Buffer).prototype
  const indexBefore: typeof indexOfByte = (bytes, byte, from, to) => {
    if (to - from <= SHORT_SEARCH) return indexByLoop(bytes, byte, from, to)
    // The runtime's search has no end, and what lies behind `to` may be megabytes.
    if (bytes.length - to > OVERRUN * (to - from)) return indexOf.call(bytes.subarray(0, to), byte, from)
    const at = indexOf.call(bytes, byte, from)
    return at < to ? at : -1
  }
  return (bytes, byte, from, to) =>
    to === bytes.length ? indexOf.call(bytes, byte, from) : indexBefore(bytes, byte, from, to)
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

/** How many bytes of `sought` stand at `at`, as far as `end`. */
export function matchLength(bytes: Uint8Array, at: number, end: number, sought: Uint8Array): number {
  const most = Math.min(sought.length, end - at)
  let length = 0
  while (length < most && bytes[at + length] === sought[length]) length++
  return length
}
