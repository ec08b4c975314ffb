// UBX, the binary protocol of u-blox GNSS receivers.

import { checkedBytes, mapCodec, nameCodec, readOptions, type FrameCodec } from '@unstick/core'
import { packet } from '@unstick/packet'
import { littleEndianFor, readLittle } from './framing/integers.ts'
import { BYTES, namingMembers, UINT8 } from './framing/members.ts'

/** A message, without its checksum. */
export interface UbxMessage {
  /** The message class: 1 NAV, 5 ACK, 6 CFG ... */
  class: number
  /** The message id within its class. */
  id: number
  /** The bytes after the length. */
  payload: Uint8Array
}

/** The options of `ubx`. */
export interface UbxOptions {
  /**
   * The longest message, in bytes, sync characters and checksum included.
   *
   * @defaultValue 8200, which is 8 KiB of payload: RXM-RAWX of 255 measurements has 8176 bytes
   */
  maxFrameLength?: number
  /**
   * What happens where no message can begin, such as at NMEA sentences on the same line: 'resync' searches for the next
   * message, and reports the bytes between as a gap; 'error' is `ERR_FRAME_CORRUPT`.
   *
   * @defaultValue 'resync'
   */
  corrupt?: 'resync' | 'error'
}

const NAME = 'ubx'
const littleEndian = littleEndianFor(NAME)
const HEADER = 6
const CHECKSUM = 2

/**
 * Messages, with noise between them:
 *
 * ```
 *  +-------+-------+----+--------+---------+----------+
 *  | b5 62 | class | id | length | payload | checksum |      little-endian; the length counts the payload, the checksum
 *  +-------+-------+----+--------+---------+----------+      covers all from class on (RFC 1145's 8-bit Fletcher)
 *    2       1       1    2                  2
 * ```
 *
 * Source: u-blox 8 / u-blox M8 Receiver description, section 32.
 *
 * Decoding throws `ERR_FRAME_TRUNCATED`, and with `corrupt: 'error'` also `ERR_FRAME_CORRUPT` and `ERR_FRAME_TOO_LONG`;
 * encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function ubx(options: UbxOptions = {}): FrameCodec<UbxMessage> {
  const { maxFrameLength, corrupt } = readOptions<UbxOptions>(NAME, options, ['maxFrameLength', 'corrupt'])
  const packets = packet({
    sync: { bytes: new Uint8Array([0xb5, 0x62]) },
    lengthFieldOffset: 4,
    lengthFieldLength: 2,
    byteOrder: 'little',
    lengthAdjustment: CHECKSUM,
    maxFrameLength: maxFrameLength ?? HEADER + 8192 + CHECKSUM,
    checksum: { algorithm: fletcher8, from: 2, length: CHECKSUM },
    ...(corrupt === undefined ? {} : { corrupt }),
  })
  return mapCodec<Uint8Array, UbxMessage>(nameCodec(packets, NAME), {
    decode: (bytes) => ({
      class: bytes[2]!,
      id: bytes[3]!,
      payload: bytes.subarray(HEADER, HEADER + readLittle(bytes, 4, 2)),
    }),
    encode: namingMembers(NAME, { class: UINT8, id: UINT8, payload: BYTES }, (message) => {
      checkedBytes(message.payload, NAME, 'a payload')
      const bytes = new Uint8Array(HEADER + message.payload.length + CHECKSUM)
      bytes.set(littleEndian([2, 0x62b5], [1, message.class], [1, message.id]))
      bytes.set(message.payload, HEADER)
      return bytes
    }),
  })
}

/** Two sums modulo 256, the first in the low byte. */
function fletcher8(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  let sums = 0
  for (let at = start; at < end; at++) {
    sum = (sum + bytes[at]!) & 255
    sums = (sums + sum) & 255
  }
  return sum + 256 * sums
}
