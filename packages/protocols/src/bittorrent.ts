// The BitTorrent peer wire protocol.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './framing/errors.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, byType, namingMembers, UINT8 } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { encodeLatin1 } from './framing/text.ts'

/** A handshake or a message between peers. */
export type BittorrentMessage =
  /** Sent first by each side. `reserved` holds 8 bytes of extension bits; the other two have 20 bytes. */
  | { type: 'handshake'; reserved: Uint8Array; infoHash: Uint8Array; peerId: Uint8Array }
  | { type: 'keep-alive' }
  /** `id` 0 choke ... 4 have, 5 bitfield, 6 request, 7 piece, 20 extended. */
  | { type: 'message'; id: number; payload: Uint8Array }

const NAME = 'bittorrent'
const bigEndian = bigEndianFor(NAME)
const PROTOCOL = encodeLatin1(NAME, '\x13BitTorrent protocol')
const HANDSHAKE = 68

const MEMBERS = /* @__PURE__ */ byType<BittorrentMessage>({
  handshake: { reserved: BYTES, infoHash: BYTES, peerId: BYTES },
  'keep-alive': {},
  message: { id: UINT8, payload: BYTES },
})

/**
 * The handshake, then messages:
 *
 * ```
 *  +----+-----------------------+----------+-----------+---------+        +--------+----+---------+
 *  | 13 | "BitTorrent protocol" | reserved | info hash | peer id |        | length | id | payload |
 *  +----+-----------------------+----------+-----------+---------+        +--------+----+---------+
 *    1    19                      8          20          20                 4        1
 * ```
 *
 * The length counts id and payload; 0 is a keep-alive. A first byte of 13 (hex) begins a handshake: as a length it
 * would mean 318 MB.
 *
 * Source: BEP 3, "peer protocol". The limit is 1 MiB.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a handshake of another protocol) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function bittorrent(options?: PresetOptions): FrameCodec<BittorrentMessage> {
  return defineCodec<BittorrentMessage>({
    name: NAME,
    ...limitsOf(NAME, options, { maxFrameLength: 1024 * 1024, minFrameLength: HANDSHAKE }),
    find(bytes, start, end, search) {
      if (start < end && bytes[start] === PROTOCOL[0]) {
        const known = Math.min(end - start, PROTOCOL.length)
        for (let index = 1; index < known; index++) {
          if (bytes[start + index] !== PROTOCOL[index]) throw corrupt(NAME, 'a handshake must name the protocol')
        }
        return known < PROTOCOL.length ? UNKNOWN : (search.payloadEnd = start + HANDSHAKE)
      }
      if (end - start < 4) return start + 4
      return (search.payloadEnd = start + 4 + readBig(bytes, start, 4))
    },
    toFrame(bytes) {
      if (bytes[0] === PROTOCOL[0]) {
        const [reserved, infoHash, peerId] = [bytes.subarray(20, 28), bytes.subarray(28, 48), bytes.subarray(48)]
        return { type: 'handshake', reserved, infoHash, peerId }
      }
      if (bytes.length === 4) return { type: 'keep-alive' }
      return { type: 'message', id: bytes[4]!, payload: bytes.subarray(5) }
    },
    encodeParts: namingMembers(NAME, MEMBERS, (message) => {
      if (message.type === 'keep-alive') return [new Uint8Array(4)]
      if (message.type === 'message') {
        const { id, payload } = message
        const header = bigEndian([4, 1 + payload.length], [1, id])
        if (header[0] === PROTOCOL[0]) throw notEncodable(NAME, 'a message of this length would begin like a handshake')
        return [header, payload]
      }
      if (message.type !== 'handshake')
        throw notEncodable(NAME, "a type must be 'handshake', 'keep-alive' or 'message'")
      const { reserved, infoHash, peerId } = message
      if (reserved.length !== 8 || infoHash.length !== 20 || peerId.length !== 20) {
        throw notEncodable(
          NAME,
          'a handshake must have a reserved field of 8 bytes, and an info hash and peer id of 20',
        )
      }
      return [PROTOCOL.slice(), reserved, infoHash, peerId]
    }),
  })
}
