// Syslog over TCP and TLS.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { encodeLatin1 } from './framing/text.ts'

const NAME = 'syslog'
const SPACE = 32
const LF = 10
const LESS_THAN = 60
/** The most digits of a length. */
const LONGEST_COUNT = 10

/**
 * Messages in either of the two framings, which may be mixed; `encode` writes octet counting:
 *
 * ```
 *  5 <34>a                 a length in digits, a space, and the message
 *  <34>a LF                the message, which begins with '<' and holds no LF
 * ```
 *
 * Source: RFC 6587, section 3.4; RFC 5425 (TLS). The limit is 64 KiB of message.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a length with a leading zero, of more than 10
 * digits or without a space), `ERR_FRAME_CORRUPT` (neither a digit nor '<') and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function syslog(options?: PresetOptions): FrameCodec {
  return defineCodec({
    name: NAME,
    ...limitsOf(NAME, options, { maxFrameLength: 64 * 1024 + LONGEST_COUNT, minFrameLength: LONGEST_COUNT + 1 }),
    find(bytes, start, end, search) {
      if (start === end) return UNKNOWN
      // While a line over the limit is being skipped, `start` is not its beginning.
      if (search.state === IN_LINE || bytes[start] === LESS_THAN) {
        let feed = search.resumeAt
        while (feed < end && bytes[feed] !== LF) feed++
        search.state = feed < end ? 0 : IN_LINE
        search.resumeAt = feed
        if (feed === end) return UNKNOWN
        search.payloadEnd = feed
        return feed + 1
      }
      let length = 0
      for (let at = start; at < end; at++) {
        const digit = bytes[at]! - 48
        if (bytes[at] === SPACE && at > start) {
          search.payloadStart = at + 1
          return (search.payloadEnd = at + 1 + length)
        }
        if (at === start && !(digit >= 1 && digit <= 9)) throw faultAt(digit)
        if (!(digit >= 0 && digit <= 9) || at - start === LONGEST_COUNT) throw invalidLength(NAME, COUNT)
        length = length * 10 + digit
      }
      return UNKNOWN
    },
    encodeParts(message) {
      if (message.length === 0) throw notEncodable(NAME, 'a message must have at least one byte')
      return [encodeLatin1(NAME, `${message.length} `), message]
    },
  })
}

/** In `state`: inside a line. */
const IN_LINE = 1
const COUNT = `a length must have 1 to ${LONGEST_COUNT} digits, no leading zero, and a space after it`

function faultAt(digit: number): Error {
  return digit === 0 ? invalidLength(NAME, COUNT) : corrupt(NAME, "a message must begin with a length or '<'")
}
