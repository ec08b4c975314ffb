// Views of parts of a chunk, for many frames at once.

type BytesClass = new (buffer: ArrayBufferLike, offset: number, length: number) => Uint8Array

/**
 * A function that makes what `bytes.subarray` makes, of the same class, in half the time: it reads the memory and the
 * class once.
 */
export function viewsOf(bytes: Uint8Array): (start: number, end: number) => Uint8Array {
  const { buffer, byteOffset } = bytes
  // For a Buffer the class behind it, which can be called without a deprecation.
  const Bytes = (bytes.constructor as { [Symbol.species]?: BytesClass })[Symbol.species] ?? Uint8Array
  return (start, end) => new Bytes(buffer, byteOffset + start, end - start)
}
