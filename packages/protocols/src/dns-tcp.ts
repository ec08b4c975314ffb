// DNS messages over TCP and TLS.

import type { FrameCodec } from '@unstick/core'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

const NAME = 'dnsTcp'
const bigEndian = bigEndianFor(NAME)

/**
 * DNS messages, each after its length; frames are the bytes of a message, for any parser:
 *
 * ```
 *  +--------+----+-----------------------------+
 *  | length | id | flags, counts, sections ... |      the length counts the message, whose header has 12 bytes
 *  +--------+----+-----------------------------+
 *    2        2
 * ```
 *
 * Source: RFC 1035, section 4.2.2; RFC 7766; RFC 7858 for TLS.
 *
 * Decoding throws `ERR_FRAME_LENGTH_INVALID` (a message shorter than its header), `ERR_FRAME_TOO_LONG` and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function dnsTcp(options?: PresetOptions): FrameCodec {
  return headed<Uint8Array>(options, {
    name: NAME,
    members: BYTES,
    headerLength: 2,
    minFrameLength: 2 + 12,
    maxFrameLength: 2 + 0xffff,
    frameLength: (bytes, start) => 2 + readBig(bytes, start, 2),
    decode: (bytes) => bytes.subarray(2),
    encode: (message) => [bigEndian([2, message.length]), message],
  })
}
