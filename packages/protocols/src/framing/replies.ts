// Replies of one or more lines, as in SMTP and FTP.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './errors.ts'
import { INTEGER, namingMembers, STRINGS } from './members.ts'
import { limitsOf, type PresetOptions } from './options.ts'
import { decodeLatin1, encodeLatin1, isLine } from './text.ts'

export interface Reply {
  /** Three digits, 100 to 999. */
  code: number
  /** The text of each line, without the code, as Latin-1, which keeps every byte. */
  lines: string[]
}

export interface ReplyRules {
  name: string
  /** The longest line that is written, in bytes. Decoding limits the whole reply instead. */
  maxLineLength: number
  /**
   * Whether every line must begin with the code and hold no CR (SMTP), or only the first and last have the code (FTP).
   */
  repeatsCode: boolean
}

const CR = 13
const LF = 10
const HYPHEN = 45
const SPACE = 32

/** `state` is the reply's code (0 before its first line) plus one of these, which say where the search resumes. */
const CODES = 1000
const AT_LINE = 0 * CODES
const IN_LINE = 1 * CODES
const IN_LAST_LINE = 2 * CODES

/**
 * Makes the codec of such replies. A hyphen after the code of the first line announces more lines; the last one begins
 * with the same code and a space, or is the code alone.
 */
export function replies(options: PresetOptions | undefined, rules: ReplyRules): FrameCodec<Reply> {
  const { name, maxLineLength, repeatsCode } = rules
  return defineCodec<Reply>({
    name,
    ...limitsOf(name, options, { maxFrameLength: 64 * 1024, minFrameLength: 5 }),
    find(bytes, _start, end, search) {
      let code = search.state % CODES
      let place = search.state - code
      let at = search.resumeAt
      for (;;) {
        search.state = code + place
        search.resumeAt = at
        if (place === AT_LINE) {
          if (end - at < 4) return at + 4
          const lineCode = codeAt(bytes, at)
          if (code === 0) {
            if (lineCode === 0) throw corrupt(name, 'a reply must begin with three digits and a space or hyphen')
            code = lineCode
          } else if (repeatsCode && lineCode !== code) throw corrupt(name, 'each line of a reply must have its code')
          place = lineCode === code && bytes[at + 3] !== HYPHEN ? IN_LAST_LINE : IN_LINE
        }
        let feed = at
        for (; feed < end; feed++) {
          // Most bytes are beyond both.
          if (bytes[feed]! > CR) continue
          if (bytes[feed] === LF) break
          if (repeatsCode && bytes[feed] === CR && feed + 1 < end && bytes[feed + 1] !== LF) {
            throw corrupt(name, 'a line must hold no CR but that of its end')
          }
        }
        if (feed === end) {
          search.state = code + place
          // Resume at a CR, so that it is seen with its LF.
          search.resumeAt = bytes[end - 1] === CR ? end - 1 : end
          return UNKNOWN
        }
        if (bytes[feed - 1] !== CR) throw corrupt(name, 'a line must end with CR LF')
        at = feed + 1
        if (place === IN_LAST_LINE) {
          search.state = 0
          return (search.payloadEnd = at)
        }
        place = AT_LINE
      }
    },
    toFrame(bytes) {
      const texts = decodeLatin1(bytes, 0, bytes.length - 2).split('\r\n')
      const prefix = texts[0]!.slice(0, 3)
      const lines = texts.map((text, index) => {
        const isOfCode = text.startsWith(prefix) && (text[3] === '-' || index === texts.length - 1)
        return isOfCode ? text.slice(4) : text
      })
      return { code: Number(prefix), lines }
    },
    encodeParts: namingMembers(name, { code: INTEGER, lines: STRINGS }, ({ code, lines }) => {
      if (!(Number.isInteger(code) && code >= 100 && code <= 999)) {
        throw notEncodable(name, 'a code must be an integer from 100 to 999')
      }
      const isText = (line: string): boolean => isLine(line) && line.length + 4 <= maxLineLength
      if (lines.length === 0 || !lines.every(isText)) {
        throw notEncodable(name, `a reply must have lines of at most ${maxLineLength - 4} bytes, without CR and LF`)
      }
      return lines.map((line, index) => {
        if (index === lines.length - 1) return encodeLatin1(name, `${code} ${line}\r\n`)
        // Clients look for the features and facts of RFC 2389 and 3659 in lines that begin with a space.
        const isBare = !repeatsCode && index > 0 && line.startsWith(' ')
        return encodeLatin1(name, isBare ? `${line}\r\n` : `${code}-${line}\r\n`)
      })
    }),
  })
}

/** The code at the beginning of a line of at least 4 bytes, or 0 if there is none. */
function codeAt(bytes: Uint8Array, start: number): number {
  const next = bytes[start + 3]
  if (next !== SPACE && next !== HYPHEN && next !== CR) return 0
  let code = 0
  for (let at = start; at < start + 3; at++) {
    const digit = bytes[at]! - 48
    if (!(digit >= 0 && digit <= 9)) return 0
    code = code * 10 + digit
  }
  return code >= 100 ? code : 0
}
