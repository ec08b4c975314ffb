// POP3, which fetches mail.

import { choiceOption, defineCodec, readOptions, UNKNOWN, type FrameCodec, type FrameSearch } from '@unstick/core'
import { commands, type Command } from './framing/commands.ts'
import { END_LINE, findBodyEnd, resumeForEnd, stuffed, unstuffed } from './framing/dot-stuffing.ts'
import { corrupt, notEncodable } from './framing/errors.ts'
import { BYTES, byType, namingMembers, oneOf, STRING } from './framing/members.ts'
import { directionOf, limitsOf, type DirectedOptions, type PresetOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1, isLine } from './framing/text.ts'

/** A status line, or the body that follows one. */
export type Pop3Response =
  /** A status line. '+' asks the client to continue a SASL exchange. */
  | { type: 'status'; status: '+OK' | '-ERR' | '+'; text: string }
  /** The body after a status line, without its dot-stuffing. */
  | { type: 'body'; body: Uint8Array }

/** The options of `pop3`. */
export interface Pop3Options extends DirectedOptions {
  /**
   * Which frames to expect from the server. 'auto': both; a line that is not a status line begins a body. 'status' and
   * 'body' are exact, for a client that knows which command it sent and reads each part with its own codec.
   *
   * @defaultValue 'auto'
   */
  expect?: 'auto' | 'status' | 'body'
}

const NAME = 'pop3'
/** RFC 5034 allows lines of 12,288 bytes for AUTH; other commands have at most 255. */
const LONGEST_COMMAND = 12_288
const CR = 13
const LF = 10
const DOT = 46
/** A status, followed by a space or the end. */
const STATUS = /^(\+OK|-ERR|\+)(?: |$)/
const LONGEST_STATUS = 5

/** In `state`: which kind of frame has begun, once that is known. */
const IN_STATUS = 1
const IN_BODY = 2

const MEMBERS = /* @__PURE__ */ byType<Pop3Response>({
  status: { status: oneOf('+OK', '-ERR', '+'), text: STRING },
  body: { body: BYTES },
})

