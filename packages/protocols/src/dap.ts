// The base protocol of the Debug Adapter Protocol.

import type { FrameCodec } from '@unstick/core'
import { contentLengthJson } from './framing/content-length-json.ts'
import type { JsonPresetOptions } from './framing/options.ts'

/**
 * JSON messages, each after a header with its length in bytes:
 *
 * ```
 *  Content-Length: 2 CR LF CR LF {}
 * ```
 *
 * Source: Debug Adapter Protocol, "Base Protocol". `Message` is the type that you expect; it is not checked.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a malformed header, a missing length, a body that is not
 * JSON), `ERR_FRAME_LENGTH_INVALID` and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function dap<Message = unknown>(options?: JsonPresetOptions): FrameCodec<Message> {
  return contentLengthJson('dap', options)
}
