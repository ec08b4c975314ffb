// SSH before encryption: banners and cleartext packets.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, byType, namingMembers, STRING } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1, isLine } from './framing/text.ts'

/** A line before the key exchange, or an unencrypted packet. */
export type SshFrame =
  /** 'SSH-2.0-...', or a line that a server sends before it. Latin-1. */
  | { type: 'banner'; line: string }
  /** The payload begins with the message number: 20 KEXINIT, 21 NEWKEYS. */
  | { type: 'packet'; payload: Uint8Array }

const NAME = 'ssh'
const bigEndian = bigEndianFor(NAME)
const CR = 13
const LF = 10
/** The longest banner, CR LF included; a line before it may be longer. */
const LONGEST_LINE = 8192
/** Packet length and padding length. */
const HEADER = 5
/** The longest length that begins with a zero byte, unlike a line. */
const LONGEST = 2 ** 24 - 1
/** In `state`: the banner has been read. */
const HAS_BANNER = 1

const MEMBERS = /* @__PURE__ */ byType<SshFrame>({ banner: { line: STRING }, packet: { payload: BYTES } })

/**
 * The banner, then cleartext packets, up to and including NEWKEYS. What follows is encrypted: `takeRemaining()` hands
 * it over.
 *
 * ```
 *  SSH-2.0-OpenSSH_9.9 CR LF
 *
 *  +--------+----------------+---------+---------+
 *  | length | padding length | payload | padding |      the length counts what follows it
 *  +--------+----------------+---------+---------+
 *    4        1                          4 to 255
 * ```
 *
 * Source: RFC 4253, sections 4.2 and 6. A packet has at most 35,000 bytes.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (not a multiple of 8, padding of less than 4 bytes,
 * no room for a payload, 16 MiB and more), `ERR_FRAME_CORRUPT` (a line of more than 8192 bytes, with a zero byte or a
 * bare CR) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function ssh(options?: PresetOptions): FrameCodec<SshFrame> {
  return defineCodec<SshFrame>({
    name: NAME,
    ...limitsOf(NAME, options, { maxFrameLength: 35_000, minFrameLength: LONGEST_LINE }),
    find(bytes, start, end, search) {
      if (search.state === HAS_BANNER) {
        if (end - start < HEADER) return start + HEADER
        return (search.payloadEnd = start + packetLength(bytes, start))
      }
      const last = Math.min(end, start + LONGEST_LINE)
      let feed = search.resumeAt
      for (; feed < last && bytes[feed] !== LF; feed++) {
        if (bytes[feed] === 0) throw corrupt(NAME, 'a line must hold no zero byte')
      }
      search.resumeAt = feed
      if (feed - start === LONGEST_LINE) throw corrupt(NAME, `a line must have at most ${LONGEST_LINE} bytes`)
      if (feed === last) return UNKNOWN
      for (let at = start; at < feed - 1; at++) if (bytes[at] === CR) throw corrupt(NAME, 'a line must hold no CR')
      if (decodeLatin1(bytes, start, Math.min(feed, start + 4)) === 'SSH-') search.state = HAS_BANNER
      return (search.payloadEnd = feed + 1)
    },
    // A packet begins with a zero byte, since its length is below 2^24; a line of text has none.
    toFrame(bytes) {
      if (bytes[0] === 0) return { type: 'packet', payload: bytes.subarray(HEADER, bytes.length - bytes[4]!) }
      const hasReturn = bytes.at(-2) === CR
      return { type: 'banner', line: decodeLatin1(bytes, 0, bytes.length - (hasReturn ? 2 : 1)) }
    },
    encodeParts: namingMembers(NAME, MEMBERS, (frame) => {
      if (frame.type === 'packet') return packetParts(frame.payload)
      if (frame.type !== 'banner' || !isLine(frame.line) || frame.line.includes('\0')) {
        throw notEncodable(NAME, 'a line must be a string without CR, LF and zero byte')
      }
      if (frame.line.length + 2 > LONGEST_LINE) {
        throw notEncodable(NAME, `a line must have at most ${LONGEST_LINE} bytes`)
      }
      return [encodeLatin1(NAME, `${frame.line}\r\n`)]
    }),
  })
}

function packetLength(bytes: Uint8Array, start: number): number {
  const length = readBig(bytes, start, 4)
  const padding = bytes[start + 4]!
  if (length > LONGEST) throw invalidLength(NAME, 'a packet must have less than 16 MiB')
  if ((length + 4) % 8 !== 0) throw invalidLength(NAME, 'a packet must have a multiple of 8 bytes')
  if (padding < 4 || padding + 1 >= length)
    throw invalidLength(NAME, 'padding must have at least 4 bytes, and leave a payload')
  return 4 + length
}

function packetParts(payload: Uint8Array): Uint8Array[] {
  if (payload.length === 0) throw notEncodable(NAME, 'a payload must have at least one byte')
  const padding = 4 + ((8 - ((HEADER + payload.length + 4) % 8)) % 8)
  const length = 1 + payload.length + padding
  if (length > LONGEST) throw notEncodable(NAME, 'a packet must have less than 16 MiB')
  return [bigEndian([4, length], [1, padding]), payload, new Uint8Array(padding)]
}
