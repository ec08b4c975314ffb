// Length fields that are not plain integers, for tests.

import type { LengthFieldOptions } from '../src/index.ts'

/** Two flags, then 14 bits of length in units of one byte; the flags are kept when a frame is encoded. */
export const flagsInTheTopBits: LengthFieldOptions = {
  lengthFieldLength: 2,
  readLength: (bytes, start) => ((bytes[start]! & 0x3f) << 8) | bytes[start + 1]!,
  writeLength(bytes, start, _end, value) {
    bytes[start] = (bytes[start]! & 0xc0) | ((value >> 8) & 0x3f)
    bytes[start + 1] = value & 0xff
  },
}

/** The length twice: as it is, and with all bits inverted. */
export const lengthWithComplement: LengthFieldOptions = {
  lengthFieldLength: 2,
  readLength(bytes, start) {
    const [length = 0, complement = 0] = bytes.subarray(start, start + 2)
    return (length ^ complement) === 0xff ? length : Number.NaN
  },
  writeLength(bytes, start, _end, value) {
    bytes[start] = value
    bytes[start + 1] = ~value
  },
}
