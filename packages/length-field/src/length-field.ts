// Frames whose header holds their length as an integer of fixed width.

import {
  choiceOption,
  defineCodec,
  FrameError,
  frameTooLong,
  functionOption,
  integerOption,
  isFrameError,
  readOptions,
  type FindFrame,
  type FrameCodec,
} from '@unstick/core'
import { protocolHint, withHint } from './hints.ts'
import { integerFinder } from './integer-finders.ts'
import { readers, writers, type ByteOrder, type ReadLength, type WriteLength } from './integers.ts'
import { checkingMagic, hasMagic, magicOption, type MagicOptions } from './magic.ts'

/** The options of `lengthField`. */
export interface LengthFieldOptions {
  /**
   * Bytes before the length field.
   *
   * @defaultValue 0
   */
  lengthFieldOffset?: number
  /**
   * Bytes of the length field, 1 to 8.
   *
   * @defaultValue 4
   */
  lengthFieldLength?: number
  /**
   * The byte order of the length field.
   *
   * @defaultValue 'big'
   */
  byteOrder?: ByteOrder
  /**
   * Added to the number in the length field to get the number of bytes after the field, if the two differ. May be
   * negative.
   *
   * @defaultValue 0
   */
  lengthAdjustment?: number
  /**
   * What the number counts, instead of `lengthAdjustment`: what follows the field, that and the field, or the frame.
   *
   * @defaultValue 'payload'
   */
  lengthIncludes?: 'payload' | 'lengthField' | 'frame'
  /**
   * Bytes dropped from the frame's beginning.
   *
   * @defaultValue the length field if nothing comes before it, else 0
   */
  initialBytesToStrip?: number
  /**
   * Bytes that every frame must have; others are `ERR_FRAME_CORRUPT`. They are checked as they arrive, before the
   * length is trusted.
   *
   * @defaultValue none
   */
  magic?: MagicOptions
  /**
   * The longest frame decoded or encoded, in bytes, header included, before stripping.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * The shortest frame decoded or encoded, in bytes, header included, before stripping. A shorter one is
   * `ERR_FRAME_LENGTH_INVALID`.
   *
   * @defaultValue the header
   */
  minFrameLength?: number
  /**
   * What happens to a frame over the limit: 'error' is `ERR_FRAME_TOO_LONG`, 'skip' drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
  /**
   * Reads the length field, `bytes[start, end)`; the header's other bytes come before it. An exception, and any result
   * but an integer from 0 to 2^53-1, is `ERR_FRAME_LENGTH_INVALID`. Without `writeLength` the codec only decodes.
   *
   * @defaultValue reads an unsigned integer
   */
  readLength?: (bytes: Uint8Array, start: number, end: number) => number
  /**
   * Writes the length field, `bytes[start, end)`, for `readLength`: a frame whose length reads back as another one
   * cannot be encoded. If frames keep their header, the field initially holds the bytes of the frame.
   *
   * @defaultValue writes an unsigned integer, unless there is a `readLength`
   */
  writeLength?: (bytes: Uint8Array, start: number, end: number, value: number) => void
}

