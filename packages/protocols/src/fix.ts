// FIX, the tag=value protocol of brokers and exchanges.

import { defineCodec, readOptions, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { BYTES, namingMembers, STRING } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1 } from './framing/text.ts'

/** A message, without BodyLength and CheckSum. */
export interface FixMessage {
  /** 'FIX.4.4', 'FIXT.1.1' ... */
  beginString: string
  /** The fields between BodyLength and CheckSum, each followed by SOH: `35=0<SOH>49=A<SOH>`. */
  body: Uint8Array
}

/** The options of `fix`. */
export interface FixOptions extends PresetOptions {
  /**
   * What happens to a message with a wrong checksum: 'error' is `ERR_FRAME_CORRUPT`, 'skip' drops exactly that
   * message.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
}

const NAME = 'fix'
const SOH = 1
/** The longest beginning: '8=', a BeginString of at most 16 bytes, '9=', 9 digits, and two SOH. */
const LONGEST_HEAD = 31
/** The end: '10=', three digits, SOH. */
const TRAILER = 7

/**
 * Messages; BodyLength and CheckSum are checked when decoding, and filled in by `encode`:
 *
 * ```
 *  8=FIX.4.4 SOH 9=5 SOH 35=0 SOH 10=163 SOH      the length counts what lies between its SOH and '10='; the checksum is
 *                                                 the sum of all bytes before '10=', modulo 256
 * ```
 *
 * Source: FIX Trading Community, "FIX tagvalue encoding".
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a length that is not 1 to 9 digits),
 * `ERR_FRAME_CORRUPT` (no BeginString, a wrong checksum) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE`
 * and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function fix(options: FixOptions = {}): FrameCodec<FixMessage> {
  const { corrupt: onCorrupt, ...limits } = readOptions<FixOptions>(NAME, options, [
    'corrupt',
    'maxFrameLength',
    'oversize',
  ])
  return defineCodec<FixMessage>({
    name: NAME,
    ...limitsOf(NAME, limits, { minFrameLength: LONGEST_HEAD + TRAILER }),
    ...(onCorrupt === undefined ? {} : { corrupt: onCorrupt }),
    find(bytes, start, end, search) {
      const head = decodeLatin1(bytes, start, Math.min(end, start + LONGEST_HEAD))
      const [beginString, bodyLength, rest] = head.split('\x01', 3)
      if (!'8=FIX'.startsWith(head.slice(0, 5)) || !/^[ -~]{0,18}$/.test(beginString!)) {
        throw corrupt(NAME, 'a message must begin with BeginString')
      }
      if (bodyLength === undefined) return UNKNOWN
      const digits = bodyLength.slice(2)
      const isPart = '9='.startsWith(bodyLength.slice(0, 2)) && /^\d{0,9}$/.test(digits)
      if (!isPart || (rest !== undefined && digits === ''))
        throw invalidLength(NAME, 'BodyLength must be 1 to 9 digits')
      if (rest === undefined) return UNKNOWN
      const body = start + beginString!.length + bodyLength.length + 2
      const frameEnd = body + Number(digits) + TRAILER
      if (frameEnd <= end && !hasTrailer(bytes, start, frameEnd)) {
        throw corrupt(NAME, 'a message must end with its CheckSum, after SOH', frameEnd - start)
      }
      return (search.payloadEnd = frameEnd)
    },
    toFrame(bytes) {
      const first = bytes.indexOf(SOH)
      const second = bytes.indexOf(SOH, first + 1)
      return { beginString: decodeLatin1(bytes, 2, first), body: bytes.subarray(second + 1, bytes.length - TRAILER) }
    },
    encodeParts: namingMembers(NAME, { beginString: STRING, body: BYTES }, ({ beginString, body }) => {
      if (typeof beginString !== 'string' || !/^FIX[ -~]{0,13}$/.test(beginString)) {
        throw notEncodable(NAME, 'BeginString must be FIX and a version')
      }
      if (body.length > 0 && body[body.length - 1] !== SOH) throw notEncodable(NAME, 'a body must end with SOH')
      const head = encodeLatin1(NAME, `8=${beginString}\x019=${body.length}\x01`)
      return [head, body, trailerOf(sum(head, 0, head.length) + sum(body, 0, body.length))]
    }),
  })
}

function hasTrailer(bytes: Uint8Array, start: number, end: number): boolean {
  const expected = trailerOf(sum(bytes, start, end - TRAILER))
  // Of an empty body the SOH is that of BodyLength.
  return bytes[end - TRAILER - 1] === SOH && expected.every((byte, index) => byte === bytes[end - TRAILER + index])
}

function trailerOf(total: number): Uint8Array {
  return encodeLatin1(NAME, `10=${String(total % 256).padStart(3, '0')}\x01`)
}

function sum(bytes: Uint8Array, start: number, end: number): number {
  let total = 0
  for (let at = start; at < end; at++) total += bytes[at]!
  return total
}
