// MLLP, which carries HL7 messages between hospital systems.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { corrupt, notEncodable } from './framing/errors.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'

const NAME = 'mllp'
const VT = 0x0b
const FS = 0x1c
const CR = 0x0d

/**
 * Messages between a start and an end, as bytes:
 *
 * ```
 *  VT MSH|^~\&|... CR PID|... CR FS CR
 * ```
 *
 * Source: HL7, "Transport Specification: MLLP, Release 1".
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (no start, an FS that is followed by something else than CR)
 * and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 */
export function mllp(options?: PresetOptions): FrameCodec {
  return defineCodec({
    name: NAME,
    ...limitsOf(NAME, options, { minFrameLength: 3 }),
    find(bytes, start, end, search) {
      // While a message over the limit is skipped its start is not seen.
      if (search.state === 0 && start < end && bytes[start] !== VT) throw corrupt(NAME, 'a message must begin with VT')
      if (start < end) search.state = IN_MESSAGE
      let at = search.resumeAt
      while (at < end && bytes[at] !== FS) at++
      search.resumeAt = at
      if (at + 1 >= end) return UNKNOWN
      if (bytes[at + 1] !== CR) throw corrupt(NAME, 'FS must be followed by CR')
      search.state = 0
      search.payloadStart = Math.min(start + 1, at)
      search.payloadEnd = at
      return at + 2
    },
    encodeParts(message) {
      if (message.includes(FS)) throw notEncodable(NAME, 'a message must hold no FS')
      return [new Uint8Array([VT]), message, new Uint8Array([FS, CR])]
    },
  })
}

const IN_MESSAGE = 1
