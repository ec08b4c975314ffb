// Unsigned integers of 1 to 8 bytes. Byte arithmetic: a DataView would have to be made for every chunk.

export type ByteOrder = 'big' | 'little'

/** Reads `size` bytes at `at` as an unsigned integer. Beyond 2^53-1 the result is not exact, but beyond 2^53-1 too. */
export function readUnsigned(bytes: Uint8Array, at: number, size: number, order: ByteOrder): number {
  return order === 'big' ? readBigEndian(bytes, at, size) : readLittleEndian(bytes, at, size)
}

function readBigEndian(bytes: Uint8Array, at: number, size: number): number {
  switch (size) {
    case 1:
      return bytes[at]!
    case 2:
      return (bytes[at]! << 8) | bytes[at + 1]!
    case 4:
      return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  }
  let value = 0
  for (let index = at; index < at + size; index++) value = value * 256 + bytes[index]!
  return value
}

function readLittleEndian(bytes: Uint8Array, at: number, size: number): number {
  switch (size) {
    case 1:
      return bytes[at]!
    case 2:
      return bytes[at]! | (bytes[at + 1]! << 8)
    case 4:
      return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  }
  let value = 0
  for (let index = at + size - 1; index >= at; index--) value = value * 256 + bytes[index]!
  return value
}

/** Writes `value` as an unsigned integer of `size` bytes at `at`. The caller has checked that it fits. */
export function writeUnsigned(bytes: Uint8Array, at: number, size: number, order: ByteOrder, value: number): void {
  for (let index = 0; index < size; index++) {
    bytes[order === 'little' ? at + index : at + size - 1 - index] = value % 256
    value = Math.floor(value / 256)
  }
}
