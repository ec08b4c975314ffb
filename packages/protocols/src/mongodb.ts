// The MongoDB wire protocol.

import type { FrameCodec } from '@unstick/core'
import { invalidLength } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { littleEndianFor, readLittle } from './framing/integers.ts'
import { BYTES, UINT32 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A message, with the fields of its header. */
export interface MongodbMessage {
  /** The id of this message. */
  requestId: number
  /** The id of the request that this message answers, or 0. */
  responseTo: number
  /** 2013 OP_MSG, 2012 OP_COMPRESSED, or a legacy opcode. */
  opCode: number
  /** The bytes after the header. */
  payload: Uint8Array
}

const NAME = 'mongodb'
const littleEndian = littleEndianFor(NAME)
const HEADER = 16

/**
 * Messages, which carry BSON documents:
 *
 * ```
 *  +--------+------------+-------------+---------+---------+
 *  | length | request id | response to | op code | payload |      little-endian; the length counts the whole message
 *  +--------+------------+-------------+---------+---------+
 *    4        4            4             4
 * ```
 *
 * Source: MongoDB manual, "MongoDB Wire Protocol". The limit is 48,000,000 bytes, `maxMessageSizeBytes`.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function mongodb(options?: PresetOptions): FrameCodec<MongodbMessage> {
  return headed<MongodbMessage>(options, {
    name: NAME,
    members: { requestId: UINT32, responseTo: UINT32, opCode: UINT32, payload: BYTES },
    headerLength: HEADER,
    maxFrameLength: 48_000_000,
    frameLength(bytes, start) {
      const length = readLittle(bytes, start, 4)
      if (length > 0x7fffffff) throw invalidLength(NAME, 'a length must not be negative')
      return length
    },
    decode: (bytes) => ({
      requestId: readLittle(bytes, 4, 4),
      responseTo: readLittle(bytes, 8, 4),
      opCode: readLittle(bytes, 12, 4),
      payload: bytes.subarray(HEADER),
    }),
    encode: ({ requestId, responseTo, opCode, payload }) => [
      littleEndian([4, HEADER + payload.length], [4, requestId], [4, responseTo], [4, opCode]),
      payload,
    ],
  })
}
