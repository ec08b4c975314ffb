// What `varintLength` has to make of a whole stream. The varint is a BigInt, its bits written out.

import type { Outcome } from '../outcome.ts'
import { LARGEST, lengthFramed, type LengthRules, type Reading } from './length-framed.ts'

export interface VarintLengthRules extends LengthRules {
  lengthFieldOffset?: number
  maxBytes?: number
  minimal?: boolean
}

export function varintLength(rules: VarintLengthRules = {}): (stream: Uint8Array) => Outcome<Uint8Array> {
  return (stream) => lengthFramed(stream, rules, (rest) => read(rest, rules))
}

function read(rest: Uint8Array, { lengthFieldOffset = 0, maxBytes = 5, minimal = false }: VarintLengthRules): Reading {
  const bytes = [...rest.subarray(lengthFieldOffset)]
  const last = bytes.findIndex((byte) => byte < 128)
  if (last === -1 ? bytes.length >= maxBytes : last >= maxBytes) return 'invalid'
  if (last === -1) return 'truncated'
  if (minimal && last > 0 && bytes[last] === 0) return 'invalid'
  const sevens = bytes.slice(0, last + 1).map((byte) => (byte & 127).toString(2).padStart(7, '0'))
  const header = lengthFieldOffset + last + 1
  const length = BigInt(`0b${sevens.toReversed().join('')}`) + BigInt(header)
  if (length > LARGEST) return 'invalid'
  return { length: Number(length), from: lengthFieldOffset === 0 ? header : 0, to: Number(length) }
}