/**
 * Frames with a length field, after Netty's `LengthFieldBasedFrameDecoder`:
 *
 * ```
 *                     +--------+--------+---------+
 *  lengthFieldOffset  |  head  | length | payload |    frame = lengthFieldOffset + lengthFieldLength
 *                     +--------+--------+---------+            + value + lengthAdjustment
 *
 *  options                                               bytes                    frame
 *  {}                                                    00 00 00 02 68 69        68 69
 *  { lengthFieldLength: 2, initialBytesToStrip: 0 }      00 02 68 69              00 02 68 69
 *  { lengthFieldLength: 2, lengthIncludes: 'frame' }     00 04 68 69              68 69
 *  { lengthFieldOffset: 1, lengthFieldLength: 1 }        07 02 68 69              07 02 68 69
 *  { lengthFieldLength: 2, lengthAdjustment: 1,          00 02 07 68 69           68 69
 *    initialBytesToStrip: 3 }
 * ```
 *
 * Encoding prepends the length if exactly the length field is stripped, and fills in the length field if the frame
 * keeps its header. With any other `initialBytesToStrip` the codec only decodes.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a frame shorter than its header, `minFrameLength`
 * or the bytes to strip; a length beyond 2^53-1), `ERR_FRAME_CORRUPT` (wrong `magic`) and `ERR_FRAME_TRUNCATED`;
 * encoding `ERR_FRAME_TOO_LONG` and `ERR_FRAME_NOT_ENCODABLE` (the length does not fit its field, the frame is too
 * short or has wrong `magic`). After a decoding error, close the stream: its bytes cannot be
 * trusted.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 *
 * @example
 * ```ts
 * import { lengthField } from '@unstick/length-field'
 *
 * const codec = lengthField({ lengthFieldLength: 2, maxFrameLength: 1024 })
 * console.log(...codec.encode(Uint8Array.of(7, 8))) // 0 2 7 8
 * for (const frame of codec.decoder().decode(Uint8Array.of(0, 1, 9, 0, 2, 7, 8))) console.log(...frame) // 9, 7 8
 * ```
 */
export function lengthField(options?: LengthFieldOptions): FrameCodec {
  const layout = layoutOf(readOptions('lengthField', options, OPTIONS))
  return defineCodec({
    name: NAME,
    maxFrameLength: layout.maxFrameLength,
    oversize: layout.oversize,
    find: finderOf(layout),
    lengthFirst: true,
    hint: (bytes, start) => hintOf(bytes, start, layout),
    encodeParts: encoderOf(layout),
  })
}

const NAME = 'lengthField'

const OPTIONS = [
  'lengthFieldOffset',
  'lengthFieldLength',
  'byteOrder',
  'lengthAdjustment',
  'lengthIncludes',
  'initialBytesToStrip',
  'magic',
  'maxFrameLength',
  'minFrameLength',
  'oversize',
  'readLength',
  'writeLength',
] as const

// ── Options ──

type Layout = ReturnType<typeof layoutOf>

function layoutOf(options: LengthFieldOptions) {
  const lengthFieldOffset = integerOption('lengthFieldOffset', options.lengthFieldOffset ?? 0, 0)
  const lengthFieldLength = integerOption('lengthFieldLength', options.lengthFieldLength ?? 4, 1, 8)
  const headerLength = lengthFieldOffset + lengthFieldLength
  const magic = options.magic === undefined ? undefined : magicOption(options.magic)
  const least = Math.max(headerLength, magic?.end ?? 0)
  const maxFrameLength = integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, least)
  const minFrameLength = integerOption('minFrameLength', options.minFrameLength ?? 0, 0, maxFrameLength)
  const initialBytesToStrip = integerOption(
    'initialBytesToStrip',
    options.initialBytesToStrip ?? (lengthFieldOffset === 0 ? lengthFieldLength : 0),
    0,
    maxFrameLength,
  )
  const byteOrder = choiceOption('byteOrder', options.byteOrder ?? 'big', ['big', 'little'])
  return {
    lengthFieldOffset,
    lengthFieldLength,
    headerLength,
    byteOrder,
    // One sum, added to the length at once: near 2^53 the order of two additions would matter.
    uncounted: headerLength + adjustmentOf(options, lengthFieldLength, headerLength),
    initialBytesToStrip,
    magic,
    maxFrameLength,
    shortest: Math.max(least, minFrameLength, initialBytesToStrip),
    oversize: choiceOption('oversize', options.oversize ?? 'error', ['error', 'skip']),
    ...lengthFunctions(options, byteOrder),
  }
}

