// The finder for frames that end with a flag, and in which an escape precedes every content byte that would otherwise
// be a flag or an escape.
//
// SLIP and HDLC are such framings. An escape and the byte after it count as one byte of content. They are counted
// before the flag is found only if the frame is longer than the limit on the wire.

import { drop, ENDLESS, FrameError, UNKNOWN, type FindFrame } from '@unstick/core'
import { indexOf, indexOfOther } from './indexes.ts'

export interface Flagged {
  /** The name of the codec in errors. */
  name: string
  /** The byte that ends a frame, and occurs nowhere else. */
  flag: number
  /** The byte that forms one unit with the byte after it. */
  escape: number
  /** The most units of a frame. */
  maxUnits: number
  /** What is wrong with the frame `bytes[start, end)`, or undefined. */
  faultOf: (bytes: Uint8Array, start: number, end: number) => string | undefined
}

// The state is 0 until the frame is known to be longer than the limit on the wire. Then it is twice the number of
// escapes before `resumeAt`, plus one if the last byte is an escape whose pair is incomplete.

/** The state in a frame over the limit, whose end alone matters. */
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

/** The state at `end`, given `state` at `at`. */
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
