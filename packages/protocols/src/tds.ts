// TDS, the protocol of SQL Server and Sybase.

import type { FrameCodec } from '@unstick/core'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT16, UINT8 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A packet, with the fields of its header. */
export interface TdsPacket {
  /** 1 SQL batch, 3 RPC, 4 tabular result, 0x12 prelogin ... */
  type: number
  /** Bit 0 marks the last packet of a message. */
  status: number
  /** The server's process id; 0 from the client. */
  spid: number
  /** Counts the packets of a message, modulo 256. */
  packetId: number
  /** Unused: 0. */
  window: number
  /** The bytes after the header. */
  payload: Uint8Array
}

const NAME = 'tds'
const bigEndian = bigEndianFor(NAME)
const HEADER = 8

/**
 * Packets; a message consists of one or more:
 *
 * ```
 *  +------+--------+--------+------+-----------+--------+---------+
 *  | type | status | length | spid | packet id | window | payload |      the length counts the whole packet
 *  +------+--------+--------+------+-----------+--------+---------+
 *    1      1        2        2      1           1
 * ```
 *
 * Source: MS-TDS, section 2.2.3.1. A packet has at most 32,767 bytes.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function tds(options?: PresetOptions): FrameCodec<TdsPacket> {
  return headed<TdsPacket>(options, {
    name: NAME,
    members: { type: UINT8, status: UINT8, spid: UINT16, packetId: UINT8, window: UINT8, payload: BYTES },
    headerLength: HEADER,
    maxFrameLength: 32_767,
    frameLength: (bytes, start) => readBig(bytes, start + 2, 2),
    decode: (bytes) => ({
      type: bytes[0]!,
      status: bytes[1]!,
      spid: readBig(bytes, 4, 2),
      packetId: bytes[6]!,
      window: bytes[7]!,
      payload: bytes.subarray(HEADER),
    }),
    encode: ({ type, status, spid, packetId, window, payload }) => [
      bigEndian([1, type], [1, status], [2, HEADER + payload.length], [2, spid], [1, packetId], [1, window]),
      payload,
    ],
  })
}
