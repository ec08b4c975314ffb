// Frames whose payload is a JSON value in UTF-8.

import { mapCodec, nameCodec, type FrameCodec } from '@unstick/core'
import { corrupt as corruptFrame, notEncodable } from './errors.ts'
import { decodeUtf8, encodeUtf8 } from './text.ts'

/** A codec of the values in the frames of `codec`. `Value` is the type that you expect; it is not checked. */
export function jsonFrames<Value>(
  name: string,
  codec: FrameCodec,
  corrupt: 'error' | 'skip' = 'error',
): FrameCodec<Value> {
  return mapCodec<Uint8Array, Value>(nameCodec(codec, name), {
    corrupt,
    decode(bytes) {
      try {
        return JSON.parse(decodeUtf8(bytes)) as Value
      } catch {
        // The parser's message is left out: it would quote the payload.
        throw corruptFrame(name, 'a frame must be a JSON value')
      }
    },
    encode(value) {
      const text = JSON.stringify(value) as string | undefined
      if (text !== undefined && (typeof value !== 'number' || Number.isFinite(value))) return encodeUtf8(name, text)
      throw notEncodable(name, 'JSON has no form for this value')
    },
  })
}
