// Modbus over TCP.

import type { FrameCodec } from '@unstick/core'
import { corrupt } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT16, UINT8 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** An application data unit. */
export interface ModbusTcpFrame {
  /** The transaction id, which the response repeats. */
  transactionId: number
  /** The address of the device behind a gateway. */
  unitId: number
  /** The function code; its highest bit is set in an exception. */
  function: number
  /** The bytes after the function code. */
  payload: Uint8Array
}

const NAME = 'modbusTcp'
const bigEndian = bigEndianFor(NAME)
const HEADER = 8

/**
 * Requests and responses, each after an MBAP header:
 *
 * ```
 *  +----------------+----------+--------+---------+----------+---------+
 *  | transaction id | protocol | length | unit id | function | payload |      protocol 0; the length counts what follows it
 *  +----------------+----------+--------+---------+----------+---------+
 *    2                2          2        1         1
 * ```
 *
 * Source: modbus.org, "MODBUS Messaging on TCP/IP Implementation Guide", section 3.1.3. A frame has at most 260 bytes.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (too short for a function code), `ERR_FRAME_CORRUPT`
 * (a protocol other than 0) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function modbusTcp(options?: PresetOptions): FrameCodec<ModbusTcpFrame> {
  return headed<ModbusTcpFrame>(options, {
    name: NAME,
    members: { transactionId: UINT16, unitId: UINT8, function: UINT8, payload: BYTES },
    headerLength: 6,
    minFrameLength: HEADER,
    maxFrameLength: 260,
    frameLength(bytes, start) {
      if (readBig(bytes, start + 2, 2) !== 0) throw corrupt('modbusTcp', 'the protocol must be 0')
      return 6 + readBig(bytes, start + 4, 2)
    },
    decode: (bytes) => ({
      transactionId: readBig(bytes, 0, 2),
      unitId: bytes[6]!,
      function: bytes[7]!,
      payload: bytes.subarray(HEADER),
    }),
    encode: (frame) => [
      bigEndian(
        [2, frame.transactionId],
        [2, 0],
        [2, 2 + frame.payload.length],
        [1, frame.unitId],
        [1, frame.function],
      ),
      frame.payload,
    ],
  })
}