/**
 * Commands from the client; status lines and bodies from the server, one frame each:
 *
 * ```
 *  RETR 1 CR LF                         the command
 *
 *  +OK 120 octets CR LF                 a status line
 *  Subject: dots CR LF                  a body, up to the line that is a dot
 *  CR LF
 *  ..hidden CR LF
 *  . CR LF
 * ```
 *
 * Whether a body follows '+OK' depends on the command (CAPA, LIST and UIDL without argument, RETR, TOP), which is not
 * in this direction. With `expect: 'auto'`, a line that begins with a status is a status line: neither a message, whose
 * first line is a header, nor a list can begin with one. A client that must not rely on that takes the status line with
 * `expect: 'status'`, calls `takeRemaining()`, and decodes the body with `expect: 'body'`.
 *
 * The client's lines in a SASL exchange are not commands: after AUTH and '+', decode them with `lines` of
 * `@unstick/delimiter`.
 *
 * Source: RFC 1939, section 3; RFC 2449 (CAPA); RFC 5034 (AUTH).
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a status line that does not end with CR LF; any other
 * line, with `expect: 'status'`) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function pop3(options: Pop3Options & { from: 'client' }): FrameCodec<Command>
export function pop3(options: Pop3Options & { from: 'server' }): FrameCodec<Pop3Response>
export function pop3(options: Pop3Options): FrameCodec<Command> | FrameCodec<Pop3Response> {
  const { expect: given, ...rest } = readOptions<Pop3Options>(NAME, options, [
    'expect',
    'from',
    'maxFrameLength',
    'oversize',
  ])
  const [from, limits] = directionOf(NAME, rest)
  const expected = choiceOption('expect', given ?? 'auto', ['auto', 'status', 'body'])
  if (from === 'client') return commands(limits, { name: NAME, maxLineLength: LONGEST_COMMAND - 2, ending: 'crlf' })
  return responses(limits, expected)
}

function responses(limits: PresetOptions, expected: 'auto' | 'status' | 'body'): FrameCodec<Pop3Response> {
  /** IN_STATUS or IN_BODY, or UNKNOWN while there are too few bytes to decide. */
  function kindAt(bytes: Uint8Array, start: number, end: number): number {
    if (expected === 'body') return IN_BODY
    const kind = kindOf(bytes, start, end)
    if (kind === IN_BODY && expected === 'status')
      throw corrupt(NAME, "a status line must begin with '+OK', '-ERR' or '+'")
    return kind
  }

  return defineCodec<Pop3Response>({
    name: NAME,
    ...limitsOf(NAME, limits, { minFrameLength: LONGEST_STATUS }),
    find(bytes, start, end, search) {
      const state = search.state === 0 ? kindAt(bytes, start, end) : search.state
      if (state === UNKNOWN) return UNKNOWN
      const frameEnd = state === IN_STATUS ? statusEnd(bytes, end, search) : bodyEnd(bytes, start, end, search)
      if (frameEnd === UNKNOWN) return UNKNOWN
      search.state = 0
      // The bytes are a status line without its CR LF, or a body without its last line. Only a body can be empty or end
      // with LF.
      search.payloadEnd = frameEnd - (state === IN_STATUS ? 2 : END_LINE)
      return frameEnd
    },
    toFrame(bytes) {
      if (bytes.length === 0 || bytes[bytes.length - 1] === LF) return { type: 'body', body: unstuffed(bytes) }
      const line = decodeLatin1(bytes)
      const status = STATUS.exec(line)![1] as '+OK' | '-ERR' | '+'
      return { type: 'status', status, text: line.slice(status.length + 1) }
    },
    encodeParts: namingMembers(NAME, MEMBERS, (response) => {
      if (expected !== 'auto' && response.type !== expected)
        throw notEncodable(NAME, 'expect allows only the other kind of frame')
      if (response.type === 'body') {
        const body = stuffed(NAME, response.body)
        if (expected === 'body' || kindOf(body, 0, body.length) === IN_BODY) return [body]
        throw notEncodable(NAME, 'a body must not begin like a status line')
      }
      if (response.type !== 'status') throw notEncodable(NAME, "a response must have the type 'status' or 'body'")
      const { status, text } = response
      const line = text === '' ? status : `${status} ${text}`
      if (isLine(status) && isLine(text) && STATUS.exec(line)?.[1] === status)
        return [encodeLatin1(NAME, `${line}\r\n`)]
      throw notEncodable(NAME, "a status must be '+OK', '-ERR' or '+', and its text hold no CR or LF")
    }),
  })
}

/** Decides by the first bytes alone: a line that begins with a status, or a body. */
function kindOf(bytes: Uint8Array, start: number, end: number): number {
  const first = decodeLatin1(bytes, start, Math.min(end, start + LONGEST_STATUS))
  const carriage = first.indexOf('\r')
  if (STATUS.test(carriage < 0 ? first : first.slice(0, carriage)) && !MAY_GROW.has(first)) return IN_STATUS
  return MAY_GROW.has(first) ? UNKNOWN : IN_BODY
}

/** The beginnings of a status that more bytes may complete. */
const MAY_GROW = new Set(['', '+', '+O', '+OK', '-', '-E', '-ER', '-ERR'])

/** The index after the current line, or UNKNOWN. */
function statusEnd(bytes: Uint8Array, end: number, search: FrameSearch): number {
  let at = search.resumeAt
  while (at < end && bytes[at] !== CR && bytes[at] !== LF) at++
  if (at === end || (at === end - 1 && bytes[at] === CR)) {
    search.state = IN_STATUS
    search.resumeAt = at
    return UNKNOWN
  }
  if (bytes[at] !== CR || bytes[at + 1] !== LF)
    throw corrupt(NAME, 'a status line must end with CR LF, and have no other CR or LF')
  return at + 2
}

/** The index after the line that ends the body, or UNKNOWN. */
function bodyEnd(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
  if (search.state === 0) {
    // An empty body consists of that line alone.
    if (bytes[start] === DOT && end - start < END_LINE) return UNKNOWN
    if (bytes[start] === DOT && bytes[start + 1] === CR && bytes[start + 2] === LF) return start + END_LINE
    search.state = IN_BODY
  }
  const found = findBodyEnd(bytes, search.resumeAt, end)
  search.resumeAt = resumeForEnd(search.resumeAt, end)
  return found
}
