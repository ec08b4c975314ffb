// IMAP commands and responses, with their literals.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { BYTES, namingMembers, STRING, type Kind } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1 } from './framing/text.ts'

/** A command or a response, with its literals. */
export interface ImapMessage {
  /**
   * Text and literals, alternating. Text is Latin-1, without its CR LF but with the `{n}` that announces the next
   * literal.
   */
  parts: (string | Uint8Array)[]
}

const NAME = 'imap'
const CR = 13
const LF = 10
/** The longest announcement of a literal: '~{', 19 digits, '+}', CR LF. */
const LONGEST_ANNOUNCEMENT = 25
/** In `state`: inside a message, whose search resumes at `resumeAt`. */
const IN_MESSAGE = 1
const ANNOUNCEMENT = /\{(\d{1,19})\+?\}$/
/** More than any memory holds, and exact with all that came before it. */
const LONGEST_LITERAL = 2 ** 52

const STRINGS_AND_BYTES: Kind = {
  what: 'an array of strings and Uint8Arrays',
  is: (value) => Array.isArray(value) && value.every((part) => STRING.is(part) || BYTES.is(part)),
}

/**
 * Commands and responses: a line each, continued after each literal:
 *
 * ```
 *  a1 LOGIN {3} CR LF joe {6+} CR LF secret CR LF
 *  * 1 FETCH (BODY[] {5} CR LF hello) CR LF
 * ```
 *
 * After `{n}` without '+', a client sends the literal only once the server has answered '+'. The message comes out with
 * its last byte, so this codec does not tell a server that it has to answer.
 *
 * Source: RFC 9051, sections 2.2 and 4.3; RFC 7888 (`{n+}`).
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a literal beyond 2^52 bytes), `ERR_FRAME_CORRUPT`
 * (a bare CR or LF) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function imap(options?: PresetOptions): FrameCodec<ImapMessage> {
  return defineCodec<ImapMessage>({
    name: NAME,
    ...limitsOf(NAME, options, { minFrameLength: LONGEST_ANNOUNCEMENT + 1 }),
    find(bytes, _start, end, search) {
      let textStart = search.resumeAt
      for (;;) {
        const feed = feedFrom(bytes, textStart, end)
        if (feed === UNKNOWN) {
          // Go back far enough to see an announcement whole, but not beyond the beginning of the text.
          search.resumeAt = Math.max(textStart, end - LONGEST_ANNOUNCEMENT)
          search.state = IN_MESSAGE
          return UNKNOWN
        }
        const literal = announced(decodeLatin1(bytes, Math.max(textStart, feed - LONGEST_ANNOUNCEMENT), feed - 1))
        if (literal !== undefined && literal > LONGEST_LITERAL)
          throw invalidLength(NAME, 'a literal is beyond 2^52 bytes')
        textStart = feed + 1 + (literal ?? 0)
        if (literal === undefined) {
          search.state = 0
          return (search.payloadEnd = textStart)
        }
        search.resumeAt = textStart
        search.state = IN_MESSAGE
        if (textStart > end) return textStart
      }
    },
    toFrame(bytes) {
      const parts: (string | Uint8Array)[] = []
      for (let at = 0; ;) {
        const feed = feedFrom(bytes, at, bytes.length)
        const text = decodeLatin1(bytes, at, feed - 1)
        parts.push(text)
        const literal = announced(text)
        if (literal === undefined) return { parts }
        at = feed + 1 + literal
        parts.push(bytes.subarray(feed + 1, at))
      }
    },
    encodeParts: namingMembers(NAME, { parts: STRINGS_AND_BYTES }, ({ parts }) => {
      if (parts.length % 2 === 0) throw notEncodable(NAME, 'the last part must be text, which may be empty')
      return parts.map((part, index) => {
        const isText = index % 2 === 0
        if (isText !== (typeof part === 'string')) throw notEncodable(NAME, 'text and literals must be in turn')
        if (typeof part !== 'string') return part
        if (/[\r\n]/.test(part) || announced(part) !== parts[index + 1]?.length) {
          throw notEncodable(NAME, 'text must announce the literal that follows it, and no other')
        }
        return encodeLatin1(NAME, `${part}\r\n`)
      })
    }),
  })
}

/** The index of the LF that ends the line, searched from `from`, or UNKNOWN. */
function feedFrom(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    // Most bytes are beyond both.
    if (bytes[at]! > CR) continue
    const hasReturn = bytes[at] === CR
    if (hasReturn && at + 1 === end) return UNKNOWN
    if (hasReturn && bytes[at + 1] === LF) return at + 1
    if (hasReturn || bytes[at] === LF) throw corrupt(NAME, 'a line must end with CR LF, and hold neither')
  }
  return UNKNOWN
}

/** The length of the literal that a text announces. */
function announced(text: string): number | undefined {
  const digits = ANNOUNCEMENT.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
