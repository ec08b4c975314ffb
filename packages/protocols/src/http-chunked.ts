// The chunked transfer coding of HTTP/1.1.

import { defineCodec, UNKNOWN, type FrameCodec, type FrameSearch } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { BYTES, byType, namingMembers, PAIRS, STRING } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1, isPair, trimBlanks } from './framing/text.ts'

/** A chunk of a body, or its end. */
export type HttpChunk =
  /** `extensions` is what follows the size in its line, from ';' on. */
  | { type: 'chunk'; extensions: string; payload: Uint8Array }
  /** The end of the body, with the trailer fields: names and values in order, as Latin-1. */
  | { type: 'last'; extensions: string; trailers: [name: string, value: string][] }

const NAME = 'httpChunked'
const CR = 13
const LF = 10
/** The longest size line with its extensions, and the longest last chunk with its trailers, in bytes. */
const LONGEST_LINE = 4096
const LONGEST_LAST = 8192
const NO_SIZE = 'a chunk must begin with a size in hexadecimal digits'
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

const MEMBERS = /* @__PURE__ */ byType<HttpChunk>({
  chunk: { extensions: STRING, payload: BYTES },
  last: { extensions: STRING, trailers: PAIRS },
})

/**
 * The chunks of a body. After the last one, `takeRemaining()` hands over the next message.
 *
 * ```
 *  5 CR LF hello CR LF            1a;name=value CR LF ... CR LF            0 CR LF Trailer: value CR LF CR LF
 * ```
 *
 * The size is hexadecimal, and may have leading zeros. Lines end with CR LF and nothing else, as RFC 9112 demands to
 * prevent request smuggling.
 *
 * Source: RFC 9112, section 7.1.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (not hexadecimal digits, or beyond 2^53-1),
 * `ERR_FRAME_CORRUPT` (a bare CR or LF, a chunk without CR LF, a size line of more than 4096 bytes, trailers that are
 * malformed or longer than 8192 bytes) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function httpChunked(options?: PresetOptions): FrameCodec<HttpChunk> {
  return defineCodec<HttpChunk>({
    name: NAME,
    ...limitsOf(NAME, options, { minFrameLength: LONGEST_LAST }),
    find(bytes, start, end, search) {
      // `state` is where the trailers begin, relative to the frame; 0 until that is known.
      if (search.state > 0) return findLast(bytes, start, end, search)
      const last = Math.min(end, start + LONGEST_LINE)
      let feed = search.resumeAt
      while (feed < last && bytes[feed] !== LF) feed++
      search.resumeAt = feed
      if (start < end && digitOf(bytes[start]!) < 0) throw invalidLength(NAME, NO_SIZE)
      if (feed === last) {
        if (last - start === LONGEST_LINE) throw corrupt(NAME, `a size must have at most ${LONGEST_LINE} bytes`)
        return UNKNOWN
      }
      if (bytes.subarray(start, feed).indexOf(CR) !== feed - 1 - start)
        throw corrupt(NAME, 'a line must end with CR LF')
      const size = sizeIn(bytes, start, feed)
      if (size === 0) {
        search.state = feed + 1 - start
        search.resumeAt = feed + 1
        return findLast(bytes, start, end, search)
      }
      const frameEnd = feed + 1 + size + 2
      if (frameEnd <= end && (bytes[frameEnd - 2] !== CR || bytes[frameEnd - 1] !== LF)) {
        throw corrupt(NAME, 'a chunk must be followed by CR LF', frameEnd - start)
      }
      return (search.payloadEnd = frameEnd)
    },
    toFrame(bytes) {
      const feed = bytes.indexOf(LF)
      const size = sizeIn(bytes, 0, feed)
      const extensions = trimBlanks(decodeLatin1(bytes, digitsEnd(bytes, 0, feed), feed - 1))
      if (!isExtensions(extensions)) throw corrupt(NAME, 'extensions must begin with a semicolon, and hold no NUL')
      if (size > 0) return { type: 'chunk', extensions, payload: bytes.subarray(feed + 1, bytes.length - 2) }
      const lines = decodeLatin1(bytes, feed + 1)
        .split('\r\n')
        .slice(0, -2)
      return { type: 'last', extensions, trailers: lines.map(trailerOf) }
    },
    encodeParts: namingMembers(NAME, MEMBERS, (chunk) => {
      const { extensions } = chunk
      if (/[\r\n]/.test(extensions) || trimBlanks(extensions) !== extensions || !isExtensions(extensions)) {
        throw notEncodable(NAME, 'extensions must begin with a semicolon, and hold no CR, LF or NUL')
      }
      const crlf = encodeLatin1(NAME, '\r\n')
      if (chunk.type === 'chunk') {
        if (chunk.payload.length === 0) throw notEncodable(NAME, 'an empty chunk would be the last one')
        return [lineOf(`${chunk.payload.length.toString(16)}${extensions}\r\n`), chunk.payload, crlf]
      }
      if (chunk.type !== 'last') throw notEncodable(NAME, "a type must be 'chunk' or 'last'")
      if (!Array.isArray(chunk.trailers)) throw notEncodable(NAME, 'trailers must be an array')
      const trailers = chunk.trailers.map(lineOfTrailer)
      const length = trailers.reduce((sum, line) => sum + line.length, extensions.length + 5)
      if (length > LONGEST_LAST) throw notEncodable(NAME, `the last chunk must have at most ${LONGEST_LAST} bytes`)
      return [lineOf(`0${extensions}\r\n`), ...trailers, crlf]
    }),
  })
}

/** Finds the empty line. Trailers are limited to a few KiB, so they may be searched again for each chunk. */
function findLast(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
  const trailers = start + search.state
  const last = Math.min(end, start + LONGEST_LAST)
  for (let feed = search.resumeAt; feed < last; feed++) {
    if (bytes[feed] !== LF) continue
    if (feed === trailers || bytes[feed - 1] !== CR) throw corrupt(NAME, 'a line must end with CR LF')
    // The line before is a trailer, or that of the size.
    const isEmpty = bytes[feed - 2] === LF
    if (!isEmpty) continue
    search.state = 0
    return (search.payloadEnd = feed + 1)
  }
  search.resumeAt = Math.max(search.resumeAt, last)
  if (last - start === LONGEST_LAST) throw corrupt(NAME, `the last chunk must have at most ${LONGEST_LAST} bytes`)
  return UNKNOWN
}

