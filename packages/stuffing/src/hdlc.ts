// HDLC with byte stuffing: flags around each frame, and a check sequence at its end.

import { choiceOption, defineCodec, readOptions, type FrameCodec } from '@unstick/core'
import { checkSomeContent, checkContent } from './check-content.ts'
import { FCS_16, FCS_32, fcsOf, NO_FCS, type Fcs } from './fcs.ts'
import { findFlagged } from './flagged.ts'
import { indexOf } from './indexes.ts'
import { STUFFING_OPTIONS, stuffingOptions, type StuffingOptions } from './options.ts'
import { ownBytes } from './own-bytes.ts'

/** The options of `hdlc`. */
export interface HdlcOptions extends StuffingOptions {
  /**
   * The length of the frame check sequence, in bits. It is checked and stripped.
   *
   * @defaultValue 16
   */
  fcs?: 16 | 32 | 'none'
}

const FLAG = 0x7e
const ESCAPE = 0x7d
/** Combined with the byte after an escape, by exclusive or. */
const FLIPPED = 0x20

/**
 * HDLC-like framing with byte stuffing, RFC 1662, used by PPP over serial lines and modems and by many firmware
 * protocols.
 *
 * ```
 *  frame     01 7E 02
 *  encoded   7E 01 7D 5E 02 D6 D5 7E        7E = 7D 5E    7D = 7D 5D    D6 D5: FCS-16, lowest byte first
 * ```
 *
 * A frame is the content between two flags, without its FCS; address, control and protocol fields are content. Flags in
 * a row are not frames. The limit counts content.
 *
 * Any escaped byte is accepted, such as a control character; only flags and escapes are written escaped.
 *
 * @throws {TypeError | RangeError} An option is unknown or not valid.
 * @throws {FrameError} Decoding: `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a wrong FCS; an abort, which is an escape
 * before a flag; a runt, which is shorter than its FCS), `ERR_FRAME_TRUNCATED`. Encoding: `ERR_FRAME_TOO_LONG`, and
 * without an FCS `ERR_FRAME_NOT_ENCODABLE` (a frame without content).
 *
 * @example
 * ```ts
 * import { hdlc } from '@unstick/stuffing'
 *
 * const codec = hdlc({ fcs: 'none' })
 * const encoded = codec.encode(Uint8Array.of(1, 0x7e))
 * console.log(...encoded) // 126 1 125 94 126
 * for (const frame of codec.decoder().decode(encoded)) console.log(frame.length) // 2
 * ```
 */
export function hdlc(options?: HdlcOptions): FrameCodec {
  const given = readOptions('hdlc', options, ['fcs', ...STUFFING_OPTIONS])
  const { maxFrameLength, oversize, corrupt } = stuffingOptions(given)
  const fcs = FCS[choiceOption('fcs', given.fcs ?? 16, [16, 32, 'none'])]
  const checkFrame = fcs === NO_FCS ? checkSomeContent : checkContent
  return defineCodec({
    name: 'hdlc',
    maxFrameLength,
    // Every byte may be escaped, and there are two flags.
    overhead: Math.min(Number.MAX_SAFE_INTEGER, maxFrameLength + 2 * fcs.length + 2),
    oversize,
    corrupt,
    find: findFlagged({
      name: 'hdlc',
      flag: FLAG,
      escape: ESCAPE,
      maxUnits: maxFrameLength + fcs.length,
      faultOf: fcs === NO_FCS ? abortOf : (bytes, start, end) => faultOf(fcs, bytes, start, end),
    }),
    toFrame: (raw) => unstuffed(raw, fcs),
    holdsPayload: false,
    encodeParts(frame) {
      checkFrame('hdlc', frame, maxFrameLength)
      return [stuffed(frame, fcs)]
    },
  })
}

const FCS = { 16: FCS_16, 32: FCS_32, none: NO_FCS }

const ABORT = 'an abort: an escape before the flag'

/** Without an FCS: whether the last byte is an escape. */
function abortOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  let at = indexOf(bytes, ESCAPE, start, end)
  while (at < end - 1) at = indexOf(bytes, ESCAPE, at + 2, end)
  return at === end - 1 ? ABORT : undefined
}

function faultOf(
  { table, initial, good, length }: Fcs,
  bytes: Uint8Array,
  start: number,
  end: number,
): string | undefined {
  let register = initial
  let count = 0
  for (let at = start; at < end; at++) {
    let byte = bytes[at]!
    if (byte === ESCAPE) {
      if (++at === end) return ABORT
      byte = bytes[at]! ^ FLIPPED
    }
    register = table[(register ^ byte) & 0xff]! ^ (register >>> 8)
    count++
  }
  if (count < length) return 'a runt: a frame shorter than its FCS'
  return register === good ? undefined : 'a wrong FCS'
}

function unstuffed(raw: Uint8Array, fcs: Fcs): Uint8Array {
  const { length } = raw
  let escapes = 0
  for (let at = indexOf(raw, ESCAPE, 0, length); at < length; at = indexOf(raw, ESCAPE, at + 2, length)) escapes++
  const frame = ownBytes(raw, length - escapes - fcs.length)
  let from = 0
  for (let to = 0; to < frame.length; to++) {
    let byte = raw[from++]!
    if (byte === ESCAPE) byte = raw[from++]! ^ FLIPPED
    frame[to] = byte
  }
  return frame
}

function stuffed(frame: Uint8Array, fcs: Fcs): Uint8Array {
  const trailer = fcsOf(fcs, frame)
  const encoded = new Uint8Array(frame.length + trailer.length + escapesIn(frame) + escapesIn(trailer) + 2)
  encoded[0] = FLAG
  const end = writeStuffed(trailer, encoded, writeStuffed(frame, encoded, 1))
  encoded[end] = FLAG
  return encoded
}

function escapesIn(bytes: Uint8Array): number {
  let escapes = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === FLAG || byte === ESCAPE) escapes++
  }
  return escapes
}

/** Writes `bytes` to `encoded`, at index `to`, and returns the index after them. */
function writeStuffed(bytes: Uint8Array, encoded: Uint8Array, to: number): number {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === FLAG || byte === ESCAPE) {
      encoded[to++] = ESCAPE
      encoded[to++] = byte ^ FLIPPED
    } else encoded[to++] = byte
  }
  return to
}
