// Minecraft (Java Edition): packets before compression and encryption.

import { checkedBytes, mapCodec, nameCodec, type FrameCodec } from '@unstick/core'
import { varintLength } from '@unstick/length-field'
import { corrupt, notEncodable } from './framing/errors.ts'
import { BYTES, INTEGER, namingMembers } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'

/** An uncompressed packet. */
export interface MinecraftPacket {
  /** The packet id, whose meaning depends on the state and direction. */
  id: number
  /** The fields of the packet. */
  payload: Uint8Array
}

const NAME = 'minecraft'
const LONGEST = 2 ** 21 - 1

/**
 * Packets, each after its length:
 *
 * ```
 *  +--------+--------+---------+
 *  | length | id     | payload |      the length counts id and payload
 *  +--------+--------+---------+
 *    varint   varint
 *    1 to 3   1 to 5
 * ```
 *
 * Source: minecraft.wiki, "Java Edition protocol: Packet format, without compression".
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a length of more than 3 bytes), `ERR_FRAME_CORRUPT`
 * (a malformed id) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function minecraft(options?: PresetOptions): FrameCodec<MinecraftPacket> {
  const limits = limitsOf(NAME, options, { maxFrameLength: 3 + LONGEST, minFrameLength: 2 })
  return mapCodec(nameCodec(varintLength({ ...limits, maxBytes: 3 }), NAME), {
    decode(bytes) {
      let id = 0
      for (let at = 0; at < Math.min(5, bytes.length); at++) {
        id += (bytes[at]! & 127) * 128 ** at
        if (bytes[at]! < 128) return { id: id | 0, payload: bytes.subarray(at + 1) }
      }
      throw corrupt(NAME, 'a packet must begin with an id of at most 5 bytes')
    },
    encode: namingMembers(NAME, { id: INTEGER, payload: BYTES }, ({ id, payload }) => {
      checkedBytes(payload, NAME, 'a payload')
      if ((id | 0) !== id) throw notEncodable(NAME, 'an id must be an integer of 32 bits')
      const digits: number[] = []
      let rest = id >>> 0
      for (; rest >= 128; rest >>>= 7) digits.push((rest & 127) | 128)
      const bytes = new Uint8Array(digits.length + 1 + payload.length)
      bytes.set([...digits, rest])
      bytes.set(payload, digits.length + 1)
      return bytes
    }),
  })
}
