// FastCGI records.

import type { FrameCodec } from '@unstick/core'
import { corrupt } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT16, UINT8 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A record, without its padding. */
export interface FastcgiRecord {
  /** 1 begin, 2 abort, 3 end, 4 params, 5 stdin, 6 stdout, 7 stderr ... */
  type: number
  /** The request that the record belongs to; 0 for the connection itself. */
  requestId: number
  /** The content. */
  payload: Uint8Array
}

const NAME = 'fastcgi'
const bigEndian = bigEndianFor(NAME)
const HEADER = 8

/**
 * Records; padding is dropped when decoding, and none is written:
 *
 * ```
 *  +---------+------+------------+----------------+----------------+----------+---------+---------+
 *  | version | type | request id | content length | padding length | reserved | content | padding |
 *  +---------+------+------------+----------------+----------------+----------+---------+---------+
 *    1         1      2            2                1                1
 * ```
 *
 * Source: FastCGI specification, section 3.3.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a version other than 1) and `ERR_FRAME_TRUNCATED`;
 * encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function fastcgi(options?: PresetOptions): FrameCodec<FastcgiRecord> {
  return headed<FastcgiRecord>(options, {
    name: NAME,
    members: { type: UINT8, requestId: UINT16, payload: BYTES },
    headerLength: HEADER,
    maxFrameLength: HEADER + 0xffff + 0xff,
    frameLength(bytes, start) {
      if (bytes[start] !== 1) throw corrupt('fastcgi', 'the version must be 1')
      return HEADER + readBig(bytes, start + 4, 2) + bytes[start + 6]!
    },
    decode: (bytes) => ({
      type: bytes[1]!,
      requestId: readBig(bytes, 2, 2),
      payload: bytes.subarray(HEADER, HEADER + readBig(bytes, 4, 2)),
    }),
    encode: ({ type, requestId, payload }) => [
      bigEndian([1, 1], [1, type], [2, requestId], [2, payload.length], [1, 0], [1, 0]),
      payload,
    ],
  })
}
