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
 * SLIP, RFC 1055: packets over serial lines, firmware loaders, OSC over USB.
 *
 * ```
 *  frame     01 C0 02 DB 03
 *  encoded   C0 01 DB DC 02 DB DD 03 C0        C0 = DB DC    DB = DB DD
 * ```
 *
 * Encoding writes END before the frame, too, as RFC 1055 advises: line noise before it then is a frame of its own.
 * Several ENDs in a row are no frames. The limit counts content.
 *
 * @throws {TypeError | RangeError} An option is unknown or not valid.
 * @throws {FrameError} Decoding: `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (an ESC before anything but ESC_END and
 * ESC_ESC), `ERR_FRAME_TRUNCATED`. Encoding: `ERR_FRAME_TOO_LONG`, `ERR_FRAME_NOT_ENCODABLE` (a frame without content).
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
    encodeParts(frame) {
      checkSomeContent('slip', frame, maxFrameLength)
      return [stuffed(frame)]
    },
  })
}

/** In longer frames a view is worth its cost: the runtime searches it up to its end. */
const LONG_FRAME = 256

function faultOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > LONG_FRAME && end < bytes.length) return faultOf(bytes.subarray(start, end), 0, end - start)
  for (let at = indexOf(bytes, ESC, start, end); at < end; at = indexOf(bytes, ESC, at + 2, end)) {
    const next = bytes[at + 1]
    if (next !== ESC_END && next !== ESC_ESC) return 'an ESC before neither ESC_END nor ESC_ESC'
  }
  return undefined
}

function unstuffed(raw: Uint8Array): Uint8Array {
  const { length } = raw
  const ends: number[] = []
  for (let at = indexOf(raw, ESC, 0, length); at < length; at = indexOf(raw, ESC, at + 2, length)) ends.push(at)
  const frame = ownBytes(raw, length - ends.length)
  ends.push(length)
  let from = 0
  let to = 0
  for (const end of ends) {
    copyBytes(raw, from, end, frame, to)
    to += end - from
    if (end < length) frame[to++] = raw[end + 1] === ESC_END ? END : ESC
    from = end + 2
  }
  return frame
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
