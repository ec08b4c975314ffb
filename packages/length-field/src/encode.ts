// What the encoders of this package have in common.

import { FrameError, type FindFrame } from '@unstick/core'

/** Throws `ERR_FRAME_TOO_LONG` for a frame over the limit. */
export function checkLength(name: string, frameLength: number, maxFrameLength: number): void {
  if (frameLength <= maxFrameLength) return
  const message = `${name}: a frame of ${frameLength} bytes exceeds ${maxFrameLength} bytes`
  throw new FrameError('ERR_FRAME_TOO_LONG', message, { frameLength, maxFrameLength })
}

/** A frame that brings its header, if the decoder finds exactly this frame by it. */
export function wholeOf(name: string, frame: Uint8Array, find: FindFrame): Uint8Array[] {
  let cause: unknown
  try {
    if (find(frame, 0, frame.length, 0, { payloadStart: 0, payloadEnd: 0 }) === frame.length) return [frame]
  } catch (error) {
    cause = error
  }
  const message = `${name}: a frame must have what stands around its payload, with its length`
  throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: frame.length, cause })
}
