// AMQP 0-9-1, the protocol of RabbitMQ.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './framing/errors.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, namingMembers, UINT16, UINT8 } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'

/** A frame, or the protocol header that a client sends first. */
export interface Amqp091Frame {
  /** 1 method, 2 content header, 3 content body, 8 heartbeat; 0x41 ('A') for the protocol header. */
  type: number
  /** The channel; 0 for the protocol header. */
  channel: number
  /** In the protocol header, its last four bytes: 0 and the version. */
  payload: Uint8Array
}

const NAME = 'amqp091'
const bigEndian = bigEndianFor(NAME)
const HEADER = 7
const END = 0xce
/** 'AMQP' */
const PROTOCOL = [0x41, 0x4d, 0x51, 0x50]

/**
 * Frames, whose end byte is checked, and the protocol header, which a client sends first and a server sends to refuse a
 * version:
 *
 * ```
 *  +------+---------+------+---------+-----+         +------+---+---+---+---+
 *  | type | channel | size | payload | ce  |         | AMQP | 0 | 0 | 9 | 1 |
 *  +------+---------+------+---------+-----+         +------+---+---+---+---+
 *    1      2         4                1               4      1   1   1   1
 * ```
 *
 * Source: AMQP 0-9-1 specification, sections 2.3.5 and 4.2.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a wrong frame end, a malformed protocol header) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function amqp091(options?: PresetOptions): FrameCodec<Amqp091Frame> {
  return defineCodec<Amqp091Frame>({
    name: NAME,
    ...limitsOf(NAME, options, { minFrameLength: HEADER + 1 }),
    find(bytes, start, end, search) {
      if (start < end && bytes[start] === PROTOCOL[0]) {
        for (let index = 1; index < PROTOCOL.length && start + index < end; index++) {
          if (bytes[start + index] !== PROTOCOL[index]) throw corrupt(NAME, 'a protocol header must begin with AMQP')
        }
        return end - start < PROTOCOL.length ? UNKNOWN : (search.payloadEnd = start + 8)
      }
      if (end - start < HEADER) return start + HEADER
      const frameLength = HEADER + readBig(bytes, start + 3, 4) + 1
      if (end - start >= frameLength && bytes[start + frameLength - 1] !== END) {
        throw corrupt(NAME, 'a frame must end with ce', frameLength)
      }
      return (search.payloadEnd = start + frameLength)
    },
    toFrame(bytes) {
      const type = bytes[0]!
      if (type === PROTOCOL[0]) return { type, channel: 0, payload: bytes.subarray(4) }
      return { type, channel: readBig(bytes, 1, 2), payload: bytes.subarray(HEADER, bytes.length - 1) }
    },
    encodeParts: namingMembers(NAME, { type: UINT8, channel: UINT16, payload: BYTES }, ({ type, channel, payload }) => {
      if (type === PROTOCOL[0]) {
        if (channel === 0 && payload.length === 4) return [new Uint8Array(PROTOCOL), payload]
        throw notEncodable(NAME, 'a protocol header must have channel 0 and 4 bytes')
      }
      return [bigEndian([1, type], [2, channel], [4, payload.length]), payload, new Uint8Array([END])]
    }),
  })
}
