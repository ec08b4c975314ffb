// AMQP 1.0, the protocol of Azure Service Bus, ActiveMQ and Qpid.

import { defineCodec, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, namingMembers, or, UINT16, UINT8, type Kind } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'

/** A frame, or a protocol header. */
export type Amqp10Frame =
  | {
      /** 0 AMQP, 1 SASL. */
      type: number
      channel: number
      /** The extended header, between header and payload. Its length is a multiple of 4; receivers ignore it. */
      extended: Uint8Array
      payload: Uint8Array
    }
  /** A protocol header: 0 AMQP, 2 TLS, 3 SASL, and the version. */
  | { type: 'protocol'; id: number; version: [major: number, minor: number, revision: number] }

const NAME = 'amqp10'
const bigEndian = bigEndianFor(NAME)
const HEADER = 8
/** 'AMQP' */
const PROTOCOL = 0x414d5150

const THREE_NUMBERS: Kind = {
  what: 'three integers from 0 to 2^8-1',
  is: (value) => Array.isArray(value) && value.length === 3 && value.every(UINT8.is),
}

function membersOf({ type }: Amqp10Frame): Readonly<Record<string, Kind>> {
  if (type === 'protocol') return { id: UINT8, version: THREE_NUMBERS }
  return { type: or('protocol', UINT8), channel: UINT16, extended: BYTES, payload: BYTES }
}

/**
 * Frames, and the protocol headers that precede each layer:
 *
 * ```
 *  +------+------+------+---------+-----------------+---------+       +------+----+-------+-------+----------+
 *  | size | doff | type | channel | extended header | payload |       | AMQP | id | major | minor | revision |
 *  +------+------+------+---------+-----------------+---------+       +------+----+-------+-------+----------+
 *    4      1      1      2         4 doff - 8                          4      1    1       1       1
 * ```
 *
 * Source: OASIS AMQP 1.0, part 2, sections 2.2 and 2.3.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a size below 8), `ERR_FRAME_CORRUPT` (a data offset
 * outside the frame) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function amqp10(options?: PresetOptions): FrameCodec<Amqp10Frame> {
  return defineCodec<Amqp10Frame>({
    name: NAME,
    ...limitsOf(NAME, options, { minFrameLength: HEADER }),
    find(bytes, start, end, search) {
      if (end - start < HEADER) return start + HEADER
      const size = readBig(bytes, start, 4)
      if (size === PROTOCOL) return (search.payloadEnd = start + HEADER)
      if (size < HEADER) throw invalidLength(NAME, `a frame must have at least ${HEADER} bytes`)
      const dataOffset = 4 * bytes[start + 4]!
      if (dataOffset < HEADER || dataOffset > size) throw corrupt(NAME, 'the data offset lies outside the frame', size)
      return (search.payloadEnd = start + size)
    },
    toFrame(bytes) {
      if (readBig(bytes, 0, 4) === PROTOCOL) {
        return { type: 'protocol', id: bytes[4]!, version: [bytes[5]!, bytes[6]!, bytes[7]!] }
      }
      const dataOffset = 4 * bytes[4]!
      return {
        type: bytes[5]!,
        channel: readBig(bytes, 6, 2),
        extended: bytes.subarray(HEADER, dataOffset),
        payload: bytes.subarray(dataOffset),
      }
    },
    encodeParts: namingMembers(NAME, membersOf, (frame) => {
      if (frame.type === 'protocol') {
        const [major, minor, revision, ...rest] = frame.version
        if (rest.length > 0 || !Array.isArray(frame.version))
          throw notEncodable(NAME, 'a version must be three numbers')
        return [bigEndian([4, PROTOCOL], [1, frame.id], [1, major], [1, minor], [1, revision])]
      }
      const { type, channel, extended, payload } = frame
      const dataOffset = HEADER + extended.length
      const size = dataOffset + payload.length
      if (size === PROTOCOL) throw notEncodable(NAME, 'a frame of this size would be taken for a protocol header')
      return [bigEndian([4, size], [1, dataOffset / 4], [1, type], [2, channel]), extended, payload]
    }),
  })
}
