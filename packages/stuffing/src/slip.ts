// SLIP: a frame ends with END, and the bytes END and ESC inside it are written as pairs.

import { defineCodec, readOptions, type FrameCodec } from '@unstick/core'
import { checkSomeContent } from './check-content.ts'
import { copyBytes } from './copy-bytes.ts'
import { findFlagged } from './flagged.ts'
import { indexOf } from './indexes.ts'
import { STUFFING_OPTIONS, stuffingOptions, type StuffingOptions } from './options.ts'
import { ownBytes } from './own-bytes.ts'

const END = 0xc0
const ESC = 0xdb
const ESC_END = 0xdc
const ESC_ESC = 0xdd

/**
 * SLIP, RFC 1055, used on serial lines, by firmware loaders and for OSC over USB.
 *
 * ```
 *  frame     01 C0 02 DB 03
 *  encoded   C0 01 DB DC 02 DB DD 03 C0        C0 = DB DC    DB = DB DD
 * ```
 *
 * Encoding also writes END before the frame, as RFC 1055 advises: line noise before it becomes a separate frame. ENDs
 * in a row are not frames. The limit counts content.
 *
 * @throws {TypeError | RangeError} An option is unknown or not valid.
 * @throws {FrameError} Decoding: `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (an ESC before anything but ESC_END and
 * ESC_ESC), `ERR_FRAME_TRUNCATED`. Encoding: `ERR_FRAME_TOO_LONG`, `ERR_FRAME_NOT_ENCODABLE` (a frame without content).
 *
 * @example
 * ```ts
 * import { slip } from '@unstick/stuffing'
 *
 * const codec = slip()
 * const encoded = codec.encode(Uint8Array.of(1, 0xc0))
 * console.log(...encoded) // 192 1 219 220 192
 * for (const frame of codec.decoder().decode(encoded)) console.log(frame.length) // 2
 * ```
 */
export function slip(options?: StuffingOptions): FrameCodec {
  const { maxFrameLength, oversize, corrupt } = stuffingOptions(readOptions('slip', options, STUFFING_OPTIONS))
  return defineCodec({
    name: 'slip',
    maxFrameLength,
    // Every byte may be a pair, and there are two ENDs.
    overhead: Math.min(Number.MAX_SAFE_INTEGER, maxFrameLength + 2),
    oversize,
    corrupt,
    find: findFlagged({ name: 'slip', flag: END, escape: ESC, maxUnits: maxFrameLength, faultOf }),
    toFrame: unstuffed,
    holdsPayload: false,
    encodeParts(frame) {
      checkSomeContent('slip', frame, maxFrameLength)
      return [stuffed(frame)]
    },
  })
}

/** In longer frames, the built-in search is faster than a loop. */
const LONG_FRAME = 256

const FAULT = 'an ESC before neither ESC_END nor ESC_ESC'

function faultOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > LONG_FRAME) return faultFar(end < bytes.length ? bytes.subarray(0, end) : bytes, start)
  for (let at = start; at < end; at++) {
    if (bytes[at] === ESC && !isPair(bytes[++at])) return FAULT
  }
  return undefined
}

/** The same for `bytes` from `start` to their end, by the built-in search. */
function faultFar(bytes: Uint8Array, start: number): string | undefined {
  const end = bytes.length
  for (let at = indexOf(bytes, ESC, start, end); at < end; at = indexOf(bytes, ESC, at + 2, end)) {
    if (!isPair(bytes[at + 1])) return FAULT
  }
  return undefined
}

function isPair(escaped: number | undefined): boolean {
  return escaped === ESC_END || escaped === ESC_ESC
}

function unstuffed(raw: Uint8Array): Uint8Array {
  const { length } = raw
  const first = indexOf(raw, ESC, 0, length)
  const escapes = first === length ? 0 : length > LONG_FRAME ? countFar(raw) : countNear(raw)
  const frame = ownBytes(raw, length - escapes)
  if (escapes === 0) frame.set(raw)
  else if (length > LONG_FRAME) unstuffParts(raw, frame)
  else unstuffBytes(raw, frame)
  return frame
}

function countNear(raw: Uint8Array): number {
  let escapes = 0
  for (let at = 0; at < raw.length; at++) if (raw[at] === ESC) escapes++
  return escapes
}

function countFar(raw: Uint8Array): number {
  const { length } = raw
  let escapes = 0
  for (let at = indexOf(raw, ESC, 0, length); at < length; at = indexOf(raw, ESC, at + 2, length)) escapes++
  return escapes
}

function unstuffBytes(raw: Uint8Array, frame: Uint8Array): void {
  const { length } = frame
  let from = 0
  for (let to = 0; to < length; to++) {
    const byte = raw[from++]!
    frame[to] = byte === ESC ? contentOf(raw[from++]!) : byte
  }
}

function unstuffParts(raw: Uint8Array, frame: Uint8Array): void {
  const { length } = raw
  for (let from = 0, to = 0; from < length; to++) {
    const end = indexOf(raw, ESC, from, length)
    copyBytes(raw, from, end, frame, to)
    to += end - from
    if (end < length) frame[to] = contentOf(raw[end + 1]!)
    from = end + 2
  }
}

/** The byte that ESC and this byte encode. */
function contentOf(escaped: number): number {
  return escaped === ESC_END ? END : ESC
}

function stuffed(frame: Uint8Array): Uint8Array {
  const { length } = frame
  let escapes = 0
  for (let at = 0; at < length; at++) {
    const byte = frame[at]
    if (byte === END || byte === ESC) escapes++
  }
  const encoded = new Uint8Array(length + escapes + 2)
  encoded[0] = END
  let to = 1
  for (let at = 0; at < length; at++) {
    const byte = frame[at]!
    if (byte === END || byte === ESC) {
      encoded[to++] = ESC
      encoded[to++] = byte === END ? ESC_END : ESC_ESC
    } else encoded[to++] = byte
  }
  encoded[to] = END
  return encoded
}
