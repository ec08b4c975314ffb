// STOMP, versions 1.1 and 1.2.

import { defineCodec, drop, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { BYTES, namingMembers, PAIRS, STRING } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeUtf8, encodeUtf8, isPair } from './framing/text.ts'

/** A frame. */
export interface StompFrame {
  /** The command: 'CONNECT', 'SEND', 'MESSAGE' ... */
  command: string
  /** Names and values in order, unescaped. Of a repeated name, the first value counts. */
  headers: [name: string, value: string][]
  /** The body, which may be empty. */
  body: Uint8Array
}

const NAME = 'stomp'
const CR = 13
const LF = 10
/** The longest head (command and headers), in bytes. */
const LONGEST_HEAD = 16 * 1024
/** Commands whose headers are not escaped, for compatibility with STOMP 1.0. */
const WITHOUT_ESCAPES = new Set(['CONNECT', 'CONNECTED'])
const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\c': ':', '\\r': '\r' }
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', ':': '\\c', '\r': '\\r' }

/**
 * Frames. Heart-beats, which are LF or CR LF between frames, are dropped:
 *
 * ```
 *  SEND LF
 *  destination:/queue/a LF
 *  content-length:5 LF
 *  LF
 *  hello 00
 * ```
 *
 * A body without `content-length` ends at its first zero byte. Lines end with LF or CR LF; LF is written.
 *
 * Source: stomp.github.io, STOMP 1.2. The command and headers have at most 16 KiB.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a malformed `content-length`), `ERR_FRAME_CORRUPT`
 * (a head of more than 16 KiB, with a bare CR or a zero byte, a header without a colon, a command with one, an unknown
 * escape, malformed UTF-8, no zero byte after the body) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE`
 * and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function stomp(options?: PresetOptions): FrameCodec<StompFrame> {
  return defineCodec<StompFrame>({
    name: NAME,
    ...limitsOf(NAME, options, { minFrameLength: LONGEST_HEAD }),
    find(bytes, start, end, search) {
      if (search.state === 0 && start < end && (bytes[start] === LF || bytes[start] === CR)) {
        if (bytes[start] === LF) return drop(search, start + 1)
        if (end - start < 2) return start + 2
        if (bytes[start + 1] === LF) return drop(search, start + 2)
        throw corrupt(NAME, 'a frame must begin with its command')
      }
      // In `state`: the head has been read, and the body ends at its first zero byte.
      if (search.state !== IN_BODY) {
        const head = headEnd(bytes, start, end, search.resumeAt)
        if (head === UNKNOWN) {
          // Step back: the line before the last may be the empty one.
          search.resumeAt = Math.max(search.resumeAt, end - 2)
          return UNKNOWN
        }
        const length = contentLength(bytes.subarray(start, head))
        if (length !== undefined) {
          const frameEnd = head + length + 1
          if (frameEnd <= end && bytes[frameEnd - 1] !== 0) {
            throw corrupt(NAME, 'a body must be followed by a zero byte', frameEnd - start)
          }
          return (search.payloadEnd = frameEnd)
        }
        search.state = IN_BODY
        search.resumeAt = head
      }
      let zero = search.resumeAt
      while (zero < end && bytes[zero] !== 0) zero++
      search.resumeAt = zero
      if (zero === end) return UNKNOWN
      search.state = 0
      return (search.payloadEnd = zero + 1)
    },
    toFrame(bytes) {
      const head = headEnd(bytes, 0, bytes.length, 0)
      const [command, ...lines] = linesOf(bytes.subarray(0, head))
      if (command!.includes(':')) throw corrupt(NAME, 'a frame must begin with its command')
      const isEscaped = !WITHOUT_ESCAPES.has(command!)
      return {
        command: command!,
        headers: lines.map((line) => headerOf(line, isEscaped)),
        body: bytes.subarray(head, bytes.length - 1),
      }
    },
    encodeParts: namingMembers(NAME, { command: STRING, headers: PAIRS, body: BYTES }, ({ command, headers, body }) => {
      if (typeof command !== 'string' || !/^[^\r\n\0:]+$/.test(command)) {
        throw notEncodable(NAME, 'a command must be one word')
      }
      if (!Array.isArray(headers) || !headers.every(isPair)) {
        throw notEncodable(NAME, 'headers must be an array of pairs of strings')
      }
      const isEscaped = !WITHOUT_ESCAPES.has(command)
      const given = headers.find(([name]) => name === 'content-length')
      if (given !== undefined && !(DIGITS.test(given[1]) && Number(given[1]) === body.length)) {
        throw notEncodable(NAME, 'content-length must be the length of the body')
      }
      if (given === undefined && body.includes(0)) {
        throw notEncodable(NAME, 'a body with a zero byte must have a content-length')
      }
      const lines = headers.map(([name, value]) => lineOf(name, value, isEscaped))
      const head = encodeUtf8(NAME, [command, ...lines, '', ''].join('\n'))
      if (head.length > LONGEST_HEAD) throw notEncodable(NAME, `a head must have at most ${LONGEST_HEAD} bytes`)
      return [head, body, new Uint8Array(1)]
    }),
  })
}

const IN_BODY = 1
/** A length, which may begin with zeros. */
const DIGITS = /^\d{1,15}$/

