// The bytes received and not yet given out or dropped. It knows nothing of frames.
//
//      accumulator                  chunk
//      +---------+----------+      +-----------+----------+
//      | earlier | gathered |      | given out |  unread  |
//      +---------+----------+      +-----------+----------+
//    start              length     0       position     limit
//
// The stream continues from the accumulator to `position` in the chunk. While there is no accumulator, frames are found
// in the chunk itself and nothing is copied. The chunk is the caller's memory; what has to outlive it moves to the
// accumulator, which is ours. Gathered bytes are in both, so the chunk can take them back.

import { Accumulator, copyBytes } from './accumulator.ts'
import { classOf, LONGEST_ON_HEAP, newBytes, type BytesClass } from './bytes-class.ts'
import { LONGEST_IN_SLAB, newOwner, Slab } from './slab.ts'

export const NOTHING: Uint8Array = new Uint8Array(0)

export class ReceiveBuffer {
  /** The chunk's unread bytes are `chunk[position, limit)`. */
  protected chunk: Uint8Array = NOTHING
  protected position = 0
  protected limit = 0
  /** The chunk's memory, read with its first frame: the getter costs as much as a small frame. */
  private memory: ArrayBufferLike | undefined = undefined
  private memoryOffset = 0
  /** The constructor of the chunks, and the class of views of them. */
  private chunkConstructor: unknown = undefined
  protected bytesClass: BytesClass = Uint8Array

  /** Undefined while there are no bytes to hold. */
  protected accumulator: Accumulator | undefined = undefined

  /** The number by which this decoder owns slabs. */
  private readonly owner: number = newOwner()

  /** How many bytes have been received in all. */
  protected received = 0

  /** How many bytes there are. */
  protected get rawLength(): number {
    return this.heldLength + (this.limit - this.position)
  }

  /** How many bytes the accumulator holds. */
  protected get heldLength(): number {
    return this.accumulator === undefined ? 0 : this.accumulator.held
  }

  // ── Chunks ──

  protected setChunk(chunk: Uint8Array): void {
    this.chunk = chunk
    this.memory = undefined
    this.position = 0
    this.limit = chunk.length
    if (this.accumulator !== undefined) this.accumulator.gathered = 0
  }

  protected releaseChunk(): void {
    if (this.chunk !== NOTHING) this.setChunk(NOTHING)
  }

  /** Whether the chunk was transferred, or its memory shrunk, while bytes of it were unread. */
  protected get isChunkLost(): boolean {
    return this.chunk.length < this.limit
  }

  /** Remembers the class of the chunk, for frames. */
  private adoptClass(): void {
    if (this.chunk === NOTHING) return
    const { constructor } = this.chunk
    if (constructor === this.chunkConstructor) return
    this.chunkConstructor = constructor
    this.bytesClass = classOf(this.chunk)
  }

  // ── The accumulator ──

  /**
   * Moves the unread bytes to the accumulator. The chunk can take them back. `frameLength` is the length of the frame
   * that they begin, or 0.
   */
  protected keepUnread(frameLength = 0): Accumulator {
    const { position, limit } = this
    let { accumulator } = this
    if (accumulator === undefined) {
      this.adoptClass()
      this.accumulator = accumulator = Accumulator.take(this.bytesClass, limit - position, frameLength)
    }
    accumulator.append(this.chunk, position, limit)
    accumulator.gathered += limit - position
    this.position = limit
    return accumulator
  }

  /** Moves `count` unread bytes to the accumulator. The chunk can take them back. */
  protected gather(accumulator: Accumulator, count: number): void {
    const { position } = this
    accumulator.append(this.chunk, position, position + count)
    accumulator.gathered += count
    this.position = position + count
  }

  /** Makes sure that the unread bytes are ours, since the caller may now overwrite the chunk. */
  protected ownUnread(): void {
    if (this.position < this.limit) this.keepUnread()
    this.releaseChunk()
  }

  /** Drops the next `count` bytes, or all there are, and returns how many. */
  protected discard(count: number): number {
    const held = Math.min(count, this.heldLength)
    if (held > 0) this.dropHeld(held)?.giveBack()
    const rest = Math.min(count - held, this.limit - this.position)
    this.position += rest
    return held + rest
  }

  /**
   * Drops the first `count` bytes of the accumulator. The chunk takes back those that follow, if it has them all: then
   * the accumulator is not needed any more, and is returned, for the caller to give back once its bytes were used.
   */
  protected dropHeld(count: number): Accumulator | undefined {
    const accumulator = this.accumulator!
    const rest = accumulator.held - count
    if (rest > accumulator.gathered) {
      accumulator.drop(count)
      return undefined
    }
    this.position -= rest
    this.accumulator = undefined
    return accumulator
  }

  /** Forgets all bytes. */
  protected clear(): void {
    this.accumulator?.giveBack()
    this.accumulator = undefined
    this.releaseChunk()
  }

  /** All bytes, in memory that nothing else of ours uses. */
  protected takeAllBytes(): Uint8Array {
    const { position, limit } = this
    if (this.accumulator === undefined) {
      this.adoptClass()
      return position === limit ? newBytes(this.bytesClass, 0) : this.viewOfChunk(position, limit)
    }
    const accumulator = this.keepUnread()
    return this.copyOf(accumulator.bytes, accumulator.start, accumulator.length)
  }

  // ── Frames ──

  /** `chunk[start, end)`, without a copy. */
  protected viewOfChunk(start: number, end: number): Uint8Array {
    if (this.memory === undefined) {
      this.adoptClass()
      this.memory = this.chunk.buffer
      this.memoryOffset = this.chunk.byteOffset
    }
    return new this.bytesClass(this.memory, this.memoryOffset + start, end - start)
  }

  /** `chunk[start, end)` in an `ArrayBuffer` of its own. */
  protected copyOfChunk(start: number, end: number): Uint8Array {
    this.adoptClass()
    return this.copyOf(this.chunk, start, end)
  }

  /** `bytes[start, end)` of memory of ours, without a copy. */
  protected viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
    return new this.bytesClass(bytes.buffer, bytes.byteOffset + start, end - start)
  }

  /** `bytes[start, end)` in an `ArrayBuffer` of its own. */
  protected copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const copy = newBytes(this.bytesClass, end - start)
    copyBytes(bytes, start, end, copy, 0)
    return copy
  }

  /** `bytes[start, end)` in memory that no other frame overlaps. */
  protected ownedCopy(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start
    if (length <= LONGEST_ON_HEAP || length > LONGEST_IN_SLAB) return this.copyOf(bytes, start, end)
    const slab = this.slabFor(length)
    copyBytes(bytes, start, end, slab.bytes, slab.free)
    return slab.give(slab.free, slab.free + length, slab.free + length)
  }

  /** A slab with room for `length` bytes. */
  protected slabFor(length: number): Slab {
    return Slab.withRoom(this.owner, this.bytesClass, length)
  }
}
