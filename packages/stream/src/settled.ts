// The end of a stream, as one more run of frames.

import { isFrameError, type FrameDecoder } from '@unstick/core'

/** What the end settles; if it also tells of a cut frame, the frames come first. */
export function* settled<Frame>(decoder: FrameDecoder<Frame>): Generator<Frame, void, void> {
  try {
    yield* decoder.end()
  } catch (error) {
    if (isFrameError(error) && error.frames !== undefined) yield* error.frames as Frame[]
    throw error
  }
}
