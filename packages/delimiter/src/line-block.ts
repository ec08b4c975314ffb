// Finds all line ends of a block of bytes at once, by WebAssembly SIMD (line-block.wat), in a third of the time that a
// search for each of them takes. Where that is not to be had, lines are found one by one.

import type { FindFrames } from '@unstick/core'
import { LINE_BLOCK_WASM } from './line-block-wasm.ts'

interface LineBlock {
  memory: { readonly buffer: ArrayBuffer }
  findLines: (
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
  Instance: new (module: object) => { exports: unknown }
}
declare const atob: (base64: string) => string

/** A line that is kept keeps the text of its block; larger ones are no faster. */
const BLOCK = 32 * 1024

// The one page of memory: a step's length, the block, a step's length, and the bounds of 2000 lines.
const STEP = 64
const BOUNDS = STEP + BLOCK + STEP
const BOUNDS_LENGTH = 2000 * 12

const NONE = -1

/** Instantiated when it is first needed; undefined where there is no such thing. */
let loaded: { block: LineBlock; bytes: Uint8Array } | undefined
let isLoaded = false

let isAscii = false

/** Whether all bytes that the last search went through are ASCII, those of the lines it found among them. */
export function wasAscii(): boolean {
  return isAscii
}

/**
 * Finds lines of at most `maxFrameLength` bytes that end with the byte `delimiter`. A `carriageReturn` before it is part
 * of the ending, if one is given.
 */
export function findLines(delimiter: number, maxFrameLength: number, carriageReturn: number = NONE): FindFrames {
  const limit = Math.min(maxFrameLength, BLOCK)
  return (bytes, start, end, bounds) => {
    if (!isLoaded) load()
    if (loaded === undefined) return 0
    const length = Math.min(end - start, BLOCK)
    loaded.bytes.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length), STEP)
    const boundsEnd = BOUNDS + Math.min(BOUNDS_LENGTH, bounds.byteLength)
    const answer = loaded.block.findLines(
      delimiter,
      carriageReturn,
      STEP,
      STEP + length,
      start - STEP,
      limit,
      BOUNDS,
      boundsEnd,
    )
    isAscii = (answer & 1) === 1
    const count = answer >> 3
    bounds.set(new Int32Array(loaded.block.memory.buffer, BOUNDS, count))
    return count / 3
  }
}

function load(): void {
  isLoaded = true
  try {
    const code = Uint8Array.from(atob(LINE_BLOCK_WASM), (character) => character.charCodeAt(0))
    const block = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as LineBlock
    // Its integers are little-endian, those of an Int32Array the machine's.
    if (new Uint8Array(new Int32Array([1]).buffer)[0] === 1)
      loaded = { block, bytes: new Uint8Array(block.memory.buffer) }
  } catch {
    // No SIMD, or no code from bytes allowed.
  }
}
