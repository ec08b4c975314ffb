// HTTP/2 frames.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, namingMembers, or, UINT32, UINT8, type Kind } from './framing/members.ts'
import { directionOf, limitsOf, type DirectedOptions } from './framing/options.ts'
import { encodeLatin1 } from './framing/text.ts'

/** A frame, or the connection preface. */
export type Http2Frame =
  /** Sent first by the client. */
  | { type: 'preface' }
  | {
      /**
       * 0 DATA, 1 HEADERS, 2 PRIORITY, 3 RST_STREAM, 4 SETTINGS, 5 PUSH_PROMISE, 6 PING, 7 GOAWAY, 8 WINDOW_UPDATE, 9
       * CONTINUATION.
       */
      type: number
      flags: number
      streamId: number
      payload: Uint8Array
    }

const NAME = 'http2'
const bigEndian = bigEndianFor(NAME)
const HEADER = 9
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
/** In `state`: the preface has been read. */
const HAS_PREFACE = 1
const ACK = 0x01
const PADDED = 0x08
/** A flag of HEADERS. */
const WITH_PRIORITY = 0x20
/** Types whose payload has a fixed length: PRIORITY, RST_STREAM, PING, WINDOW_UPDATE. */
const LENGTHS = new Map([
  [2, 5],
  [3, 4],
  [6, 8],
  [8, 4],
])

function membersOf({ type }: Http2Frame): Readonly<Record<string, Kind>> {
  return type === 'preface' ? {} : { type: or('preface', UINT8), flags: UINT8, streamId: UINT32, payload: BYTES }
}

/**
 * Frames; those of a client follow a preface of 24 bytes:
 *
 * ```
 *  +--------+------+-------+---+-----------+---------+
 *  | length | type | flags | R | stream id | payload |      the length counts the payload
 *  +--------+------+-------+---+-----------+---------+
 *    3        1      1      1 bit  31 bits
 * ```
 *
 * The reserved bit is ignored. Frames of unknown types are decoded like others.
 *
 * Source: RFC 9113, sections 3.4, 4.1 and 6. The limit is 16,384 bytes of payload, the initial SETTINGS_MAX_FRAME_SIZE.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a length forbidden for the type: the protocol's
 * FRAME_SIZE_ERROR), `ERR_FRAME_CORRUPT` (no preface from the client) and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function http2(options: DirectedOptions): FrameCodec<Http2Frame> {
  const [from, limits] = directionOf(NAME, options)
  return defineCodec<Http2Frame>({
    name: NAME,
    ...limitsOf(NAME, limits, { maxFrameLength: HEADER + 16_384, minFrameLength: PREFACE.length }),
    find(bytes, start, end, search) {
      if (from === 'client' && search.state !== HAS_PREFACE) {
        const last = Math.min(end, start + PREFACE.length)
        for (let at = start; at < last; at++) {
          if (bytes[at] !== PREFACE.charCodeAt(at - start)) throw corrupt(NAME, 'a client must begin with the preface')
        }
        if (end - start < PREFACE.length) return UNKNOWN
        search.state = HAS_PREFACE
        return (search.payloadEnd = start + PREFACE.length)
      }
      if (end - start < HEADER) return start + HEADER
      const length = readBig(bytes, start, 3)
      const fault = faultOf(bytes[start + 3]!, bytes[start + 4]!, length)
      if (fault !== undefined) throw invalidLength(NAME, fault, HEADER + length)
      return (search.payloadEnd = start + HEADER + length)
    },
    toFrame(bytes, index) {
      if (from === 'client' && index === 0) return { type: 'preface' }
      const streamId = readBig(bytes, 5, 4) % 2 ** 31
      return { type: bytes[3]!, flags: bytes[4]!, streamId, payload: bytes.subarray(HEADER) }
    },
    encodeParts: namingMembers(NAME, membersOf, (frame) => {
      if (frame.type === 'preface') {
        if (from === 'client') return [encodeLatin1(NAME, PREFACE)]
        throw notEncodable(NAME, 'a server sends no preface')
      }
      const { type, flags, streamId, payload } = frame
      const fault = faultOf(type, flags, payload.length)
      if (fault !== undefined) throw notEncodable(NAME, fault)
      if (streamId >= 2 ** 31) throw notEncodable(NAME, 'a stream id must be less than 2^31')
      return [bigEndian([3, payload.length], [1, type], [1, flags], [4, streamId]), payload]
    }),
  })
}

/** What is wrong with a payload's length, or undefined. */
function faultOf(type: number, flags: number, length: number): string | undefined {
  const expected = LENGTHS.get(type)
  if (expected !== undefined && length !== expected) return `the payload of type ${type} must have ${expected} bytes`
  const shortest = shortestOf(type, flags)
  if (length < shortest) return `the payload of type ${type} must have at least ${shortest} bytes with these flags`
  if (type !== 4) return undefined
  if (length % 6 !== 0) return 'the payload of SETTINGS must have a multiple of 6 bytes'
  return (flags & ACK) === ACK && length > 0 ? 'an acknowledgement of SETTINGS must be empty' : undefined
}

/**
 * The number of bytes that the mandatory fields of a payload need: in a PADDED frame also the length of its padding.
 */
function shortestOf(type: number, flags: number): number {
  const padding = (flags & PADDED) === 0 ? 0 : 1
  if (type === 0) return padding
  if (type === 1) return padding + ((flags & WITH_PRIORITY) === 0 ? 0 : 5)
  if (type === 5) return padding + 4
  return type === 7 ? 8 : 0
}
