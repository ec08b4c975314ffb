// Frames whose header holds their length as digits.

import {
  bytesOption,
  choiceOption,
  defineCodec,
  FrameError,
  frameTooLong,
  integerOption,
  newSearch,
  readOptions,
  shown,
  UNKNOWN,
  type FindFrame,
  type FrameCodec,
  type FrameErrorDetails,
} from '@unstick/core'
import { protocolHint, withHint } from './hints.ts'

/** The options of `textLength`. */
export interface TextLengthOptions {
  /**
   * The base of the number, 10 or 16.
   *
   * @defaultValue 10
   */
  radix?: 10 | 16
  /**
   * The exact number of digits, 1 to 16, with leading zeros and no terminator.
   *
   * @defaultValue none: a terminator ends the digits
   */
  digits?: number
  /**
   * What follows the digits, if `digits` is not given: a string (its UTF-8 bytes) or bytes.
   *
   * @defaultValue ':'
   */
  terminator?: string | Uint8Array
  /**
   * The most digits, 1 to 16, if `digits` is not given.
   *
   * @defaultValue 10
   */
  maxDigits?: number
  /**
   * Whether leading zeros are accepted, if `digits` is not given. None are written.
   *
   * @defaultValue false
   */
  leadingZeros?: boolean
  /**
   * What must follow the payload: a string (its UTF-8 bytes) or bytes.
   *
   * @defaultValue none
   */
  trailer?: string | Uint8Array
  /**
   * What the number counts: the payload, the payload and the header, or these and the trailer.
   *
   * @defaultValue 'payload'
   */
  lengthIncludes?: 'payload' | 'lengthField' | 'frame'
  /**
   * Whether frames exclude their header and trailer.
   *
   * @defaultValue true
   */
  stripHeader?: boolean
  /**
   * The longest frame decoded or encoded, in bytes, header and trailer included, before stripping.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * What happens to a frame over the limit: 'error' is `ERR_FRAME_TOO_LONG`, 'skip' drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
  /**
   * What happens to a frame with a wrong trailer: 'error' is `ERR_FRAME_CORRUPT`, 'skip' drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
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
 * Hexadecimal digits are read in either case and written in lower case. With `stripHeader: false` frames are whole, and
 * can be encoded only if their header and trailer are correct.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a byte that is not a digit, such as a sign or a
 * space; too many digits; a leading zero without `digits` or `leadingZeros`; a wrong terminator; a frame shorter than
 * its header and trailer; a length beyond 2^53-1), `ERR_FRAME_CORRUPT` (a wrong trailer) and `ERR_FRAME_TRUNCATED`;
 * encoding `ERR_FRAME_TOO_LONG` and `ERR_FRAME_NOT_ENCODABLE`. After a decoding error, close the stream: its bytes
 * cannot be trusted.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 *
 * @example
 * ```ts
 * import { textLength } from '@unstick/length-field'
 *
 * const netstrings = textLength({ trailer: ',' })
 * const chunk = new TextEncoder().encode('5:hello,2:hi,')
 * for (const frame of netstrings.decoder().decode(chunk)) console.log(new TextDecoder().decode(frame)) // hello, hi
 * ```
 */
export function textLength(options?: TextLengthOptions): FrameCodec {
  const layout = layoutOf(readOptions('textLength', options, OPTIONS))
  const find = finderOf(layout)
  return defineCodec({
    name: NAME,
    maxFrameLength: layout.maxFrameLength,
    overhead: layout.mostDigits + layout.terminator.length,
    oversize: layout.oversize,
    corrupt: layout.corrupt,
    find,
    lengthFirst: layout.trailer.length === 0,
    encodeParts: (frame) => (layout.stripHeader ? payloadParts(frame, layout) : wholeParts(frame, layout, find)),
  })
}

const NAME = 'textLength'

const OPTIONS = [
  'radix',
  'digits',
  'terminator',
  'maxDigits',
  'leadingZeros',
  'trailer',
  'lengthIncludes',
  'stripHeader',
  'maxFrameLength',
  'oversize',
  'corrupt',
] as const

const NOTHING = /* @__PURE__ */ new Uint8Array(0)

// ── Options ──

type Layout = ReturnType<typeof layoutOf>

function layoutOf(options: TextLengthOptions) {
  const isFixed = options.digits !== undefined
  for (const name of ['terminator', 'maxDigits', 'leadingZeros'] as const) {
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
    throw new RangeError(`terminator must not begin with a digit, received ${shown(options.terminator)}`)
  }
  const trailer = options.trailer === undefined ? NOTHING : bytesOption('trailer', options.trailer)
  const shortest = (isFixed ? mostDigits : 1) + terminator.length + trailer.length
  return {
    isFixed,
    mostDigits,
    radix,
    leadingZeros: isFixed || choiceOption('leadingZeros', options.leadingZeros ?? false, [true, false]),
    terminator,
    trailer,
    lengthIncludes: choiceOption('lengthIncludes', options.lengthIncludes ?? 'payload', [
      'payload',
      'lengthField',
      'frame',
    ]),
    stripHeader: choiceOption('stripHeader', options.stripHeader ?? true, [true, false]),
    maxFrameLength: integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, shortest),
    oversize: choiceOption('oversize', options.oversize ?? 'error', ['error', 'skip']),
    corrupt: choiceOption('corrupt', options.corrupt ?? 'error', ['error', 'skip']),
  }
}

