// What `lengthField` must make of a whole stream. Lengths are BigInts, read from hexadecimal text.

import { bytesOption } from '@unstick/core'
import { hex } from '../bytes.ts'
import type { Outcome } from '../outcome.ts'
import { LARGEST, lengthFramed, type LengthRules, type Reading } from './length-framed.ts'

/** The options of `lengthField` that determine the result. */
export interface LengthFieldRules extends Omit<LengthRules, 'corrupt'> {
  lengthFieldOffset?: number
  lengthFieldLength?: number
  byteOrder?: 'big' | 'little'
  lengthAdjustment?: number
  lengthIncludes?: 'payload' | 'lengthField' | 'frame'
  initialBytesToStrip?: number
  minFrameLength?: number
  magic?: { bytes: string | Uint8Array; offset?: number; mask?: Uint8Array }
  readLength?: (bytes: Uint8Array, start: number, end: number) => number
}

/** What `lengthField` must make of a whole stream. */
export function lengthField(rules: LengthFieldRules = {}): (stream: Uint8Array) => Outcome<Uint8Array> {
  return (stream) => lengthFramed(stream, rules, (rest) => read(rest, rules))
}

function read(rest: Uint8Array, rules: LengthFieldRules): Reading {
  const { lengthFieldOffset = 0, lengthFieldLength = 4, lengthIncludes, minFrameLength = 0 } = rules
  const magic = magicBits(rules)
  for (const [at, { byte, mask }] of magic) {
    if (at >= rest.length) return 'truncated'
    if (!sameBits(rest[at]!, byte, mask)) return 'corrupt'
  }
  const header = lengthFieldOffset + lengthFieldLength
  const includes = { payload: 0, lengthField: -lengthFieldLength, frame: -header }
  const adjustment = lengthIncludes === undefined ? (rules.lengthAdjustment ?? 0) : includes[lengthIncludes]
  const strip = rules.initialBytesToStrip ?? (lengthFieldOffset === 0 ? lengthFieldLength : 0)
  if (header > rest.length) return 'truncated'
  const value = valueOf(rest, lengthFieldOffset, header, rules)
  if (value === undefined) return 'invalid'
  const length = BigInt(header) + value + BigInt(adjustment)
  if (value > LARGEST || length > LARGEST) return 'invalid'
  const shortest = Math.max(header, strip, minFrameLength, ...magic.map(([at]) => at + 1))
  if (length < shortest) return 'invalid'
  return { length: Number(length), from: strip, to: Number(length) }
}

function valueOf(rest: Uint8Array, start: number, end: number, rules: LengthFieldRules): bigint | undefined {
  if (rules.readLength !== undefined) {
    const value = rules.readLength(rest, start, end)
    return Number.isInteger(value) && value >= 0 ? BigInt(value) : undefined
  }
  const field = rest.slice(start, end)
  return BigInt(`0x${hex(rules.byteOrder === 'little' ? field.toReversed() : field)}`)
}

/** The position of the magic bytes, their values, and which of their bits are compared. */
function magicBits({ magic }: LengthFieldRules): [at: number, bits: { byte: number; mask: number }][] {
  if (magic === undefined) return []
  const { offset = 0, mask } = magic
  return Array.from(bytesOption('magic', magic.bytes), (byte, index) => [
    offset + index,
    { byte, mask: mask?.[index] ?? 255 },
  ])
}

function sameBits(a: number, b: number, mask: number): boolean {
  return [1, 2, 4, 8, 16, 32, 64, 128].every((bit) => (mask & bit) === 0 || (a & bit) === (b & bit))
}
