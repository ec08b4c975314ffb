// COBS: encodes content without zeros, at the cost of one byte in 254, so that a zero can end each frame.

import {
  defineCodec,
  drop,
  ENDLESS,
  FrameError,
  readOptions,
  UNKNOWN,
  type FindFrame,
  type FrameCodec,
} from '@unstick/core'
import { checkContent } from './check-content.ts'
import { indexOf, indexOfOther } from './indexes.ts'
import { STUFFING_OPTIONS, stuffingOptions, type StuffingOptions } from './options.ts'
import { ownBytes } from './own-bytes.ts'

/** The code of a block without a zero, and the number of content bytes in such a block. */
const LONGEST = 0xff
const LONGEST_CONTENT = 254

/**
 * Consistent Overhead Byte Stuffing, after the paper of Cheshire and Baker (IEEE/ACM Transactions on Networking 7.2,
 * 1999), used by sensors and microcontrollers on serial lines.
 *
 * Content is split into blocks that each end with a zero; that of the last block is not content. A code before each
 * block counts the bytes from itself to the zero, which is left out; FF means 254 bytes and no zero.
 *
 * ```
 *  frame     11 22 00 33
 *  encoded   03 11 22 02 33 00
 * ```
 *
 * A zero ends each frame. Zeros in a row are not frames; a frame without content is `01 00`. The limit counts content.
 *
 * @throws {TypeError | RangeError} An option is unknown or not valid.
 * @throws {FrameError} Decoding: `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (the frame ends inside a block),
 * `ERR_FRAME_TRUNCATED`. Encoding: `ERR_FRAME_TOO_LONG`.
 *
 * @example
 * ```ts
 * import { cobs } from '@unstick/stuffing'
 *
 * const codec = cobs()
 * const encoded = codec.encode(Uint8Array.of(1, 0, 2))
 * console.log(...encoded) // 2 1 2 2 0
 * for (const frame of codec.decoder().decode(encoded)) console.log(frame.length) // 3
 * ```
 */
export function cobs(options?: StuffingOptions): FrameCodec {
  const { maxFrameLength, oversize, corrupt } = stuffingOptions(readOptions('cobs', options, STUFFING_OPTIONS))
  return defineCodec({
    name: 'cobs',
    maxFrameLength,
    // The codes and the zero.
    overhead: Math.floor(maxFrameLength / LONGEST_CONTENT) + 2,
    oversize,
    corrupt,
    find: finder(maxFrameLength),
    toFrame: unstuffed,
    holdsPayload: false,
    encodeParts(frame) {
      checkContent('cobs', frame, maxFrameLength)
      return [stuffed(frame)]
    },
  })
}

// The state within a frame, from its lowest bits: the number of bytes before the next code, in eight bits; whether the
// current block is a longest one; the number of longest blocks before it.
const BLOCK_BITS = 256

/** The state in a frame over the limit, whose end alone matters. */
const TOO_LONG = -1

function finder(maxFrameLength: number): FindFrame {
  return (bytes, start, end, search) => {
    if (search.state === TOO_LONG) {
      const at = indexOf(bytes, 0, search.resumeAt, end)
      search.resumeAt = at
      if (at === end) return UNKNOWN
      search.state = 0
      return (search.payloadEnd = at) + 1
    }
    if (bytes[start] === 0) return drop(search, indexOfOther(bytes, 0, start, end))

    const { state, resumeAt: from } = search
    let nextCode = from + (state % BLOCK_BITS)
    let isLongest = state % (2 * BLOCK_BITS) >= BLOCK_BITS
    let longestBefore = Math.floor(state / (2 * BLOCK_BITS))
    const at = indexOf(bytes, 0, from, end)
    while (nextCode < at) {
      if (isLongest) longestBefore++
      const code = bytes[nextCode]!
      isLongest = code === LONGEST
      nextCode += code
    }
    search.resumeAt = at
    // Each code stands for a zero, except the first one and those after longest blocks.
    if (at - start - 1 - longestBefore > maxFrameLength) {
      search.state = TOO_LONG
      return ENDLESS
    }
    if (at === end) {
      search.state = (2 * longestBefore + (isLongest ? 1 : 0)) * BLOCK_BITS + (nextCode - at)
      return UNKNOWN
    }
    search.state = 0
    if (at !== nextCode) {
      throw new FrameError('ERR_FRAME_CORRUPT', 'cobs: the frame ends inside a block', { frameLength: at + 1 - start })
    }
    return (search.payloadEnd = at) + 1
  }
}

function unstuffed(raw: Uint8Array): Uint8Array {
  const frame = ownBytes(raw, contentLength(raw))
  let to = 0
  for (let from = 0; from < raw.length;) {
    const code = raw[from++]!
    for (const blockEnd = from + code - 1; from < blockEnd;) frame[to++] = raw[from++]!
    // The memory is zeroed already.
    if (code !== LONGEST) to++
  }
  return frame
}

function contentLength(raw: Uint8Array): number {
  let length = 0
  let code = 0
  for (let at = 0; at < raw.length; at += code) {
    code = raw[at]!
    length += code === LONGEST ? LONGEST_CONTENT : code
  }
  // The last block's zero is not content.
  return code === LONGEST ? length : length - 1
}

function stuffed(frame: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(frame.length + Math.floor(frame.length / LONGEST_CONTENT) + 2)
  let codeAt = 0
  let to = 1
  for (let from = 0; from < frame.length; from++) {
    const byte = frame[from]!
    if (byte !== 0) {
      encoded[to++] = byte
      if (to - codeAt < LONGEST) continue
      encoded[codeAt] = LONGEST
      // No block follows a longest one that ends the content.
      if (from === frame.length - 1) return withoutRest(encoded, to + 1)
    } else encoded[codeAt] = to - codeAt
    codeAt = to++
  }
  encoded[codeAt] = to - codeAt
  return withoutRest(encoded, to + 1)
}

/** Short frames have no rest: for them a view would cost more than all else. */
function withoutRest(bytes: Uint8Array, length: number): Uint8Array {
  return length === bytes.length ? bytes : bytes.subarray(0, length)
}
