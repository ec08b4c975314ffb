// The base protocol of the Debug Adapter Protocol.

import { readOptions, type FrameCodec } from '@unstick/core'
import { contentLength } from '@unstick/length-field'
import { jsonFrames } from './framing/json.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'

/** The options of `dap`. */
export interface DapOptions extends PresetOptions {
  /**
   * What happens to a message that is not JSON: 'skip' drops exactly that message.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
}

const NAME = 'dap'
/** The length of the shortest header, with one digit. */
const SHORTEST = 'Content-Length: 1\r\n\r\n0'.length

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
export function dap<Message = unknown>(options: DapOptions = {}): FrameCodec<Message> {
  const { corrupt, ...limits } = readOptions<DapOptions>(NAME, options, ['corrupt', 'maxFrameLength', 'oversize'])
  return jsonFrames(NAME, contentLength(limitsOf(NAME, limits, { minFrameLength: SHORTEST })), corrupt)
}
