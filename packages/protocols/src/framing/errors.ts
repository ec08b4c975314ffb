// Errors of the presets. Core fills in the offset. Messages never quote payload bytes.

import { FrameError } from '@unstick/core'

/** Bytes that the protocol forbids. With a `frameLength`, the frame can be skipped. */
export function corrupt(name: string, what: string, frameLength?: number): FrameError {
  return new FrameError('ERR_FRAME_CORRUPT', `${name}: ${what}`, { frameLength })
}

/** A length that no frame of the protocol can have. */
export function invalidLength(name: string, what: string, frameLength?: number): FrameError {
  return new FrameError('ERR_FRAME_LENGTH_INVALID', `${name}: ${what}`, { frameLength })
}

/** A frame that its decoder would change. */
export function notEncodable(name: string, what: string): FrameError {
  return new FrameError('ERR_FRAME_NOT_ENCODABLE', `${name}: ${what}`)
}

/** A line that is longer than its limit. */
export function lineTooLong(name: string, maxLineLength: number, frameLength?: number): FrameError {
  return new FrameError('ERR_FRAME_TOO_LONG', `${name}: the line exceeds maxLineLength (${maxLineLength} bytes)`, {
    maxFrameLength: maxLineLength,
    frameLength,
  })
}
