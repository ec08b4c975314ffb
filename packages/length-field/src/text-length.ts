// Frames whose header says, as digits, how long they are.

import {
  bytesOption,
  choiceOption,
  defineCodec,
  FrameError,
  frameTooLong,
  integerOption,
  UNKNOWN,
  type FrameSearch,
  type FrameCodec,
} from '@unstick/core'
import { wholeOf } from './encode.ts'

export interface TextLengthOptions {
  /** The base of the number, 10 or 16. Default: 10. */
  radix?: 10 | 16
  /** So many digits, with leading zeros, 1 to 16, and nothing behind them. Default: as many as there are. */
  digits?: number
  /** What stands behind the digits, where `digits` is left out: a string (its UTF-8 bytes) or bytes. Default: ':'. */
  terminator?: string | Uint8Array
  /** Digits there may be at most, where `digits` is left out, 1 to 16. Default: 10. */
  maxDigits?: number
  /** What must stand behind the payload: a string (its UTF-8 bytes) or bytes. Default: nothing. */
  trailer?: string | Uint8Array
  /** What the number counts: the payload, that and the header, or all with the trailer. Default: 'payload'. */
  lengthIncludes?: 'payload' | 'lengthField' | 'frame'
  /** Whether frames come without header and trailer. Default: true. */
  stripHeader?: boolean
  /** The longest frame taken or written, in bytes, header and trailer included, before stripping. Default: 8 MiB. */
  maxFrameLength?: number
  /** What becomes of a longer frame: 'skip' drops exactly that frame. Default: 'error', `ERR_FRAME_TOO_LONG`. */
  oversize?: 'error' | 'skip'
}

/**
 * Frames whose length is written in ASCII digits:
 *
 * ```
 *  +--------+------------+---------+---------+
 *  | digits | terminator | payload | trailer |      5:hello,   netstring: { trailer: ',' }
 *  +--------+------------+---------+---------+      5 hello     octet-counted syslog (RFC 6587): { terminator: ' ' }
 *                                                   0009hello   git's pkt-line: { radix: 16, digits: 4,
 *                                                                                 lengthIncludes: 'frame' }
 * ```
 *
 * Hexadecimal digits are read in either case and written in lower case. With `stripHeader: false` frames are whole,
 * and only one whose header and trailer are right can be encoded.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (no digit where one must stand, such as a sign or a
 * space, too many of them, a leading zero without `digits`, a wrong terminator, a frame shorter than its header and
 * trailer, a length beyond 2^53-1), `ERR_FRAME_CORRUPT` (a wrong trailer) and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_TOO_LONG` and `ERR_FRAME_NOT_ENCODABLE`.
 */
export function textLength(options: TextLengthOptions = {}): FrameCodec {
  const layout = layoutOf(options)
  const { maxFrameLength, stripHeader, trailer } = layout
  const find = finderOf(layout)
  return defineCodec({
    name: 'textLength',
    maxFrameLength,
    overhead: layout.mostDigits + layout.terminator.length,
    oversize: options.oversize ?? 'error',
    find,
    encodeParts(frame) {
      const header = stripHeader ? headerOf(frame.length, layout) : NOTHING
      const frameLength = header.length + frame.length + (stripHeader ? trailer.length : 0)
      if (frameLength > maxFrameLength) throw frameTooLong('textLength', frameLength, maxFrameLength)
      if (!stripHeader) return wholeOf('textLength', frame, find)
      if (header.length > layout.mostDigits + layout.terminator.length) {
        const message = `textLength: the length of ${frame.length} bytes does not fit into ${layout.mostDigits} digits`
        throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength })
      }
      return trailer.length === 0 ? [header, frame] : [header, frame, trailer]
    },
  })
}

const NOTHING = new Uint8Array(0)

type Layout = ReturnType<typeof layoutOf>

