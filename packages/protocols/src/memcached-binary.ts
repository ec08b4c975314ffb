// The binary protocol of memcached, which Couchbase still uses.

import { isBytes, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, UINT16, UINT32, UINT8 } from './framing/members.ts'
import { directionOf, type DirectedOptions } from './framing/options.ts'

/** A request or a response. */
export interface MemcachedPacket {
  /** 0 GET, 1 SET, 4 DELETE ... */
  opcode: number
  /** How the value is encoded: always 0 in memcached; in Couchbase the bits 1 JSON, 2 Snappy, 4 extended attributes. */
  dataType: number
  /** The status of a response; the vbucket of a request. */
  status: number
  /** The opaque value, which the response repeats. */
  opaque: number
  /** The CAS value: 8 bytes. */
  cas: Uint8Array
  /** Fields specific to the opcode, such as flags and expiry. */
  extras: Uint8Array
  /** The key, which may be empty. */
  key: Uint8Array
  /** The value, which may be empty. */
  value: Uint8Array
}

const NAME = 'memcachedBinary'
const bigEndian = bigEndianFor(NAME)
const HEADER = 24
const REQUEST = 0x80
const RESPONSE = 0x81

/**
 * Packets:
 *
 * ```
 *  +-------+--------+------------+---------------+------+--------+--------+--------+-----+----------------------+
 *  | magic | opcode | key length | extras length | data | status | length | opaque | cas | extras | key | value |
 *  +-------+--------+------------+---------------+------+--------+--------+--------+-----+----------------------+
 *    1       1        2            1               1      2        4        4        8     the length counts all three
 * ```
 *
 * Source: memcached wiki, "BinaryProtocolRevamped".
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (key and extras longer than the length),
 * `ERR_FRAME_CORRUPT` (another magic number) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function memcachedBinary(options: DirectedOptions): FrameCodec<MemcachedPacket> {
  const [from, limits] = directionOf(NAME, options)
  const magic = from === 'client' ? REQUEST : RESPONSE
  return headed<MemcachedPacket>(limits, {
    name: NAME,
    members: {
      opcode: UINT8,
      dataType: UINT8,
      status: UINT16,
      opaque: UINT32,
      cas: BYTES,
      extras: BYTES,
      key: BYTES,
      value: BYTES,
    },
    headerLength: HEADER,
    frameLength(bytes, start) {
      if (bytes[start] !== magic) throw corrupt(NAME, `a packet must begin with the magic byte of the ${from}`)
      const length = readBig(bytes, start + 8, 4)
      if (readBig(bytes, start + 2, 2) + bytes[start + 4]! > length) {
        throw invalidLength(NAME, 'key and extras must not be longer than the packet')
      }
      return HEADER + length
    },
    decode(bytes) {
      const key = HEADER + bytes[4]!
      const value = key + readBig(bytes, 2, 2)
      return {
        opcode: bytes[1]!,
        dataType: bytes[5]!,
        status: readBig(bytes, 6, 2),
        opaque: readBig(bytes, 12, 4),
        cas: bytes.subarray(16, HEADER),
        extras: bytes.subarray(HEADER, key),
        key: bytes.subarray(key, value),
        value: bytes.subarray(value),
      }
    },
    encode({ opcode, dataType, status, opaque, cas, extras, key, value }) {
      if (!isBytes(cas) || cas.length !== 8) throw notEncodable(NAME, 'cas must have 8 bytes')
      const length = extras.length + key.length + value.length
      const header = bigEndian(
        [1, magic],
        [1, opcode],
        [2, key.length],
        [1, extras.length],
        [1, dataType],
        [2, status],
        [4, length],
        [4, opaque],
        [6, 0],
        [2, 0],
      )
      header.set(cas, 16)
      return [header, extras, key, value]
    },
  })
}
