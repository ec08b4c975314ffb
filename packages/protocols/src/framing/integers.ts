// Unsigned integers of 1 to 6 bytes, read and written. A header is written as the list of its fields, in their order:
//
//   bigEndian([1, type], [2, channel], [4, payload.length])       type | channel | length

import { FrameError } from '@unstick/core'

/** A header's field: its width in bytes, and its value. */
export type Field = readonly [width: number, value: number]

/** The unsigned big-endian integer in `bytes[at, at + width)`. */
export function readBig(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let index = at; index < at + width; index++) value = value * 256 + bytes[index]!
  return value
}

/** The unsigned little-endian integer in `bytes[at, at + width)`. */
export function readLittle(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let index = at + width - 1; index >= at; index--) value = value * 256 + bytes[index]!
  return value
}

/**
 * The fields, big-endian, in new memory.
 *
 * @throws {FrameError} `ERR_FRAME_NOT_ENCODABLE`: a value is no integer or does not fit its field.
 */
export function bigEndian(...fields: readonly Field[]): Uint8Array {
  return header(fields, (bytes, at, width, value) => {
    for (let index = at + width - 1, rest = value; index >= at; index--, rest = Math.floor(rest / 256)) {
      bytes[index] = rest % 256
    }
  })
}

/**
 * The fields, little-endian, in new memory.
 *
 * @throws {FrameError} `ERR_FRAME_NOT_ENCODABLE`: a value is no integer or does not fit its field.
 */
export function littleEndian(...fields: readonly Field[]): Uint8Array {
  return header(fields, (bytes, at, width, value) => {
    for (let index = at, rest = value; index < at + width; index++, rest = Math.floor(rest / 256)) {
      bytes[index] = rest % 256
    }
  })
}

function header(
  fields: readonly Field[],
  write: (bytes: Uint8Array, at: number, width: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0))
  let at = 0
  for (const [width, value] of fields) {
    if (!(Number.isSafeInteger(value) && value >= 0 && value < 256 ** width)) {
      const message = `a header field must be an integer from 0 to 2^${8 * width}-1`
      throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message)
    }
    write(bytes, at, width, value)
    at += width
  }
  return bytes
}
