// Delimited Protocol Buffers messages.

import { nameCodec, type FrameCodec } from '@unstick/core'
import { varintLength } from '@unstick/length-field'
import { limitsOf, type PresetOptions } from './framing/options.ts'

const NAME = 'protobufDelimited'

/**
 * Serialised messages, each after its length, as `writeDelimitedTo` writes them:
 *
 * ```
 *  +---------+---------+
 *  | varint  | message |      the varint counts the message; `writeDelimitedTo`, `parseDelimitedFrom`
 *  +---------+---------+
 *    1 to 5
 * ```
 *
 * Source: protobuf.dev, "Encoding" and "Techniques: Streaming Multiple Messages". The limit is 64 MiB, once the default
 * of `CodedInputStream`.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a varint of more than 5 bytes) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function protobufDelimited(options?: PresetOptions): FrameCodec {
  const limits = limitsOf(NAME, options, { maxFrameLength: 64 * 1024 * 1024, minFrameLength: 1 })
  return nameCodec(varintLength({ ...limits, maxBytes: 5 }), NAME)
}
