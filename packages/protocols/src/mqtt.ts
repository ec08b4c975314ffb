// MQTT control packets, versions 3.1.1 and 5.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { BYTES, namingMembers, UINT8 } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'

/** A control packet. */
export interface MqttPacket {
  /** The type, 1 (CONNECT) to 15 (AUTH). */
  type: number
  /** The lower half of the first byte: `DUP | QoS | RETAIN` in a PUBLISH, else fixed by the type. */
  flags: number
  /** Variable header and payload. */
  payload: Uint8Array
}

const NAME = 'mqtt'
const PUBLISH = 3
/** Types whose flags are 2: PUBREL, SUBSCRIBE, UNSUBSCRIBE. The flags of all others except PUBLISH are 0. */
const WITH_FLAG = new Set([6, 8, 10])
/** The largest value of a varint of 4 bytes. */
const LONGEST_PAYLOAD = 2 ** 28 - 1

/**
 * Control packets, each with its fixed header:
 *
 * ```
 *  +--------------+------------------+--------------------------+
 *  | type | flags | remaining length | variable header, payload |
 *  +--------------+------------------+--------------------------+
 *    4 bits 4       varint, 1 to 4
 * ```
 *
 * Source: OASIS MQTT 3.1.1 and MQTT 5.0, sections 2.1 and 2.2. The protocol's limit is 256 MiB.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a varint of more than 4 bytes, or not in its
 * shortest form: MQTT-1.5.5-1), `ERR_FRAME_CORRUPT` (type 0, flags forbidden for the type, a PUBLISH of QoS 3) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function mqtt(options?: PresetOptions): FrameCodec<MqttPacket> {
  return defineCodec<MqttPacket>({
    name: NAME,
    ...limitsOf(NAME, options, { maxFrameLength: LONGEST_PAYLOAD + 5, minFrameLength: 2 }),
    find(bytes, start, end, search) {
      if (start === end) return start + 2
      const fault = faultOf(bytes[start]! >> 4, bytes[start]! & 15)
      if (fault !== undefined) throw corrupt(NAME, fault)
      let length = 0
      for (let index = 0; index < 4; index++) {
        const at = start + 1 + index
        if (at >= end) return UNKNOWN
        const byte = bytes[at]!
        length += (byte & 127) * 128 ** index
        if (byte >= 128) continue
        if (byte === 0 && index > 0) throw invalidLength(NAME, 'the remaining length must have its shortest form')
        return (search.payloadEnd = at + 1 + length)
      }
      throw invalidLength(NAME, 'the remaining length must have at most 4 bytes')
    },
    toFrame(bytes) {
      let at = 1
      while (bytes[at]! >= 128) at++
      return { type: bytes[0]! >> 4, flags: bytes[0]! & 15, payload: bytes.subarray(at + 1) }
    },
    encodeParts: namingMembers(NAME, { type: UINT8, flags: UINT8, payload: BYTES }, ({ type, flags, payload }) => {
      const fault = faultOf(type, flags)
      if (fault !== undefined) throw notEncodable(NAME, fault)
      if (payload.length > LONGEST_PAYLOAD) throw notEncodable(NAME, 'a packet must have at most 2^28-1 bytes')
      const header = [(type << 4) | flags]
      let rest = payload.length
      for (; rest >= 128; rest >>>= 7) header.push((rest & 127) | 128)
      return [new Uint8Array([...header, rest]), payload]
    }),
  })
}

/** What is wrong with a first byte, or undefined. */
function faultOf(type: number, flags: number): string | undefined {
  if (!(Number.isInteger(type) && type >= 1 && type <= 15)) return 'a type must be from 1 to 15'
  if (type === PUBLISH) {
    if (!(Number.isInteger(flags) && flags >= 0 && flags <= 15)) return 'flags must be from 0 to 15'
    return (flags & 6) === 6 ? 'a PUBLISH must not have QoS 3' : undefined
  }
  const expected = WITH_FLAG.has(type) ? 2 : 0
  return flags === expected ? undefined : `the flags of type ${type} must be ${expected}`
}
