// The bytes of a frame that is not complete yet, kept between chunks in one contiguous buffer.
//
// - Memory follows the bytes received, never the bytes announced: at most twice as many, but at least 256.
// - Growth doubles, so a byte is copied an amortised twice, however small the chunks.
// - Small accumulators are reused by the next decoder that needs one. An idle decoder has none.

import { newBytes, type BytesClass } from './bytes-class.ts'

/** The least memory, in bytes, and the most that is kept for reuse. */
const SMALLEST = 256

/** The most accumulators that are kept for reuse. */
const MOST_SPARE = 64

/**
 * Below this length a loop is faster than `set`; below the second one, faster than making the view that `set` needs.
 */
const SHORT_COPY = 8
const SHORT_PART = 32

const spare: Accumulator[] = []

export class Accumulator {
  /** The bytes are `bytes[start, length)`. The memory after them is stale. */
  bytes: Uint8Array
  start = 0
  length = 0
  private bytesClass: BytesClass

  // What is known of the frame, in bytes from its start.
  /** How many bytes the frame needs: its length if `isExact`, else a lower bound; 0 if unknown. */
  needed = 0
  isExact = false
  /** How many bytes the finder has seen. */
  seen = 0
  /** Where the finder continues. */
  resumeAt = 0

  /** How many of the last bytes came from the current chunk, and can be given back to it. */
  gathered = 0

  private constructor(bytesClass: BytesClass) {
    this.bytesClass = bytesClass
    this.bytes = newBytes(bytesClass, SMALLEST)
  }

  /** An empty one, with memory of the given class. */
  static take(bytesClass: BytesClass): Accumulator {
    const accumulator = spare.pop()
    if (accumulator === undefined) return new Accumulator(bytesClass)
    if (accumulator.bytesClass !== bytesClass) {
      accumulator.bytesClass = bytesClass
      accumulator.bytes = newBytes(bytesClass, SMALLEST)
    }
    return accumulator
  }

  /** Keeps this accumulator for the next decoder. Its owner must not use it or its bytes any more. */
  giveBack(): void {
    if (this.bytes.length !== SMALLEST || spare.length === MOST_SPARE) return
    this.start = 0
    this.length = 0
    this.forgetFrame()
    this.gathered = 0
    spare.push(this)
  }

  /** How many bytes there are. */
  get held(): number {
    return this.length - this.start
  }

  /** Adds `source[from, to)`. */
  append(source: Uint8Array, from: number, to: number): void {
    const length = this.length + (to - from)
    if (length > this.bytes.length) this.grow(to - from)
    copyBytes(source, from, to, this.bytes, this.length)
    this.length += to - from
  }

  /** Drops the first `count` bytes; those that follow begin a new frame. */
  drop(count: number): void {
    this.start += count
    this.forgetFrame()
  }

  private forgetFrame(): void {
    this.needed = 0
    this.isExact = false
    this.seen = 0
    this.resumeAt = 0
  }

  /**
   * Moves the bytes to larger memory, without dropped ones. The first frame gets no more than its length, if that is
   * known. Later ones may be as many as there are bytes, so for them memory doubles.
   */
  private grow(added: number): void {
    const { held } = this
    const doubled = Math.max(SMALLEST, 2 * (held + added))
    const isLimited = this.isExact && this.start === 0 && this.needed >= held + added
    const larger = newBytes(this.bytesClass, isLimited ? Math.min(Math.max(SMALLEST, this.needed), doubled) : doubled)
    copyBytes(this.bytes, this.start, this.length, larger, 0)
    this.bytes = larger
    this.start = 0
    this.length = held
  }
}

/** Copies `source[from, to)` to `target`, at index `at`. */
export function copyBytes(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  const isWhole = from === 0 && to === source.length
  if (to - from < (isWhole ? SHORT_COPY : SHORT_PART)) {
    while (from < to) target[at++] = source[from++]!
  } else {
    target.set(isWhole ? source : new Uint8Array(source.buffer, source.byteOffset + from, to - from), at)
  }
}
