// FTP's control connection.

import type { FrameCodec } from '@unstick/core'
import { notEncodable } from './framing/errors.ts'
import { headLine } from './framing/head-line.ts'
import { directionOf, type DirectedOptions } from './framing/options.ts'
import { replies, type Reply } from './framing/replies.ts'

export interface FtpCommand {
  /** In upper case: 'USER', 'RETR' ... */
  verb: string
  /** What follows the verb and a space, as Latin-1, which keeps every byte. */
  args: string
}

const NAME = 'ftp'
const LONGEST_LINE = 8192

/**
 * From the client commands, from the server replies:
 *
 * ```
 *  RETR file.txt CR LF            211-Features: CR LF
 *                                  UTF8 CR LF
 *                                 211 End CR LF              one reply of three lines
 * ```
 *
 * Lines inside a reply may have any form, up to one that begins with the same code and a space.
 *
 * Source: RFC 959, sections 4.2 and 5.3; RFC 2389.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` (also for lines of more than 8192 bytes), `ERR_FRAME_CORRUPT` (a reply that begins
 * without code; a bare LF in a reply) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 */
export function ftp(options: DirectedOptions & { from: 'client' }): FrameCodec<FtpCommand>
export function ftp(options: DirectedOptions & { from: 'server' }): FrameCodec<Reply>
export function ftp(options: DirectedOptions): FrameCodec<FtpCommand> | FrameCodec<Reply> {
  const [from, limits] = directionOf(NAME, options)
  if (from === 'server') return replies(limits, { name: NAME, maxLineLength: LONGEST_LINE, repeatsCode: false })
  return headLine<FtpCommand>(limits, {
    name: NAME,
    maxLineLength: LONGEST_LINE,
    ending: 'auto',
    bodyEnd: '',
    bodyLength: () => undefined,
    decode(line) {
      const verb = verbOf(line)
      return { verb, args: line.slice(verb.length + 1) }
    },
    encode({ verb, args }) {
      const line = args === '' ? verb : `${verb} ${args}`
      if (verbOf(line) !== verb) throw notEncodable(NAME, 'a verb must be one word in upper case')
      return { line }
    },
  })
}

function verbOf(line: string): string {
  const space = line.indexOf(' ')
  return (space < 0 ? line : line.slice(0, space)).toUpperCase()
}
