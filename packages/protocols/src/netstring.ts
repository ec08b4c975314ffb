// Netstrings.

import { nameCodec, type FrameCodec } from '@unstick/core'
import { textLength } from '@unstick/length-field'
import { limitsOf, type PresetOptions } from './framing/options.ts'

const NAME = 'netstring'

/**
 * Bytes, with their length before them and a comma after them:
 *
 * ```
 *  5:hello,
 * ```
 *
 * Source: D. J. Bernstein, "Netstrings", cr.yp.to/proto/netstrings.txt.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID` (not digits, or leading zeros), `ERR_FRAME_CORRUPT`
 * (no comma) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function netstring(options?: PresetOptions): FrameCodec {
  const limits = limitsOf(NAME, options, { minFrameLength: 3 })
  return nameCodec(textLength({ ...limits, trailer: ',' }), NAME)
}
