// Memory for frames of up to 4 KiB that span chunks. A piece of memory for each would cost more than the frame: they share
// slabs, as the Buffers of Node's pool do.
//
// - The frames of one slab are of one decoder. A frame that is kept keeps its slab: 32 KiB at most.
// - A slab holds only frames that were given out, so that transferring one harms no frame still to come.
// - A decoder has no slab of its own: the most recent ones are kept here, and a decoder that finds its slab taken by
//   another one begins again with a small one.

import { newBytes, type BytesClass } from './bytes-class.ts'

/** The longest frame that shares a slab, in bytes. */
export const LONGEST_IN_SLAB = 4096

/** Slabs double from the first length to the second, so that a decoder with few such frames holds little. */
const SMALLEST = 512
const LARGEST = 8192

/** For long frames they may be larger: as long as this many of them. */
const LONG_FRAMES = 8

/** A power of two. */
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

  /** A slab of the decoder `owner` with room for `length` bytes. */
  static withRoom(owner: number, bytesClass: BytesClass, length: number): Slab {
    const slab = recent[owner & (SLABS - 1)]
    const isOurs = slab !== undefined && slab.owner === owner && slab.bytesClass === bytesClass
    // A slab that was transferred away has no length.
    if (isOurs && slab.free + length <= slab.bytes.length) return slab
    const largest = Math.max(LARGEST, LONG_FRAMES * length)
    const doubled = isOurs ? Math.min(largest, 2 * slab.bytes.length) : 0
    const next = new Slab(owner, bytesClass, Math.max(SMALLEST, doubled, length))
    recent[owner & (SLABS - 1)] = next
    return next
  }

  /** The next `length` bytes as a frame. */
  give(start: number, end: number, next: number): Uint8Array {
    this.free = next
    return new this.bytesClass(this.buffer, start, end - start)
  }
}

const recent: (Slab | undefined)[] = new Array<Slab | undefined>(SLABS).fill(undefined)

let owners = 0

/** A new number for a decoder. */
export function newOwner(): number {
  owners = (owners + 1) & 0x3fffffff
  return owners
}
