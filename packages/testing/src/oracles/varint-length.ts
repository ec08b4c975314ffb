// What `varintLength` must make of a whole stream. The varint is a BigInt, its bits written out.

import type { Outcome } from '../outcome.ts'
import { LARGEST, lengthFramed, type LengthRules, type Reading } from './length-framed.ts'

/** The options of `varintLength` that determine the result. */
export interface VarintLengthRules extends Omit<LengthRules, 'corrupt'> {
  encoding?: Encoding
  lengthFieldOffset?: number
  maxBytes?: number
  minimal?: boolean
}

type Encoding = 'leb128' | 'quic' | 'vlq' | 'compactSize' | 'ber'

/** What `varintLength` must make of a whole stream. */
export function varintLength(rules: VarintLengthRules = {}): (stream: Uint8Array) => Outcome<Uint8Array> {
  return (stream) => lengthFramed(stream, rules, (rest) => read(rest, rules))
}

function read(rest: Uint8Array, rules: VarintLengthRules): Reading {
  const { encoding = 'leb128', lengthFieldOffset = 0, minimal = false } = rules
  const { maxBytes = { leb128: 5, quic: 8, vlq: 4, compactSize: 9, ber: 9 }[encoding] } = rules
  const bytes = Array.from(rest.subarray(lengthFieldOffset), (byte) => byte.toString(2).padStart(8, '0'))
  if (bytes.length === 0) return 'truncated'
  const varint = varintIn[encoding](bytes)
  if (varint === undefined || varint.size > maxBytes) return 'invalid'
  if (varint.size > bytes.length) return 'truncated'
  const value = BigInt(`0b${varint.bits()}`)
  const isShortest = shorterSizes[encoding]
    .filter((size) => size < varint.size)
    .every((size) => !fits(value, size, encoding))
  if (minimal && !isShortest) return 'invalid'
  const header = lengthFieldOffset + varint.size
  const length = value + BigInt(header)
  if (length > LARGEST) return 'invalid'
  return { length: Number(length), from: lengthFieldOffset === 0 ? header : 0, to: Number(length) }
}

/**
 * Reads bytes in binary: the least size of the varint at their beginning, and the bits of its value if it is complete.
 */
type ReadVarint = (bytes: string[]) => { size: number; bits: () => string } | undefined

const varintIn: Record<Encoding, ReadVarint> = {
  leb128: (bytes) => sevens(bytes, (groups) => groups.toReversed()),
  vlq: (bytes) => sevens(bytes, (groups) => groups),
  quic(bytes) {
    const size = { '00': 1, '01': 2, '10': 4, '11': 8 }[bytes[0]!.slice(0, 2)]!
    return { size, bits: () => bytes.slice(0, size).join('').slice(2) }
  },
  compactSize(bytes) {
    const following = { '11111101': 2, '11111110': 4, '11111111': 8 }[bytes[0]!]
    if (following === undefined) return { size: 1, bits: () => bytes[0]! }
    return {
      size: 1 + following,
      bits: () =>
        bytes
          .slice(1, 1 + following)
          .toReversed()
          .join(''),
    }
  },
  ber(bytes) {
    const [first = ''] = bytes
    if (first.startsWith('0')) return { size: 1, bits: () => first }
    const following = Number.parseInt(first.slice(1), 2)
    return following === 0 ? undefined : { size: 1 + following, bits: () => bytes.slice(1, 1 + following).join('') }
  },
}

function sevens(bytes: string[], inOrder: (groups: string[]) => string[]): ReturnType<ReadVarint> {
  const last = bytes.findIndex((byte) => byte.startsWith('0'))
  const size = last === -1 ? bytes.length + 1 : last + 1
  return { size, bits: () => inOrder(bytes.slice(0, size).map((byte) => byte.slice(1))).join('') }
}

/** All possible sizes. */
const shorterSizes: Record<Encoding, number[]> = {
  leb128: [1, 2, 3, 4, 5, 6, 7, 8],
  vlq: [1, 2, 3, 4, 5, 6, 7, 8],
  quic: [1, 2, 4],
  compactSize: [1, 3, 5],
  ber: [1, 2, 3, 4, 5, 6, 7, 8],
}

/** Whether a varint of this size can have the value. */
function fits(value: bigint, size: number, encoding: Encoding): boolean {
  if (encoding === 'compactSize') return value < { 1: 253n, 3: 1n << 16n, 5: 1n << 32n }[size]!
  if (encoding === 'ber') return value < (size === 1 ? 128n : 1n << BigInt(8 * (size - 1)))
  return value < 1n << BigInt(encoding === 'quic' ? 8 * size - 2 : 7 * size)
}
