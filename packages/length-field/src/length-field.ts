// Frames whose header says, as an integer of fixed width, how long they are.

import {
  choiceOption,
  defineCodec,
  FrameError,
  frameTooLong,
  functionOption,
  integerOption,
  type CodecDefinition,
  type FrameCodec,
} from '@unstick/core'
import { readUnsigned, writeUnsigned, type ByteOrder } from './integers.ts'

export interface LengthFieldOptions {
  /** Bytes before the length field. Default: 0. */
  lengthFieldOffset?: number
  /** Bytes of the length field, 1 to 8. Default: 4. */
  lengthFieldLength?: number
  /** The byte order of the length field. Default: 'big'. */
  byteOrder?: ByteOrder
  /**
   * Added to the number in the length field to get the bytes that follow the field, where the number counts more or
   * less than these. May be negative. Default: 0.
   */
  lengthAdjustment?: number
  /** What the number counts, instead of `lengthAdjustment`: what follows the field, that and the field, or the frame. */
  lengthIncludes?: 'payload' | 'lengthField' | 'frame'
  /** Bytes dropped from the frame's beginning. Default: the length field when nothing stands before it, else 0. */
  initialBytesToStrip?: number
  /** The longest frame taken or written, in bytes, header included, before stripping. Default: 8 MiB. */
  maxFrameLength?: number
  /** What becomes of a longer frame: 'skip' drops exactly that frame. Default: 'error', `ERR_FRAME_TOO_LONG`. */
  oversize?: 'error' | 'skip'
  /**
   * Reads the length field yourself: it is `bytes[start, end)`. Anything but an integer from 0 to 2^53-1 is
   * `ERR_FRAME_LENGTH_INVALID`. Such a codec only decodes.
   */
  readLength?: (bytes: Uint8Array, start: number, end: number) => number
}

/**
 * Frames with a length field, after Netty's `LengthFieldBasedFrameDecoder`:
 *
 * ```
 *                     +--------+--------+---------+
 *  lengthFieldOffset  |  head  | length | payload |    frame = lengthFieldOffset + lengthFieldLength
 *                     +--------+--------+---------+            + value + lengthAdjustment
 * ```
 *
 * Encoding prepends the length where exactly the length field is stripped, and fills the length field in where the
 * frame keeps its header; with any other `initialBytesToStrip`, and with `readLength`, the codec only decodes.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a frame shorter than its header or than what is to
 * be stripped, a length beyond 2^53-1) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_TOO_LONG` and
 * `ERR_FRAME_NOT_ENCODABLE` (the length does not fit its field).
 */
export function lengthField(options: LengthFieldOptions = {}): FrameCodec {
  const layout = layoutOf(options)
  const { lengthFieldOffset, lengthFieldLength, headerLength, byteOrder, lengthAdjustment, initialBytesToStrip } =
    layout
  const { readLength } = layout
  const shortest = Math.max(headerLength, initialBytesToStrip)
  // Added to the length at once: near 2^53 the order of two additions would matter.
  const uncounted = headerLength + lengthAdjustment
  return defineCodec({
    name: 'lengthField',
    maxFrameLength: layout.maxFrameLength,
    oversize: options.oversize ?? 'error',
    find(bytes, start, end, search) {
      const payload = start + headerLength
      if (payload > end) return payload
      const at = start + lengthFieldOffset
      const value =
        readLength === undefined
          ? readUnsigned(bytes, at, lengthFieldLength, byteOrder)
          : natural(readLength(bytes, at, payload))
      const frameLength = value + uncounted
      if (frameLength < shortest || value > Number.MAX_SAFE_INTEGER || frameLength > Number.MAX_SAFE_INTEGER) {
        throw invalidLength(value, frameLength, shortest)
      }
      search.payloadStart = start + initialBytesToStrip
      search.payloadEnd = start + frameLength
      return start + frameLength
    },
    ...encoderOf(layout),
  })
}

type Layout = ReturnType<typeof layoutOf>

