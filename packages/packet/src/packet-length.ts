// The length of a packet: fixed, or given by its length field.

import { choiceOption, FrameError, functionOption, integerOption } from '@unstick/core'
import { readUnsigned, writeUnsigned, type ByteOrder } from './integers.ts'

/** The options of a length field, with the names and meanings of `@unstick/length-field`. */
export interface LengthOptions {
  /**
   * Bytes before the length field.
   *
   * @defaultValue the number of sync bytes
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
   * Added to the number in the length field to get the number of bytes after the field, checksum included, if the two
   * differ. May be negative.
   *
   * @defaultValue 0
   */
  lengthAdjustment?: number
  /**
   * What the number counts, instead of `lengthAdjustment`: what follows the field, checksum included; that and the
   * field; or the whole packet.
   *
   * @defaultValue 'payload'
   */
  lengthIncludes?: 'payload' | 'lengthField' | 'frame'
  /**
   * The longest packet, in bytes. The cost of a byte of noise grows with it, so set it to the limit of the protocol.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * The shortest packet, in bytes.
   *
   * @defaultValue sync bytes, length field and checksum
   */
  minFrameLength?: number
  /**
   * Reads the length field, `bytes[start, end)`; the header's other bytes are around it. Any result but an integer from
   * 0 to 2^53-1 refuses the packet, so this can check the header as well. Without `writeLength` the codec only decodes.
   *
   * @defaultValue reads an unsigned integer
   */
  readLength?: (bytes: Uint8Array, start: number, end: number) => number
  /**
   * Writes the length field, `bytes[start, end)`.
   *
   * @defaultValue writes an unsigned integer, unless there is a `readLength`
   */
  writeLength?: (bytes: Uint8Array, start: number, end: number, value: number) => void
}

/** The names of the options, for `readOptions`. */
export const LENGTH_OPTIONS = [
  'lengthFieldOffset',
  'lengthFieldLength',
  'byteOrder',
  'lengthAdjustment',
  'lengthIncludes',
  'maxFrameLength',
  'minFrameLength',
  'readLength',
  'writeLength',
] as const

export interface PacketLength {
  /** The offset in the packet of the end of the length field. */
  readonly headerLength: number
  readonly shortest: number
  readonly longest: number
  /** The length of the packet that begins at `start`, limits aside; NaN if it is not an integer up to 2^53-1. */
  read(bytes: Uint8Array, start: number): number
  /** Writes the length of the packet into it. If undefined, the codec only decodes. */
  readonly write: ((packet: Uint8Array) => void) | undefined
}

/** Every packet has `size` bytes, at least `least`. */
export function fixedLength(size: number, least: number): PacketLength {
  const length = integerOption('size', size, least)
  return { headerLength: 0, shortest: length, longest: length, read: () => length, write: () => {} }
}

/** Before the checksum, of `checksumLength` bytes, come at least the sync bytes and the bytes before those covered. */
export function lengthInField(
  options: LengthOptions,
  syncLength: number,
  coveredFrom: number,
  checksumLength: number,
): PacketLength {
  const start = integerOption('lengthFieldOffset', options.lengthFieldOffset ?? syncLength, 0)
  const headerLength = start + integerOption('lengthFieldLength', options.lengthFieldLength ?? 4, 1, 8)
  const byteOrder = choiceOption('byteOrder', options.byteOrder ?? 'big', ['big', 'little'])
  const least = Math.max(syncLength, headerLength, coveredFrom) + checksumLength
  const longest = integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, least)
  const shortest = Math.max(least, integerOption('minFrameLength', options.minFrameLength ?? 1, 1, longest))
  // One sum, added to the length at once: near 2^53 the order of two additions would matter.
  const uncounted = headerLength + adjustmentOf(options, start, headerLength)
  const readLength = functionOption('readLength', options.readLength)
  const writeLength = functionOption('writeLength', options.writeLength)
  if (writeLength !== undefined && readLength === undefined) {
    throw new TypeError('writeLength needs a readLength that reads what it writes')
  }

  function read(bytes: Uint8Array, at: number): number {
    const value =
      readLength === undefined
        ? readUnsigned(bytes, at + start, at + headerLength, byteOrder)
        : natural(readLength(bytes, at + start, at + headerLength))
    const length = value + uncounted
    return value <= Number.MAX_SAFE_INTEGER && length <= Number.MAX_SAFE_INTEGER ? length : NaN
  }

  function write(packet: Uint8Array): void {
    const value = packet.length - uncounted
    if (writeLength === undefined) writeUnsigned(packet, start, headerLength, byteOrder, value)
    else writeLength(packet, start, headerLength, value)
    // A length that does not fit reads back as another one.
    if (read(packet, 0) === packet.length) return
    const message = `packet: the length ${value} does not fit into its field`
    throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: packet.length })
  }

  const isDecodeOnly = readLength !== undefined && writeLength === undefined
  return { headerLength, shortest, longest, read, write: isDecodeOnly ? undefined : write }
}

function adjustmentOf({ lengthAdjustment, lengthIncludes }: LengthOptions, start: number, end: number): number {
  if (lengthIncludes === undefined) {
    return integerOption('lengthAdjustment', lengthAdjustment ?? 0, Number.MIN_SAFE_INTEGER)
  }
  choiceOption('lengthIncludes', lengthIncludes, ['payload', 'lengthField', 'frame'])
  if (lengthAdjustment !== undefined) {
    throw new TypeError('lengthIncludes implies a lengthAdjustment: give one of them, received both')
  }
  return { payload: 0, lengthField: start - end, frame: -end }[lengthIncludes]
}

/** The result of the caller's function; NaN if it is not an integer from 0 to 2^53-1. */
function natural(value: number): number {
  return value >= 0 && Number.isInteger(value) ? value : NaN
}
