// Explains the purpose of each byte of a frame.
//
// This file knows no formats. It feeds prefixes of the frame to the real decoder; the error of `end()` has the frame's
// length once the header is complete. Then it flips one bit of each header byte: if the reported length changes, the
// byte is part of a length; if the decoder refuses the frame, it checks that byte's value.

import { isFrameError, type FrameCodec } from '@unstick/core'
import { hexOf } from './hex.ts'

type Role = 'length' | 'mark' | 'header' | 'payload' | 'trailer' | 'delimiter'

export interface ExplainedPart {
  /** As positions in the stream. */
  start: number
  end: number
  role: Role
  text: string
}

export interface Place {
  start: number
  end: number
}

/** Longer headers are lines of text, which need no explanation. */
const LONGEST_HEADER = 96

/** The parts of the frame at `frame`, in order, without gaps between them. `payload` is the slice that `scan` gives. */
export function explainFrame(
  codec: FrameCodec<unknown>,
  stream: Uint8Array,
  frame: Place,
  payload: Place | undefined,
): ExplainedPart[] {
  const bytes = stream.subarray(frame.start, frame.end)
  const probe = new Probe(codec, stream.subarray(0, frame.start))
  const headerLength = probe.headerLength(bytes)
  if (headerLength === undefined) return explainByContent(frame, payload, stream)
  const roles = Array.from({ length: headerLength }, (_, at) => probe.roleOf(bytes, headerLength, at))
  const payloadLength = payload === undefined ? undefined : payload.end - payload.start
  const parts = groupsOf(roles).map(({ start, end, role }): ExplainedPart => {
    const weights = roles.slice(start, end).map(({ change }) => change)
    const sizes = { frame: bytes.length, header: headerLength, payload: payloadLength }
    const text = textOf(role, bytes, start, end, weights, sizes, frame)
    return { start: frame.start + start, end: frame.start + end, role, text }
  })
  const bodyStart = frame.start + headerLength
  const payloadEnd = payload === undefined ? frame.end : Math.max(payload.end, bodyStart)
  const payloadStart = payload === undefined ? bodyStart : Math.max(payload.start, bodyStart)
  const rest: ExplainedPart[] = [
    part(bodyStart, payloadStart, 'header', 'stripped with the header'),
    part(payloadStart, payloadEnd, 'payload', `payload, ${count(payloadEnd - payloadStart)}`),
    part(payloadEnd, frame.end, 'trailer', 'after the payload, not part of it'),
  ]
  if (haveOneSize(parts)) {
    const text = `frames have a fixed size of ${count(bytes.length)}, so this one ends at ${frame.end}`
    return [part(frame.start, frame.end, 'payload', text)]
  }
  return [...parts, ...rest.filter(({ start, end }) => end > start)]
}

function part(start: number, end: number, role: Role, text: string): ExplainedPart {
  return { start, end, role, text }
}

/** The length is known although no byte encodes it: frames have a fixed size. */
function haveOneSize(header: ExplainedPart[]): boolean {
  return header.length === 1 && header[0]!.role === 'header'
}

/** The content determines the frame's end: a delimiter, brackets, an escape. */
function explainByContent(frame: Place, payload: Place | undefined, stream: Uint8Array): ExplainedPart[] {
  if (payload === undefined || payload.start < frame.start || payload.end > frame.end) {
    const text =
      'no header gives the length: the content determines the end of the frame, and is given out in a changed form'
    return [part(frame.start, frame.end, 'payload', text)]
  }
  const delimiter = hexOf(stream.subarray(payload.end, frame.end), ' ')
  const length = count(payload.end - payload.start)
  const isWhole = payload.start === frame.start && payload.end === frame.end
  const parts = [
    part(frame.start, payload.start, 'delimiter', 'before the payload, not part of it'),
    part(
      payload.start,
      payload.end,
      'payload',
      isWhole
        ? `${length}; no header gives their number: the content determines the end of the frame`
        : `payload, ${length}; no header gives their number`,
    ),
    part(payload.end, frame.end, 'delimiter', `${delimiter} ends the frame, at ${frame.end}`),
  ]
  return parts.filter(({ start, end }) => end > start)
}

function count(bytes: number): string {
  return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
}

