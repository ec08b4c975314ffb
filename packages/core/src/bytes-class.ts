// The class of chunks, which is that of the frames: Buffers in, Buffers out.

/** Makes a view of memory. */
export type BytesClass = new (buffer: ArrayBufferLike, offset: number, length: number) => Uint8Array

/** What `subarray` would make: for a Buffer the class behind `Buffer`, which can be called without a deprecation. */
export function classOf(chunk: Uint8Array): BytesClass {
  return (chunk.constructor as { [Symbol.species]?: BytesClass })[Symbol.species] ?? Uint8Array
}
