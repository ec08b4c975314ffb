// Diameter, the AAA protocol of mobile networks.

import type { FrameCodec } from '@unstick/core'
import { corrupt, invalidLength } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT24, UINT32, UINT8 } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** A message, with the fields of its header. */
export interface DiameterMessage {
  /** R, P, E and T, from the highest bit down. */
  flags: number
  /** The command code, such as 257 (Capabilities-Exchange). */
  command: number
  /** The id of the application. */
  applicationId: number
  /** The hop-by-hop identifier, which matches an answer with its request on one connection. */
  hopByHopId: number
  /** The end-to-end identifier, which detects duplicates of a request. */
  endToEndId: number
  /** The AVPs. */
  payload: Uint8Array
}

const NAME = 'diameter'
const bigEndian = bigEndianFor(NAME)
const HEADER = 20

/**
 * Messages; the length counts the whole message and is a multiple of 4:
 *
 * ```
 *  +---------+--------+-------+---------+----------------+------------+------------+------+
 *  | version | length | flags | command | application id | hop-by-hop | end-to-end | AVPs |
 *  +---------+--------+-------+---------+----------------+------------+------------+------+
 *    1         3        1       3         4                4            4
 * ```
 *
 * Source: RFC 6733, section 3.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (shorter than the header, or not a multiple of 4),
 * `ERR_FRAME_CORRUPT` (a version other than 1) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function diameter(options?: PresetOptions): FrameCodec<DiameterMessage> {
  return headed<DiameterMessage>(options, {
    name: NAME,
    members: {
      flags: UINT8,
      command: UINT24,
      applicationId: UINT32,
      hopByHopId: UINT32,
      endToEndId: UINT32,
      payload: BYTES,
    },
    headerLength: 4,
    minFrameLength: HEADER,
    maxFrameLength: 0xffffff,
    frameLength(bytes, start) {
      if (bytes[start] !== 1) throw corrupt(NAME, 'the version must be 1')
      const length = readBig(bytes, start + 1, 3)
      if (length % 4 !== 0) throw invalidLength(NAME, 'a length must be a multiple of 4')
      return length
    },
    decode: (bytes) => ({
      flags: bytes[4]!,
      command: readBig(bytes, 5, 3),
      applicationId: readBig(bytes, 8, 4),
      hopByHopId: readBig(bytes, 12, 4),
      endToEndId: readBig(bytes, 16, 4),
      payload: bytes.subarray(HEADER),
    }),
    encode: (message) => [
      bigEndian(
        [1, 1],
        [3, HEADER + message.payload.length],
        [1, message.flags],
        [3, message.command],
        [4, message.applicationId],
        [4, message.hopByHopId],
        [4, message.endToEndId],
      ),
      message.payload,
    ],
  })
}
