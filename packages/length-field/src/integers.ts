// Unsigned integers in `bytes[start, end)`, by byte arithmetic: a DataView would have to be made for every chunk.

/** Which byte of a number comes first: the most significant (big-endian) or the least. */
export type ByteOrder = 'big' | 'little'

/** Reads a length. The result for a length beyond 2^53-1 is inexact, but also beyond 2^53-1. */
export type ReadLength = (bytes: Uint8Array, start: number, end: number) => number

/** Writes a length. One that does not fit reads back as another one. */
export type WriteLength = (bytes: Uint8Array, start: number, end: number, value: number) => void

export function readBigEndian(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) value = value * 256 + bytes[at]!
  return value
}

export function readLittleEndian(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = end - 1; at >= start; at--) value = value * 256 + bytes[at]!
  return value
}

export function writeBigEndian(bytes: Uint8Array, start: number, end: number, value: number): void {
  for (let at = end - 1; at >= start; at--) {
    bytes[at] = value % 256
    value = Math.floor(value / 256)
  }
}

export function writeLittleEndian(bytes: Uint8Array, start: number, end: number, value: number): void {
  for (let at = start; at < end; at++) {
    bytes[at] = value % 256
    value = Math.floor(value / 256)
  }
}

export const readers: Record<ByteOrder, ReadLength> = { big: readBigEndian, little: readLittleEndian }
export const writers: Record<ByteOrder, WriteLength> = { big: writeBigEndian, little: writeLittleEndian }
