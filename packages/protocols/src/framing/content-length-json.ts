// JSON messages after a header with their length: the base protocol of the Language Server Protocol.

import { readOptions, type FrameCodec } from '@unstick/core'
import { contentLength } from '@unstick/length-field'
import { jsonFrames } from './json.ts'
import { limitsOf, type JsonPresetOptions } from './options.ts'

/** The length of the shortest header, with one digit, and body. */
const SHORTEST = 'Content-Length: 1\r\n\r\n0'.length

export function contentLengthJson<Message>(name: string, options: JsonPresetOptions | undefined): FrameCodec<Message> {
  const { corrupt, ...rest } = readOptions<JsonPresetOptions>(name, options, ['corrupt', 'maxFrameLength', 'oversize'])
  return jsonFrames(name, contentLength(limitsOf(name, rest, { minFrameLength: SHORTEST })), corrupt)
}
