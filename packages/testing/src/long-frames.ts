// Frames of a given length, for the laws about limits and about work.

import { isFrameError, type FrameCodec } from '@unstick/core'

/** A frame of so many bytes and its encoding, if the codec encodes one. */
export type LongFrames<Frame> = (length: number) => { frame: Frame; bytes: Uint8Array } | undefined

const LETTER = 97

/** `frameOfLength` makes the frame. Without it the letter 'a' is repeated, as a string or as bytes. */
export function longFrames<Frame>(
  codec: FrameCodec<Frame>,
  frameOfLength: ((length: number) => Frame) | undefined,
): LongFrames<Frame> {
  const isText = frameOfLength === undefined && encodes(codec, 'a' as Frame) !== undefined
  const make =
    frameOfLength ?? ((length) => (isText ? 'a'.repeat(length) : new Uint8Array(length).fill(LETTER)) as Frame)
  return (length) => {
    if (length < 0) return undefined
    const frame = make(length)
    const bytes = encodes(codec, frame)
    return bytes && { frame, bytes }
  }
}

function encodes<Frame>(codec: FrameCodec<Frame>, frame: Frame): Uint8Array | undefined {
  try {
    return codec.encode(frame)
  } catch (error) {
    if (isFrameError(error) || error instanceof TypeError) return undefined
    throw error
  }
}
