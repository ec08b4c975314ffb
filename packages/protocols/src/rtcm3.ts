// RTCM 3, which carries corrections for GNSS receivers.

import { checkedBytes, mapCodec, nameCodec, readOptions, type FrameCodec } from '@unstick/core'
import { packet } from '@unstick/packet'
import { notEncodable } from './framing/errors.ts'
import { BYTES, namingMembers } from './framing/members.ts'

/** The options of `rtcm3`. */
export interface Rtcm3Options {
  /**
   * What happens where no message can begin: 'resync' searches for the next one, and reports the bytes between as a
   * gap; 'error' is `ERR_FRAME_CORRUPT`.
   *
   * @defaultValue 'resync'
   */
  corrupt?: 'resync' | 'error'
}

const NAME = 'rtcm3'
const HEADER = 3
const CHECKSUM = 3
const LONGEST = 1023

/**
 * Messages, as bytes; the first 12 bits of a message are its number:
 *
 * ```
 *  +----+----------+---------+---------+----------+
 *  | d3 | 0        | length  | message | CRC-24Q  |      the length counts the message, the checksum covers all before it
 *  +----+----------+---------+---------+----------+
 *    1    6 bits     10 bits             3
 * ```
 *
 * Source: RTCM 10403.3, section 4; gpsd, "RTCM104v3".
 *
 * Decoding throws `ERR_FRAME_TRUNCATED`, and with `corrupt: 'error'` also `ERR_FRAME_CORRUPT`; encoding
 * `ERR_FRAME_NOT_ENCODABLE`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function rtcm3(options: Rtcm3Options = {}): FrameCodec {
  const { corrupt } = readOptions<Rtcm3Options>(NAME, options, ['corrupt'])
  const packets = packet({
    // The reserved bits share a byte with the length.
    sync: { bytes: new Uint8Array([0xd3, 0]), mask: new Uint8Array([0xff, 0xfc]) },
    lengthFieldOffset: 1,
    lengthFieldLength: 2,
    lengthAdjustment: CHECKSUM,
    maxFrameLength: HEADER + LONGEST + CHECKSUM,
    // The catalogue lists CRC-24Q under this name.
    checksum: { algorithm: 'CRC-24/LTE-A' },
    ...(corrupt === undefined ? {} : { corrupt }),
  })
  return mapCodec<Uint8Array, Uint8Array>(nameCodec(packets, NAME), {
    decode: (bytes) => bytes.subarray(HEADER, bytes.length - CHECKSUM),
    encode: namingMembers(NAME, BYTES, (message) => {
      checkedBytes(message, NAME, 'a payload')
      if (message.length > LONGEST) throw notEncodable(NAME, `a message must have at most ${LONGEST} bytes`)
      const bytes = new Uint8Array(HEADER + message.length + CHECKSUM)
      bytes[0] = 0xd3
      bytes.set(message, HEADER)
      return bytes
    }),
  })
}
