// IEC 60870-5-104, telecontrol over TCP.

import { isBytes, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { BYTES, oneOf } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'

/** An application protocol data unit. */
export interface Iec104Apdu {
  /** I carries an ASDU and both sequence numbers, S acknowledges, U starts, stops and tests. */
  type: 'I' | 'S' | 'U'
  /** The four control octets, which hold the sequence numbers or the function. */
  control: Uint8Array
  /** The ASDU of an I frame. Empty in the others. */
  payload: Uint8Array
}

const NAME = 'iec104'
const HEADER = 6
const LONGEST = 253
const ONLY_I = 'only I frames have an ASDU'

/**
 * Application protocol data units (APDUs):
 *
 * ```
 *  +----+--------+---------+------+
 *  | 68 | length | control | ASDU |      the length counts control and ASDU
 *  +----+--------+---------+------+
 *    1    1        4         0 to 249
 * ```
 *
 * Source: IEC 60870-5-104:2006, section 5.
 *
 * Decoding throws `ERR_FRAME_LENGTH_INVALID` (shorter than 4, longer than 253, not 4 in an S or U frame),
 * `ERR_FRAME_CORRUPT` (another start byte), `ERR_FRAME_TOO_LONG` and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function iec104(options?: PresetOptions): FrameCodec<Iec104Apdu> {
  return headed<Iec104Apdu>(options, {
    name: NAME,
    members: { type: oneOf('I', 'S', 'U'), control: BYTES, payload: BYTES },
    headerLength: 2,
    minFrameLength: HEADER,
    maxFrameLength: 2 + LONGEST,
    frameLength(bytes, start) {
      if (bytes[start] !== 0x68) throw corrupt(NAME, 'an APDU must begin with 68')
      if (bytes[start + 1]! > LONGEST) throw invalidLength(NAME, `a length must be at most ${LONGEST}`)
      return 2 + bytes[start + 1]!
    },
    decode(bytes) {
      const type = typeOf(bytes[2]!)
      if (type !== 'I' && bytes.length > HEADER) throw invalidLength(NAME, ONLY_I, bytes.length)
      return { type, control: bytes.subarray(2, HEADER), payload: bytes.subarray(HEADER) }
    },
    encode({ type, control, payload }) {
      if (!isBytes(control) || control.length !== 4 || typeOf(control[0]!) !== type) {
        throw notEncodable(NAME, 'control must have 4 octets, and match the type')
      }
      if (type !== 'I' && payload.length > 0) throw notEncodable(NAME, ONLY_I)
      return [new Uint8Array([0x68, 4 + payload.length, ...control]), payload]
    },
  })
}

/** The lowest bit is 0 in I frames; the lowest two are 01 in S frames and 11 in U frames. */
function typeOf(octet: number): 'I' | 'S' | 'U' {
  if ((octet & 1) === 0) return 'I'
  return (octet & 2) === 0 ? 'S' : 'U'
}
