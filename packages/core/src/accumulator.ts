// The bytes of a frame that is not whole yet, kept between chunks in one contiguous buffer.
//
// - Its memory follows the bytes received, never the bytes promised: at most twice as many, and 256 at least.
// - Growth doubles, so a byte is copied an amortised twice, however small the chunks.
// - An empty one that was released holds no memory.

const SMALLEST = 256
const NOTHING = new Uint8Array(0)

/** Below this many bytes a loop is faster than `set`, and below the second as well as the view it needs. */
const SHORT_COPY = 8
const SHORT_PART = 32

export class Accumulator {
  /** The memory; `bytes[0, length)` has been received, what lies behind is arbitrary. */
  bytes: Uint8Array = NOTHING
  length = 0

  /** Adds `source[start, end)`. Growth stops at `expected` bytes in all, where the frame's length is known (0: unknown). */
  append(source: Uint8Array, start: number, end: number, expected: number): void {
    const length = this.length + (end - start)
    if (length > this.bytes.length || (this.length === 0 && this.bytes.length > capacityFor(length))) {
      this.grow(length, expected)
    }
    copy(source, start, end, this.bytes, this.length)
    this.length = length
  }

  /** Drops the first `count` bytes. The others move to memory of their own: what was handed out stays as it is. */
  drop(count: number): void {
    const rest = this.bytes.subarray(count, this.length)
    this.release()
    this.append(rest, 0, rest.length, 0)
  }

  /** Forgets the bytes and lets go of the memory, which now belongs to whoever holds it. */
  release(): void {
    this.bytes = NOTHING
    this.length = 0
  }

  private grow(length: number, expected: number): void {
    const doubled = capacityFor(length)
    const capacity = expected >= length ? Math.max(SMALLEST, Math.min(expected, doubled)) : doubled
    const larger = new Uint8Array(capacity)
    copy(this.bytes, 0, this.length, larger, 0)
    this.bytes = larger
  }
}

function capacityFor(length: number): number {
  return Math.max(SMALLEST, 2 * length)
}

function copy(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): void {
  const isWhole = start === 0 && end === source.length
  if (end - start < (isWhole ? SHORT_COPY : SHORT_PART)) {
    while (start < end) target[at++] = source[start++]!
  } else {
    target.set(isWhole ? source : source.subarray(start, end), at)
  }
}
