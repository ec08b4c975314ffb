// New memory for frames, of the class of the chunks: Buffers in, Buffers out.

type BytesClass = new (length: number) => Uint8Array

/** `length` zeros, as a `Buffer` if `payload` is one, else as a `Uint8Array`. */
export function ownBytes(payload: Uint8Array, length: number): Uint8Array {
  // Like `slice` of a `Uint8Array`: for a Buffer, the class that can be constructed without Node's deprecation warning.
  const bytesClass = (payload.constructor as { [Symbol.species]?: BytesClass })[Symbol.species] ?? Uint8Array
  return new bytesClass(length)
}