function adjustmentOf(options: LengthFieldOptions, lengthFieldLength: number, headerLength: number): number {
  const { lengthAdjustment, lengthIncludes } = options
  if (lengthIncludes === undefined) {
    return integerOption('lengthAdjustment', lengthAdjustment ?? 0, Number.MIN_SAFE_INTEGER)
  }
  choiceOption('lengthIncludes', lengthIncludes, ['payload', 'lengthField', 'frame'])
  if (lengthAdjustment !== undefined) {
    throw new TypeError(`lengthIncludes implies a lengthAdjustment: give one of them, received both`)
  }
  return { payload: 0, lengthField: -lengthFieldLength, frame: -headerLength }[lengthIncludes]
}

interface LengthFunctions {
  readLength: ReadLength
  /** If left out, the codec only decodes. */
  writeLength: WriteLength | undefined
  /** Whether the two functions are those of the caller. */
  areGiven: boolean
}

function lengthFunctions(options: LengthFieldOptions, byteOrder: ByteOrder): LengthFunctions {
  const readLength = functionOption('readLength', options.readLength)
  const writeLength = functionOption('writeLength', options.writeLength)
  if (readLength === undefined) {
    if (writeLength === undefined) {
      return { readLength: readers[byteOrder], writeLength: writers[byteOrder], areGiven: false }
    }
    throw new TypeError('writeLength needs a readLength that reads what it writes, received none')
  }
  return {
    readLength: (bytes, start, end) => {
      const value = calling('readLength', 'ERR_FRAME_LENGTH_INVALID', () => readLength(bytes, start, end))
      return Number.isSafeInteger(value) && value >= 0 ? value : Infinity
    },
    writeLength:
      writeLength &&
      ((bytes, start, end, value) => {
        calling('writeLength', 'ERR_FRAME_NOT_ENCODABLE', () => writeLength(bytes, start, end, value))
      }),
    areGiven: true,
  }
}

/** An exception of the caller's function becomes the cause of a `FrameError`, unless it is one itself. */
function calling<T>(name: string, code: 'ERR_FRAME_LENGTH_INVALID' | 'ERR_FRAME_NOT_ENCODABLE', call: () => T): T {
  try {
    return call()
  } catch (cause) {
    if (isFrameError(cause) && cause.offset === undefined) throw cause
    throw new FrameError(code, `${NAME}: ${name} threw`, { cause })
  }
}

// ── Decoding ──

function finderOf(layout: Layout): FindFrame {
  const { lengthFieldLength, byteOrder, areGiven, magic } = layout
  const refuse = (bytes: Uint8Array, start: number, value: number): FrameError =>
    invalidLength(bytes, start, value, layout)
  const integers = areGiven ? undefined : integerFinder({ ...layout, refuse }, lengthFieldLength, byteOrder)
  const find = integers ?? finderOfAny(layout)
  return magic === undefined ? find : checkingMagic(NAME, magic, find)
}

/** The finder for all other widths, for `readLength`, and for adjustments near 2^53. */
function finderOfAny(layout: Layout): FindFrame {
  const { lengthFieldOffset, headerLength, readLength, uncounted, shortest, initialBytesToStrip } = layout
  return (bytes, start, end, search) => {
    const payload = start + headerLength
    if (payload > end) return payload
    const value = readLength(bytes, start + lengthFieldOffset, payload)
    const frameLength = value + uncounted
    if (frameLength < shortest || value > Number.MAX_SAFE_INTEGER || frameLength > Number.MAX_SAFE_INTEGER) {
      throw invalidLength(bytes, start, value, layout)
    }
    search.payloadStart = start + initialBytesToStrip
    return (search.payloadEnd = start + frameLength)
  }
}

function invalidLength(bytes: Uint8Array, start: number, value: number, layout: Layout): FrameError {
  const frameLength = value + layout.uncounted
  const hint = hintOf(bytes, start, layout)
  if (value > Number.MAX_SAFE_INTEGER || frameLength > Number.MAX_SAFE_INTEGER) {
    const message = `${NAME}: the length is not an integer from 0 to 2^53-1`
    return new FrameError('ERR_FRAME_LENGTH_INVALID', withHint(message, hint))
  }
  const message = `${NAME}: a frame of ${frameLength} bytes is shorter than the ${layout.shortest} bytes it must have`
  const details = frameLength < 0 ? {} : { frameLength }
  return new FrameError('ERR_FRAME_LENGTH_INVALID', withHint(message, hint), details)
}