function layoutOf(options: LengthFieldOptions) {
  const lengthFieldOffset = integerOption('lengthFieldOffset', options.lengthFieldOffset ?? 0, 0)
  const lengthFieldLength = integerOption('lengthFieldLength', options.lengthFieldLength ?? 4, 1, 8)
  const headerLength = lengthFieldOffset + lengthFieldLength
  const maxFrameLength = integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, headerLength)
  const defaultStrip = lengthFieldOffset === 0 ? lengthFieldLength : 0
  return {
    lengthFieldOffset,
    lengthFieldLength,
    headerLength,
    maxFrameLength,
    byteOrder: choiceOption('byteOrder', options.byteOrder ?? 'big', ['big', 'little']),
    lengthAdjustment: adjustmentOf(options, lengthFieldLength, headerLength),
    initialBytesToStrip: integerOption(
      'initialBytesToStrip',
      options.initialBytesToStrip ?? defaultStrip,
      0,
      maxFrameLength,
    ),
    readLength: functionOption('readLength', options.readLength),
  }
}

function adjustmentOf(options: LengthFieldOptions, lengthFieldLength: number, headerLength: number): number {
  const { lengthAdjustment, lengthIncludes } = options
  if (lengthIncludes === undefined) {
    return integerOption('lengthAdjustment', lengthAdjustment ?? 0, Number.MIN_SAFE_INTEGER)
  }
  choiceOption('lengthIncludes', lengthIncludes, ['payload', 'lengthField', 'frame'])
  if (lengthAdjustment !== undefined) {
    throw new TypeError(`lengthIncludes stands for a lengthAdjustment: give one of them, received both`)
  }
  return { payload: 0, lengthField: -lengthFieldLength, frame: -headerLength }[lengthIncludes]
}

/** A length read by a function of the caller's: NaN and negative numbers must not pass for one. */
function natural(value: number): number {
  return value >= 0 && Number.isInteger(value) ? value : Infinity
}

function invalidLength(value: number, frameLength: number, shortest: number): FrameError {
  if (value > Number.MAX_SAFE_INTEGER || frameLength > Number.MAX_SAFE_INTEGER) {
    return new FrameError('ERR_FRAME_LENGTH_INVALID', 'lengthField: the length is not an integer from 0 to 2^53-1')
  }
  const message = `lengthField: a frame of ${frameLength} bytes is shorter than the ${shortest} bytes it must have`
  return new FrameError('ERR_FRAME_LENGTH_INVALID', message, { frameLength })
}

/** The two layouts that can be encoded: the header is the length field and is stripped, or the frame keeps it. */
function encoderOf(layout: Layout): Pick<CodecDefinition, 'encodeParts'> {
  const { headerLength, lengthFieldOffset, lengthFieldLength, initialBytesToStrip, readLength } = layout
  if (readLength !== undefined) return {}
  if (lengthFieldOffset === 0 && initialBytesToStrip === lengthFieldLength) {
    return {
      encodeParts(payload) {
        const header = new Uint8Array(lengthFieldLength)
        writeLength(header, layout, lengthFieldLength + payload.length)
        return [header, payload]
      },
    }
  }
  if (initialBytesToStrip !== 0) return {}
  return {
    encodeParts(frame) {
      if (frame.length < headerLength) {
        const message = `lengthField: a frame must have ${headerLength} bytes at least, received ${frame.length}`
        throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: frame.length })
      }
      const header = new Uint8Array(frame.subarray(0, headerLength))
      writeLength(header, layout, frame.length)
      return [header, frame.subarray(headerLength)]
    },
  }
}

function writeLength(header: Uint8Array, layout: Layout, frameLength: number): void {
  const { headerLength, lengthFieldOffset, lengthFieldLength, byteOrder, lengthAdjustment, maxFrameLength } = layout
  if (frameLength > maxFrameLength) throw frameTooLong('lengthField', frameLength, maxFrameLength)
  const value = frameLength - headerLength - lengthAdjustment
  if (value < 0 || value >= 256 ** lengthFieldLength || value > Number.MAX_SAFE_INTEGER) {
    const message = `lengthField: the length ${value} does not fit into ${lengthFieldLength} bytes`
    throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength })
  }
  writeUnsigned(header, lengthFieldOffset, lengthFieldLength, byteOrder, value)
}
