// Finds the arrays and objects of a block of bytes at once, by WebAssembly SIMD (value-block.wat).

import { VALUE_BLOCK_WASM } from './value-block-wasm.ts'

interface ValueBlock {
  readonly memory: Uint8Array
  readonly found: Int32Array
  readonly findNested: (
    to: number,
    base: number,
    level: number,
    maxDepth: number,
    found: number,
    foundEnd: number,
  ) => number
}

// These are globals in every runtime; this package compiles without the types of any.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => {
    exports: { memory: { buffer: ArrayBuffer }; findNested: ValueBlock['findNested'] }
  }
}
declare const atob: (base64: string) => string

/**
 * Larger blocks are not faster. The search of a block is wasted if the first value in it is longer than the block.
 */
const BLOCK = 16 * 1024

// In one page of memory: the block, the length of a step, and where 2000 values start and end, two i32 each.
const FOUND = BLOCK + 64
const FOUND_LENGTH = 2000 * 4 * 2

/** The largest i32. */
const LARGEST = 0x7fffffff

/** Undefined until it is needed, null if it is not available. */
let block: ValueBlock | null | undefined

/** Which arrays and objects are sought: those right inside `level` brackets, nested at most `maxDepth` deep. */
export interface Nesting {
  readonly level: number
  readonly maxDepth: number
}

/** Returns undefined where there is no WebAssembly. */
export function nestedEnds(bytes: Uint8Array, end: number, nesting: Nesting): NestedEnds | undefined {
  if (block === undefined) block = load()
  return block === null ? undefined : new NestedEnds(block, bytes, end, nesting)
}

/** Where arrays and objects in `bytes` end. Valid until it is made for other bytes. */
export class NestedEnds {
  private readonly block: ValueBlock
  private readonly bytes: Uint8Array
  private readonly end: number
  private readonly nesting: Nesting
  /** How many have been found in the block, and how many of these start before the last one asked for. */
  private count = 0
  private passed = 0

  constructor(used: ValueBlock, bytes: Uint8Array, end: number, nesting: Nesting) {
    this.block = used
    this.bytes = bytes
    this.end = end
    this.nesting = nesting
  }

  /**
   * The end of the array or object that starts at `at`; call it in the order of the stream. Returns 0 if the value is
   * incomplete, malformed, nested too deeply, or longer than a block.
   */
  endOf(at: number): number {
    const { found } = this.block
    while (this.passed < this.count && found[2 * this.passed]! < at) this.passed++
    if (this.passed === this.count) {
      this.passed = 0
      this.count = this.search(at)
    }
    return this.passed < this.count && found[2 * this.passed] === at ? found[2 * this.passed + 1]! : 0
  }

  private search(from: number): number {
    const { memory, findNested } = this.block
    const { bytes, end, nesting } = this
    const { level, maxDepth } = nesting
    const length = Math.min(end - from, BLOCK)
    memory.set(new Uint8Array(bytes.buffer, bytes.byteOffset + from, length))
    return findNested(length, from, level, Math.min(level + maxDepth, LARGEST), FOUND, FOUND + FOUND_LENGTH) / 8
  }
}

function load(): ValueBlock | null {
  // WebAssembly is little-endian; an Int32Array has the byte order of the machine.
  if (new Uint8Array(new Int32Array([1]).buffer)[0] !== 1) return null
  try {
    const code = Uint8Array.from(atob(VALUE_BLOCK_WASM), (character) => character.charCodeAt(0))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code))
    const { buffer } = exports.memory
    return {
      memory: new Uint8Array(buffer),
      found: new Int32Array(buffer, FOUND, FOUND_LENGTH / 4),
      findNested: exports.findNested,
    }
  } catch {
    // No SIMD, or a security policy forbids to compile code.
    return null
  }
}