/** How many bytes the number counts besides the payload. */
function counted({ lengthIncludes, trailer }: Layout, headerLength: number): number {
  if (lengthIncludes === 'payload') return 0
  return lengthIncludes === 'lengthField' ? headerLength : headerLength + trailer.length
}

// ── Decoding ──

function finderOf(layout: Layout): FindFrame {
  const { isFixed, mostDigits, leadingZeros, radix, terminator, trailer, stripHeader, maxFrameLength } = layout

  return (bytes, start, end, search) => {
    let at = start
    let value = 0
    for (; at - start < mostDigits; at++) {
      if (at >= end) return UNKNOWN
      const digit = digitOf(bytes[at]!)
      if (digit >= radix) break
      if (!leadingZeros && at > start && value === 0) throw invalid('a leading zero', bytes, start, at + 1)
      value = value * radix + digit
    }
    if (isFixed ? at - start < mostDigits : at === start) {
      throw invalid('no digit where one must stand', bytes, start, at + 1)
    }
    for (const expected of terminator) {
      if (at >= end) return UNKNOWN
      if (bytes[at] !== expected) throw invalid('no terminator after the digits', bytes, start, at + 1)
      at++
    }
    const payloadLength = value - counted(layout, at - start)
    const frameLength = at - start + payloadLength + trailer.length
    if (payloadLength < 0) {
      const message = `a frame of ${value} bytes, shorter than what stands around its payload`
      throw invalid(message, bytes, start, at, { frameLength })
    }
    // The number is at most the frame's length, since it counts a part of the frame.
    if (frameLength > Number.MAX_SAFE_INTEGER) throw invalid('a length beyond 2^53-1', bytes, start, at)
    if (frameLength > maxFrameLength) throw frameTooLong(NAME, frameLength, maxFrameLength)

    const frameEnd = start + frameLength
    const payloadEnd = at + payloadLength
    if (frameEnd <= end && !hasTrailer(bytes, payloadEnd, trailer)) {
      throw new FrameError('ERR_FRAME_CORRUPT', `${NAME}: a wrong trailer`, { frameLength })
    }
    search.payloadStart = stripHeader ? at : start
    search.payloadEnd = stripHeader ? payloadEnd : frameEnd
    return frameEnd
  }
}

function hasTrailer(bytes: Uint8Array, at: number, trailer: Uint8Array): boolean {
  for (const expected of trailer) if (bytes[at++] !== expected) return false
  return true
}

/** The error for the header `bytes[start, end)`, whose last byte may be the first wrong one. */
function invalid(
  what: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  details: FrameErrorDetails = {},
): FrameError {
  const message = withHint(`${NAME}: ${what}`, protocolHint(bytes, start, end))
  return new FrameError('ERR_FRAME_LENGTH_INVALID', message, details)
}

/** The value of a hexadecimal digit, or at least 16. */
function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 ? letter - 87 : 255
}

// ── Encoding ──

function payloadParts(payload: Uint8Array, layout: Layout): Uint8Array[] {
  const { mostDigits, terminator, trailer } = layout
  const header = headerOf(payload.length, layout)
  checkLimit(header.length + payload.length + trailer.length, layout)
  if (header.length > mostDigits + terminator.length) {
    throw notEncodable(`the length of ${payload.length} bytes does not fit into ${mostDigits} digits`, {
      frameLength: header.length + payload.length + trailer.length,
    })
  }
  // A copy, so that the caller cannot change this codec's bytes.
  return trailer.length === 0 ? [header, payload] : [header, payload, trailer.slice()]
}

/** A frame with its header and trailer, provided that the decoder would find exactly this frame. */
function wholeParts(frame: Uint8Array, layout: Layout, find: FindFrame): Uint8Array[] {
  checkLimit(frame.length, layout)
  const message = 'a frame must have what stands around its payload, with its length'
  try {
    if (find(frame, 0, frame.length, newSearch()) === frame.length) return [frame]
  } catch (cause) {
    throw notEncodable(message, { frameLength: frame.length, cause })
  }
  throw notEncodable(message, { frameLength: frame.length })
}

function checkLimit(frameLength: number, { maxFrameLength }: Layout): void {
  if (frameLength > maxFrameLength) throw frameTooLong(NAME, frameLength, maxFrameLength)
}

function headerOf(payloadLength: number, layout: Layout): Uint8Array {
  const { terminator } = layout
  const digits = digitsOf(payloadLength, layout, layout.isFixed ? layout.mostDigits : 1)
  const header = new Uint8Array(digits.length + terminator.length)
  for (let index = 0; index < digits.length; index++) header[index] = digits.charCodeAt(index)
  header.set(terminator, digits.length)
  return header
}

/** If the number counts its own digits, it may need one digit more than the payload's length. */
function digitsOf(payloadLength: number, layout: Layout, count: number): string {
  const { isFixed, radix, terminator } = layout
  const value = payloadLength + counted(layout, count + terminator.length)
  const digits = value.toString(radix).padStart(count, '0')
  return digits.length === count || isFixed ? digits : digitsOf(payloadLength, layout, count + 1)
}

function notEncodable(what: string, details: FrameErrorDetails): FrameError {
  return new FrameError('ERR_FRAME_NOT_ENCODABLE', `${NAME}: ${what}`, details)
}
