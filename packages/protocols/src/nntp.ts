// NNTP, the protocol of Usenet news.

import { choiceOption, defineCodec, readOptions, UNKNOWN, type FrameCodec } from '@unstick/core'
import { commands, type Command } from './framing/commands.ts'
import { END_LINE, findBodyEnd, resumeForEnd, stuffed, unstuffed } from './framing/dot-stuffing.ts'
import { corrupt, notEncodable } from './framing/errors.ts'
import { BYTES, INTEGER, namingMembers, optional, STRING } from './framing/members.ts'
import { directionOf, limitsOf, type DirectedOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1, isLine } from './framing/text.ts'

/** A response, with the body that follows it if its code has one. */
export interface NntpResponse {
  /** Three digits, 100 to 599. */
  code: number
  /** The text after the code and a space, as Latin-1, which keeps every byte. */
  text: string
  /** The body, without its dot-stuffing; undefined if the code has none. */
  body: Uint8Array | undefined
}

/** The options of `nntp`. */
export interface NntpOptions extends DirectedOptions {
  /**
   * Whether a response with code 211 answers LISTGROUP, and has a body, rather than GROUP.
   *
   * @defaultValue false
   */
  listGroup?: boolean
}

const NAME = 'nntp'
/** RFC 3977: a command and an initial line have at most 512 bytes, with CR LF. */
const LONGEST_LINE = 512
const WITH_BODY = new Set([100, 101, 215, 220, 221, 222, 224, 225, 230, 231, 282])
const CR = 13
const LF = 10

/** In `state`: the initial line has been read, and a body follows. */
const IN_BODY = 1

/**
 * Commands from the client, responses from the server. The code of a response says whether a body follows:
 *
 * ```
 *  211 1234 3000234 3002322 misc.test CR LF
 *  221 0 <45223423@example.com> CR LF Path: pathost CR LF ..dot CR LF . CR LF
 * ```
 *
 * After POST and 340, and after IHAVE and 335, the client sends a dot-stuffed article instead of a command: take the
 * command, call `takeRemaining()`, and decode the article with `dotStuffed` of `@unstick/stuffing`.
 *
 * Source: RFC 3977, sections 3.1 and 3.2. RFC 2980 and 4643 add codes.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a line without a code or CR LF, with a bare CR, or of more
 * than 512 bytes) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function nntp(options: NntpOptions & { from: 'client' }): FrameCodec<Command>
export function nntp(options: NntpOptions & { from: 'server' }): FrameCodec<NntpResponse>
export function nntp(options: NntpOptions): FrameCodec<Command> | FrameCodec<NntpResponse> {
  const { listGroup: givenGroup, ...rest } = readOptions<NntpOptions>(NAME, options, [
    'listGroup',
    'from',
    'maxFrameLength',
    'oversize',
  ])
  const [from, limits] = directionOf(NAME, rest)
  if (from === 'client') return commands(limits, { name: NAME, maxLineLength: LONGEST_LINE - 2, ending: 'crlf' })
  const listGroup = choiceOption('listGroup', givenGroup ?? false, [true, false])
  const hasBody = (code: number): boolean => WITH_BODY.has(code) || (listGroup && code === 211)
  return defineCodec<NntpResponse>({
    name: NAME,
    ...limitsOf(NAME, limits, { minFrameLength: LONGEST_LINE }),
    find(bytes, start, end, search) {
      if (search.state !== IN_BODY) {
        const last = Math.min(end, start + LONGEST_LINE)
        let feed = search.resumeAt
        while (feed < last && bytes[feed] !== LF) feed++
        search.resumeAt = feed
        if (feed - start === LONGEST_LINE) throw corrupt(NAME, `a line must have at most ${LONGEST_LINE} bytes`)
        if (feed === last) return UNKNOWN
        for (let at = start; at < feed - 1; at++) if (bytes[at] === CR) throw corrupt(NAME, 'a line must hold no CR')
        if (!hasBody(codeOf(bytes, start, feed))) return (search.payloadEnd = feed + 1)
        search.state = IN_BODY
        // For an empty body, the CR LF of this line is part of the end.
        search.resumeAt = feed - 1
      }
      const bodyEnd = findBodyEnd(bytes, search.resumeAt, end)
      search.resumeAt = resumeForEnd(search.resumeAt, end)
      if (bodyEnd === UNKNOWN) return UNKNOWN
      search.state = 0
      return (search.payloadEnd = bodyEnd)
    },
    toFrame(bytes) {
      const feed = bytes.indexOf(LF)
      const code = codeOf(bytes, 0, feed)
      const text = decodeLatin1(bytes, 4, feed - 1)
      return {
        code,
        text,
        body: hasBody(code) ? unstuffed(bytes.subarray(feed + 1, bytes.length - END_LINE)) : undefined,
      }
    },
    encodeParts: namingMembers(NAME, { code: INTEGER, text: STRING, body: optional(BYTES) }, ({ code, text, body }) => {
      const line = `${code} ${text}`
      const hasCode = Number.isInteger(code) && code >= 100 && code < 600
      if (!hasCode || !isLine(text) || line.length + 2 > LONGEST_LINE) {
        throw notEncodable(NAME, 'a line must have a code from 100 to 599 and no CR or LF')
      }
      if ((body !== undefined) !== hasBody(code))
        throw notEncodable(NAME, 'a response must have a body if, and only if, its code has one')
      const head = encodeLatin1(NAME, `${line}\r\n`)
      return body === undefined ? [head] : [head, stuffed(NAME, body)]
    }),
  })
}

function codeOf(bytes: Uint8Array, start: number, feed: number): number {
  if (bytes[feed - 1] === CR) {
    const match = /^([1-5]\d\d)( |$)/.exec(decodeLatin1(bytes, start, Math.min(feed - 1, start + 4)))
    if (match !== null) return Number(match[1])
  }
  throw corrupt(NAME, 'a response must begin with a code and a space, and its line end with CR LF')
}
