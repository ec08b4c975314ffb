// TPKT, ISO transport over TCP, which carries S7, MMS (IEC 61850) and RDP.

import type { FrameCodec } from '@unstick/core'
import { corrupt } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

const NAME = 'tpkt'
const bigEndian = bigEndianFor(NAME)
const HEADER = 4

/**
 * TPDUs, as bytes:
 *
 * ```
 *  +---------+----------+--------+------------+
 *  | version | reserved | length | TPDU       |      version 3; the length counts the whole packet
 *  +---------+----------+--------+------------+
 *    1         1          2        3 at least
 * ```
 *
 * RDP's fast-path PDUs, which follow its connection sequence, begin with another byte than 3 and are not decoded.
 *
 * Source: RFC 1006, section 6.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (shorter than 7), `ERR_FRAME_CORRUPT` (a version
 * other than 3) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function tpkt(options?: PresetOptions): FrameCodec {
  return headed<Uint8Array>(options, {
    name: NAME,
    members: BYTES,
    headerLength: HEADER,
    minFrameLength: HEADER + 3,
    maxFrameLength: 0xffff,
    frameLength(bytes, start) {
      if (bytes[start] !== 3) throw corrupt('tpkt', 'the version must be 3')
      return readBig(bytes, start + 2, 2)
    },
    decode: (bytes) => bytes.subarray(HEADER),
    encode: (tpdu) => [bigEndian([1, 3], [1, 0], [2, HEADER + tpdu.length]), tpdu],
  })
}
