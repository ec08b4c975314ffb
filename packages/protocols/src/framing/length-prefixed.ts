// Frames after a length that is a big-endian, signed integer of 32 bits, as Java programs write it.

import type { FrameCodec } from '@unstick/core'
import { invalidLength } from './errors.ts'
import { headed, type HeadedLayout } from './headed.ts'
import { bigEndianFor, readBig } from './integers.ts'
import { BYTES } from './members.ts'
import type { PresetOptions } from './options.ts'

/** Reads the length of a whole frame. A negative number is refused. */
export function int32Length(name: string): HeadedLayout<unknown>['frameLength'] {
  return (bytes, start) => {
    const length = readBig(bytes, start, 4)
    if (length > 0x7fffffff) throw invalidLength(name, 'a length must not be negative')
    return 4 + length
  }
}

/** Makes a codec whose frames are the bytes after the length, at most `longest`. */
export function lengthPrefixed(options: PresetOptions | undefined, name: string, longest: number): FrameCodec {
  const bigEndian = bigEndianFor(name)
  return headed<Uint8Array>(options, {
    name,
    members: BYTES,
    headerLength: 4,
    maxFrameLength: 4 + longest,
    frameLength: int32Length(name),
    decode: (bytes) => bytes.subarray(4),
    encode: (payload) => [bigEndian([4, payload.length]), payload],
  })
}
