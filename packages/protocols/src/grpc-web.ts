// gRPC-Web messages and trailers in an HTTP body.

import type { FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BOOLEAN, BYTES, oneOf } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A message, or the trailers. */
export interface GrpcWebFrame {
  /** 'trailers' is the last frame: header lines such as `grpc-status: 0`. */
  type: 'message' | 'trailers'
  /** Whether the payload is compressed, by the algorithm in the header `grpc-encoding`. */
  compressed: boolean
  /** The message, or the header lines of the trailers. */
  payload: Uint8Array
}

const NAME = 'grpcWeb'
const bigEndian = bigEndianFor(NAME)
const TRAILERS = 0x80
const COMPRESSED = 0x01

/**
 * Messages, then the trailers, which HTTP/1.1 and browsers cannot deliver otherwise (`application/grpc-web`, not the
 * Base64 of `grpc-web-text`):
 *
 * ```
 *  +----------+----------+------------+--------+---------+
 *  | trailers | 0        | compressed | length | payload |
 *  +----------+----------+------------+--------+---------+
 *    1 bit      6 bits     1 bit        4
 * ```
 *
 * Source: grpc, "PROTOCOL-WEB.md". The limit is 4 MiB of payload.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (reserved flags) and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function grpcWeb(options?: PresetOptions): FrameCodec<GrpcWebFrame> {
  return headed<GrpcWebFrame>(options, {
    name: NAME,
    members: { type: oneOf('message', 'trailers'), compressed: BOOLEAN, payload: BYTES },
    headerLength: 5,
    maxFrameLength: 5 + 4 * 1024 * 1024,
    frameLength(bytes, start) {
      if ((bytes[start]! & ~(TRAILERS | COMPRESSED)) !== 0) throw corrupt(NAME, 'the reserved flags must be 0')
      return 5 + readBig(bytes, start + 1, 4)
    },
    decode: (bytes) => ({
      type: (bytes[0]! & TRAILERS) === 0 ? 'message' : 'trailers',
      compressed: (bytes[0]! & COMPRESSED) !== 0,
      payload: bytes.subarray(5),
    }),
    encode({ type, compressed, payload }) {
      if ((type !== 'message' && type !== 'trailers') || typeof compressed !== 'boolean') {
        throw notEncodable(NAME, "type must be 'message' or 'trailers', and compressed true or false")
      }
      const flags = (type === 'trailers' ? TRAILERS : 0) + (compressed ? COMPRESSED : 0)
      return [bigEndian([1, flags], [4, payload.length]), payload]
    },
  })
}
