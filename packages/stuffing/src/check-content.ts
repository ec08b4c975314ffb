// Checks of content that all stuffed framings make before encoding.

import { checkedBytes, FrameError, frameTooLong } from '@unstick/core'

/** Refuses anything but bytes, and content over the limit, which counts content before stuffing. */
export function checkContent(name: string, frame: Uint8Array, maxFrameLength: number): void {
  checkedBytes(frame, name, 'a frame')
  if (frame.length > maxFrameLength) throw frameTooLong(name, frame.length, maxFrameLength)
}

/** Also refuses empty content, for framings in which it would be two flags in a row, which are not a frame. */
export function checkSomeContent(name: string, frame: Uint8Array, maxFrameLength: number): void {
  checkContent(name, frame, maxFrameLength)
  if (frame.length > 0) return
  const message = `${name}: a frame without content cannot be distinguished from two flags in a row`
  throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength: 0 })
}
