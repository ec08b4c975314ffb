// The packets of the MySQL and MariaDB client/server protocol.

import { BOUNDS, checkedBytes, defineCodec, type FrameCodec, newBytesLike } from '@unstick/core'
import { corrupt } from './framing/errors.ts'
import { littleEndianFor, readLittle } from './framing/integers.ts'
import { BYTES, namingMembers, UINT8 } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { viewsOf } from './framing/views.ts'

/** A packet. A payload of 16 MiB or more is joined from several packets. */
export interface MysqlPacket {
  /** The sequence number of the (first) packet, modulo 256. */
  sequence: number
  /** The bytes after the header. */
  payload: Uint8Array
}

const NAME = 'mysql'
const littleEndian = littleEndianFor(NAME)
const HEADER = 4
/** A packet of this length continues in the next one. */
const LONGEST = 0xffffff
/** The server's default of `max_allowed_packet`, which counts payload. */
const MAX_PAYLOAD = 64 * 1024 * 1024

/**
 * Packets; a payload that spans several packets is joined:
 *
 * ```
 *  +--------+----------+---------+
 *  | length | sequence | payload |      little-endian; a length of ff ff ff: the payload goes on in the next packet,
 *  +--------+----------+---------+      whose sequence is one more, until a shorter one, which may be empty
 *    3        1
 * ```
 *
 * Source: MySQL Internals, "MySQL Packets". The limit is 64 MiB of payload, the server's default of
 * `max_allowed_packet`. Packets of the compressed protocol have another header, and are not decoded.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a continued packet out of sequence) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function mysql(options?: PresetOptions): FrameCodec<MysqlPacket> {
  const limits = limitsOf(NAME, options, { maxFrameLength: lengthOnWire(MAX_PAYLOAD), minFrameLength: HEADER })
  return defineCodec<MysqlPacket>({
    name: NAME,
    ...limits,
    find(bytes, start, end, search) {
      for (let at = search.resumeAt; ; at += HEADER + LONGEST) {
        // The next header to read; the packets before it are full ones.
        search.resumeAt = at
        if (end - at < HEADER) return at + HEADER
        const expected = (bytes[start + 3]! + Math.floor((at - start) / (HEADER + LONGEST))) & 0xff
        if (bytes[at + 3] !== expected) throw corrupt(NAME, 'a continued packet must have the next sequence number')
        const length = readLittle(bytes, at, 3)
        if (length < LONGEST) return (search.payloadEnd = at + HEADER + length)
      }
    },
    findMany(bytes, start, end, { bounds }) {
      let at = start
      let index = 0
      while (index < bounds.length && end - at >= HEADER) {
        const length = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
        const frameEnd = at + HEADER + length
        if (frameEnd > end || length === LONGEST || frameEnd - at > limits.maxFrameLength) break
        bounds[index++] = at
        bounds[index++] = frameEnd
        bounds[index++] = frameEnd
        at = frameEnd
      }
      return index / BOUNDS
    },
    toFrame: (bytes) => ({ sequence: bytes[3]!, payload: joined(bytes) }),
    // Applies to packets that are not continued.
    toFrames(bytes, { bounds }, count) {
      const view = viewsOf(bytes)
      const packets: MysqlPacket[] = []
      for (let index = 0; index < BOUNDS * count; index += BOUNDS) {
        const start = bounds[index]!
        packets.push({ sequence: bytes[start + 3]!, payload: view(start + HEADER, bounds[index + 1]!) })
      }
      return packets
    },
    holdsPayload: true,
    encodeParts: namingMembers(NAME, { sequence: UINT8, payload: BYTES }, ({ sequence, payload }) => {
      checkedBytes(payload, NAME, 'a payload')
      const parts: Uint8Array[] = []
      for (let at = 0, index = 0; at <= payload.length; at += LONGEST, index++) {
        const part = payload.subarray(at, at + LONGEST)
        parts.push(littleEndian([3, part.length], [1, index === 0 ? sequence : (sequence + index) & 0xff]), part)
      }
      return parts
    }),
  })
}

/** The bytes of all packets of a payload. */
function lengthOnWire(payloadLength: number): number {
  return payloadLength + HEADER * (Math.floor(payloadLength / LONGEST) + 1)
}

/** The payload, with the headers inside it removed. */
function joined(bytes: Uint8Array): Uint8Array {
  const full = Math.floor(bytes.length / (HEADER + LONGEST))
  if (full === 0) return bytes.subarray(HEADER)
  const payload = newBytesLike(bytes, bytes.length - HEADER * (full + 1))
  for (let index = 0; index <= full; index++) {
    const at = index * (HEADER + LONGEST) + HEADER
    payload.set(bytes.subarray(at, at + LONGEST), index * LONGEST)
  }
  return payload
}
