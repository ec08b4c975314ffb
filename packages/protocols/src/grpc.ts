// gRPC messages inside an HTTP/2 stream.

import type { FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BOOLEAN, BYTES } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A length-prefixed message. */
export interface GrpcMessage {
  /** Whether the payload is compressed, by the algorithm in the header `grpc-encoding`. */
  compressed: boolean
  /** The serialised message. */
  payload: Uint8Array
}

const NAME = 'grpc'
const bigEndian = bigEndianFor(NAME)

/**
 * Length-prefixed messages, the content of the DATA frames of one HTTP/2 stream:
 *
 * ```
 *  +------------+--------+---------+
 *  | compressed | length | message |
 *  +------------+--------+---------+
 *    1            4
 * ```
 *
 * Source: grpc.io, "gRPC over HTTP2". The limit is 4 MiB of payload, the default of most implementations.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a flag that is neither 0 nor 1) and `ERR_FRAME_TRUNCATED`;
 * encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function grpc(options?: PresetOptions): FrameCodec<GrpcMessage> {
  return headed<GrpcMessage>(options, {
    name: NAME,
    members: { compressed: BOOLEAN, payload: BYTES },
    headerLength: 5,
    maxFrameLength: 5 + 4 * 1024 * 1024,
    frameLength(bytes, start) {
      if (bytes[start]! > 1) throw corrupt(NAME, 'the compressed flag must be 0 or 1')
      return 5 + readBig(bytes, start + 1, 4)
    },
    decode: (bytes) => ({ compressed: bytes[0] === 1, payload: bytes.subarray(5) }),
    encode({ compressed, payload }) {
      if (typeof compressed !== 'boolean') throw notEncodable(NAME, 'compressed must be true or false')
      return [bigEndian([1, compressed ? 1 : 0], [4, payload.length]), payload]
    },
  })
}
