// Integers of variable length, in five encodings.

import { choiceOption, FrameError, integerOption } from '@unstick/core'
import { readBigEndian, readLittleEndian, writeBigEndian, writeLittleEndian } from './integers.ts'

/**
 * The encoding of a varint:
 *
 * - 'leb128': seven bits per byte, the lowest first; the eighth bit announces another byte (Protocol Buffers, MQTT).
 * - 'quic': the first two bits give the size, 1, 2, 4 or 8 bytes, big-endian (RFC 9000, section 16).
 * - 'vlq': seven bits per byte, the highest first; the eighth bit announces another byte (MIDI files).
 * - 'compactSize': one byte below 253, else 253, 254 or 255 before 2, 4 or 8 bytes, little-endian (Bitcoin).
 * - 'ber': one byte below 128, else 128 + n before n bytes, big-endian (X.690, section 8.1.3; LDAP, SNMP).
 */
export type VarintEncoding = 'leb128' | 'quic' | 'vlq' | 'compactSize' | 'ber'

/** One encoding, whose varints have at most `LONGEST` bytes. */
export interface Varint {
  /** Values below this are encoded as themselves, in one byte. */
  readonly single: number
  /** The default of `maxBytes`. */
  readonly longest: number
  /** The length in bytes of the varint at `start`, a lower bound if it is incomplete, or `INDEFINITE`. */
  sizeAt: (bytes: Uint8Array, start: number, end: number) => number
  /** The value of the varint `bytes[start, end)`. A value beyond 2^53-1 is inexact, but also beyond 2^53-1. */
  read: (bytes: Uint8Array, start: number, end: number) => number
  /** The size of the shortest form of the value, in bytes. */
  size: (value: number) => number
  /** Writes the shortest form, which fills `bytes[start, end)`. */
  write: (bytes: Uint8Array, start: number, end: number, value: number) => void
}

/** The most bytes of a varint, a prefix byte included: enough for every length up to 2^53-1. */
export const LONGEST = 9

/** Instead of a size: the varint is the indefinite form, which holds no length. */
const INDEFINITE = Infinity

/** The size of a varint of bytes with the eighth bit set, and a last one without. */
function continuedSize(bytes: Uint8Array, start: number, end: number): number {
  let size = 1
  while (size <= LONGEST && start + size <= end && bytes[start + size - 1]! >= 128) size++
  return size
}

/** How many groups of seven bits the value needs. */
function sevens(value: number): number {
  let size = 1
  for (; value >= 128; value = Math.floor(value / 128)) size++
  return size
}

/** How many bytes the value needs. */
function octets(value: number): number {
  let size = 1
  for (; value >= 256; value = Math.floor(value / 256)) size++
  return size
}

const leb128: Varint = {
  single: 128,
  longest: 5,
  sizeAt: continuedSize,
  read(bytes, start, end) {
    let value = 0
    for (let at = end - 1; at >= start; at--) value = value * 128 + (bytes[at]! & 127)
    return value
  },
  size: sevens,
  write(bytes, start, end, value) {
    for (let at = start; at < end; at++) {
      bytes[at] = (value % 128) + (at === end - 1 ? 0 : 128)
      value = Math.floor(value / 128)
    }
  },
}

const vlq: Varint = {
  single: 128,
  // Values in MIDI files are at most 0FFFFFFF.
  longest: 4,
  sizeAt: continuedSize,
  read(bytes, start, end) {
    let value = 0
    for (let at = start; at < end; at++) value = value * 128 + (bytes[at]! & 127)
    return value
  },
  size: sevens,
  write(bytes, start, end, value) {
    for (let at = end - 1; at >= start; at--) {
      bytes[at] = (value % 128) + (at === end - 1 ? 0 : 128)
      value = Math.floor(value / 128)
    }
  },
}

const quic: Varint = {
  single: 64,
  longest: 8,
  // 00: 1 byte, 01: 2, 10: 4, 11: 8.
  sizeAt: (bytes, start, end) => (start < end ? 1 << (bytes[start]! >> 6) : 1),
  read(bytes, start, end) {
    const lower = readBigEndian(bytes, start + 1, end)
    return (bytes[start]! & 63) * 256 ** (end - start - 1) + lower
  },
  size: (value) => (value < 64 ? 1 : value < 2 ** 14 ? 2 : value < 2 ** 30 ? 4 : 8),
  write(bytes, start, end, value) {
    writeBigEndian(bytes, start, end, value)
    bytes[start]! |= (31 - Math.clz32(end - start)) << 6
  },
}

