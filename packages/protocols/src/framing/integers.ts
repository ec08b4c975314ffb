// Unsigned integers of 1 to 6 bytes, read and written. A header is written as a list of its fields, in order:
//
//   const bigEndian = bigEndianFor('amqp091')
//   bigEndian([1, type], [2, channel], [4, payload.length])       type | channel | length

import { notEncodable } from './errors.ts'

/** A field of a header: its width in bytes, and its value. */
type Field = readonly [width: number, value: number]

export type WriteFields = (...fields: readonly Field[]) => Uint8Array

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
 * Returns a function that writes fields, big-endian, into new memory. It throws `ERR_FRAME_NOT_ENCODABLE`, naming the
 * codec, for a value that is not an integer or does not fit its field.
 */
export function bigEndianFor(name: string): WriteFields {
  return (...fields) => {
    const bytes = new Uint8Array(widthOf(fields))
    let end = 0
    for (const [width, value] of fields) {
      checkField(name, width, value)
      end += width
      for (let at = end - 1, rest = value; at >= end - width; at--, rest = Math.floor(rest / 256))
        bytes[at] = rest % 256
    }
    return bytes
  }
}

/** The same, little-endian. */
export function littleEndianFor(name: string): WriteFields {
  return (...fields) => {
    const bytes = new Uint8Array(widthOf(fields))
    let start = 0
    for (const [width, value] of fields) {
      checkField(name, width, value)
      for (let at = start, rest = value; at < start + width; at++, rest = Math.floor(rest / 256)) bytes[at] = rest % 256
      start += width
    }
    return bytes
  }
}

function widthOf(fields: readonly Field[]): number {
  return fields.reduce((sum, [width]) => sum + width, 0)
}

function checkField(name: string, width: number, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value < 256 ** width) return
  throw notEncodable(name, `a header field must be an integer from 0 to 2^${8 * width}-1`)
}
