// LDAP messages, which are BER.

import { defineCodec, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'

const NAME = 'ldap'
const SEQUENCE = 0x30
/** The most bytes that a length may have. */
const LONGEST_LENGTH = 4

/**
 * Whole LDAPMessages, for any BER parser:
 *
 * ```
 *  +----+--------+------------+-------------+----------+
 *  | 30 | length | message id | protocol op | controls |      a length of less than 128 is one byte, else 8n says that
 *  +----+--------+------------+-------------+----------+      n bytes of length follow
 *    1    1 to 5
 * ```
 *
 * Source: RFC 4511, sections 4.1.1 and 5.1; X.690, section 8.1.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (indefinite, or of more than 4 bytes),
 * `ERR_FRAME_CORRUPT` (not a SEQUENCE) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function ldap(options?: PresetOptions): FrameCodec {
  return defineCodec({
    name: NAME,
    ...limitsOf(NAME, options, { minFrameLength: 2 + LONGEST_LENGTH }),
    find(bytes, start, end, search) {
      if (start < end && bytes[start] !== SEQUENCE) throw corrupt(NAME, 'a message must be a SEQUENCE')
      if (end - start < 2) return start + 2
      const first = bytes[start + 1]!
      if (first < 128) return (search.payloadEnd = start + 2 + first)
      const count = first & 127
      if (count === 0 || count > LONGEST_LENGTH) {
        throw invalidLength(NAME, `a length must be definite, and have at most ${LONGEST_LENGTH} bytes`)
      }
      const content = start + 2 + count
      if (end < content) return content
      let length = 0
      for (let at = start + 2; at < content; at++) length = length * 256 + bytes[at]!
      return (search.payloadEnd = content + length)
    },
    encodeParts(message) {
      if (isWhole(message)) return [message]
      throw notEncodable(NAME, 'a message must be one SEQUENCE with its length')
    },
  })
}

function isWhole(message: Uint8Array): boolean {
  const first = message[1] ?? 128
  if (message[0] !== SEQUENCE) return false
  if (first < 128) return message.length === 2 + first
  const count = first & 127
  if (count === 0 || count > LONGEST_LENGTH) return false
  let length = 0
  for (let at = 2; at < 2 + count; at++) length = length * 256 + (message[at] ?? 0)
  return message.length === 2 + count + length
}
