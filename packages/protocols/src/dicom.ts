// The DICOM upper layer protocol, which carries medical images.

import type { FrameCodec } from '@unstick/core'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT8 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A protocol data unit. */
export interface DicomPdu {
  /** 1 to 3 association, 4 data, 5 and 6 release, 7 abort. */
  type: number
  /** The bytes after the length. */
  payload: Uint8Array
}

const NAME = 'dicom'
const bigEndian = bigEndianFor(NAME)

/**
 * PDUs; the reserved byte is ignored:
 *
 * ```
 *  +------+----------+--------+---------+
 *  | type | reserved | length | payload |
 *  +------+----------+--------+---------+
 *    1      1          4
 * ```
 *
 * Source: DICOM PS3.8, section 9.3.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function dicom(options?: PresetOptions): FrameCodec<DicomPdu> {
  return headed<DicomPdu>(options, {
    name: NAME,
    members: { type: UINT8, payload: BYTES },
    headerLength: 6,
    frameLength: (bytes, start) => 6 + readBig(bytes, start + 2, 4),
    decode: (bytes) => ({ type: bytes[0]!, payload: bytes.subarray(6) }),
    encode: ({ type, payload }) => [bigEndian([1, type], [1, 0], [4, payload.length]), payload],
  })
}
