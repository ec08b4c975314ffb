// The OPC UA binary protocol over TCP.

import type { FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './framing/errors.ts'
import { headed } from './framing/headed.ts'
import { littleEndianFor, readLittle } from './framing/integers.ts'
import { BYTES, oneOf, STRING } from './framing/members.ts'
import type { PresetOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1 } from './framing/text.ts'

/** A chunk of a message. */
export interface OpcuaChunk {
  /** Three letters: 'HEL', 'ACK', 'ERR', 'RHE', 'OPN', 'MSG', 'CLO'. */
  type: string
  /** 'F' the final chunk of a message, 'C' one that continues, 'A' an abort. */
  chunk: 'F' | 'C' | 'A'
  /** The bytes after the length. */
  payload: Uint8Array
}

const NAME = 'opcua'
const littleEndian = littleEndianFor(NAME)
const HEADER = 8

/**
 * Message chunks:
 *
 * ```
 *  +------+-------+--------+---------+
 *  | type | chunk | length | payload |      little-endian; the length counts the whole chunk
 *  +------+-------+--------+---------+
 *    3      1       4
 * ```
 *
 * Source: OPC 10000-6, section 7.1.2.2.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID`, `ERR_FRAME_CORRUPT` (a message type that is not
 * three capital letters, an unknown chunk type) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function opcua(options?: PresetOptions): FrameCodec<OpcuaChunk> {
  return headed<OpcuaChunk>(options, {
    name: NAME,
    members: { type: STRING, chunk: oneOf('F', 'C', 'A'), payload: BYTES },
    headerLength: HEADER,
    frameLength(bytes, start) {
      if (!/^[A-Z]{3}[FCA]$/.test(decodeLatin1(bytes, start, start + 4))) {
        throw corrupt(NAME, 'a chunk must begin with three capital letters, and F, C or A')
      }
      return readLittle(bytes, start + 4, 4)
    },
    decode: (bytes) => ({
      type: decodeLatin1(bytes, 0, 3),
      chunk: String.fromCharCode(bytes[3]!) as OpcuaChunk['chunk'],
      payload: bytes.subarray(HEADER),
    }),
    encode({ type, chunk, payload }) {
      const head = encodeLatin1(NAME, `${type}${chunk}`)
      if (type.length !== 3 || head.length !== 4) throw notEncodable(NAME, 'a type must be three letters, a chunk one')
      return [new Uint8Array([...head, ...littleEndian([4, HEADER + payload.length])]), payload]
    },
  })
}
