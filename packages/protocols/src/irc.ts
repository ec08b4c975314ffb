// IRC messages.

import { NO_FRAME, type FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './framing/errors.ts'
import { headLine, type LineOptions } from './framing/head-line.ts'
import { optional, STRING, STRINGS } from './framing/members.ts'
import { decodeLatin1, decodeUtf8, encodeLatin1, encodeUtf8, trimBlanks } from './framing/text.ts'

/** A message: one line. */
export interface IrcMessage {
  /** The text between '@' and the first space: `name=value` pairs, escapes kept. Undefined if there is none. */
  tags: string | undefined
  /** Who sent it, without the colon. Undefined if not given. */
  source: string | undefined
  /** A word or three digits. */
  command: string
  /** The last one may be empty, contain spaces, or begin with a colon. */
  params: string[]
}

const NAME = 'irc'
/** 8191 bytes of tags, and 510 of everything else. */
const LONGEST_LINE = 8191 + 510

/**
 * Messages, one a line:
 *
 * ```
 *  @time=12:00 :nick!user@host PRIVMSG #channel :hello there CR LF
 *  tags        source          command params
 * ```
 *
 * Text is decoded as UTF-8, or as Latin-1 where it is malformed UTF-8; UTF-8 is written. A bare LF ends a line as well.
 * Blank lines are dropped.
 *
 * Source: RFC 1459, section 2.3; modern.ircdocs.horse, "Message Format"; IRCv3, "Message Tags".
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a line without a command, or with a CR that does not end
 * it: other programs would read two lines) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function irc(options?: LineOptions): FrameCodec<IrcMessage> {
  return headLine<IrcMessage>(options, {
    name: NAME,
    members: { tags: optional(STRING), source: optional(STRING), command: STRING, params: STRINGS },
    maxLineLength: LONGEST_LINE,
    ending: 'auto',
    bodyEnd: '',
    bodyLength: () => undefined,
    decode(line) {
      if (trimBlanks(line) === '') return NO_FRAME
      if (line.includes('\r')) throw corrupt(NAME, 'a line must hold no CR but that of its end')
      return messageOf(textOf(line))
    },
    encode(message) {
      const { tags, source, command, params } = message
      if (!Array.isArray(params)) throw notEncodable(NAME, 'params must be an array')
      const words = params.map((param, index) =>
        index === params.length - 1 && needsColon(param) ? `:${param}` : param,
      )
      const line = [
        ...(tags === undefined ? [] : [`@${tags}`]),
        ...(source === undefined ? [] : [`:${source}`]),
        command,
        ...words,
      ].join(' ')
      if (!isSame(line, message))
        throw notEncodable(NAME, 'a word must not be empty, hold a space, or begin with a colon')
      return { line: decodeLatin1(encodeUtf8(NAME, line)) }
    },
  })
}

/** `line` is Latin-1. */
function textOf(line: string): string {
  try {
    return decodeUtf8(encodeLatin1(NAME, line))
  } catch {
    return line
  }
}

function messageOf(line: string): IrcMessage {
  const [tags, afterTags] = line.startsWith('@') ? wordOf(line, 0) : [undefined, 0]
  const [source, afterSource] = line[afterTags] === ':' ? wordOf(line, afterTags) : [undefined, afterTags]
  const [command, afterCommand] = wordOf(line, afterSource)
  if (command === '') throw corrupt(NAME, 'a message must have a command')
  const params: string[] = []
  let at = afterCommand
  while (at < line.length) {
    const [param, next] = line[at] === ':' ? [line.slice(at + 1), line.length] : wordOf(line, at)
    params.push(param)
    at = next
  }
  return { tags: tags?.slice(1), source: source?.slice(1), command, params }
}

/** The word at `start`, and where the next one begins. */
function wordOf(line: string, start: number): [word: string, next: number] {
  const space = line.indexOf(' ', start)
  if (space < 0) return [line.slice(start), line.length]
  let next = space
  while (line[next] === ' ') next++
  return [line.slice(start, space), next]
}

function needsColon(param: string): boolean {
  return param === '' || param.startsWith(':') || param.includes(' ')
}

function isSame(line: string, message: IrcMessage): boolean {
  let read: IrcMessage
  try {
    read = messageOf(line)
  } catch {
    return false
  }
  const { tags, source, command, params } = message
  return (
    read.tags === tags &&
    read.source === source &&
    read.command === command &&
    read.params.length === params.length &&
    read.params.every((param, index) => param === params[index])
  )
}
