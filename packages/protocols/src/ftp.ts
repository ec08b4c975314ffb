// The FTP control connection.

import type { FrameCodec } from '@unstick/core'
import { commands, type Command } from './framing/commands.ts'
import { directionOf, type DirectedOptions } from './framing/options.ts'
import { replies, type Reply } from './framing/replies.ts'

const NAME = 'ftp'
const LONGEST_LINE = 8192

/**
 * Commands from the client, replies from the server:
 *
 * ```
 *  RETR file.txt CR LF            211-Features: CR LF
 *                                  UTF8 CR LF
 *                                 211 End CR LF              one reply of three lines
 * ```
 *
 * The lines inside a reply have any form; a line that begins with the same code and a space ends it. A bare LF ends a
 * command as well. A CR inside a line is decoded as text, since RFC 2640 writes one in a path name as CR NUL, and
 * servers send the lines of a file with DOS line ends as CR CR LF; `encode` writes none.
 *
 * Source: RFC 959, sections 4.2 and 5.3; RFC 2389.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` (also for lines of more than 8192 bytes), `ERR_FRAME_CORRUPT` (a reply that does
 * not begin with a code; a bare LF in a reply) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function ftp(options: DirectedOptions & { from: 'client' }): FrameCodec<Command>
export function ftp(options: DirectedOptions & { from: 'server' }): FrameCodec<Reply>
export function ftp(options: DirectedOptions): FrameCodec<Command> | FrameCodec<Reply> {
  const [from, limits] = directionOf(NAME, options)
  if (from === 'server') return replies(limits, { name: NAME, maxLineLength: LONGEST_LINE, repeatsCode: false })
  return commands(limits, { name: NAME, maxLineLength: LONGEST_LINE, ending: 'auto' })
}
