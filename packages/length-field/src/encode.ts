// What the encoders of this package have in common.

import { FrameError, newSearch, type FindFrame } from '@unstick/core'

/** A frame that brings its header, if the decoder finds exactly this frame by it. */
export function wholeOf(name: string, frame: Uint8Array, find: FindFrame): Uint8Array[] {
  let cause: unknown
  try {
    if (find(frame, 0, frame.length, newSearch()) === frame.length) return [frame]
  } catch (error) {
    cause = error
  }
  const message = `${name}: a frame must have what stands around its payload, with its length`
  throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: frame.length, cause })
}
