// MLLP, which carries HL7 messages between hospital systems.

import { nameCodec, type FrameCodec } from '@unstick/core'
import { markers } from '@unstick/delimiter'
import { limitsOf, type PresetOptions } from './framing/options.ts'

const NAME = 'mllp'

/**
 * Messages, each between a start and an end marker; frames are their bytes:
 *
 * ```
 *  VT MSH|^~\&|... CR PID|... CR FS CR
 * ```
 *
 * Source: HL7, "Transport Specification: MLLP, Release 1". The limit counts the message without its markers.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (bytes outside a message) and `ERR_FRAME_TRUNCATED`;
 * encoding `ERR_FRAME_NOT_ENCODABLE` (a message with FS CR in it) and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function mllp(options?: PresetOptions): FrameCodec {
  const limits = limitsOf(NAME, options, { minFrameLength: 1 })
  return nameCodec(markers({ ...limits, start: '\x0b', end: '\x1c\r' }), NAME)
}
