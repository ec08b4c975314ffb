// The text protocol of memcached, meta commands included.

import type { FrameCodec } from '@unstick/core'
import { invalidLength, notEncodable } from './framing/errors.ts'
import { headLine } from './framing/head-line.ts'
import { BYTES, optional, STRINGS } from './framing/members.ts'
import { directionOf, type DirectedOptions } from './framing/options.ts'
import { wordsOf } from './framing/text.ts'

/** A line, and the value that follows it. */
export interface MemcachedLine {
  /** The words of the line, as Latin-1: the command and its arguments, or the response. */
  words: string[]
  /** The value that follows the line, if one does. */
  value: Uint8Array | undefined
}

const NAME = 'memcached'
/** Which word of the line is the value's length, by its first word. */
const FROM_CLIENT: ReadonlyMap<string, number> = new Map([
  ['set', 4],
  ['add', 4],
  ['replace', 4],
  ['append', 4],
  ['prepend', 4],
  ['cas', 4],
  ['ms', 2],
])
const FROM_SERVER: ReadonlyMap<string, number> = new Map([
  ['VALUE', 3],
  ['VA', 1],
])

/**
 * Commands and responses, one a line, some with a value:
 *
 * ```
 *  set <key> <flags> <exptime> <bytes> [noreply] CR LF <value> CR LF        from the client
 *  ms <key> <bytes> <flags>* CR LF <value> CR LF
 *  VALUE <key> <flags> <bytes> [<cas>] CR LF <value> CR LF                  from the server
 *  VA <bytes> <flags>* CR LF <value> CR LF
 * ```
 *
 * A bare LF ends a line as well, and a tab or CR inside a line is part of its word, as in the server. `encode` writes no
 * CR inside a line.
 *
 * Source: memcached, `doc/protocol.txt`. A line has at most 64 KiB, for `get` with many keys.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` (also for lines), `ERR_FRAME_LENGTH_INVALID` (a length that is not digits),
 * `ERR_FRAME_CORRUPT` (a value without CR LF) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function memcached(options: DirectedOptions): FrameCodec<MemcachedLine> {
  const [from, limits] = directionOf(NAME, options)
  const lengths = from === 'client' ? FROM_CLIENT : FROM_SERVER
  return headLine<MemcachedLine>(limits, {
    name: NAME,
    members: { words: STRINGS, value: optional(BYTES) },
    bodyMember: 'value',
    maxLineLength: 64 * 1024,
    ending: 'auto',
    bodyEnd: '\r\n',
    bodyLength(line) {
      const words = wordsOf(line, ' ')
      const index = lengths.get(words[0] ?? '')
      if (index === undefined) return undefined
      const digits = words[index] ?? ''
      if (!/^\d{1,10}$/.test(digits)) throw invalidLength(NAME, 'a value must have a length in digits')
      return Number(digits)
    },
    decode: (line, value) => ({ words: wordsOf(line, ' '), value }),
    encode({ words, value }) {
      if (!Array.isArray(words) || !words.every((word) => typeof word === 'string' && /^[^ ]+$/.test(word))) {
        throw notEncodable(NAME, 'a word must be a string of at least one character, without spaces')
      }
      return { line: words.join(' '), body: value }
    },
  })
}
