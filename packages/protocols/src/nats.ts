// The NATS client protocol.

import type { FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { headLine, type LineOptions } from './framing/head-line.ts'
import { BYTES, optional, STRING } from './framing/members.ts'
import { trimBlanks, upperCase, wordsOf } from './framing/text.ts'

/** An operation, with its message if it has one. */
export interface NatsFrame {
  /**
   * In upper case: 'INFO', 'CONNECT', 'PUB', 'HPUB', 'SUB', 'UNSUB', 'MSG', 'HMSG', 'PING', 'PONG', '+OK' or '-ERR'.
   */
  op: string
  /** The rest of its line, without outer blanks, as Latin-1, which keeps every byte. */
  args: string
  /** The message of PUB, HPUB, MSG and HMSG, headers included; else undefined. */
  payload: Uint8Array | undefined
}

const NAME = 'nats'
const SPACE = 32
const TAB = 9
const BLANK = /[ \t]/
const WITH_PAYLOAD = new Set(['PUB', 'HPUB', 'MSG', 'HMSG'])

/**
 * Operations, one a line, some followed by a payload:
 *
 * ```
 *  INFO {"server_id":"..."} CR LF
 *  MSG <subject> <sid> [reply] <bytes> CR LF <payload> CR LF
 *  HPUB <subject> [reply] <header bytes> <total bytes> CR LF <headers and payload> CR LF
 * ```
 *
 * Source: docs.nats.io, "Client Protocol". Lines may have 64 KiB, for INFO; the server accepts 4 KiB. The limit is 8
 * MiB; the server's default `max_payload` is 1 MiB.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` (also for lines), `ERR_FRAME_LENGTH_INVALID` (a payload without a length in
 * digits, or shorter than its headers), `ERR_FRAME_CORRUPT` (a line without operation, a line or payload that does not
 * end with CR LF) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function nats(options?: LineOptions): FrameCodec<NatsFrame> {
  return headLine<NatsFrame>(options, {
    name: NAME,
    members: { op: STRING, args: STRING, payload: optional(BYTES) },
    bodyMember: 'payload',
    maxLineLength: 64 * 1024,
    ending: 'crlf',
    bodyEnd: '\r\n',
    bodyLength(line) {
      const op = operation(line)
      if (!WITH_PAYLOAD.has(op)) return undefined
      const length = lastNumber(line)
      if (op.startsWith('H')) checkHeaderLength(line, length)
      return length
    },
    decode(line, payload) {
      const op = operation(line)
      if (op === '') throw corrupt(NAME, 'a line must begin with an operation')
      return { op, args: trimBlanks(line.slice(op.length)), payload }
    },
    encode({ op, args, payload }) {
      const line = args === '' ? op : `${op} ${args}`
      if (op === '' || operation(line) !== op || trimBlanks(args) !== args) {
        throw notEncodable(NAME, 'op must be one word in upper case, and args must have no outer spaces')
      }
      return { line, body: payload }
    },
  })
}

function operation(line: string): string {
  let end = 0
  while (end < line.length && line.charCodeAt(end) !== SPACE && line.charCodeAt(end) !== TAB) end++
  return upperCase(line.slice(0, end))
}

/** The number that is the last word of a line. */
function lastNumber(line: string): number {
  let end = line.length
  while (end > 0 && (line.charCodeAt(end - 1) === SPACE || line.charCodeAt(end - 1) === TAB)) end--
  let start = end
  while (start > 0 && line.charCodeAt(start - 1) !== SPACE && line.charCodeAt(start - 1) !== TAB) start--
  const digits = line.slice(start, end)
  if (!/^\d{1,15}$/.test(digits)) throw invalidLength(NAME, 'a message must have a length in digits')
  return Number(digits)
}

/** The word before the message's length counts its headers. */
function checkHeaderLength(line: string, length: number): void {
  const digits = wordsOf(line, BLANK).at(-2)!
  if (!/^\d{1,15}$/.test(digits) || Number(digits) > length) {
    throw invalidLength(NAME, 'headers must have a length in digits, and be a part of their message')
  }
}
