// Frames that own their bytes, of the class of the chunks: Buffers in, Buffers out.

type BytesClass = new (buffer: ArrayBuffer, offset: number, length: number) => Uint8Array

/** New memory of `length` bytes for a frame made of `payload`, as a `Uint8Array` or a `Buffer`, whichever that is. */
export function ownBytes(payload: Uint8Array, length: number): Uint8Array {
  const constructor = payload.constructor as { [Symbol.species]?: BytesClass }
  if ((constructor as unknown) === Uint8Array) return new Uint8Array(length)
  // The class behind `Buffer`, which can be called without a deprecation.
  const bytesClass = constructor[Symbol.species]
  return bytesClass === undefined ? new Uint8Array(length) : new bytesClass(new ArrayBuffer(length), 0, length)
}
