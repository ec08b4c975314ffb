// What `lengthField` has to make of a whole stream. Lengths are BigInts, read out of hexadecimal text.

import { hex } from '../bytes.ts'
import type { Outcome } from '../outcome.ts'
import { LARGEST, lengthFramed, type LengthRules, type Reading } from './length-framed.ts'

export interface LengthFieldRules extends LengthRules {
  lengthFieldOffset?: number
  lengthFieldLength?: number
  byteOrder?: 'big' | 'little'
  lengthAdjustment?: number
  lengthIncludes?: 'payload' | 'lengthField' | 'frame'
  initialBytesToStrip?: number
}

export function lengthField(rules: LengthFieldRules = {}): (stream: Uint8Array) => Outcome<Uint8Array> {
  return (stream) => lengthFramed(stream, rules, (rest) => read(rest, rules))
}

function read(rest: Uint8Array, rules: LengthFieldRules): Reading {
  const { lengthFieldOffset = 0, lengthFieldLength = 4, byteOrder = 'big', lengthIncludes } = rules
  const header = lengthFieldOffset + lengthFieldLength
  const includes = { payload: 0, lengthField: -lengthFieldLength, frame: -header }
  const adjustment = lengthIncludes === undefined ? (rules.lengthAdjustment ?? 0) : includes[lengthIncludes]
  const strip = rules.initialBytesToStrip ?? (lengthFieldOffset === 0 ? lengthFieldLength : 0)
  if (header > rest.length) return 'truncated'
  const field = rest.slice(lengthFieldOffset, header)
  const value = BigInt(`0x${hex(byteOrder === 'big' ? field : field.toReversed())}`)
  const length = BigInt(header) + value + BigInt(adjustment)
  if (value > LARGEST || length > LARGEST || length < header || length < strip) return 'invalid'
  return { length: Number(length), from: strip, to: Number(length) }
}