// ── Probing the decoder ──

interface ProbedByte {
  role: 'length' | 'mark' | 'header'
  /** How many bytes longer the frame is with the byte's lowest bit set, if the decoder reported it. */
  change: number | undefined
}

class Probe {
  private readonly codec: FrameCodec<unknown>
  /** The stream before the frame, since a decoder's state may depend on it. */
  private readonly before: Uint8Array

  constructor(codec: FrameCodec<unknown>, before: Uint8Array) {
    this.codec = codec
    this.before = canDecode(codec, before) ? before : new Uint8Array()
  }

  /** How many bytes the decoder needs to know the frame's length; undefined if it only knows it at the end. */
  headerLength(frame: Uint8Array): number | undefined {
    const most = Math.min(frame.length - 1, LONGEST_HEADER)
    for (let length = 1; length <= most; length++) {
      if (this.lengthOf(frame.subarray(0, length)) === frame.length) return length
    }
    // A frame without payload ends with its header: a flipped bit would announce a payload.
    const whole = frame.length <= LONGEST_HEADER && frame.length > 0
    if (!whole) return undefined
    for (let at = 0; at < frame.length; at++) {
      const longer = this.lengthOf(flipped(frame, at))
      if (typeof longer === 'number' && longer > frame.length) return frame.length
    }
    return undefined
  }

  roleOf(frame: Uint8Array, headerLength: number, at: number): ProbedByte {
    const header = frame.subarray(0, headerLength)
    const asked = this.lengthOf(flipped(header, at))
    if (asked === frame.length) return { role: 'header', change: undefined }
    if (asked === 'corrupt') return { role: 'mark', change: undefined }
    if (typeof asked !== 'number') return { role: 'length', change: undefined }
    const isSet = (header[at]! & 1) === 1
    return { role: 'length', change: isSet ? frame.length - asked : asked - frame.length }
  }

  /** The length that the decoder reports for a frame with this beginning. */
  private lengthOf(beginning: Uint8Array): number | 'corrupt' | 'invalid' | undefined {
    let isRefused = false
    const decoder = this.codec.decoder({ onSkip: () => (isRefused = isStarted) })
    let isStarted = false
    try {
      for (const frame of decoder.decode(this.before)) void frame
      isStarted = true
      for (const frame of decoder.decode(beginning)) {
        void frame
        return isRefused ? 'corrupt' : beginning.length - decoder.bufferedLength
      }
      decoder.end()
    } catch (error) {
      if (!isFrameError(error)) throw error
      if (isRefused || error.code === 'ERR_FRAME_CORRUPT') return 'corrupt'
      if (error.frameLength !== undefined) return error.frameLength
      return error.code === 'ERR_FRAME_TRUNCATED' ? undefined : 'invalid'
    }
    return isRefused ? 'corrupt' : undefined
  }
}

function canDecode(codec: FrameCodec<unknown>, bytes: Uint8Array): boolean {
  try {
    for (const frame of codec.decoder().decode(bytes)) void frame
    return true
  } catch (error) {
    if (!isFrameError(error)) throw error
    return false
  }
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = bytes.slice()
  changed[at]! ^= 1
  return changed
}

interface Group {
  start: number
  end: number
  role: ProbedByte['role']
}

function groupsOf(roles: readonly ProbedByte[]): Group[] {
  const groups: Group[] = []
  for (const [at, { role }] of roles.entries()) {
    const last = groups.at(-1)
    if (last?.role === role) last.end = at + 1
    else groups.push({ start: at, end: at + 1, role })
  }
  return groups
}

// ── Descriptions ──

function textOf(
  role: Group['role'],
  frame: Uint8Array,
  start: number,
  end: number,
  changes: readonly (number | undefined)[],
  sizes: Sizes,
  { end: frameEnd }: Place,
): string {
  const bytes = frame.subarray(start, end)
  const shown = hexOf(bytes, ' ')
  if (role === 'mark') return `${shown}: checked, the decoder refuses any other value`
  if (role === 'header') return `${shown}: header, not needed to find the frame's end`
  const ends = `the frame ends at ${frameEnd}`
  const digits = digitsIn(bytes, start, sizes)
  if (digits !== undefined) return `${JSON.stringify(asciiOf(bytes))} = ${digits.value}, ${digits.counts}: ${ends}`
  const number = numberIn(bytes, changes, start, sizes)
  if (number !== undefined) return `${shown} = ${number.value}, ${number.counts}: ${ends}`
  return `${shown}: gives the length of the frame, ${count(frame.length)}: ${ends}`
}