const compactSize: Varint = {
  single: 253,
  longest: 9,
  // 253: 2 bytes follow, 254: 4, 255: 8.
  sizeAt: (bytes, start, end) => (start < end && bytes[start]! >= 253 ? 1 + (1 << (bytes[start]! - 252)) : 1),
  read: (bytes, start, end) => (end - start === 1 ? bytes[start]! : readLittleEndian(bytes, start + 1, end)),
  size: (value) => (value < 253 ? 1 : value < 2 ** 16 ? 3 : value < 2 ** 32 ? 5 : 9),
  write(bytes, start, end, value) {
    const size = end - start
    if (size > 1) bytes[start] = 252 + Math.log2(size - 1)
    writeLittleEndian(bytes, size > 1 ? start + 1 : start, end, value)
  },
}

const ber: Varint = {
  single: 128,
  longest: 9,
  sizeAt(bytes, start, end) {
    if (start >= end || bytes[start]! < 128) return 1
    return bytes[start] === 128 ? INDEFINITE : 1 + (bytes[start]! & 127)
  },
  read: (bytes, start, end) => readBigEndian(bytes, end - start === 1 ? start : start + 1, end),
  size: (value) => (value < 128 ? 1 : 1 + octets(value)),
  write(bytes, start, end, value) {
    const size = end - start
    if (size > 1) bytes[start] = 128 + size - 1
    writeBigEndian(bytes, size > 1 ? start + 1 : start, end, value)
  },
}

const varints: Record<VarintEncoding, Varint> = { leb128, quic, vlq, compactSize, ber }

/**
 * Reads the varint at `bytes[start]`, for frames that keep their header.
 *
 * It has `varintSize(value, encoding)` bytes, unless it is longer than its shortest form, which `minimal: true`
 * refuses, and at most 9.
 *
 * @param encoding - Default: 'leb128'.
 * @throws {FrameError} `ERR_FRAME_TRUNCATED` if the bytes end inside the varint; `ERR_FRAME_LENGTH_INVALID` if it has
 * more than 9 bytes, is malformed, or beyond 2^53-1.
 * @throws {TypeError | RangeError} `start` is not an index, or there is no such encoding.
 *
 * @example
 * ```ts
 * import { readVarint } from '@unstick/length-field'
 *
 * console.log(readVarint(Uint8Array.of(0x30, 0xac, 0x02), 1)) // 300
 * ```
 */
export function readVarint(bytes: Uint8Array, start: number, encoding: VarintEncoding = 'leb128'): number {
  const varint = varintOption(encoding)
  integerOption('start', start, 0)
  const size = varint.sizeAt(bytes, start, bytes.length)
  if (size > LONGEST) throw tooManyBytes('readVarint', size, LONGEST)
  const end = start + size
  if (end > bytes.length) throw new FrameError('ERR_FRAME_TRUNCATED', 'readVarint: the bytes end inside the varint')
  const value = varint.read(bytes, start, end)
  if (value > Number.MAX_SAFE_INTEGER) throw beyondLargest('readVarint')
  return value
}

/**
 * The size of the shortest varint of `value`, in bytes.
 *
 * @param encoding - Default: 'leb128'.
 * @throws {TypeError | RangeError} `value` is not an integer from 0 to 2^53-1, or there is no such encoding.
 *
 * @example
 * ```ts
 * import { varintSize } from '@unstick/length-field'
 *
 * console.log(varintSize(127), varintSize(300), varintSize(300, 'compactSize')) // 1 2 3
 * ```
 */
export function varintSize(value: number, encoding: VarintEncoding = 'leb128'): number {
  return varintOption(encoding).size(integerOption('value', value, 0))
}

/** @throws {TypeError | RangeError} The encoding is unknown. */
export function varintOption(encoding: unknown): Varint {
  return varints[choiceOption('encoding', encoding, ['leb128', 'quic', 'vlq', 'compactSize', 'ber'])]
}

/** The error for a varint of `size` bytes. `by` is the name of the function that reads it. */
export function tooManyBytes(by: string, size: number, maxBytes: number): FrameError {
  const what =
    size === INDEFINITE ? 'the length is of the indefinite form' : `the varint has more than ${maxBytes} bytes`
  return invalidVarint(by, what)
}

export function beyondLargest(by: string): FrameError {
  return invalidVarint(by, 'the length is not an integer from 0 to 2^53-1')
}

export function invalidVarint(by: string, what: string): FrameError {
  return new FrameError('ERR_FRAME_LENGTH_INVALID', `${by}: ${what}`)
}
