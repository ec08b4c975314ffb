// The IPC streaming format of Apache Arrow.

import { defineCodec, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { littleEndianFor, readLittle } from './framing/integers.ts'
import { BYTES, namingMembers } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'

/** An encapsulated message. */
export interface ArrowIpcMessage {
  /** The flatbuffer of a `Message`, padding included. Empty in the message that ends the stream. */
  metadata: Uint8Array
  /** The buffers of the message. */
  body: Uint8Array
}

const NAME = 'arrowIpc'
const littleEndian = littleEndianFor(NAME)
const HEADER = 8
const CONTINUATION = 0xffffffff
/** Index of the body length among the fields of the table `Message`: version, header type, header, body length. */
const BODY_LENGTH_FIELD = 3

/**
 * Encapsulated messages, the schema first; an empty one ends the stream:
 *
 * ```
 *  +-------------+--------+------------------------------+------+
 *  | ff ff ff ff | length | metadata, padded to 8 bytes  | body |      little-endian; the body's length is a field of
 *  +-------------+--------+------------------------------+------+      the metadata, which is a flatbuffer
 *    4             4
 * ```
 *
 * Source: arrow.apache.org, "Encapsulated message format". Streams written before Arrow 0.15 lack the leading ff ff ff
 * ff, and are refused.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (negative, or not a multiple of 8),
 * `ERR_FRAME_CORRUPT` (no ff ff ff ff, metadata that is not a table) and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function arrowIpc(options?: PresetOptions): FrameCodec<ArrowIpcMessage> {
  const limits = limitsOf(NAME, options, { maxFrameLength: 256 * 1024 * 1024, minFrameLength: HEADER })
  return defineCodec<ArrowIpcMessage>({
    name: NAME,
    ...limits,
    find(bytes, start, end, search) {
      if (end - start < HEADER) return start + HEADER
      if (readLittle(bytes, start, 4) !== CONTINUATION) throw corrupt(NAME, 'a message must begin with ff ff ff ff')
      const length = readLittle(bytes, start + 4, 4)
      if (length > 0x7fffffff || length % 8 !== 0) throw invalidLength(NAME, 'metadata must have a multiple of 8 bytes')
      if (length === 0) return (search.payloadEnd = start + HEADER)
      const body = start + HEADER + length
      if (body - start > limits.maxFrameLength && limits.oversize === 'skip') {
        throw invalidLength(NAME, 'metadata over the limit cannot be skipped: the length of the body is in it')
      }
      if (body > end) return body
      return (search.payloadEnd = body + bodyLength(bytes.subarray(start + HEADER, body)))
    },
    toFrame(bytes) {
      const body = HEADER + readLittle(bytes, 4, 4)
      return { metadata: bytes.subarray(HEADER, body), body: bytes.subarray(body) }
    },
    encodeParts: namingMembers(NAME, { metadata: BYTES, body: BYTES }, ({ metadata, body }) => {
      if (metadata.length % 8 !== 0 || !statesLength(metadata, body.length)) {
        throw notEncodable(NAME, 'metadata must have a multiple of 8 bytes, and state the length of the body')
      }
      return [littleEndian([4, CONTINUATION], [4, metadata.length]), metadata, body]
    }),
  })
}

function statesLength(metadata: Uint8Array, length: number): boolean {
  if (metadata.length === 0) return length === 0
  try {
    return bodyLength(metadata) === length
  } catch {
    return false
  }
}

/**
 * Reads one field of the flatbuffer:
 *
 * ```
 *  0: where the table is     table: how far back its vtable is     vtable: its size, the table's size, and where in the
 *                                                                  table each field is, 0 if it is left out (2 bytes each)
 * ```
 */
function bodyLength(metadata: Uint8Array): number {
  const table = integerAt(metadata, 0, 4)
  const vtable = table - (integerAt(metadata, table, 4) | 0)
  const entry = 4 + 2 * BODY_LENGTH_FIELD
  const field = entry < integerAt(metadata, vtable, 2) ? integerAt(metadata, vtable + entry, 2) : 0
  if (field === 0) return 0
  const high = integerAt(metadata, table + field + 4, 4)
  if (high >= 2 ** 20) throw invalidLength(NAME, 'the length of a body must be from 0 to 2^52-1')
  return high * 2 ** 32 + integerAt(metadata, table + field, 4)
}

function integerAt(metadata: Uint8Array, at: number, width: number): number {
  if (at >= 0 && at + width <= metadata.length) return readLittle(metadata, at, width)
  throw corrupt(NAME, 'metadata must be a flatbuffer')
}