const HEAD = 'a head must hold no bare CR and no zero byte'

/** The index after the empty line that ends the head, or UNKNOWN. */
function headEnd(bytes: Uint8Array, start: number, end: number, from: number): number {
  const last = Math.min(end, start + LONGEST_HEAD)
  for (let at = Math.max(from, start + 1); at < last; at++) {
    if (bytes[at]! > LF) continue
    if (bytes[at] === 0) throw corrupt(NAME, HEAD)
    if (bytes[at] !== LF) continue
    if (bytes[at - 1] === LF || (bytes[at - 1] === CR && bytes[at - 2] === LF)) return at + 1
  }
  if (last - start === LONGEST_HEAD) throw corrupt(NAME, `a head must have at most ${LONGEST_HEAD} bytes`)
  return UNKNOWN
}

function linesOf(head: Uint8Array): string[] {
  let text: string
  try {
    text = decodeUtf8(head)
  } catch {
    throw corrupt(NAME, 'a head must be UTF-8')
  }
  const hasReturns = text.includes('\r')
  if (text.startsWith('\0') || (hasReturns && /\r[^\n]/.test(text))) throw corrupt(NAME, HEAD)
  const lines = text.split('\n').slice(0, -2)
  return hasReturns ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines
}

function contentLength(head: Uint8Array): number | undefined {
  const [, ...lines] = linesOf(head)
  const line = lines.find((each) => each.startsWith('content-length:'))
  if (line === undefined) return undefined
  const digits = line.slice('content-length:'.length)
  if (!DIGITS.test(digits)) throw invalidLength(NAME, 'content-length must be 1 to 15 digits')
  return Number(digits)
}

function headerOf(line: string, isEscaped: boolean): [name: string, value: string] {
  const colon = line.indexOf(':')
  if (colon < 0) throw corrupt(NAME, 'a header must have a colon')
  const [name, value] = [line.slice(0, colon), line.slice(colon + 1)]
  return isEscaped ? [unescaped(name), unescaped(value)] : [name, value]
}

function unescaped(text: string): string {
  return text.replaceAll(/\\[^]?/g, (escape) => {
    const character = ESCAPES[escape]
    if (character === undefined) throw corrupt(NAME, 'a header has an unknown escape')
    return character
  })
}

function lineOf(name: string, value: string, isEscaped: boolean): string {
  if (/\0/.test(name + value)) throw notEncodable(NAME, 'a header must hold no zero byte')
  if (isEscaped) return `${escaped(name)}:${escaped(value)}`
  if (/[:\r\n]/.test(name) || /[\r\n]/.test(value)) {
    throw notEncodable(NAME, 'headers of CONNECT and CONNECTED must hold no colon in a name, no CR and no LF')
  }
  return `${name}:${value}`
}

function escaped(text: string): string {
  return text.replaceAll(/[\\\n:\r]/g, (character) => ESCAPED[character]!)
}
