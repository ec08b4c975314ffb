// The protocol between esbuild's JavaScript API and its `--service` process.

import { choiceOption, isBytes, kindOf, mapCodec, nameCodec, readOptions, type FrameCodec } from '@unstick/core'
import { lengthField } from '@unstick/length-field'
import { corrupt, notEncodable } from './framing/errors.ts'
import { littleEndianFor, readLittle } from './framing/integers.ts'
import { BOOLEAN, namingMembers, STRING, UINT32, type Kind } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeUtf8, encodeUtf8 } from './framing/text.ts'

/** A value that the protocol can encode. */
export type EsbuildValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | EsbuildValue[]
  | { [name: string]: EsbuildValue }

/** A packet: the version, a request, or a response. */
export type EsbuildPacket =
  /** Sent first by the service. */
  { version: string } | { id: number; isRequest: boolean; value: EsbuildValue }

/** The options of `esbuildService`. */
export interface EsbuildServiceOptions extends PresetOptions {
  /** Who writes the packets: the `--service` process, or the JavaScript API, its client. */
  from: 'client' | 'service'
}

const NAME = 'esbuildService'
const littleEndian = littleEndianFor(NAME)
const MAX_DEPTH = 512

function membersOf(packet: EsbuildPacket): Readonly<Record<string, Kind>> {
  if ('version' in packet) return { version: STRING }
  return 'id' in packet ? { id: UINT31, isRequest: BOOLEAN } : { 'id or version': GIVEN }
}

const GIVEN: Kind = { what: 'given', is: () => false }
const UINT31: Kind = {
  what: 'an integer from 0 to 2^31-1',
  is: (value) => UINT32.is(value) && (value as number) < 2 ** 31,
}

/**
 * Packets of typed values; all integers are little-endian. The first packet of the service is its version:
 *
 * ```
 *  +--------+------------------+-------+       value:  00               null      03 length bytes   string
 *  | length | id | is response | value |               01 byte          boolean   04 length bytes   bytes
 *  +--------+------------------+-------+               02 int32         number    05 count values   array
 *    4        31 bits  1 bit                           06 count, and (length bytes value)           object
 * ```
 *
 * Source: esbuild 0.28, `lib/shared/stdio_protocol.ts`. The protocol is private to esbuild and may change with any
 * version.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (no value, more than one value, nesting deeper than 512)
 * and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function esbuildService(options: EsbuildServiceOptions): FrameCodec<EsbuildPacket> {
  const { from: givenFrom, ...limits } = readOptions<EsbuildServiceOptions>(NAME, options, [
    'from',
    'maxFrameLength',
    'oversize',
  ])
  const from = choiceOption('from', givenFrom, ['client', 'service'])
  const frames = lengthField({ ...limitsOf(NAME, limits, { minFrameLength: 4 }), byteOrder: 'little' })
  return mapCodec<Uint8Array, EsbuildPacket>(nameCodec(frames, NAME), {
    decode(bytes, index) {
      if (from === 'service' && index === 0) return { version: decodeUtf8(bytes) }
      const head = integerAt(bytes, 0)
      const reader = { bytes, at: 4 }
      const value = read(reader, 0)
      if (reader.at !== bytes.length) throw corrupt(NAME, 'a packet must hold one value')
      return { id: head >>> 1, isRequest: (head & 1) === 0, value }
    },
    encode: namingMembers(NAME, membersOf, (packet) => {
      if ('version' in packet) {
        if (from === 'service') return encodeUtf8(NAME, packet.version)
        throw notEncodable(NAME, 'a client sends no version')
      }
      const { id, isRequest, value } = packet
      if (!Number.isInteger(id) || typeof isRequest !== 'boolean') {
        throw notEncodable(NAME, 'a packet must have an id of 31 bits, and say whether it is a request')
      }
      const parts = [littleEndian([4, id * 2 + (isRequest ? 0 : 1)])]
      write(value, parts, 0)
      const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
      let at = 0
      for (const part of parts) {
        bytes.set(part, at)
        at += part.length
      }
      return bytes
    }),
  })
}

interface Reader {
  readonly bytes: Uint8Array
  at: number
}

function integerAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw corrupt(NAME, 'a value ends too early')
  return readLittle(bytes, at, 4)
}

function integer(reader: Reader): number {
  reader.at += 4
  return integerAt(reader.bytes, reader.at - 4)
}

function counted(reader: Reader): Uint8Array {
  const length = integer(reader)
  const start = reader.at
  reader.at += length
  if (reader.at > reader.bytes.length) throw corrupt(NAME, 'a value ends too early')
  return reader.bytes.subarray(start, reader.at)
}

function read(reader: Reader, depth: number): EsbuildValue {
  if (depth > MAX_DEPTH) throw corrupt(NAME, `values must not be nested deeper than ${MAX_DEPTH}`)
  const type = reader.bytes[reader.at++]
  if (type === 0) return null
  if (type === 1) {
    if (reader.at === reader.bytes.length) throw corrupt(NAME, 'a value ends too early')
    return reader.bytes[reader.at++] !== 0
  }
  if (type === 2) return integer(reader) | 0
  if (type === 3) return decodeUtf8(counted(reader))
  if (type === 4) return counted(reader)
  if (type === 5) {
    const values: EsbuildValue[] = []
    for (let count = integer(reader); count > 0; count--) values.push(read(reader, depth + 1))
    return values
  }
  if (type !== 6) throw corrupt(NAME, 'a value must have a type from 0 to 6')
  const entries: [string, EsbuildValue][] = []
  for (let count = integer(reader); count > 0; count--) {
    const name = decodeUtf8(counted(reader))
    entries.push([name, read(reader, depth + 1)])
  }
  // `fromEntries` sets a member called `__proto__` like any other.
  return Object.fromEntries(entries)
}

function write(value: EsbuildValue, parts: Uint8Array[], depth: number): void {
  if (depth > MAX_DEPTH) throw notEncodable(NAME, `values must not be nested deeper than ${MAX_DEPTH}`)
  if (value === null) parts.push(new Uint8Array([0]))
  else if (typeof value === 'boolean') parts.push(new Uint8Array([1, value ? 1 : 0]))
  else if (typeof value === 'number') {
    if (!Object.is(value | 0, value)) throw notEncodable(NAME, 'a number must be an integer of 32 bits')
    parts.push(littleEndian([1, 2], [4, value >>> 0]))
  } else if (typeof value === 'string') {
    const bytes = encodeUtf8(NAME, value)
    parts.push(littleEndian([1, 3], [4, bytes.length]), bytes)
  } else if (isBytes(value)) parts.push(littleEndian([1, 4], [4, value.length]), value)
  else if (Array.isArray(value)) {
    parts.push(littleEndian([1, 5], [4, value.length]))
    for (const each of value) write(each, parts, depth + 1)
  } else {
    // Of others `Object.entries` would make an object without their content.
    if (!isPlain(value)) throw notEncodable(NAME, `a value must not be ${kindOf(value)}`)
    const entries = Object.entries(value)
    parts.push(littleEndian([1, 6], [4, entries.length]))
    for (const [name, each] of entries) {
      const bytes = encodeUtf8(NAME, name)
      parts.push(littleEndian([4, bytes.length]), bytes)
      write(each, parts, depth + 1)
    }
  }
}

/** Whether it is an object as a literal makes it, in this realm or another. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
