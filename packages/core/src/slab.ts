// Memory for frames of up to 4 KiB that span chunks. To allocate memory for each would cost more than the frame, so
// they share slabs, like the Buffers of Node's pool.
//
// - All frames in a slab come from one decoder. A frame that the caller keeps keeps its slab in memory: 32 KiB at most.
// - A slab holds only frames that have been given out, so that transferring one does not damage later frames.
// - Decoders hold no slabs: the most recent ones are stored here. If another decoder has replaced the slab of a
//   decoder, that decoder starts with a small one again.

import { newBytes, type BytesClass } from './bytes-class.ts'

/** The longest frame that shares a slab, in bytes. */
export const LONGEST_IN_SLAB = 4096

/** Slabs double from the first length to the second, so that a decoder with few such frames uses little memory. */
const SMALLEST = 512
const LARGEST = 8192

/** Slabs for long frames may be larger: up to the length of this many frames. */
const LONG_FRAMES = 8

/** How many slabs are stored: a power of two. */
const SLABS = 32

export class Slab {
  bytes: Uint8Array
  buffer: ArrayBufferLike
  /** The first free byte. */
  free = 0
  private readonly owner: number
  private readonly bytesClass: BytesClass

  private constructor(owner: number, bytesClass: BytesClass, length: number) {
    this.owner = owner
    this.bytesClass = bytesClass
    this.bytes = newBytes(bytesClass, length)
    this.buffer = this.bytes.buffer
  }

  /** Returns a slab of the decoder `owner` with room for `length` bytes. */
  static withRoom(owner: number, bytesClass: BytesClass, length: number): Slab {
    const slab = recent[owner & (SLABS - 1)]
    const isOurs = slab !== undefined && slab.owner === owner && slab.bytesClass === bytesClass
    // A slab that was transferred has length 0.
    if (isOurs && slab.free + length <= slab.bytes.length) return slab
    const largest = Math.max(LARGEST, LONG_FRAMES * length)
    const doubled = isOurs ? Math.min(largest, 2 * slab.bytes.length) : 0
    const next = new Slab(owner, bytesClass, Math.max(SMALLEST, doubled, length))
    recent[owner & (SLABS - 1)] = next
    return next
  }

  /** Returns the bytes from `start` to `end` as a frame. `next` is the first free byte after it. */
  give(start: number, end: number, next: number): Uint8Array {
    this.free = next
    return new this.bytesClass(this.buffer, start, end - start)
  }
}

const recent: (Slab | undefined)[] = /* @__PURE__ */ Array.from<undefined>({ length: SLABS })

let owners = 0

/** Returns the number of a new decoder. */
export function newOwner(): number {
  owners = (owners + 1) & 0x3fffffff
  return owners
}
