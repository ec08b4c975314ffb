// SMTP and LMTP: commands and replies.

import type { FrameCodec } from '@unstick/core'
import { commandOf, lineOf, type Command } from './framing/commands.ts'
import { invalidLength } from './framing/errors.ts'
import { headLine } from './framing/head-line.ts'
import { BYTES, optional, STRING } from './framing/members.ts'
import { directionOf, type DirectedOptions } from './framing/options.ts'
import { replies, type Reply } from './framing/replies.ts'

/** A command with its arguments. */
export interface SmtpCommand extends Command {
  /** The chunk that follows BDAT; else undefined. */
  payload: Uint8Array | undefined
}

const NAME = 'smtp'
/** RFC 5321 allows 512 bytes; extensions allow more, AUTH (RFC 4954) the most. */
const LONGEST_COMMAND = 12_288 - 2
const LONGEST_REPLY = 998

/**
 * Commands from the client, replies from the server; only CR LF ends a line:
 *
 * ```
 *  MAIL FROM:<a@example.org> CR LF            250-mail.example.org CR LF
 *  BDAT 5 LAST CR LF hello                    250-SIZE 10240000 CR LF
 *                                             250 CHUNKING CR LF           one reply of three lines
 * ```
 *
 * After DATA and the server's 354, the client sends a dot-stuffed message instead of a command: take DATA, call
 * `takeRemaining()`, and decode the message with `dotStuffed` of `@unstick/stuffing`. Nor are the client's answers to
 * 334 (AUTH) commands: take them with `lines` of `@unstick/delimiter`.
 *
 * Source: RFC 5321, sections 4.1.1 and 4.2; RFC 3030 (BDAT); RFC 2033 (LMTP).
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` (also for lines), `ERR_FRAME_CORRUPT` (a bare CR or LF, refused to prevent
 * smuggling; a reply without a code, or with different ones), `ERR_FRAME_LENGTH_INVALID` (BDAT without a length) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function smtp(options: DirectedOptions & { from: 'client' }): FrameCodec<SmtpCommand>
export function smtp(options: DirectedOptions & { from: 'server' }): FrameCodec<Reply>
export function smtp(options: DirectedOptions): FrameCodec<SmtpCommand> | FrameCodec<Reply> {
  const [from, limits] = directionOf(NAME, options)
  if (from === 'server') return replies(limits, { name: NAME, maxLineLength: LONGEST_REPLY, repeatsCode: true })
  return headLine<SmtpCommand>(limits, {
    name: NAME,
    members: { verb: STRING, args: STRING, payload: optional(BYTES) },
    bodyMember: 'payload',
    maxLineLength: LONGEST_COMMAND,
    ending: 'crlf',
    bodyEnd: '',
    // BDAT, in upper or lower case.
    mayHaveBody: (first) => (first | 0x20) === 0x62,
    bodyLength(line) {
      const { verb, args } = commandOf(line)
      if (verb !== 'BDAT') return undefined
      const digits = /^(\d{1,15})( |$)/.exec(args)?.[1]
      if (digits === undefined) throw invalidLength(NAME, 'BDAT must have a length')
      return Number(digits)
    },
    decode(line, payload) {
      // No object spread: it would cost more than all the rest.
      const { verb, args } = commandOf(line)
      return { verb, args, payload }
    },
    encode: ({ payload, ...command }) => ({ line: lineOf(NAME, command), body: payload }),
  })
}