function isExtensions(text: string): boolean {
  return text === '' || (text.startsWith(';') && !text.includes('\0'))
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && digitOf(bytes[at]!) >= 0) at++
  return at
}

/** The size in the line `bytes[start, end)`. */
function sizeIn(bytes: Uint8Array, start: number, end: number): number {
  const digits = digitsEnd(bytes, start, end)
  let size = 0
  for (let at = start; at < digits; at++) {
    size = size * 16 + digitOf(bytes[at]!)
    if (size > Number.MAX_SAFE_INTEGER - LONGEST_LINE) throw invalidLength(NAME, 'a size is beyond 2^53-1')
  }
  const next = bytes[digits]
  // A semicolon, white space, or the end of the line.
  if (digits === start || !(next === 0x3b || next === 32 || next === 9 || next === CR))
    throw invalidLength(NAME, NO_SIZE)
  return size
}

function digitOf(byte: number): number {
  if (byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

function lineOf(text: string): Uint8Array {
  if (text.length > LONGEST_LINE) throw notEncodable(NAME, `a size must have at most ${LONGEST_LINE} bytes`)
  return encodeLatin1(NAME, text)
}

function trailerOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(0, colon))
  const value = line.slice(colon + 1)
  if (TOKEN.test(name) && !/[\r\0]/.test(value)) return [name, trimBlanks(value)]
  throw corrupt(NAME, 'a trailer must be a name, a colon and a value without CR and NUL')
}

function lineOfTrailer(trailer: [name: string, value: string]): Uint8Array {
  const [name, value] = isPair(trailer) ? trailer : ['', '']
  if (TOKEN.test(name) && !/[\r\n\0]/.test(value) && trimBlanks(value) === value) {
    return encodeLatin1(NAME, `${name}: ${value}\r\n`)
  }
  throw notEncodable(NAME, 'a trailer must be a name and a value without CR, LF, NUL and outer spaces')
}
