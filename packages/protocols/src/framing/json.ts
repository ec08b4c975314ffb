// Frames whose payload is a JSON value in UTF-8.

import { mapCodec, type FrameCodec } from '@unstick/core'
import { corrupt as corruptFrame, notEncodable } from './errors.ts'
import { decodeUtf8, encodeUtf8 } from './text.ts'

/** The values in the frames of `codec`. `Value` says what is expected, and is not checked. */
export function jsonFrames<Value>(
  name: string,
  codec: FrameCodec,
  corrupt: 'error' | 'skip' = 'error',
): FrameCodec<Value> {
  return mapCodec<Uint8Array, Value>(codec, {
    corrupt,
    decode(bytes) {
      try {
        return JSON.parse(decodeUtf8(bytes)) as Value
      } catch {
        // The parser's message would quote data.
        throw corruptFrame(name, 'a frame is no JSON value')
      }
    },
    encode(value) {
      const text = JSON.stringify(value) as string | undefined
      if (text !== undefined && (typeof value !== 'number' || Number.isFinite(value))) return encodeUtf8(name, text)
      throw notEncodable(name, 'JSON has no form for this value')
    },
  })
}
