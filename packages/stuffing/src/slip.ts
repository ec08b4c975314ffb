// SLIP: a frame ends with END, and the bytes END and ESC inside it are written as pairs.

import { defineCodec, readOptions, type FrameCodec } from '@unstick/core'
import { checkSomeContent } from './check-content.ts'
import { findFlagged } from './flagged.ts'
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

function faultOf(bytes: Uint8Array, start: number, end: number, units: number): string | undefined {
  if (units === end - start) return undefined
  for (let at = start; at < end; at++) {
    if (bytes[at] !== ESC) continue
    const next = bytes[++at]
    if (next !== ESC_END && next !== ESC_ESC) return 'an ESC before neither ESC_END nor ESC_ESC'
  }
  return undefined
}

function unstuffed(raw: Uint8Array): Uint8Array {
  let escapes = 0
  for (let at = 0; at < raw.length; at++) if (raw[at] === ESC) escapes++
  const frame = ownBytes(raw, raw.length - escapes)
  if (escapes === 0) {
    frame.set(raw)
    return frame
  }
  for (let from = 0, to = 0; to < frame.length; from++, to++) {
    const byte = raw[from]!
    frame[to] = byte !== ESC ? byte : raw[++from] === ESC_END ? END : ESC
  }
  return frame
}

function stuffed(frame: Uint8Array): Uint8Array {
  let escapes = 0
  for (const byte of frame) if (byte === END || byte === ESC) escapes++
  const encoded = new Uint8Array(frame.length + escapes + 2)
  let to = 0
  encoded[to++] = END
  for (const byte of frame) {
    if (byte !== END && byte !== ESC) encoded[to++] = byte
    else {
      encoded[to++] = ESC
      encoded[to++] = byte === END ? ESC_END : ESC_ESC
    }
  }
  encoded[to] = END
  return encoded
}
