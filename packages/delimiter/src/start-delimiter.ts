// The finder for frames that begin with a delimiter.
//
// `search.state` is the automaton's node while the frame's own delimiter is matched. In the content it is negative, and
// also holds the length of that delimiter.

import { ENDLESS, FrameError, UNKNOWN, type FrameSearch } from '@unstick/core'
import { ABSENT, PENDING, type Automaton } from './automaton.ts'
import type { MakeFinder } from './end-delimiter.ts'

export interface StartDelimiterRules {
  maxFrameLength: number
  stripDelimiter: boolean
  atEnd: 'error' | 'emit' | 'drop'
}

/** Finds frames that end where the next delimiter begins or, with `atEnd: 'emit'`, where the stream does. */
export function findStarted(automaton: Automaton, rules: StartDelimiterRules): MakeFinder {
  const { maxFrameLength, stripDelimiter, atEnd } = rules
  // Instead of a length: the frame is too long, and `start` is somewhere in its content.
  const skipping = automaton.longest + 1
  const radix = skipping + 1
  const inContent = (node: number, own: number): number => -1 - (node * radix + own)

  return (isLast) => (bytes, start, end, search) => {
    const isEmitted = isLast && atEnd === 'emit' && end > start
    let own = 0
    if (search.state < 0) {
      const packed = -1 - search.state
      own = packed % radix
      search.state = (packed - own) / radix
      // The content's last byte was kept, since a dropped frame must not end before its first byte.
      if (own === skipping) search.resumeAt++
    } else {
      own = ownDelimiter(automaton, bytes, end, search, isLast)
      if (own === PENDING) {
        if (!isEmitted) return UNKNOWN
        throw new FrameError('ERR_FRAME_TRUNCATED', 'delimiter: the stream ended inside its first delimiter')
      }
    }
    const contentStart = own === skipping ? start : start + own
    const length = automaton.seek(bytes, end, search, isLast)
    const at = search.resumeAt
    const isFound = length > 0 || (isEmitted && own !== skipping)
    const contentEnd = length > 0 ? at : end
    const isTooLong = own !== skipping && (isFound ? contentEnd : at) - contentStart > maxFrameLength
    if (isFound && !isTooLong) {
      search.state = 0
      search.payloadStart = stripDelimiter ? Math.min(contentStart, contentEnd) : start
      search.payloadEnd = contentEnd
      return contentEnd
    }
    if (isTooLong) {
      search.state = inContent(length > 0 ? 0 : search.state, skipping)
      search.resumeAt = at - 1
      return ENDLESS
    }
    search.state = inContent(search.state, own)
    if (own === skipping) search.resumeAt = at - 1
    return UNKNOWN
  }
}

/** The length of the delimiter at the beginning of the frame, or `PENDING`. */
function ownDelimiter(
  automaton: Automaton,
  bytes: Uint8Array,
  end: number,
  search: FrameSearch,
  isLast: boolean,
): number {
  const own = automaton.match(bytes, end, search, isLast)
  if (own === ABSENT) throw new FrameError('ERR_FRAME_CORRUPT', 'delimiter: the frame does not begin with a delimiter')
  if (own !== PENDING) {
    search.state = 0
    search.resumeAt += own
  }
  return own
}
