// The parts of a multipart body: forms with files, mail, batched HTTP requests.

import {
  defineCodec,
  drop,
  FrameError,
  readOptions,
  UNKNOWN,
  type FindFrame,
  type FrameCodec,
  type FrameSearch,
} from '@unstick/core'
import { corrupt } from './framing/errors.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeUtf8, encodeLatin1, trimBlanks } from './framing/text.ts'

/** A part of a body. */
export interface MultipartPart {
  /** The names and values of its headers, in order. */
  headers: [name: string, value: string][]
  /** The bytes between its headers and the next delimiter. */
  body: Uint8Array
}

/** The options of `multipart`. */
export interface MultipartOptions extends PresetOptions {
  /** The boundary, as in the Content-Type: without the two hyphens. */
  boundary: string
}

const NAME = 'multipart'
const CR = 13
const LF = 10
const HYPHEN = 45
/** The most blanks after a delimiter. With more, it is content. */
const LONGEST_PADDING = 64

// In `state`: at the beginning, before the first delimiter, between two delimiters, and after the last one.
const AT_BEGINNING = 0
const IN_PREAMBLE = 3
const IN_PART = 1
const EPILOGUE = 2

/**
 * Parts between delimiters; bytes before the first delimiter and after the last one are dropped:
 *
 * ```
 *  --boundary CR LF
 *  Content-Disposition: form-data; name="a" CR LF
 *  CR LF
 *  hello CR LF
 *  --boundary-- CR LF
 * ```
 *
 * This codec only decodes: how a part is written depends on whether it is the first or the last.
 *
 * Source: RFC 2046, section 5.1.1; RFC 7578 (forms, whose headers are UTF-8).
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a header without a colon, with a bare CR or LF or a zero
 * byte, or in malformed UTF-8) and `ERR_FRAME_TRUNCATED` (also if the stream ends before the last delimiter).
 *
 * @throws {RangeError} RFC 2046 forbids the boundary.
 */
export function multipart(options: MultipartOptions): FrameCodec<MultipartPart> {
  const { boundary, ...limits } = readOptions<MultipartOptions>(NAME, options, [
    'boundary',
    'maxFrameLength',
    'oversize',
  ])
  if (typeof boundary !== 'string' || !/^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/.test(boundary)) {
    throw new RangeError('boundary must be 1 to 70 of the characters that RFC 2046 allows')
  }
  const delimiter = encodeLatin1(NAME, `\r\n--${boundary}`)
  const find = finderOf(delimiter)
  return defineCodec<MultipartPart>({
    name: NAME,
    ...limitsOf(NAME, limits, { minFrameLength: 2 * (delimiter.length + LONGEST_PADDING) }),
    find,
    findAtEnd(bytes, start, end, search) {
      if (start < end || search.state === EPILOGUE) return find(bytes, start, end, search)
      throw new FrameError('ERR_FRAME_TRUNCATED', `${NAME}: the stream ended before the last delimiter`)
    },
    toFrame: partOf,
  })
}

function finderOf(delimiter: Uint8Array): FindFrame {
  return (bytes, start, end, search) => {
    if (search.state === EPILOGUE) return start < end ? drop(search, end) : UNKNOWN
    const isInPart = search.state === IN_PART
    // At the beginning of the stream, a delimiter needs no line break before it.
    const isFirst = search.state === AT_BEGINNING
    if (isFirst && end - start < delimiter.length - 2) return UNKNOWN
    let at = isFirst && isAt(bytes, start, delimiter.subarray(2)) ? start - 2 : search.resumeAt
    for (; at + delimiter.length <= end; at++) {
      if (at >= start && !isAt(bytes, at, delimiter)) continue
      const after = afterDelimiter(bytes, at + delimiter.length, end)
      if (after === UNKNOWN) return waitAt(at, start, search)
      if (after === NONE) {
        // The line at the beginning is no delimiter: the search begins with it.
        at = Math.max(start - 1, at)
        continue
      }
      search.state = bytes[after - 1] === HYPHEN ? EPILOGUE : IN_PART
      if (!isInPart) return drop(search, after)
      search.payloadEnd = at
      return after
    }
    return waitAt(Math.max(search.resumeAt, end - delimiter.length + 1), start, search)
  }
}

/** No delimiter begins before `next`. A preamble is dropped as it comes, however long it is. */
function waitAt(next: number, start: number, search: FrameSearch): number {
  if (search.state === AT_BEGINNING && next >= start) search.state = IN_PREAMBLE
  if (search.state !== IN_PART && next > start) return drop(search, next)
  search.resumeAt = Math.max(start, next)
  return UNKNOWN
}

function isAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index++) if (bytes[at + index] !== expected[index]) return false
  return true
}

/** Answer of the search: not a delimiter, but content that begins like one. */
const NONE = -2

/** The index after the delimiter's line, or after the two hyphens of the last one. */
function afterDelimiter(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 2) return UNKNOWN
  if (bytes[start] === HYPHEN && bytes[start + 1] === HYPHEN) return start + 2
  let at = start
  while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++
  if (at - start > LONGEST_PADDING) return NONE
  if (end - at < 2) return at < end && bytes[at] !== CR ? NONE : UNKNOWN
  return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : NONE
}

function partOf(part: Uint8Array): MultipartPart {
  const headerEnd = endOfHeaders(part)
  let text: string
  try {
    text = decodeUtf8(part.subarray(0, headerEnd))
  } catch {
    throw corrupt(NAME, 'headers must be UTF-8')
  }
  const headers: [name: string, value: string][] = []
  for (const line of text.split('\r\n').filter((each) => each !== '')) {
    const colon = line.indexOf(':')
    if (/[\r\n\0]/.test(line)) throw corrupt(NAME, 'a header must hold no bare CR or LF and no zero byte')
    if (/^[ \t]/.test(line) && headers.length > 0) headers.at(-1)![1] += ` ${trimBlanks(line)}`
    else if (colon > 0) headers.push([line.slice(0, colon), trimBlanks(line.slice(colon + 1))])
    else throw corrupt(NAME, 'a header must have a name and a colon')
  }
  return { headers, body: part.subarray(headerEnd) }
}

/** The index after the blank line, or the end of a part that has no content. */
function endOfHeaders(part: Uint8Array): number {
  for (let at = 0; at + 1 < part.length; at++) {
    if (part[at] !== CR || part[at + 1] !== LF) continue
    if (at === 0 || (part[at - 2] === CR && part[at - 1] === LF)) return at + 2
  }
  return part.length
}
