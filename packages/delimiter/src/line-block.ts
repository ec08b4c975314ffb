// Finds all line ends of a block of bytes at once, by WebAssembly SIMD (line-block.wat): in short lines half the time of
// a search for each of them. Where that is not to be had, lines are found one by one.

import type { FindMany } from '@unstick/core'
import { LINE_BLOCK_WASM } from './line-block-wasm.ts'

interface LineBlock {
  readonly memory: Uint8Array
  readonly findLines: (
    delimiter: number,
    carriageReturn: number,
    from: number,
    to: number,
    base: number,
    limit: number,
    bounds: number,
    boundsEnd: number,
  ) => number
}

// Globals wherever this runs; the types of this package know no runtime.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => {
    exports: { memory: { buffer: ArrayBuffer }; findLines: LineBlock['findLines'] }
  }
}
declare const atob: (base64: string) => string

/** A line that is kept keeps the text of its block; larger ones are no faster. */
const BLOCK = 64 * 1024

// Two pages of memory: a step's length, the block, a step's length, and the bounds of 2000 lines.
const STEP = 64
const BOUNDS = STEP + BLOCK + STEP
const BOUNDS_LENGTH = 2000 * 12

const NONE = -1

/** Undefined until it is needed, null where it is not to be had. */
let block: LineBlock | null | undefined

/** What a search notes of its bytes: all of them are ASCII. */
export const ASCII = 'ascii'

/**
 * Finds lines of at most `maxFrameLength` bytes that end with the byte `delimiter`. A `carriageReturn` before it is part
 * of the ending, if one is given.
 */
export function findLines(delimiter: number, maxFrameLength: number, carriageReturn: number = NONE): FindMany {
  const limit = Math.min(maxFrameLength, BLOCK)
  return (bytes, start, end, found) => {
    if (block === undefined) block = load()
    if (block === null) return 0
    const { memory } = block
    const length = Math.min(end - start, BLOCK)
    memory.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length), STEP)
    const answer = block.findLines(
      delimiter,
      carriageReturn,
      STEP,
      STEP + length,
      start - STEP,
      limit,
      BOUNDS,
      BOUNDS + Math.min(BOUNDS_LENGTH, found.bounds.byteLength),
    )
    if ((answer & 1) === 1) found.note = ASCII
    const count = answer >> 3
    found.bounds.set(new Int32Array(memory.buffer, BOUNDS, count))
    return count / 3
  }
}

function load(): LineBlock | null {
  // Its integers are little-endian, those of an Int32Array the machine's.
  if (new Uint8Array(new Int32Array([1]).buffer)[0] !== 1) return null
  try {
    const code = Uint8Array.from(atob(LINE_BLOCK_WASM), (character) => character.charCodeAt(0))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code))
    return { memory: new Uint8Array(exports.memory.buffer), findLines: exports.findLines }
  } catch {
    // No SIMD, or no code from bytes allowed.
    return null
  }
}
