// The TLS record layer.

import type { FrameCodec } from '@unstick/core'
import { corrupt } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT16, UINT8 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A record as it appears on the wire. */
export interface TlsRecord {
  /** 20 change cipher spec, 21 alert, 22 handshake, 23 application data, 24 heartbeat. */
  type: number
  /** The version in the record: 0x0301 is TLS 1.0; TLS 1.3 writes 0x0303. */
  version: number
  /** The fragment, encrypted or not. */
  payload: Uint8Array
}

const NAME = 'tlsRecords'
const bigEndian = bigEndianFor(NAME)

/**
 * Records. A handshake message may span several records, and a record may hold several messages:
 *
 * ```
 *  +------+---------+--------+---------+
 *  | type | version | length | payload |
 *  +------+---------+--------+---------+
 *    1      2         2
 * ```
 *
 * Source: RFC 8446, section 5.1; RFC 5246, section 6.2. The limit is 2^14 + 2048 bytes of payload, as in TLS 1.2.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a major version other than 3: not TLS) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function tlsRecords(options?: PresetOptions): FrameCodec<TlsRecord> {
  return headed<TlsRecord>(options, {
    name: NAME,
    members: { type: UINT8, version: UINT16, payload: BYTES },
    headerLength: 5,
    maxFrameLength: 5 + 2 ** 14 + 2048,
    frameLength(bytes, start) {
      if (bytes[start + 1] !== 3) throw corrupt('tlsRecords', 'the major version must be 3')
      return 5 + readBig(bytes, start + 3, 2)
    },
    decode: (bytes) => ({ type: bytes[0]!, version: readBig(bytes, 1, 2), payload: bytes.subarray(5) }),
    encode: ({ type, version, payload }) => [bigEndian([1, type], [2, version], [2, payload.length]), payload],
  })
}
