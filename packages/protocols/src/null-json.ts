// JSON values, each ended by a zero byte.

import { readOptions, type FrameCodec } from '@unstick/core'
import { delimiter } from '@unstick/delimiter'
import { jsonFrames } from './framing/json.ts'
import { limitsOf, type JsonPresetOptions } from './framing/options.ts'

const NAME = 'nullJson'

/**
 * JSON values, each followed by a zero byte, as in Chromium's `--remote-debugging-pipe` and Graylog's GELF over TCP:
 *
 * ```
 *  {"id":1,"method":"Target.getTargets"} 00
 * ```
 *
 * Source: Chromium, `content/browser/devtools/devtools_pipe_handler.cc`; Graylog, "GELF via TCP". `Value` is the type
 * that you expect; it is not checked.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` and `ERR_FRAME_TRUNCATED`; encoding
 * `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function nullJson<Value = unknown>(options?: JsonPresetOptions): FrameCodec<Value> {
  const { corrupt, ...limits } = readOptions<JsonPresetOptions>(NAME, options, [
    'corrupt',
    'maxFrameLength',
    'oversize',
  ])
  const frames = delimiter({ ...limitsOf(NAME, limits, { minFrameLength: 1 }), delimiter: '\0' })
  return jsonFrames(NAME, frames, corrupt)
}
