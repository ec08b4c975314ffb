// The CQL binary protocol of Cassandra and ScyllaDB, versions 3 and 4.

import type { FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, INTEGER, UINT8 } from './framing/members.ts'
import { directionOf, type DirectedOptions } from './framing/options.ts'

/** A frame, with the fields of its header. */
export interface CassandraFrame {
  /** The protocol version: 3 or 4, or 5 before the outer framing begins. */
  version: number
  /** 1 compression, 2 tracing, 4 custom payload, 8 warning. */
  flags: number
  /** The stream id, which matches a response with its request; negative for events. */
  stream: number
  /** 0 ERROR, 1 STARTUP, 2 READY, 7 QUERY, 8 RESULT ... */
  opcode: number
  /** The body. */
  payload: Uint8Array
}

const NAME = 'cassandra'
const bigEndian = bigEndianFor(NAME)
const RESPONSE = 0x80

/**
 * Requests (direction 0) and responses (direction 1):
 *
 * ```
 *  +-----------+---------+-------+--------+--------+--------+---------+
 *  | direction | version | flags | stream | opcode | length | payload |
 *  +-----------+---------+-------+--------+--------+--------+---------+
 *    1 bit       7 bits    1       2        1        4
 * ```
 *
 * Source: Cassandra, `native_protocol_v4.spec`, section 2. The limit is 256 MiB of payload. After STARTUP, version 5
 * wraps frames in an outer framing, which this codec does not decode.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (the other direction, a version before 3) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function cassandra(options: DirectedOptions): FrameCodec<CassandraFrame> {
  const [from, limits] = directionOf(NAME, options)
  const direction = from === 'server' ? RESPONSE : 0
  return headed<CassandraFrame>(limits, {
    name: NAME,
    members: { version: UINT8, flags: UINT8, stream: INTEGER, opcode: UINT8, payload: BYTES },
    headerLength: 9,
    maxFrameLength: 9 + 256 * 1024 * 1024,
    frameLength(bytes, start) {
      if ((bytes[start]! & RESPONSE) !== direction) throw corrupt(NAME, `a frame must come from the ${from}`)
      // In versions 1 and 2 the stream id has one byte.
      if ((bytes[start]! & ~RESPONSE) < 3) throw corrupt(NAME, 'the version must be at least 3')
      return 9 + readBig(bytes, start + 5, 4)
    },
    decode: (bytes) => ({
      version: bytes[0]! & ~RESPONSE,
      flags: bytes[1]!,
      stream: (readBig(bytes, 2, 2) << 16) >> 16,
      opcode: bytes[4]!,
      payload: bytes.subarray(9),
    }),
    encode({ version, flags, stream, opcode, payload }) {
      if (!(stream >= -0x8000 && stream <= 0x7fff)) throw notEncodable(NAME, 'a stream must be from -2^15 to 2^15-1')
      const unsigned = stream < 0 ? stream + 0x10000 : stream
      return [bigEndian([1, version + direction], [1, flags], [2, unsigned], [1, opcode], [4, payload.length]), payload]
    },
  })
}
