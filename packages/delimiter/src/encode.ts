// Encodes a frame, provided that the decoder would return the same frame.

import {
  ENDLESS,
  FrameError,
  frameTooLong,
  isFrameError,
  newSearch,
  UNKNOWN,
  type FindFrame,
  type FrameSearch,
} from '@unstick/core'

/** @throws {FrameError} `ERR_FRAME_TOO_LONG` */
export function checkLength(name: string, frameLength: number, maxFrameLength: number): void {
  if (frameLength > maxFrameLength) throw frameTooLong(name, frameLength, maxFrameLength)
}

/**
 * @throws {FrameError} `ERR_FRAME_NOT_ENCODABLE` with `message` if `find` does not end the content right before `next`.
 */
export function checkCut(message: string, content: Uint8Array, next: Uint8Array, find: FindFrame): void {
  if (!isCutBetween(content, next, find)) throw notEncodable(message, content.length)
}

/** Whether the content that `find` finds in these bytes ends exactly where `next` begins. */
export function isCutBetween(content: Uint8Array, next: Uint8Array, find: FindFrame): boolean {
  const search = newSearch()
  if (answerOf(find, content, search) !== UNKNOWN) return false
  // As in a decoder that drops searched bytes, so that the content need not be copied.
  const rest = content.subarray(search.resumeAt)
  const seam = new Uint8Array(rest.length + next.length)
  seam.set(rest)
  seam.set(next, rest.length)
  const further = { ...newSearch(), state: search.state }
  return answerOf(find, seam, further) >= 0 && further.payloadEnd === rest.length
}

/** @throws {FrameError} If a frame that keeps its delimiter is not exactly the first one that `find` finds in it. */
export function checkKept(name: string, frame: Uint8Array, maxFrameLength: number, find: FindFrame): Uint8Array {
  const answer = answerOf(find, frame)
  if (answer === frame.length) return frame
  if (answer === ENDLESS) throw frameTooLong(name, frame.length, maxFrameLength)
  throw notEncodable(`${name}: the frame does not end with its first delimiter`, frame.length)
}

/** Where the first frame in these bytes ends, or another answer of `find`. */
function answerOf(find: FindFrame, bytes: Uint8Array, search: FrameSearch = newSearch()): number {
  try {
    return find(bytes, 0, bytes.length, search)
  } catch (error) {
    if (isFrameError(error)) return NaN
    throw error
  }
}

export function notEncodable(message: string, frameLength: number): FrameError {
  return new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength })
}
