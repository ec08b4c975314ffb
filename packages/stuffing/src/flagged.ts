// The finder for frames that end with a flag, in which an escape precedes every content byte that would have another
// meaning.
//
// SLIP and HDLC are such framings. An escape and whatever follows it count as one byte of content. Only in what is
// longer than the limit are they counted before the flag is found.

import { drop, ENDLESS, FrameError, UNKNOWN, type FindFrame } from '@unstick/core'
import { indexOf, indexOfOther } from './indexes.ts'

export interface Flagged {
  /** What errors call the codec. */
  name: string
  /** The byte that ends a frame, and stands nowhere else. */
  flag: number
  /** The byte that makes one unit of itself and the byte after it. */
  escape: number
  /** How many units a frame may have. */
  maxUnits: number
  /** What is wrong with the frame `bytes[start, end)`; undefined if nothing is. */
  faultOf: (bytes: Uint8Array, start: number, end: number) => string | undefined
}

// The state in a frame that is not known to be longer than the limit on the wire is 0. In one that is, it tells of the
// escapes before `resumeAt`: twice their number, and one more if the last byte is one whose pair is not complete.

/** The state in a frame over the limit, of which only the end matters. */
const TOO_LONG = -1

export function findFlagged({ name, flag, escape, maxUnits, faultOf }: Flagged): FindFrame {
  return (bytes, start, end, search) => {
    const { state, resumeAt: from } = search
    if (bytes[start] === flag && state !== TOO_LONG) return drop(search, indexOfOther(bytes, flag, start, end))

    const at = indexOf(bytes, flag, from, end)
    search.resumeAt = at
    if (at - start > maxUnits && state !== TOO_LONG) {
      const counted = countEscapes(escape, state, bytes, state === 0 ? start : from, at)
      const isTooLong = at - start - Math.floor(counted / 2) > maxUnits
      search.state = isTooLong ? TOO_LONG : counted
      if (isTooLong) return ENDLESS
    }
    if (at === end) return UNKNOWN
    search.state = 0
    const fault = state === TOO_LONG ? undefined : faultOf(bytes, start, at)
    if (fault !== undefined) {
      throw new FrameError('ERR_FRAME_CORRUPT', `${name}: ${fault}`, { frameLength: at + 1 - start })
    }
    return (search.payloadEnd = at) + 1
  }
}

/** The state at `end`, where it was `state` at `at`. */
function countEscapes(escape: number, state: number, bytes: Uint8Array, at: number, end: number): number {
  let isEscaped = state % 2 === 1
  let escapes = (state - (state % 2)) / 2
  for (; at < end; at++) {
    if (isEscaped) isEscaped = false
    else if (bytes[at] === escape) {
      isEscaped = true
      escapes++
    }
  }
  return 2 * escapes + (isEscaped ? 1 : 0)
}
