// Unsigned integers, for the length field and the checksum.

/** Which byte of a number comes first: the most significant (big-endian) or the least. */
export type ByteOrder = 'big' | 'little'

/**
 * Reads `bytes[start, end)`, at most 8 bytes. The result for an integer beyond 2^53-1 is inexact, but also beyond
 * 2^53-1.
 */
export function readUnsigned(bytes: Uint8Array, start: number, end: number, order: ByteOrder): number {
  let value = 0
  if (order === 'big') for (let at = start; at < end; at++) value = value * 256 + bytes[at]!
  else for (let at = end - 1; at >= start; at--) value = value * 256 + bytes[at]!
  return value
}

/** Writes an integer to `bytes[start, end)`. One that does not fit reads back as another one. */
export function writeUnsigned(bytes: Uint8Array, start: number, end: number, order: ByteOrder, value: number): void {
  for (let index = 0; index < end - start; index++) {
    bytes[order === 'little' ? start + index : end - 1 - index] = value % 256
    value = Math.floor(value / 256)
  }
}
