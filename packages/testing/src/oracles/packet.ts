// What `packet` has to make of a whole stream: at every byte it is asked anew what may begin there.

import { bytesOption, type SkipReason } from '@unstick/core'
import { hex } from '../bytes.ts'
import type { Outcome } from '../outcome.ts'
import type { Skip } from './flagged.ts'
import { DEFAULT_LIMIT, LARGEST } from './length-framed.ts'

/** The options of `packet` that decide what a stream means. */
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

/** A CRC's parameters, by the names of the catalogue. */
export interface CrcRules {
  width: number
  poly: number
  init: number
  refin: boolean
  refout: boolean
  xorout: number
}

/** What begins at a byte: a packet, one that the stream may yet complete, one that is refused, or none. */
type Beginning =
  | { kind: 'packet' | 'too long'; length: number }
  | { kind: 'waiting' | 'noise' | 'invalid' | 'corrupt'; length?: undefined }

/** What `packet` must make of a whole stream. */
export function packet(rules: PacketRules): (stream: Uint8Array) => Outcome {
  const layout = layoutOf(rules)
  return (stream) =>
    rules.corrupt === 'error'
      ? inSequence(stream, layout, rules.oversize ?? 'error')
      : resynchronising(stream, (at) => beginning(stream.subarray(at), layout))
}

function resynchronising(stream: Uint8Array, beginningAt: (at: number) => Beginning): Outcome {
  const frames: Uint8Array[] = []
  const skipped: Skip[] = []
  let gap: Skip | undefined
  const closeGap = (): void => {
    if (gap !== undefined) skipped.push(gap)
    gap = undefined
  }
  for (let at = 0; at < stream.length;) {
    const { kind, length } = beginningAt(at)
    if (kind === 'packet') {
      closeGap()
      frames.push(stream.slice(at, at + length))
      at += length
    } else if (kind === 'waiting' && !hasPacketAfter(at)) {
      closeGap()
      return { frames, skipped, error: { code: 'ERR_FRAME_TRUNCATED', offset: at } }
    } else {
      const reason: SkipReason = kind === 'noise' ? 'garbage' : 'corrupt'
      gap ??= { offset: at, length: 0, reason }
      gap.length++
      if (reason === 'corrupt') gap.reason = reason
      at++
    }
  }
  closeGap()
  return { frames, skipped }

  function hasPacketAfter(at: number): boolean {
    for (let later = at + 1; later < stream.length; later++) if (beginningAt(later).kind === 'packet') return true
    return false
  }
}

const CODES = {
  waiting: 'ERR_FRAME_TRUNCATED',
  noise: 'ERR_FRAME_CORRUPT',
  corrupt: 'ERR_FRAME_CORRUPT',
  invalid: 'ERR_FRAME_LENGTH_INVALID',
  'too long': 'ERR_FRAME_TOO_LONG',
}

function inSequence(stream: Uint8Array, layout: Layout, oversize: 'error' | 'skip'): Outcome {
  const frames: Uint8Array[] = []
  const skipped: Skip[] = []
  for (let offset = 0; offset < stream.length;) {
    const rest = stream.subarray(offset)
    const { kind, length } = beginning(rest, layout)
    if (kind === 'packet') frames.push(rest.slice(0, length))
    else if (kind === 'too long' && oversize === 'skip' && length <= rest.length) {
      skipped.push({ offset, length, reason: 'too-long' })
    } else {
      const code = kind === 'too long' && oversize === 'skip' ? 'ERR_FRAME_TRUNCATED' : CODES[kind]
      return { frames, skipped, error: { code, offset } }
    }
    offset += length
  }
  return { frames, skipped }
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
  return { kind: 'packet', length }
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
  const parameters = typeof algorithm === 'string' ? NAMED[algorithm]! : algorithm
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

/** Some of the catalogue. */
const NAMED: Record<string, CrcRules> = {
  'CRC-8/SMBUS': { width: 8, poly: 0x07, init: 0, refin: false, refout: false, xorout: 0 },
  'CRC-16/MODBUS': { width: 16, poly: 0x8005, init: 0xffff, refin: true, refout: true, xorout: 0 },
  'CRC-16/XMODEM': { width: 16, poly: 0x1021, init: 0, refin: false, refout: false, xorout: 0 },
  'CRC-32/ISO-HDLC': {
    width: 32,
    poly: 0x04c11db7,
    init: 0xffffffff,
    refin: true,
    refout: true,
    xorout: 0xffffffff,
  },
}

/** Bit by bit, after the Rocksoft model. */
function crc(bytes: Uint8Array, { width, poly, init, refin, refout, xorout }: CrcRules): bigint {
  let register = BigInt(init)
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const next = BigInt((byte >> (refin ? bit : 7 - bit)) & 1)
      const isHigh = ((register >> BigInt(width - 1)) & 1n) !== next
      register = BigInt.asUintN(width, (register << 1n) ^ (isHigh ? BigInt(poly) : 0n))
    }
  }
  const bits = register.toString(2).padStart(width, '0')
  return BigInt(`0b${refout ? bits.split('').toReversed().join('') : bits}`) ^ BigInt(xorout)
}
