// The bytes of a frame that is not complete yet, kept between chunks in one contiguous buffer.
//
// - Memory follows the bytes received, never the bytes announced: at most twice as many, but at least 256.
// - Growth doubles, so a byte is copied an amortised twice, however small the chunks.
// - Accumulators of up to 4 KiB are reused by the next decoder that needs one. An idle decoder has none.

import { newBytes, type BytesClass } from './bytes-class.ts'
import { LONGEST_IN_SLAB } from './slab.ts'

/** The least memory, in bytes. */
const SMALLEST = 256

/** The most memory of an accumulator that is reused, in bytes. Frames that fit are copied out of it. */
const LONGEST_SPARE = LONGEST_IN_SLAB

/** The most bytes that are kept for later decoders in accumulators of one length. */
const MOST_SPARE = 16384

/**
 * Below this length a loop is faster than `set`; below the second one, faster than making the view that `set` needs.
 */
const SHORT_COPY = 8
const SHORT_PART = 32

/** The spare accumulators with the least memory, and those with more, by its length. */
const spareSmall: Accumulator[] = []
const spareLarger = new Map<number, Accumulator[]>([512, 1024, 2048, LONGEST_SPARE].map((capacity) => [capacity, []]))

export class Accumulator {
  /** The bytes are `bytes[start, length)`. The memory after them is stale. */
  bytes: Uint8Array
  start = 0
  length = 0
  private readonly bytesClass: BytesClass

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

  private constructor(bytesClass: BytesClass, capacity: number) {
    this.bytesClass = bytesClass
    this.bytes = newBytes(bytesClass, capacity)
  }

  /**
   * An empty one, with memory of the given class for `length` bytes, which begin a frame of `frameLength` bytes, if
   * that is known, else 0.
   */
  static take(bytesClass: BytesClass, length: number, frameLength: number): Accumulator {
    // Most are small: the compiler inlines what takes those.
    if (length > SMALLEST) return Accumulator.takeLarger(bytesClass, capacityFor(length, frameLength))
    return spareSmall.pop()?.ofClass(bytesClass) ?? new Accumulator(bytesClass, SMALLEST)
  }

  private static takeLarger(bytesClass: BytesClass, capacity: number): Accumulator {
    return spareLarger.get(capacity)?.pop()?.ofClass(bytesClass) ?? new Accumulator(bytesClass, capacity)
  }

  /** This one, if it has memory of the given class, which no visitor has transferred away. */
  private ofClass(bytesClass: BytesClass): Accumulator | undefined {
    return this.bytesClass === bytesClass && this.bytes.length > 0 ? this : undefined
  }

  /** Keeps this accumulator for the next decoder. Its owner must not use it or its bytes any more. */
  giveBack(): void {
    const { length } = this.bytes
    const spares = length === SMALLEST ? spareSmall : spareLarger.get(length)
    if (spares === undefined || spares.length * length === MOST_SPARE) return
    this.start = 0
    this.length = 0
    this.forgetFrame()
    this.gathered = 0
    spares.push(this)
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
    const { bytes, bytesClass, held, start } = this
    const length = held + added
    const larger =
      start === 0
        ? Accumulator.take(bytesClass, length, this.isExact ? this.needed : 0)
        : new Accumulator(bytesClass, Math.max(SMALLEST, 2 * length))
    copyBytes(bytes, start, this.length, larger.bytes, 0)
    this.bytes = larger.bytes
    this.start = 0
    this.length = held
    larger.bytes = bytes
    larger.giveBack()
  }
}

/**
 * How much memory `length` bytes get: up to LONGEST_SPARE a power of two, so that it can be used again. Longer memory is
 * that of the frame alone, if its length is known and half of it is there.
 */
function capacityFor(length: number, frameLength: number): number {
  if (frameLength > LONGEST_SPARE && length <= frameLength && frameLength <= 2 * length) return frameLength
  return length > LONGEST_SPARE ? 2 * length : 1 << (32 - Math.clz32(length - 1))
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
