// The framed transport of Apache Thrift.

import type { FrameCodec } from '@unstick/core'
import { invalidLength } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import type { PresetOptions } from './framing/options.ts'

const NAME = 'thrift'
const bigEndian = bigEndianFor(NAME)

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
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a negative length) and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function thrift(options?: PresetOptions): FrameCodec {
  return headed<Uint8Array>(options, {
    name: NAME,
    headerLength: 4,
    maxFrameLength: 4 + 16_384_000,
    frameLength(bytes, start) {
      const length = readBig(bytes, start, 4)
      if (length > 0x7fffffff) throw invalidLength('thrift', 'a length must not be negative')
      return 4 + length
    },
    decode: (bytes) => bytes.subarray(4),
    encode: (message) => [bigEndian([4, message.length]), message],
  })
}
