// Writing a frame and its delimiter, if the decoder gives back this frame of them.

import { FrameError, isFrameError, UNKNOWN, newSearch, type FindFrame, type FrameSearch } from '@unstick/core'

/** How a codec cuts, as far as its encoder has to know it. */
export interface Cut {
  /** What errors call the codec. */
  name: string
  find: FindFrame
  maxFrameLength: number
  /** Length in bytes of the longest delimiter. */
  longest: number
}

/** Content and delimiter. */
export function partsOf(content: Uint8Array, delimiter: Uint8Array, cut: Cut): Uint8Array[] {
  checkLength(content.length, cut)
  // Only across the content's last bytes and the delimiter can another one arise.
  const last = content.subarray(Math.max(0, content.length - cut.longest + 1))
  const seam = new Uint8Array(last.length + delimiter.length)
  seam.set(last)
  seam.set(delimiter, last.length)
  const search = newSearch()
  const endsInside = firstEnd(content, cut) <= content.length
  if (endsInside || firstEnd(seam, cut, search) !== seam.length || search.payloadEnd !== last.length) {
    throw notEncodable(`${cut.name}: the frame holds a delimiter, or one arises across its end`, content.length)
  }
  return [content, delimiter.slice()]
}

/** A frame that keeps its delimiter. */
export function wholeOf(frame: Uint8Array, cut: Cut): Uint8Array[] {
  const end = firstEnd(frame, cut)
  if (end === Infinity) checkLength(frame.length, cut)
  if (end === frame.length) return [frame]
  throw notEncodable(`${cut.name}: the frame does not end with its first delimiter`, frame.length)
}

/** Where the first frame of `bytes` ends, if it does: else more than their length. No frame at all ends at 0. */
function firstEnd(bytes: Uint8Array, cut: Cut, search: FrameSearch = newSearch()): number {
  try {
    const answer = cut.find(bytes, 0, bytes.length, search)
    return answer === UNKNOWN ? bytes.length + 1 : answer
  } catch (error) {
    if (isFrameError(error)) return 0
    throw error
  }
}

function checkLength(frameLength: number, { name, maxFrameLength }: Cut): void {
  if (frameLength <= maxFrameLength) return
  const message = `${name}: a frame of ${frameLength} bytes exceeds ${maxFrameLength} bytes`
  throw new FrameError('ERR_FRAME_TOO_LONG', message, { frameLength, maxFrameLength })
}

function notEncodable(message: string, frameLength: number): FrameError {
  return new FrameError('ERR_FRAME_NOT_ENCODABLE', message, { frameLength })
}
