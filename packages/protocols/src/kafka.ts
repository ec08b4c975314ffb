// Kafka requests and responses.

import type { FrameCodec } from '@unstick/core'
import { headed } from './framing/headed.ts'
import { int32Length } from './framing/length-prefixed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT16, UINT32 } from './framing/members.ts'
import { directionOf, type DirectedOptions } from './framing/options.ts'

/** A request, with the header fields that all versions have. */
export interface KafkaRequest {
  /** The kind of request: 0 Produce, 1 Fetch, 3 Metadata, 18 ApiVersions ... */
  apiKey: number
  /** The version of that kind, which determines the layout of the payload. */
  apiVersion: number
  /** The id that the response repeats. */
  correlationId: number
  /** The rest of the header, beginning with the client id, and the body. */
  payload: Uint8Array
}

/** A response. */
export interface KafkaResponse {
  /** The correlation id of the request. */
  correlationId: number
  /** The rest of the header, and the body. */
  payload: Uint8Array
}

const NAME = 'kafka'
const bigEndian = bigEndianFor(NAME)
const REQUEST_HEADER = 12
const RESPONSE_HEADER = 8

/**
 * Requests, and responses in the order of the requests:
 *
 * ```
 *  +--------+---------+-------------+----------------+---------+      +--------+----------------+---------+
 *  | length | api key | api version | correlation id | payload |      | length | correlation id | payload |
 *  +--------+---------+-------------+----------------+---------+      +--------+----------------+---------+
 *    4        2         2             4                                 4        4
 *  from the client                                                    from the server
 * ```
 *
 * Source: kafka.apache.org, "Protocol: Common Request and Response Structure". The limit is 100 MiB, the broker's
 * `socket.request.max.bytes`.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (negative, or shorter than the header) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function kafka(options: DirectedOptions & { from: 'client' }): FrameCodec<KafkaRequest>
export function kafka(options: DirectedOptions & { from: 'server' }): FrameCodec<KafkaResponse>
export function kafka(options: DirectedOptions): FrameCodec<KafkaRequest> | FrameCodec<KafkaResponse> {
  const [from, limits] = directionOf(NAME, options)
  const maxFrameLength = 4 + 100 * 1024 * 1024
  const layout = { name: NAME, headerLength: 4, maxFrameLength, frameLength: int32Length(NAME) }
  if (from === 'server') {
    return headed<KafkaResponse>(limits, {
      ...layout,
      members: { correlationId: UINT32, payload: BYTES },
      minFrameLength: RESPONSE_HEADER,
      decode: (bytes) => ({ correlationId: readBig(bytes, 4, 4), payload: bytes.subarray(RESPONSE_HEADER) }),
      encode: ({ correlationId, payload }) => [bigEndian([4, 4 + payload.length], [4, correlationId]), payload],
    })
  }
  return headed<KafkaRequest>(limits, {
    ...layout,
    members: { apiKey: UINT16, apiVersion: UINT16, correlationId: UINT32, payload: BYTES },
    minFrameLength: REQUEST_HEADER,
    decode: (bytes) => ({
      apiKey: readBig(bytes, 4, 2),
      apiVersion: readBig(bytes, 6, 2),
      correlationId: readBig(bytes, 8, 4),
      payload: bytes.subarray(REQUEST_HEADER),
    }),
    encode: ({ apiKey, apiVersion, correlationId, payload }) => [
      bigEndian([4, 8 + payload.length], [2, apiKey], [2, apiVersion], [4, correlationId]),
      payload,
    ],
  })
}