/** What a header with an absurd length may be. Looks only at the header, so that the result does not depend on cuts. */
function hintOf(bytes: Uint8Array, start: number, layout: Layout): string | undefined {
  const field = start + layout.lengthFieldOffset
  const end = start + layout.headerLength
  return protocolHint(bytes, start, end) ?? protocolHint(bytes, field, end) ?? byteOrderHint(bytes, field, end, layout)
}

function byteOrderHint(bytes: Uint8Array, start: number, end: number, layout: Layout): string | undefined {
  if (layout.areGiven) return undefined
  const other = layout.byteOrder === 'big' ? 'little' : 'big'
  const frameLength = readers[other](bytes, start, end) + layout.uncounted
  const makesSense = frameLength >= layout.shortest && frameLength <= layout.maxFrameLength
  return makesSense ? `its length would be allowed if byteOrder were '${other}'` : undefined
}

// ── Encoding ──

type EncodeParts = (frame: Uint8Array) => Uint8Array[]

/**
 * The two layouts that can be encoded: a header that is only the length field and is stripped, or one that the frame
 * keeps.
 */
function encoderOf(layout: Layout): EncodeParts | undefined {
  const { headerLength, lengthFieldOffset, initialBytesToStrip, writeLength } = layout
  if (writeLength === undefined) return undefined
  if (lengthFieldOffset === 0 && initialBytesToStrip === headerLength) {
    return (payload) => filledIn(new Uint8Array(headerLength), payload, writeLength, layout)
  }
  if (initialBytesToStrip !== 0) return undefined
  return (frame) => {
    if (frame.length < headerLength) throw tooShort(frame.length, headerLength)
    const header = new Uint8Array(frame.subarray(0, headerLength))
    return filledIn(header, frame.subarray(headerLength), writeLength, layout)
  }
}

/** Writes the length into the header, and checks that the decoder would accept the frame. */
function filledIn(header: Uint8Array, payload: Uint8Array, writeLength: WriteLength, layout: Layout): Uint8Array[] {
  const { headerLength, lengthFieldOffset, lengthFieldLength, uncounted, shortest, maxFrameLength, magic } = layout
  const frameLength = headerLength + payload.length
  if (frameLength > maxFrameLength) throw frameTooLong(NAME, frameLength, maxFrameLength)
  if (frameLength < shortest) throw tooShort(frameLength, shortest)
  const value = frameLength - uncounted
  const isNatural = value >= 0 && value <= Number.MAX_SAFE_INTEGER
  if (isNatural) writeLength(header, lengthFieldOffset, headerLength, value)
  if (!isNatural || !readsBack(header, value, layout)) {
    const reason = layout.areGiven ? 'reads back as another one' : `does not fit into ${lengthFieldLength} bytes`
    throw notEncodable(`the length ${value} ${reason}`, frameLength)
  }
  const byteAt = (index: number): number => (index < headerLength ? header[index] : payload[index - headerLength])!
  if (magic !== undefined && !hasMagic(magic, byteAt))
    throw notEncodable('the frame has wrong magic bytes', frameLength)
  return [header, payload]
}

function readsBack(header: Uint8Array, value: number, layout: Layout): boolean {
  try {
    return layout.readLength(header, layout.lengthFieldOffset, layout.headerLength) === value
  } catch {
    // `readLength` refuses what `writeLength` has written.
    return false
  }
}

function tooShort(length: number, shortest: number): FrameError {
  return notEncodable(`a frame must have ${shortest} bytes at least, received ${length}`, length)
}

function notEncodable(what: string, frameLength: number): FrameError {
  return new FrameError('ERR_FRAME_NOT_ENCODABLE', `${NAME}: ${what}`, { frameLength })
}
