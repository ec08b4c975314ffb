// Holds the bytes that were received but not yet given out or dropped. Independent of frames.
//
//      accumulator                  chunk
//      +---------+----------+      +-----------+----------+
//      | earlier | gathered |      | given out |  unread  |
//      +---------+----------+      +-----------+----------+
//    start              length     0       position     limit
//
// The stream continues from the end of the accumulator at `position` in the chunk. While there is no accumulator,
// frames are found in the chunk itself and nothing is copied. The caller owns the chunk; bytes that are needed longer
// are copied to the accumulator, which the decoder owns. Gathered bytes are in both, so they can be given back to the
// chunk.

import { Accumulator, copyBytes } from './accumulator.ts'
import { classOf, LONGEST_ON_HEAP, newBytes, type BytesClass } from './bytes-class.ts'
import { LONGEST_IN_SLAB, newOwner, Slab } from './slab.ts'

export const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0)

export class ReceiveBuffer {
  /** The chunk's unread bytes are `chunk[position, limit)`. */
  protected chunk: Uint8Array = NOTHING
  protected position = 0
  protected limit = 0
  /** The chunk's memory. Read once a chunk, for its first view, since the getter takes as long as a small frame. */
  protected memory: ArrayBufferLike | undefined = undefined
  protected memoryOffset = 0
  /** The same memory, if frames are plain Uint8Arrays of it: the fast path makes those itself. */
  protected frameMemory: ArrayBufferLike | undefined = undefined
  /** The constructor of the chunks, and the class of the frames made from them. */
  private chunkConstructor: unknown = undefined
  protected bytesClass: BytesClass = Uint8Array

  /** Undefined while no bytes are held. */
  protected accumulator: Accumulator | undefined = undefined

  /** The number that identifies this decoder as the owner of a slab. */
  private readonly owner: number = newOwner()

  /** How many bytes have been received in total. */
  protected received = 0

  /** How many bytes are held, in the accumulator and the chunk. */
  protected get rawLength(): number {
    return this.heldLength + (this.limit - this.position)
  }

  /** How many bytes the accumulator holds. */
  protected get heldLength(): number {
    return this.accumulator?.held ?? 0
  }

  // ── Chunks ──

  protected setChunk(chunk: Uint8Array): void {
    this.chunk = chunk
    this.memory = undefined
    this.frameMemory = undefined
    this.position = 0
    this.limit = chunk.length
    if (this.accumulator !== undefined) this.accumulator.gathered = 0
  }

  protected releaseChunk(): void {
    if (this.chunk !== NOTHING) this.setChunk(NOTHING)
  }

  /** Whether unread bytes were lost because the chunk was transferred or its memory shrunk. */
  protected get isChunkLost(): boolean {
    return this.chunk.length < this.limit
  }

  /** Stores the class of the chunk, which frames get too. */
  private adoptClass(): void {
    if (this.chunk === NOTHING) return
    const { constructor } = this.chunk
    if (constructor === this.chunkConstructor) return
    this.chunkConstructor = constructor
    this.bytesClass = classOf(this.chunk)
  }

  // ── The accumulator ──

  /**
   * Copies the unread bytes to the accumulator. They can be given back to the chunk. `frameLength` is the length of the
   * frame that begins with them, or 0 if unknown.
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

  /** Copies `count` unread bytes to the accumulator. They can be given back to the chunk. */
  protected gather(accumulator: Accumulator, count: number): void {
    const { position } = this
    accumulator.append(this.chunk, position, position + count)
    accumulator.gathered += count
    this.position = position + count
  }

  /** Copies the unread bytes and releases the chunk, since the caller may now overwrite it. */
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
   * Drops the first `count` bytes of the accumulator. If the chunk still has all bytes that follow, they are given back
   * to it, and the accumulator, which is no longer needed, is returned. The caller calls its `giveBack` after using its
   * bytes.
   */
  protected dropHeld(count: number): Accumulator | undefined {
    const accumulator = this.accumulator!
    const rest = accumulator.held - count
    if (rest > accumulator.gathered || (rest > 0 && this.isChunkLost)) {
      accumulator.drop(count)
      return undefined
    }
    this.position -= rest
    this.accumulator = undefined
    return accumulator
  }

  /** Removes all bytes. */
  protected clear(): void {
    this.accumulator?.giveBack()
    this.accumulator = undefined
    this.releaseChunk()
  }

  /** Returns all bytes, in memory that the decoder uses for nothing else. */
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

  /** `bytes[start, end)` of memory that the decoder owns, without a copy. */
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

  /** Returns a slab with room for `length` bytes. */
  protected slabFor(length: number): Slab {
    return Slab.withRoom(this.owner, this.bytesClass, length)
  }
}
