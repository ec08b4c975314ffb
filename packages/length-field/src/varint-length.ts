// Frames whose header says, as a varint, how long they are.

import {
  choiceOption,
  defineCodec,
  FrameError,
  frameTooLong,
  integerOption,
  UNKNOWN,
  type FrameSearch,
  type FrameCodec,
} from '@unstick/core'
import { wholeOf } from './encode.ts'

export interface VarintLengthOptions {
  /** Bytes before the varint, such as a type byte. Frames then keep their header. Default: 0. */
  lengthFieldOffset?: number
  /** Bytes the varint may have, 1 to 8. Default: 5. */
  maxBytes?: number
  /** Whether a varint longer than it need be is refused. Default: false. */
  minimal?: boolean
  /** The longest frame taken or written, in bytes, header included. Default: 8 MiB. */
  maxFrameLength?: number
  /** What becomes of a longer frame: 'skip' drops exactly that frame. Default: 'error', `ERR_FRAME_TOO_LONG`. */
  oversize?: 'error' | 'skip'
}

/**
 * Frames whose length is a little-endian base-128 varint (unsigned LEB128), as in protobuf's delimited messages, and
 * behind a type byte in MQTT: seven bits a byte, the lowest first, the eighth says that another byte follows.
 *
 * ```
 *                     +--------+--------+---------+
 *  lengthFieldOffset  |  head  | varint | payload |    the varint counts the payload
 *                     +--------+--------+---------+
 * ```
 *
 * Without `lengthFieldOffset` frames are payloads. With it they are whole, and only one whose varint is right can be
 * encoded.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (a varint of more than `maxBytes`, beyond 2^53-1,
 * or with `minimal` one that is longer than it need be) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_TOO_LONG` and
 * `ERR_FRAME_NOT_ENCODABLE`.
 */
export function varintLength(options: VarintLengthOptions = {}): FrameCodec {
  const lengthFieldOffset = integerOption('lengthFieldOffset', options.lengthFieldOffset ?? 0, 0)
  const maxBytes = integerOption('maxBytes', options.maxBytes ?? 5, 1, 8)
  const minimal = choiceOption('minimal', options.minimal ?? false, [true, false])
  const maxFrameLength = integerOption(
    'maxFrameLength',
    options.maxFrameLength ?? 8 * 1024 * 1024,
    lengthFieldOffset + 1,
  )
  const keepsHeader = lengthFieldOffset > 0

  function find(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
    const varint = start + lengthFieldOffset
    let at = varint
    let value = 0
    let weight = 1
    let byte = 128
    while (byte >= 128) {
      if (at - varint === maxBytes) throw invalid(`the varint has more than ${maxBytes} bytes`)
      if (at >= end) return UNKNOWN
      byte = bytes[at++]!
      value += (byte & 127) * weight
      weight *= 128
    }
    if (minimal && byte === 0 && at - varint > 1) throw invalid('the varint is longer than it need be')
    if (value > Number.MAX_SAFE_INTEGER - (at - start)) throw invalid('the length is not an integer from 0 to 2^53-1')
    const frameLength = at - start + value
    if (frameLength > maxFrameLength) throw frameTooLong('varintLength', frameLength, maxFrameLength)
    search.payloadStart = keepsHeader ? start : at
    search.payloadEnd = at + value
    return at + value
  }

  return defineCodec({
    name: 'varintLength',
    maxFrameLength,
    overhead: lengthFieldOffset + maxBytes,
    oversize: options.oversize ?? 'error',
    find,
    encodeParts(frame) {
      const header = keepsHeader ? NOTHING : varintOf(frame.length)
      const frameLength = header.length + frame.length
      if (frameLength > maxFrameLength) throw frameTooLong('varintLength', frameLength, maxFrameLength)
      if (keepsHeader) return wholeOf('varintLength', frame, find)
      if (header.length <= maxBytes) return [header, frame]
      const message = `varintLength: the length ${frame.length} does not fit into ${maxBytes} bytes`
      throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength })
    },
  })
}

const NOTHING = new Uint8Array(0)

function varintOf(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  bytes.push(value)
  return new Uint8Array(bytes)
}

function invalid(what: string): FrameError {
  return new FrameError('ERR_FRAME_LENGTH_INVALID', `varintLength: ${what}`)
}
