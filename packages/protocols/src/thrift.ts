// The framed transport of Apache Thrift.

import type { FrameCodec } from '@unstick/core'
import { lengthPrefixed } from './framing/length-prefixed.ts'
import type { PresetOptions } from './framing/options.ts'

/**
 * Messages of any Thrift protocol (binary, compact, JSON), each after its length:
 *
 * ```
 *  +--------+---------+
 *  | length | message |
 *  +--------+---------+
 *    4
 * ```
 *
 * Source: Apache Thrift, `doc/specs/thrift-rpc.md`, "Framed vs. unframed transport". A message has at most 16,384,000
 * bytes.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a negative length) and `ERR_FRAME_TRUNCATED`;
 * encoding `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function thrift(options?: PresetOptions): FrameCodec {
  return lengthPrefixed(options, 'thrift', 16_384_000)
}
