// Frames whose header has a fixed size and holds the length of the whole frame: most binary protocols.

import { defineCodec, type FrameCodec } from '@unstick/core'
import { invalidLength, notEncodable } from './errors.ts'
import { namingMembers, type FrameKind } from './members.ts'
import { limitsOf, type PresetOptions } from './options.ts'

export interface HeadedLayout<Frame> {
  name: string
  /** How many bytes `frameLength` needs. */
  headerLength: number
  /** The protocol's limit, in bytes. Default: 8 MiB. */
  maxFrameLength?: number
  /** The shortest frame, in bytes. Default: the header alone. */
  minFrameLength?: number
  /**
   * The length of the whole frame whose header begins at `start`. Throws a `FrameError` for an invalid header.
   */
  frameLength: (bytes: Uint8Array, start: number) => number
  /** Makes the frame from its bytes, header included. Throws for invalid bytes. */
  decode: (bytes: Uint8Array) => Frame
  /** What `encode` takes. */
  members: FrameKind<Frame>
  /** The opposite: returns the header and the rest of the frame. The length in the header must be that of all parts. */
  encode: (frame: Frame) => Uint8Array[]
}

/** Makes the codec of such frames. `options` are the options of the preset without those it adds itself. */
export function headed<Frame>(options: PresetOptions | undefined, layout: HeadedLayout<Frame>): FrameCodec<Frame> {
  const { name, headerLength, decode, encode } = layout
  const minFrameLength = layout.minFrameLength ?? headerLength
  const lengthOf = (bytes: Uint8Array, start: number): number => {
    const frameLength = layout.frameLength(bytes, start)
    if (frameLength >= minFrameLength && frameLength <= Number.MAX_SAFE_INTEGER) return frameLength
    throw invalidLength(name, `a frame must have at least ${minFrameLength} bytes`)
  }
  return defineCodec<Frame>({
    name,
    ...limitsOf(name, options, { maxFrameLength: layout.maxFrameLength, minFrameLength }),
    find(bytes, start, end, search) {
      if (end - start < headerLength) return start + headerLength
      return (search.payloadEnd = start + lengthOf(bytes, start))
    },
    toFrame: decode,
    encodeParts: namingMembers(name, layout.members, (frame: Frame) => {
      const parts = encode(frame)
      const frameLength = parts.reduce((sum, part) => sum + part.length, 0)
      if (readsAs(parts[0]!, frameLength)) return parts
      throw notEncodable(name, `a frame of ${frameLength} bytes cannot have this header`)
    }),
  })

  /** Whether the decoder would read this length from this header. */
  function readsAs(header: Uint8Array, frameLength: number): boolean {
    try {
      return lengthOf(header, 0) === frameLength
    } catch {
      return false
    }
  }
}
