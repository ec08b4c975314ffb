// Frames whose header holds their length as a varint.

import {
  choiceOption,
  defineCodec,
  FrameError,
  frameTooLong,
  integerOption,
  readOptions,
  type FindFrame,
  type FrameCodec,
} from '@unstick/core'
import { protocolHint } from './hints.ts'
import { beyondLargest, invalidVarint, LONGEST, tooManyBytes, varintOption, type VarintEncoding } from './varints.ts'

/** The options of `varintLength`. */
export interface VarintLengthOptions {
  /**
   * The encoding of the length.
   *
   * @defaultValue 'leb128'
   */
  encoding?: VarintEncoding
  /**
   * Bytes before the varint, such as a type byte. Frames then keep their header.
   *
   * @defaultValue 0
   */
  lengthFieldOffset?: number
  /**
   * The most bytes of the varint, a prefix byte included, 1 to 9.
   *
   * @defaultValue 5 for 'leb128', 8 for 'quic', 4 for 'vlq', 9 for 'compactSize' and 'ber'
   */
  maxBytes?: number
  /**
   * Whether a varint longer than its shortest form is refused.
   *
   * @defaultValue false
   */
  minimal?: boolean
  /**
   * The longest frame decoded or encoded, in bytes, header included.
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
}

/**
 * Frames whose length is a varint that counts the payload, such as delimited Protocol Buffers messages and, after a
 * type byte, MQTT packets:
 *
 * ```
 *                     +--------+--------+---------+
 *  lengthFieldOffset  |  head  | varint | payload |
 *                     +--------+--------+---------+
 *
 *  options                                     bytes                  frame
 *  {}                                          02 68 69               68 69
 *  { lengthFieldOffset: 1, maxBytes: 4 }       30 02 68 69            30 02 68 69
 *  { encoding: 'quic' }                        40 02 68 69            68 69
 * ```
 *
 * Without `lengthFieldOffset` frames are payloads. With it they are whole frames; `encode` accepts any varint as a
 * placeholder, such as 00, and writes the right one.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a varint that is malformed, beyond 2^53-1, longer
 * than `maxBytes` or, with `minimal`, than its shortest form) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_TOO_LONG`
 * and `ERR_FRAME_NOT_ENCODABLE`. After a decoding error, close the stream: its bytes
 * cannot be trusted.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 *
 * @example
 * ```ts
 * import { varintLength } from '@unstick/length-field'
 *
 * const codec = varintLength()
 * console.log(codec.encode(new Uint8Array(300)).subarray(0, 2).join(' ')) // 172 2
 * for (const frame of codec.decoder().decode(Uint8Array.of(2, 7, 8, 1, 9))) console.log(...frame) // 7 8, 9
 * ```
 */
export function varintLength(options?: VarintLengthOptions): FrameCodec {
  const layout = layoutOf(
    readOptions('varintLength', options, [
      'encoding',
      'lengthFieldOffset',
      'maxBytes',
      'minimal',
      'maxFrameLength',
      'oversize',
    ]),
  )
  const { lengthFieldOffset, maxBytes, maxFrameLength, oversize } = layout
  return defineCodec({
    name: NAME,
    maxFrameLength,
    overhead: lengthFieldOffset + maxBytes,
    oversize,
    find: finderOf(layout),
    lengthFirst: true,
    encodeParts: (frame) => (lengthFieldOffset > 0 ? wholeParts(frame, layout) : payloadParts(frame, layout)),
  })
}

const NAME = 'varintLength'

type Layout = ReturnType<typeof layoutOf>

function layoutOf(options: VarintLengthOptions) {
  const { encoding = 'leb128' } = options
  const varint = varintOption(encoding)
  const lengthFieldOffset = integerOption('lengthFieldOffset', options.lengthFieldOffset ?? 0, 0)
  return {
    encoding,
    varint,
    lengthFieldOffset,
    /** Even with the longest header, a payload of at most this length makes no frame beyond 2^53-1. */
    surelyValid: Number.MAX_SAFE_INTEGER - lengthFieldOffset - LONGEST,
    maxBytes: integerOption('maxBytes', options.maxBytes ?? varint.longest, 1, LONGEST),
    minimal: choiceOption('minimal', options.minimal ?? false, [true, false]),
    maxFrameLength: integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, lengthFieldOffset + 1),
    oversize: choiceOption('oversize', options.oversize ?? 'error', ['error', 'skip']),
  }
}

function finderOf(layout: Layout): FindFrame {
  return layout.encoding === 'leb128' ? leb128Finder(layout) : finderOfAny(layout)
}

function finderOfAny(layout: Layout): FindFrame {
  const { varint, maxBytes, minimal, lengthFieldOffset, surelyValid, maxFrameLength } = layout
  const { single, sizeAt, read } = varint
  const keepsHeader = lengthFieldOffset > 0
  return (bytes, start, end, search) => {
    const at = start + lengthFieldOffset
    if (at >= end) return at + 1
    let payload = at + 1
    let value = bytes[at]!
    if (value >= single) {
      payload = at + sizeAt(bytes, at, end)
      if (payload - at > maxBytes) throw tooManyBytes(NAME, payload - at, maxBytes)
      if (payload > end) return payload
      value = read(bytes, at, payload)
      if (minimal || value > surelyValid) checkValue(value, payload - at, layout)
    }
    const frameLength = payload - start + value
    if (frameLength > maxFrameLength) throw tooLong(bytes, start, payload, frameLength, maxFrameLength)
    search.payloadStart = keepsHeader ? start : payload
    return (search.payloadEnd = start + frameLength)
  }
}

