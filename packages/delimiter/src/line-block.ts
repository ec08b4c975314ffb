// Finds all line ends of a block of bytes at once, by WebAssembly SIMD (line-block.wat). For short lines this takes
// half the time of one search per line. Without WebAssembly, lines are found one by one.

import { BETWEEN_BOUNDS, BOUNDS, type FindMany, type FoundFrames } from '@unstick/core'
import { LINE_BLOCK_WASM } from './line-block-wasm.ts'

interface LineBlock {
  readonly memory: Uint8Array
  readonly findLines: (
    delimiter: number,
    carriageReturn: number,
    isEither: number,
    from: number,
    to: number,
    base: number,
    limit: number,
    bounds: number,
    boundsEnd: number,
  ) => number
}

// These are globals in every runtime; this package compiles without the types of any.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => {
    exports: { memory: { buffer: ArrayBuffer }; findLines: LineBlock['findLines'] }
  }
}
declare const atob: (base64: string) => string

/** The string of a line keeps the text of its whole block alive. Larger blocks are not faster. */
export const BLOCK: number = 64 * 1024

// The two pages of memory: the length of a step, the block, the length of a step, and the bounds of 2000 lines, three
// i32 each.
const STEP = 64
const FOUND = STEP + BLOCK + STEP
const FOUND_LENGTH = 2000 * 4 * BOUNDS

const NONE = -1

// The answer of line-block.wat: the length of the bounds in bytes, above two flags.
const FLAG_BITS = 2
const ALL_ASCII = 1
const CARRIAGE_RETURN_ENDS = 2

/** Undefined until it is needed, null if it is not available. */
let block: LineBlock | null | undefined

/** The note of a search whose bytes are all ASCII. */
export const ASCII = 'ascii'

/**
 * Finds lines of at most `maxFrameLength` bytes that end with the byte `delimiter`. If `carriageReturn` is given, one
 * before the delimiter is part of the ending.
 */
export function findLines(delimiter: number, maxFrameLength: number, carriageReturn: number = NONE): FindMany {
  return (bytes, start, end, found) =>
    found.state === 0 ? countOf(search(delimiter, carriageReturn, 0, maxFrameLength, bytes, start, end, found)) : 0
}

/** Either byte ends a line; a `delimiter` right after a `carriageReturn` belongs to the same ending. */
interface EitherEnding {
  delimiter: number
  carriageReturn: number
}

/** Finds lines up to the first byte of their ending; the state is then `afterCarriageReturn` or 0. */
export function findEitherLines(ending: EitherEnding, maxFrameLength: number, afterCarriageReturn: number): FindMany {
  const { delimiter, carriageReturn } = ending
  return (bytes, start, end, found) => {
    const isAfter = found.state === afterCarriageReturn
    if (!isAfter && found.state !== 0) return 0
    const from = isAfter && bytes[start] === delimiter ? start + 1 : start
    const answer = search(delimiter, carriageReturn, 1, maxFrameLength, bytes, from, end, found)
    const count = countOf(answer)
    // If no CR ends a line, each line starts where the last one ends, in state 0: the defaults.
    if (from === start && (answer & CARRIAGE_RETURN_ENDS) === 0) return count
    const { bounds, between } = found
    for (let index = 0; index < count; index++) {
      const at = BOUNDS * index
      between[BETWEEN_BOUNDS * index] = bounds[at]!
      between[BETWEEN_BOUNDS * index + 1] = bytes[bounds[at + 1]!] === carriageReturn ? afterCarriageReturn : 0
    }
    return count
  }
}

/** Finds the same lines with their endings. */
export function keepEitherEnds({ delimiter, carriageReturn }: EitherEnding, maxFrameLength: number): FindMany {
  return (bytes, start, end, found) => {
    if (found.state !== 0) return 0
    const count = countOf(search(delimiter, carriageReturn, 1, maxFrameLength, bytes, start, end, found))
    const { bounds } = found
    for (let at = 0; at < BOUNDS * count; at += BOUNDS) {
      let lineEnd = bounds[at + 2]!
      if (bytes[lineEnd - 1] === carriageReturn) {
        if (lineEnd === end) return at / BOUNDS
        if (bytes[lineEnd] === delimiter) lineEnd++
      }
      bounds[at + 1] = bounds[at + 2] = lineEnd
    }
    return count
  }
}

/** Finds lines, and notes if all bytes are ASCII. Returns the answer of `line-block.wat`. */
function search(
  delimiter: number,
  carriageReturn: number,
  isEither: 0 | 1,
  maxFrameLength: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  found: FoundFrames,
): number {
  const limit = Math.min(maxFrameLength, BLOCK)
  if (block === undefined) block = load()
  if (block === null) return 0
  const { memory } = block
  const length = Math.min(end - start, BLOCK)
  memory.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length), STEP)
  const answer = block.findLines(
    delimiter,
    carriageReturn,
    isEither,
    STEP,
    STEP + length,
    start - STEP,
    limit,
    FOUND,
    FOUND + Math.min(FOUND_LENGTH, found.bounds.byteLength),
  )
  if ((answer & ALL_ASCII) !== 0) found.note = ASCII
  found.bounds.set(new Int32Array(memory.buffer, FOUND, BOUNDS * countOf(answer)))
  return answer
}

/** How many lines were found. */
function countOf(answer: number): number {
  return (answer >> FLAG_BITS) / (BOUNDS * Int32Array.BYTES_PER_ELEMENT)
}

/** The same frames, with their endings. */
export function keepingEnds(findMany: FindMany): FindMany {
  return (bytes, start, end, found) => {
    const count = findMany(bytes, start, end, found)
    const { bounds } = found
    for (let at = 0; at < BOUNDS * count; at += BOUNDS) bounds[at + 1] = bounds[at + 2]!
    return count
  }
}

function load(): LineBlock | null {
  // WebAssembly is little-endian; an Int32Array has the byte order of the machine.
  if (new Uint8Array(new Int32Array([1]).buffer)[0] !== 1) return null
  try {
    const code = Uint8Array.from(atob(LINE_BLOCK_WASM), (character) => character.charCodeAt(0))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code))
    return { memory: new Uint8Array(exports.memory.buffer), findLines: exports.findLines }
  } catch {
    // No SIMD, or a security policy forbids to compile code.
    return null
  }
}
