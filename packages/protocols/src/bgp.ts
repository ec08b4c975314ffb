// BGP-4 messages.

import type { FrameCodec } from '@unstick/core'
import { corrupt } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
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
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID`, `ERR_FRAME_CORRUPT` (a wrong marker) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function bgp(options?: PresetOptions): FrameCodec<BgpMessage> {
  return headed<BgpMessage>(options, {
    name: NAME,
    headerLength: HEADER,
    maxFrameLength: 4096,
    frameLength(bytes, start) {
      for (let at = start; at < start + MARKER; at++) {
        if (bytes[at] !== 0xff) throw corrupt('bgp', 'the marker must be 16 bytes of ff')
      }
      return readBig(bytes, start + MARKER, 2)
    },
    decode: (bytes) => ({ type: bytes[18]!, payload: bytes.subarray(HEADER) }),
    encode({ type, payload }) {
      const header = new Uint8Array(HEADER).fill(0xff)
      header.set(bigEndian([2, HEADER + payload.length], [1, type]), MARKER)
      return [header, payload]
    },
  })
}
