// SMPP, which carries SMS.

import type { FrameCodec } from '@unstick/core'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT32 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A protocol data unit, with the fields of its header. */
export interface SmppPdu {
  /** 0x00000004 submit_sm, 0x80000004 its response ... */
  commandId: number
  /** 0 for success, and in every request. */
  status: number
  /** The sequence number, which the response repeats. */
  sequence: number
  /** The body. */
  payload: Uint8Array
}

const NAME = 'smpp'
const bigEndian = bigEndianFor(NAME)
const HEADER = 16

/**
 * PDUs:
 *
 * ```
 *  +--------+------------+--------+----------+---------+
 *  | length | command id | status | sequence | payload |      the length counts the whole PDU
 *  +--------+------------+--------+----------+---------+
 *    4        4            4        4
 * ```
 *
 * Source: SMPP 3.4, section 3.2; SMPP 5.0.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function smpp(options?: PresetOptions): FrameCodec<SmppPdu> {
  return headed<SmppPdu>(options, {
    name: NAME,
    members: { commandId: UINT32, status: UINT32, sequence: UINT32, payload: BYTES },
    headerLength: 4,
    minFrameLength: HEADER,
    // The longest parameter, message_payload, has 64 KiB.
    maxFrameLength: 128 * 1024,
    frameLength: (bytes, start) => readBig(bytes, start, 4),
    decode: (bytes) => ({
      commandId: readBig(bytes, 4, 4),
      status: readBig(bytes, 8, 4),
      sequence: readBig(bytes, 12, 4),
      payload: bytes.subarray(HEADER),
    }),
    encode: ({ commandId, status, sequence, payload }) => [
      bigEndian([4, HEADER + payload.length], [4, commandId], [4, status], [4, sequence]),
      payload,
    ],
  })
}
