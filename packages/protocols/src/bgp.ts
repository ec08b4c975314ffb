// BGP-4 messages.

import type { FrameCodec } from '@unstick/core'
import { corrupt, invalidLength } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT8 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A message, without its marker. */
export interface BgpMessage {
  /** 1 OPEN, 2 UPDATE, 3 NOTIFICATION, 4 KEEPALIVE, 5 ROUTE-REFRESH. */
  type: number
  /** The bytes after the type. */
  payload: Uint8Array
}

const NAME = 'bgp'
const bigEndian = bigEndianFor(NAME)
const HEADER = 19
const MARKER = 16
/** The shortest OPEN, UPDATE, NOTIFICATION, KEEPALIVE and ROUTE-REFRESH. */
const SHORTEST: ReadonlyMap<number, number> = new Map([
  [1, 29],
  [2, 23],
  [3, 21],
  [4, HEADER],
  [5, 23],
])
const KEEPALIVE = 4

/**
 * Messages, each after a marker of 16 bytes of ff:
 *
 * ```
 *  +------------------+--------+------+---------+
 *  | marker: 16 of ff | length | type | payload |      the length counts the whole message
 *  +------------------+--------+------+---------+
 *    16                 2        1
 * ```
 *
 * Source: RFC 4271, section 4.1. The limit is 4096 bytes; extended messages (RFC 8654) have up to 65,535.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a length that the type must not have),
 * `ERR_FRAME_CORRUPT` (a wrong marker) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function bgp(options?: PresetOptions): FrameCodec<BgpMessage> {
  return headed<BgpMessage>(options, {
    name: NAME,
    members: { type: UINT8, payload: BYTES },
    headerLength: HEADER,
    maxFrameLength: 4096,
    frameLength(bytes, start) {
      for (let at = start; at < start + MARKER; at++) {
        if (bytes[at] !== 0xff) throw corrupt(NAME, 'the marker must be 16 bytes of ff')
      }
      const length = readBig(bytes, start + MARKER, 2)
      const type = bytes[start + 18]!
      const shortest = SHORTEST.get(type) ?? HEADER
      if (length < shortest || (type === KEEPALIVE && length > shortest)) {
        throw invalidLength(NAME, `a message of type ${type} must not have ${length} bytes`)
      }
      return length
    },
    decode: (bytes) => ({ type: bytes[18]!, payload: bytes.subarray(HEADER) }),
    encode({ type, payload }) {
      const header = new Uint8Array(HEADER).fill(0xff)
      header.set(bigEndian([2, HEADER + payload.length], [1, type]), MARKER)
      return [header, payload]
    },
  })
}