/** In bytes. `payload` is undefined if `scan` does not give it. */
interface Sizes {
  frame: number
  header: number
  payload: number | undefined
}

interface Reading {
  value: number
  counts: string
}

/** What `value`, read from `frame[start, end)`, counts. Undefined if it does not explain the frame's length. */
function readingOf(value: number, unit: number, start: number, end: number, sizes: Sizes): Reading | undefined {
  const counted = value * unit
  const uncounted = sizes.frame - counted
  const units = unit === 1 ? '' : ` in units of ${unit} bytes`
  if (uncounted === 0) return { value, counts: `counts the whole frame${units}` }
  if (uncounted === sizes.header || counted === sizes.payload) return { value, counts: `counts the payload${units}` }
  if (uncounted === end) return { value, counts: `counts the bytes after it${units}` }
  if (uncounted === start) return { value, counts: `counts itself and the bytes after it${units}` }
  return undefined
}

const MOST_UNCOUNTED = 64

/** The same for a length that leaves bytes out, or counts some twice. */
function oddReading(value: number, unit: number, end: number, sizes: Sizes): Reading | undefined {
  const more = sizes.frame - value * unit - end
  if (!(Math.abs(more) <= MOST_UNCOUNTED)) return undefined
  const units = unit === 1 ? '' : ` in units of ${unit} bytes`
  const difference = more > 0 ? `but ${count(more)}` : `and ${count(-more)} more`
  return { value, counts: `counts the bytes after it ${difference}${units}` }
}

/** An integer in either byte order, or a varint. The change in length shows the weight of each byte. */
function numberIn(
  bytes: Uint8Array,
  changes: readonly (number | undefined)[],
  start: number,
  sizes: Sizes,
): Reading | undefined {
  const unit = unitOf(changes)
  const end = start + bytes.length
  const isLittle = bytes.length > 1 && isLowestFirst(changes, unit)
  const ordered = isLittle ? bytes.toReversed() : bytes
  const bits = bytes.length * 8
  const whole = ordered.reduce((value, byte) => value * 256 + byte, 0)
  const base128 = ordered.reduce((value, byte) => value * 128 + (byte & 0x7f), 0)
  const isVarint = bytes.length > 1 && ordered.some((byte) => byte >= 0x80)
  // The top two bits of a QUIC varint encode its width.
  const candidates = [whole, ...(isVarint ? [base128] : []), ...(bits < 53 ? [whole % 2 ** (bits - 2)] : [])]
  for (const value of candidates) {
    const reading = readingOf(value, unit, start, end, sizes)
    if (reading !== undefined) return reading
  }
  return oddReading(whole, unit, end, sizes)
}

const LARGEST_UNIT = 8

/** The unit of the lowest byte: one or several bytes. Assumed to be one if the decoder refused the change. */
function unitOf(changes: readonly (number | undefined)[]): number {
  return changes.find((change) => change !== undefined && change > 0 && change <= LARGEST_UNIT) ?? 1
}

function isLowestFirst(changes: readonly (number | undefined)[], unit: number): boolean {
  const at = changes.findIndex((change) => change !== undefined)
  const change = changes[at]
  return change !== undefined && (change === unit * 256 ** at || change === unit * 128 ** at)
}

/** ASCII digits, with or without a terminator. */
function digitsIn(bytes: Uint8Array, start: number, sizes: Sizes): Reading | undefined {
  const [digits] = /^[0-9a-f]+/i.exec(asciiOf(bytes)) ?? []
  if (digits === undefined || bytes.length - digits.length > 1) return undefined
  const end = start + bytes.length
  for (const radix of [10, 16]) {
    const value = Number.parseInt(digits, radix)
    const reading = readingOf(value, 1, start, end, sizes) ?? oddReading(value, 1, end, sizes)
    if (reading !== undefined) return reading
  }
  return undefined
}

function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
