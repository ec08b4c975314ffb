// The PostgreSQL frontend/backend protocol, version 3.

import { defineCodec, type FindFrame, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, namingMembers, STRING } from './framing/members.ts'
import { directionOf, limitsOf, type DirectedOptions } from './framing/options.ts'

/** A message. */
export interface PostgresMessage {
  /**
   * The message's type, one character: 'Q' is a query, 'Z' ReadyForQuery. Empty for a message without a type: the first
   * ones of the client (StartupMessage, SSLRequest, GSSENCRequest, CancelRequest, whose payload begins with a code),
   * and the server's one-byte answer to SSLRequest or GSSENCRequest.
   */
  type: string
  /** The bytes after the length. */
  payload: Uint8Array
}

const NAME = 'postgres'
const bigEndian = bigEndianFor(NAME)
const WRONG_TYPE = 'a type must be a letter or digit'

/** The longest message without a type: MAX_STARTUP_PACKET_LENGTH in the server's source. */
const LONGEST_STARTUP = 10_004

/** In `state`: the server has not yet answered the first messages, or it has. */
const STARTING = 0
const STARTED = 1

/**
 * Messages with a type byte, and the first messages, which have none:
 *
 * ```
 *  +------+--------+---------+        +--------+------+---------+        +--------+
 *  | type | length | payload |        | length | code | payload |        | answer |
 *  +------+--------+---------+        +--------+------+---------+        +--------+
 *    1      4                           4        4                         1          the length counts itself
 *  all other messages                 from the client at first           from the server: 'S', 'N' or 'G'
 * ```
 *
 * The first messages of a client begin with 0, since their length is below 2^24, and 0 is not a type. From the server,
 * 'S', 'N' and 'G' are answers until anything else has arrived. After 'S' TLS begins, after 'G' GSSAPI:
 * `takeRemaining()` hands over the rest.
 *
 * Source: PostgreSQL 17 documentation, 53.2.1 and 53.7.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID`, `ERR_FRAME_CORRUPT` (a type that is not a letter or
 * digit) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function postgres(options: DirectedOptions): FrameCodec<PostgresMessage> {
  const [from, limits] = directionOf(NAME, options)
  return defineCodec<PostgresMessage>({
    name: NAME,
    // The server's PqMaxMsgLength is 1 GiB, too much for a reader of untrusted bytes.
    ...limitsOf(NAME, limits, { minFrameLength: 5 }),
    find: from === 'client' ? findRequest : findAnswer,
    toFrame(bytes) {
      if (bytes.length === 1) return { type: '', payload: bytes }
      if (bytes[0] === 0) return { type: '', payload: bytes.subarray(4) }
      return { type: String.fromCharCode(bytes[0]!), payload: bytes.subarray(5) }
    },
    encodeParts: namingMembers(NAME, { type: STRING, payload: BYTES }, ({ type, payload }) =>
      type === '' ? untyped(from, payload) : [bigEndian([1, typeByte(type)], [4, payload.length + 4]), payload],
    ),
  })
}

const findTyped: FindFrame = (bytes, start, end, search) => {
  if (!isType(bytes[start]!)) throw corrupt(NAME, WRONG_TYPE)
  if (end - start < 5) return start + 5
  const length = readBig(bytes, start + 1, 4)
  if (length < 4 || length > 0x7fffffff) throw invalidLength(NAME, 'a message must have a length of at least 4')
  return (search.payloadEnd = start + 1 + length)
}

const findRequest: FindFrame = (bytes, start, end, search) => {
  if (start === end) return start + 1
  if (bytes[start] !== 0) return findTyped(bytes, start, end, search)
  if (end - start < 4) return start + 4
  const length = readBig(bytes, start, 4)
  if (length < 8 || length > LONGEST_STARTUP) {
    throw invalidLength(NAME, `a first message must have a length from 8 to ${LONGEST_STARTUP}`)
  }
  return (search.payloadEnd = start + length)
}

const findAnswer: FindFrame = (bytes, start, end, search) => {
  if (start === end) return start + 1
  if (search.state === STARTING) {
    if (isAnswer(bytes[start]!)) return (search.payloadEnd = start + 1)
    search.state = STARTED
  }
  return findTyped(bytes, start, end, search)
}

function isAnswer(byte: number): boolean {
  return byte === 0x53 || byte === 0x4e || byte === 0x47
}

function untyped(from: 'client' | 'server', payload: Uint8Array): Uint8Array[] {
  if (from === 'client') {
    if (payload.length >= 4 && payload.length + 4 <= LONGEST_STARTUP)
      return [bigEndian([4, payload.length + 4]), payload]
    throw notEncodable(NAME, `a first message must have 4 to ${LONGEST_STARTUP - 4} bytes`)
  }
  if (payload.length === 1 && isAnswer(payload[0]!)) return [payload]
  throw notEncodable(NAME, 'an answer must be one of the bytes S, N and G')
}

function typeByte(type: string): number {
  const byte = type.charCodeAt(0)
  if (type.length === 1 && isType(byte)) return byte
  throw notEncodable(NAME, WRONG_TYPE)
}

/** Types are letters; digits were used by earlier versions. */
function isType(byte: number): boolean {
  const lower = byte | 32
  return (lower >= 97 && lower <= 122) || (byte >= 48 && byte <= 57)
}
