// What `packet` must make of a whole stream.

import { bytesOption } from '@unstick/core'
import { hex } from '../bytes.ts'
import type { Outcome } from '../outcome.ts'
import { crc, CRCS, type CrcRules } from './crc.ts'
import { DEFAULT_LIMIT, LARGEST } from './length-framed.ts'
import { inSequence, resynchronising, type Beginning } from './resynchronising.ts'

/** The options of `packet` that determine the result. */
export interface PacketRules {
  sync: { bytes: string | Uint8Array; mask?: string | Uint8Array }
  size?: number
  lengthFieldOffset?: number
  lengthFieldLength?: number
  byteOrder?: 'big' | 'little'
  lengthAdjustment?: number
  lengthIncludes?: 'payload' | 'lengthField' | 'frame'
  minFrameLength?: number
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
  checksum?: {
    algorithm: string | CrcRules | ((bytes: Uint8Array, start: number, end: number) => number)
    from?: number
    length?: number
    byteOrder?: 'big' | 'little'
  }
  corrupt?: 'resync' | 'error'
}

/** What `packet` must make of a whole stream. */
export function packet(rules: PacketRules): (stream: Uint8Array) => Outcome {
  const layout = layoutOf(rules)
  const beginningOf = (rest: Uint8Array): Beginning => beginning(rest, layout)
  return (stream) =>
    rules.corrupt === 'error' ? inSequence(stream, beginningOf, rules.oversize) : resynchronising(stream, beginningOf)
}

type Layout = ReturnType<typeof layoutOf>

function layoutOf(rules: PacketRules) {
  const sync = bytesOption('sync.bytes', rules.sync.bytes)
  const mask = rules.sync.mask === undefined ? sync.map(() => 255) : bytesOption('sync.mask', rules.sync.mask)
  const checksum = rules.checksum === undefined ? undefined : checksumOf(rules.checksum, rules.byteOrder ?? 'big')
  const field = rules.size === undefined ? fieldOf(rules, sync.length) : undefined
  const header = Math.max(sync.length, field?.end ?? 0)
  const least = Math.max(header, checksum?.from ?? 0) + (checksum?.length ?? 0)
  return {
    sync,
    mask,
    field,
    checksum,
    size: rules.size,
    least: Math.max(least, rules.minFrameLength ?? 0),
    most: rules.size ?? rules.maxFrameLength ?? DEFAULT_LIMIT,
  }
}

function fieldOf(rules: PacketRules, syncLength: number) {
  const { lengthFieldOffset: start = syncLength, lengthFieldLength: length = 4, byteOrder = 'big' } = rules
  const end = start + length
  const { lengthIncludes = 'payload', lengthAdjustment = 0 } = rules
  const uncounted = { payload: end + lengthAdjustment, lengthField: start, frame: 0 }[lengthIncludes]
  return { start, end, byteOrder, uncounted }
}

function beginning(rest: Uint8Array, { sync, mask, field, checksum, size, least, most }: Layout): Beginning {
  for (const [index, byte] of rest.subarray(0, sync.length).entries()) {
    if ((byte & mask[index]!) !== (sync[index]! & mask[index]!)) return { kind: 'noise' }
  }
  if (rest.length < Math.max(sync.length, field?.end ?? 0)) return { kind: 'waiting' }
  let length = size ?? 0
  if (field !== undefined) {
    const value = number(rest.slice(field.start, field.end), field.byteOrder)
    const whole = value + BigInt(field.uncounted)
    if (value > LARGEST || whole > LARGEST || whole < least) return { kind: 'invalid' }
    length = Number(whole)
  }
  if (length > most) return { kind: 'too long', length }
  if (length > rest.length) return { kind: 'waiting' }
  if (checksum !== undefined) {
    const at = length - checksum.length
    const written = number(rest.slice(at, length), checksum.byteOrder)
    const right = BigInt(checksum.of(rest.slice(0, at), checksum.from, at))
    if (written !== BigInt.asUintN(8 * checksum.length, right)) return { kind: 'corrupt' }
  }
  return { kind: 'frame', length }
}

function number(bytes: Uint8Array, byteOrder: 'big' | 'little'): bigint {
  return BigInt(`0x${hex(byteOrder === 'big' ? bytes : bytes.toReversed())}`)
}

type Checksum = (bytes: Uint8Array, start: number, end: number) => number | bigint

function checksumOf(rules: NonNullable<PacketRules['checksum']>, order: 'big' | 'little') {
  const { algorithm, from = 0, byteOrder = order } = rules
  const [of, natural] = algorithmOf(algorithm)
  return { of, from, length: rules.length ?? natural, byteOrder }
}

function algorithmOf(algorithm: NonNullable<PacketRules['checksum']>['algorithm']): [of: Checksum, length: number] {
  if (typeof algorithm === 'function') return [algorithm, 0]
  if (algorithm === 'sum8') return [(bytes, start, end) => reduce(bytes, start, end, (a, b) => (a + b) % 256), 1]
  if (algorithm === 'xor8') return [(bytes, start, end) => reduce(bytes, start, end, (a, b) => a ^ b), 1]
  if (algorithm === 'fletcher16') return [fletcher16, 2]
  const parameters = typeof algorithm === 'string' ? CRCS[algorithm]! : algorithm
  return [(bytes, start, end) => crc(bytes.slice(start, end), parameters), Math.ceil(parameters.width / 8)]
}

function reduce(bytes: Uint8Array, start: number, end: number, step: (a: number, b: number) => number): number {
  return bytes.slice(start, end).reduce(step, 0)
}

function fletcher16(bytes: Uint8Array, start: number, end: number): number {
  const covered = bytes.slice(start, end)
  const sums = Array.from(covered, (_, index) => reduce(covered, 0, index + 1, (a, b) => a + b))
  return ((sums.reduce((a, b) => a + b, 0) % 255) << 8) | ((sums.at(-1) ?? 0) % 255)
}
