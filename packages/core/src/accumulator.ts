// Keeps the bytes of an incomplete frame between chunks, in one contiguous buffer.
//
// - Memory depends on the bytes received, never on the length announced: at most twice as many bytes, but at least 256.
// - Memory grows by doubling, so each byte is copied twice (amortised), however small the chunks are.
// - Accumulators of up to 4 KiB are reused by the next decoder that needs one. An idle decoder has none.

import { newBytes, type BytesClass } from './bytes-class.ts'
import { LONGEST_IN_SLAB } from './slab.ts'

/** The least memory, in bytes. */
const SMALLEST = 256

/** The most memory of a reused accumulator, in bytes. Frames that fit into it are copied out of it. */
const LONGEST_SPARE = LONGEST_IN_SLAB

/** The most memory of all spare accumulators of one length, in bytes. */
const MOST_SPARE = 16384

/**
 * Below the first length, a loop is faster than `set`. Below the second, a loop is faster than `set` and the view that
 * it needs to copy a part.
 */
const SHORT_COPY = 8
const SHORT_PART = 32

/** The spare accumulators with the least memory, and the larger ones by their length. */
const spareSmall: Accumulator[] = []
const spareLarger = /* @__PURE__ */ new Map<number, Accumulator[]>([
  [512, []],
  [1024, []],
  [2048, []],
  [LONGEST_SPARE, []],
])

export class Accumulator {
  /** The accumulated bytes are `bytes[start, length)`. Bytes after them are stale. */
  bytes: Uint8Array
  start = 0
  length = 0
  private readonly bytesClass: BytesClass

  // What is known about the frame, in bytes from its start.
  /** The length of the frame if `isExact`, else a lower bound, or 0 if unknown. */
  needed = 0
  isExact = false
  /** How many bytes the finder has seen. */
  seen = 0
  /** Where the finder continues. */
  resumeAt = 0

  /** How many of the last bytes came from the current chunk and can be given back to it. */
  gathered = 0

  private constructor(bytesClass: BytesClass, capacity: number) {
    this.bytesClass = bytesClass
    this.bytes = newBytes(bytesClass, capacity)
  }

  /**
   * Returns an empty accumulator with memory of the given class for the first `length` bytes of a frame. `frameLength`
   * is the length of the frame, or 0 if unknown.
   */
  static take(bytesClass: BytesClass, length: number, frameLength: number): Accumulator {
    // Most accumulators are small. Larger ones have their own method, so that the compiler inlines this path.
    if (length > SMALLEST) return Accumulator.takeLarger(bytesClass, capacityFor(length, frameLength))
    return spareSmall.pop()?.ofClass(bytesClass) ?? new Accumulator(bytesClass, SMALLEST)
  }

  private static takeLarger(bytesClass: BytesClass, capacity: number): Accumulator {
    return spareLarger.get(capacity)?.pop()?.ofClass(bytesClass) ?? new Accumulator(bytesClass, capacity)
  }

  /** Returns this accumulator if its memory has the given class and was not transferred by a visitor. */
  private ofClass(bytesClass: BytesClass): Accumulator | undefined {
    return this.bytesClass === bytesClass && this.bytes.length > 0 ? this : undefined
  }

  /** Stores this accumulator for the next decoder. The caller must no longer use it or its bytes. */
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

  /** How many bytes are accumulated. */
  get held(): number {
    return this.length - this.start
  }

  /** Appends `source[from, to)`. */
  append(source: Uint8Array, from: number, to: number): void {
    const length = this.length + (to - from)
    if (length > this.bytes.length) this.grow(to - from)
    copyBytes(source, from, to, this.bytes, this.length)
    this.length += to - from
  }

  /** Drops the first `count` bytes. A new frame begins after them. */
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
   * Moves the bytes to larger memory, without the dropped ones. For the first frame, memory is limited to its length,
   * if known. After it, many small frames may follow, so memory doubles.
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
 * Returns how much memory to allocate for `length` bytes: up to LONGEST_SPARE a power of two, so that it can be reused.
 * More memory has the length of the frame, if that is known and at least half of the frame has arrived; else it is
 * twice `length`.
 */
function capacityFor(length: number, frameLength: number): number {
  if (frameLength > LONGEST_SPARE && length <= frameLength && frameLength <= 2 * length) return frameLength
  return length > LONGEST_SPARE ? 2 * length : 1 << (32 - Math.clz32(length - 1))
}

/** Copies `source[from, to)` to index `at` of `target`. */
export function copyBytes(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  const isWhole = from === 0 && to === source.length
  if (to - from < (isWhole ? SHORT_COPY : SHORT_PART)) {
    while (from < to) target[at++] = source[from++]!
  } else {
    target.set(isWhole ? source : new Uint8Array(source.buffer, source.byteOffset + from, to - from), at)
  }
}
