// The finder for frames that end with a flag, in which an escape comes before every byte that is not what it seems.
//
// SLIP and HDLC are such framings. An escape and whatever follows it count as one byte of content.

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
  /** What is wrong with the frame `bytes[start, end)`, which has so many units; undefined if nothing is. */
  faultOf: (bytes: Uint8Array, start: number, end: number, units: number) => string | undefined
}

// The state within a frame is twice the number of escapes so far, and one more if the last byte was one.

/** The state in a frame over the limit, of which only the end matters. */
const TOO_LONG = -1

export function findFlagged({ name, flag, escape, maxUnits, faultOf }: Flagged): FindFrame {
  return (bytes, start, end, search) => {
    if (search.state === TOO_LONG) {
      const at = indexOf(bytes, flag, search.resumeAt, end)
      search.resumeAt = at
      if (at === end) return UNKNOWN
      search.state = 0
      return (search.payloadEnd = at) + 1
    }
    if (bytes[start] === flag) return drop(search, indexOfOther(bytes, flag, start, end))

    let at = search.resumeAt
    // A frame that was refused has left its state behind.
    const state = at === start ? 0 : search.state
    let isEscaped = state % 2 === 1
    let escapes = (state - (state % 2)) / 2
    for (; at < end; at++) {
      const byte = bytes[at]!
      if (byte === flag) break
      if (isEscaped) isEscaped = false
      else if (byte === escape) {
        isEscaped = true
        escapes++
      }
    }
    const units = at - start - escapes
    search.resumeAt = at
    if (units > maxUnits) {
      search.state = TOO_LONG
      return ENDLESS
    }
    if (at === end) {
      search.state = 2 * escapes + (isEscaped ? 1 : 0)
      return UNKNOWN
    }
    search.state = 0
    const fault = isEscaped ? 'an escape right before the end of its frame' : faultOf(bytes, start, at, units)
    if (fault !== undefined) {
      throw new FrameError('ERR_FRAME_CORRUPT', `${name}: ${fault}`, { frameLength: at + 1 - start })
    }
    return (search.payloadEnd = at) + 1
  }
}