function layoutOf(options: TextLengthOptions) {
  const isFixed = options.digits !== undefined
  for (const name of ['terminator', 'maxDigits'] as const) {
    if (isFixed && options[name] !== undefined) {
      throw new TypeError(`${name} is for lengths without fixed digits: give one of them, received both`)
    }
  }
  const mostDigits = isFixed
    ? integerOption('digits', options.digits, 1, 16)
    : integerOption('maxDigits', options.maxDigits ?? 10, 1, 16)
  const radix = choiceOption('radix', options.radix ?? 10, [10, 16])
  const terminator = isFixed ? NOTHING : bytesOption('terminator', options.terminator ?? ':')
  if (!isFixed && digitOf(terminator[0]!) < radix) {
    throw new RangeError('terminator must not begin with a digit')
  }
  const trailer = options.trailer === undefined ? NOTHING : bytesOption('trailer', options.trailer)
  const shortest = (isFixed ? mostDigits : 1) + terminator.length + trailer.length
  return {
    isFixed,
    mostDigits,
    radix,
    terminator,
    trailer,
    lengthIncludes: choiceOption('lengthIncludes', options.lengthIncludes ?? 'payload', [
      'payload',
      'lengthField',
      'frame',
    ]),
    stripHeader: choiceOption('stripHeader', options.stripHeader ?? true, [true, false]),
    maxFrameLength: integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, shortest),
  }
}

/** How many bytes beside the payload the number counts. */
function counted({ lengthIncludes, trailer }: Layout, headerLength: number): number {
  if (lengthIncludes === 'payload') return 0
  return lengthIncludes === 'lengthField' ? headerLength : headerLength + trailer.length
}

function finderOf(layout: Layout) {
  const { isFixed, mostDigits, radix, terminator, trailer, stripHeader, maxFrameLength } = layout

  return (bytes: Uint8Array, start: number, end: number, search: FrameSearch): number => {
    let at = start
    let value = 0
    for (; at - start < mostDigits; at++) {
      if (at >= end) return UNKNOWN
      const digit = digitOf(bytes[at]!)
      if (digit >= radix) break
      if (!isFixed && at > start && value === 0) throw invalid('a leading zero')
      value = value * radix + digit
    }
    if (isFixed ? at - start < mostDigits : at === start) throw invalid('no digit where one must stand')
    for (const expected of terminator) {
      if (at >= end) return UNKNOWN
      if (bytes[at++] !== expected) throw invalid('no terminator behind the digits')
    }
    const payloadLength = value - counted(layout, at - start)
    const frameLength = at - start + payloadLength + trailer.length
    if (payloadLength < 0) throw invalid(`a frame of ${value} bytes, shorter than what stands around its payload`)
    // What the number counts lies in the frame: it is at most the frame's length.
    if (frameLength > Number.MAX_SAFE_INTEGER) throw invalid('a length beyond 2^53-1')

    if (frameLength > maxFrameLength) throw frameTooLong('textLength', frameLength, maxFrameLength)
    const frameEnd = start + frameLength
    const payloadEnd = at + payloadLength
    if (frameEnd <= end) checkTrailer(bytes, payloadEnd)
    search.payloadStart = stripHeader ? at : start
    search.payloadEnd = stripHeader ? payloadEnd : frameEnd
    return frameEnd
  }

  function checkTrailer(bytes: Uint8Array, at: number): void {
    for (const expected of trailer) {
      if (bytes[at++] !== expected) throw new FrameError('ERR_FRAME_CORRUPT', 'textLength: a wrong trailer')
    }
  }
}

/** A hexadecimal digit's value, or at least 16. */
function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 ? letter - 87 : 255
}

function headerOf(payloadLength: number, layout: Layout): Uint8Array {
  const { terminator } = layout
  const digits = digitsOf(payloadLength, layout, layout.isFixed ? layout.mostDigits : 1)
  const header = new Uint8Array(digits.length + terminator.length)
  for (let index = 0; index < digits.length; index++) header[index] = digits.charCodeAt(index)
  header.set(terminator, digits.length)
  return header
}

/** Where the number counts its own digits, there may have to be one more than the payload's length has. */
function digitsOf(payloadLength: number, layout: Layout, count: number): string {
  const { isFixed, radix, terminator } = layout
  const value = payloadLength + counted(layout, count + terminator.length)
  const digits = value.toString(radix).padStart(count, '0')
  return digits.length === count || isFixed ? digits : digitsOf(payloadLength, layout, count + 1)
}

function invalid(what: string): FrameError {
  return new FrameError('ERR_FRAME_LENGTH_INVALID', `textLength: ${what}`)
}