/** From this byte on, a varint has more bytes. */
const LONGER = 128

/**
 * The same for the most common encoding. Short frames, whose varint has one byte, are found by a function that is short
 * enough to be inlined into the loop over the frames.
 */
function leb128Finder(layout: Layout): FindFrame {
  const { lengthFieldOffset, maxFrameLength } = layout
  const headerLength = lengthFieldOffset + 1
  const initialBytesToStrip = lengthFieldOffset > 0 ? 0 : headerLength
  const longest = Math.min(LONGER - 1, maxFrameLength - headerLength)
  const findAny = anyLeb128Finder(layout)
  return (bytes, start, end, search) => {
    const payload = start + headerLength
    const byte = payload > end ? LONGER : bytes[payload - 1]!
    if (byte > longest) return findAny(bytes, start, end, search)
    search.payloadStart = start + initialBytesToStrip
    return (search.payloadEnd = payload + byte)
  }
}

/** Reads the varint in one loop: with separate calls for size and value, a length of two bytes is a fifth slower. */
function anyLeb128Finder(layout: Layout): FindFrame {
  const { maxBytes, minimal, lengthFieldOffset, surelyValid, maxFrameLength } = layout
  const keepsHeader = lengthFieldOffset > 0
  return (bytes, start, end, search) => {
    const at = start + lengthFieldOffset
    let payload = at
    let value = 0
    let weight = 1
    let byte: number
    do {
      if (payload - at === maxBytes) throw tooManyBytes(NAME, maxBytes + 1, maxBytes)
      if (payload >= end) return payload + 1
      byte = bytes[payload++]!
      value += (byte & 127) * weight
      weight *= 128
    } while (byte >= LONGER)
    if (minimal || value > surelyValid) checkValue(value, payload - at, layout)
    const frameLength = payload - start + value
    if (frameLength > maxFrameLength) throw tooLong(bytes, start, payload, frameLength, maxFrameLength)
    search.payloadStart = keepsHeader ? start : payload
    return (search.payloadEnd = start + frameLength)
  }
}

function checkValue(value: number, size: number, { varint, minimal, lengthFieldOffset }: Layout): void {
  if (value > Number.MAX_SAFE_INTEGER - lengthFieldOffset - size) throw beyondLargest(NAME)
  if (minimal && varint.size(value) < size) throw invalidVarint(NAME, 'the varint must have its shortest form')
}

function tooLong(
  bytes: Uint8Array,
  start: number,
  payload: number,
  frameLength: number,
  maxFrameLength: number,
): FrameError {
  return frameTooLong(NAME, frameLength, maxFrameLength, undefined, protocolHint(bytes, start, payload))
}

// ── Encoding ──

function payloadParts(payload: Uint8Array, layout: Layout): Uint8Array[] {
  return [headerOf(new Uint8Array(0), payload.length, layout), payload]
}

/**
 * A frame that has its header. A varint with the right length is not rewritten, so that the decoder returns the same
 * frame.
 */
function wholeParts(frame: Uint8Array, layout: Layout): Uint8Array[] {
  const { varint, lengthFieldOffset } = layout
  const payload = lengthFieldOffset + givenSize(frame, layout)
  const payloadLength = frame.length - payload
  const isRight = varint.read(frame, lengthFieldOffset, payload) === payloadLength
  if (isRight && isAllowed(payload - lengthFieldOffset, payloadLength, layout)) {
    if (frame.length > layout.maxFrameLength) throw frameTooLong(NAME, frame.length, layout.maxFrameLength)
    return [frame]
  }
  return [headerOf(frame.subarray(0, lengthFieldOffset), payloadLength, layout), frame.subarray(payload)]
}

/** The size of the varint that is to be replaced. */
function givenSize(frame: Uint8Array, { varint, lengthFieldOffset }: Layout): number {
  const size = varint.sizeAt(frame, lengthFieldOffset, frame.length)
  if (size <= LONGEST && lengthFieldOffset + size <= frame.length) return size
  const message = `${NAME}: a frame must have ${lengthFieldOffset} bytes and a varint before its payload`
  throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: frame.length })
}

function isAllowed(size: number, value: number, { varint, maxBytes, minimal }: Layout): boolean {
  return size <= maxBytes && (!minimal || size === varint.size(value))
}

/** The header: the bytes before the varint, and the varint of the payload's length. */
function headerOf(head: Uint8Array, payloadLength: number, layout: Layout): Uint8Array {
  const { varint, maxBytes, maxFrameLength } = layout
  const size = varint.size(payloadLength)
  const frameLength = head.length + size + payloadLength
  if (frameLength > maxFrameLength) throw frameTooLong(NAME, frameLength, maxFrameLength)
  if (size > maxBytes) {
    const message = `${NAME}: the length ${payloadLength} does not fit into ${maxBytes} bytes`
    throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength })
  }
  const header = new Uint8Array(head.length + size)
  header.set(head)
  varint.write(header, head.length, header.length, payloadLength)
  return header
}
