// Frames that own their bytes, of the class of the chunks: Buffers in, Buffers out.

type BytesClass = new (length: number) => Uint8Array

/** `length` zeros for a frame made of `payload`, as a `Uint8Array` or a `Buffer`, whichever that is. */
export function ownBytes(payload: Uint8Array, length: number): Uint8Array {
  // What `slice` of a `Uint8Array` would make: for a Buffer the class behind `Buffer`, which can be called without a
  // deprecation.
  const bytesClass = (payload.constructor as { [Symbol.species]?: BytesClass })[Symbol.species] ?? Uint8Array
  return new bytesClass(length)
}
