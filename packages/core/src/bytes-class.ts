// The class of the chunks, which is that of the frames: Buffers in, Buffers out.

import type { OwnedBytes } from './contracts.ts'

/** Makes a view of memory. */
export type BytesClass = new (buffer: ArrayBufferLike, offset: number, length: number) => Uint8Array

/**
 * The class that `subarray` would make: for a Buffer, one that can be constructed without Node's deprecation warning.
 */
export function classOf(chunk: Uint8Array): BytesClass {
  return (chunk.constructor as { [Symbol.species]?: BytesClass })[Symbol.species] ?? Uint8Array
}

/** Up to this length V8 keeps the bytes of a typed array in its own heap, which costs a fifth of an `ArrayBuffer`. */
export const LONGEST_ON_HEAP = 64

/** New memory, covered by one view. */
export function newBytes(bytesClass: BytesClass, length: number): Uint8Array {
  return length <= LONGEST_ON_HEAP || bytesClass === Uint8Array
    ? new (bytesClass as unknown as new (length: number) => Uint8Array)(length)
    : new bytesClass(new ArrayBuffer(length), 0, length)
}

/** New memory of `length` bytes, of the class of `bytes`: a Buffer for a Buffer. */
export function newBytesLike(bytes: Uint8Array, length: number): Uint8Array {
  return newBytes(classOf(bytes), length)
}

/** All of `parts` in new memory of `length` bytes. */
export function joinBytes(parts: readonly Uint8Array[], length: number): OwnedBytes {
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
