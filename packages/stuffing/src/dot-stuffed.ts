// Dot-stuffing: text that ends with a line of one dot; lines that begin with a dot get another one.

import { defineCodec, ENDLESS, FrameError, readOptions, UNKNOWN, type FindFrame, type FrameCodec } from '@unstick/core'
import { checkContent } from './check-content.ts'
import { copyBytes } from './copy-bytes.ts'
import { indexOf } from './indexes.ts'
import { stuffingOptions, type StuffingOptions } from './options.ts'
import { ownBytes } from './own-bytes.ts'

/** The options of `dotStuffed`. */
export type DotStuffedOptions = Omit<StuffingOptions, 'corrupt'>

const DOT = 0x2e
const CR = 0x0d
const LF = 0x0a
/** The end of a frame: a line of one dot. */
const END = [DOT, CR, LF] as const

/**
 * Dot-stuffing, RFC 5321, section 4.5.2: message text in SMTP, multi-line responses in POP3 (RFC 1939) and NNTP (RFC
 * 3977).
 *
 * ```
 *  frame     hi CR LF . CR LF .. CR LF
 *  encoded   hi CR LF .. CR LF ... CR LF . CR LF
 * ```
 *
 * A frame keeps the CRLF of its last line; the end alone is a frame without content. Only CRLF ends a line: a bare CR
 * or LF is content, and a dot after it ends nothing. The limit counts content.
 *
 * @throws {TypeError | RangeError} An option is unknown or not valid.
 * @throws {FrameError} Decoding: `ERR_FRAME_TOO_LONG`, `ERR_FRAME_TRUNCATED`. Encoding: `ERR_FRAME_TOO_LONG`,
 * `ERR_FRAME_NOT_ENCODABLE` (content that does not end in CRLF).
 *
 * @example
 * ```ts
 * import { dotStuffed } from '@unstick/stuffing'
 *
 * const codec = dotStuffed()
 * const text = new TextEncoder().encode('hi\r\n.\r\n')
 * console.log(JSON.stringify(new TextDecoder().decode(codec.encode(text)))) // "hi\r\n..\r\n.\r\n"
 * ```
 */
export function dotStuffed(options?: DotStuffedOptions): FrameCodec {
  const given = readOptions('dotStuffed', options, ['maxFrameLength', 'oversize'])
  const { maxFrameLength, oversize } = stuffingOptions(given)
  return defineCodec({
    name: 'dotStuffed',
    maxFrameLength,
    // A dot for every line, which has at least three bytes, and the end.
    overhead: Math.floor(maxFrameLength / 3) + END.length,
    oversize,
    find: finder(maxFrameLength),
    toFrame: unstuffed,
    holdsPayload: false,
    encodeParts(frame) {
      checkContent('dotStuffed', frame, maxFrameLength)
      if (frame.length > 0 && !isAfterLine(frame, frame.length)) {
        const message = 'dotStuffed: content must end in CRLF'
        throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: frame.length })
      }
      return [stuffed(frame), Uint8Array.from(END)]
    },
  })
}

// The position of the search.
const AT_LINE_START = 0
const IN_LINE = 1
const AFTER_CR = 2
const AFTER_DOT = 3
const AFTER_DOT_CR = 4
const AFTER_END = 5
const PLACES = 5

// The state within a frame is the position plus PLACES times the number of lines so far that begin with a dot. In a
// frame over the limit, whose end alone matters, it is the position minus PLACES.

function finder(maxFrameLength: number): FindFrame {
  return (bytes, start, end, search) => {
    const { state } = search
    const isTooLong = state < 0
    let place = isTooLong ? state + PLACES : state % PLACES
    let dots = isTooLong ? 0 : (state - place) / PLACES
    let at = search.resumeAt
    while (place !== AFTER_END) {
      if (place === IN_LINE) at = indexOf(bytes, CR, at, end)
      if (at === end) break
      place = placeAfter(place, bytes[at++]!)
      if (place === AFTER_DOT) dots++
    }
    const isWhole = place === AFTER_END
    // The dot of the end has been counted with the other dots; the CRLF after it is not content either.
    const uncounted = isWhole ? 2 : place === AFTER_DOT_CR ? 1 : 0
    if (!isTooLong && at - start - dots - uncounted > maxFrameLength) {
      search.resumeAt = isWhole ? at - END.length : at
      search.state = (isWhole ? AT_LINE_START : place) - PLACES
      return ENDLESS
    }
    search.resumeAt = at
    if (isWhole) {
      search.state = 0
      search.payloadEnd = Math.max(start, at - END.length)
      return at
    }
    search.state = isTooLong ? place - PLACES : place + PLACES * dots
    return UNKNOWN
  }
}

function placeAfter(place: number, byte: number): number {
  if (place === AT_LINE_START && byte === DOT) return AFTER_DOT
  if (place === AFTER_DOT && byte === CR) return AFTER_DOT_CR
  if (place === AFTER_DOT_CR && byte === LF) return AFTER_END
  if (place === AFTER_CR && byte === LF) return AT_LINE_START
  return byte === CR ? AFTER_CR : IN_LINE
}

function isAfterLine(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 1] === LF && bytes[at - 2] === CR
}

/** The indexes of the dots that begin a line. */
function dottedLines(bytes: Uint8Array): number[] {
  const { length } = bytes
  const found: number[] = []
  for (let at = indexOf(bytes, DOT, 0, length); at < length; at = indexOf(bytes, DOT, at + 1, length)) {
    if (at === 0 || isAfterLine(bytes, at)) found.push(at)
  }
  return found
}

function unstuffed(raw: Uint8Array): Uint8Array {
  const dots = dottedLines(raw)
  const frame = ownBytes(raw, raw.length - dots.length)
  let from = 0
  let to = 0
  for (const dot of [...dots, raw.length]) {
    copyBytes(raw, from, dot, frame, to)
    to += dot - from
    from = dot + 1
  }
  return frame
}

/** The content with dots added, in new memory if there are any; the end is not included. */
function stuffed(frame: Uint8Array): Uint8Array {
  const dots = dottedLines(frame)
  if (dots.length === 0) return frame
  const encoded = new Uint8Array(frame.length + dots.length).fill(DOT)
  let from = 0
  for (const [index, dot] of [...dots, frame.length].entries()) {
    copyBytes(frame, from, dot, encoded, from + index)
    from = dot
  }
  return encoded
}
