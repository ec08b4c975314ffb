// Frames between a start and an end marker.

import {
  bytesOption,
  choiceOption,
  defineCodec,
  ENDLESS,
  FrameError,
  gap,
  integerOption,
  readOptions,
  UNKNOWN,
  type FindFrame,
  type FrameCodec,
} from '@unstick/core'
import { ABSENT, automatonOf, PENDING, type Automaton } from './automaton.ts'
import { checkCut, checkLength } from './encode.ts'
import { findStripped } from './end-delimiter.ts'

/** The options of `markers`. */
export interface MarkersOptions {
  /** The start marker: a string (its UTF-8 bytes) or bytes, at least 1. */
  start: string | Uint8Array
  /** The end marker. The content must not contain it, but may contain the start marker. */
  end: string | Uint8Array
  /**
   * What happens to bytes between frames: `'error'` is `ERR_FRAME_CORRUPT`, `'skip'` drops them and reports each gap to
   * the decoder's `onSkip`.
   *
   * @defaultValue 'error'
   */
  outside?: 'error' | 'skip'
  /**
   * The longest content decoded or encoded, in bytes, without its markers.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * What happens to a longer frame: `'error'` is `ERR_FRAME_TOO_LONG`, `'skip'` drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
}

/**
 * Frames between a start and an end marker, such as those of STX and ETX or of MLLP (HL7's minimal lower layer
 * protocol, `start: '\x0b', end: '\x1c\r'`).
 *
 * ```
 *  chunks  | 02 61 | 62 03 02 | 03 |      start: '\x02', end: '\x03'
 *  frames  | 61 62 | |
 * ```
 *
 * Decoding throws `ERR_FRAME_CORRUPT` for bytes outside frames, `ERR_FRAME_TOO_LONG`, and `ERR_FRAME_TRUNCATED` if the
 * stream ends inside a frame or a start marker.
 *
 * @throws {TypeError | RangeError} An option is not valid, or unknown.
 *
 * @example
 * ```ts
 * import { markers } from '@unstick/delimiter'
 *
 * const decoder = markers({ start: '\x02', end: '\x03' }).decoder()
 * for (const frame of decoder.decode(Uint8Array.of(2, 7, 8, 3, 2, 9, 3))) console.log(...frame) // 7 8, 9
 * ```
 */
export function markers(options: MarkersOptions): FrameCodec {
  const given = readOptions('markers', options, ['start', 'end', 'outside', 'maxFrameLength', 'oversize'])
  const startMarker = bytesOption('start', given.start)
  const endMarker = bytesOption('end', given.end)
  const outside = choiceOption('outside', given.outside ?? 'error', ['error', 'skip'])
  const maxFrameLength = integerOption('maxFrameLength', given.maxFrameLength ?? 8 * 1024 * 1024, 1)
  const ends = findStripped(automatonOf([endMarker]), maxFrameLength)(false)
  return defineCodec({
    name: 'markers',
    maxFrameLength,
    overhead: startMarker.length + endMarker.length,
    find: findMarked(startMarker, endMarker, maxFrameLength, outside),
    oversize: given.oversize ?? 'error',
    encodeParts(content) {
      checkLength('markers', content.length, maxFrameLength)
      checkCut('markers: the frame holds the end marker, or one arises across its end', content, endMarker, ends)
      return [startMarker.slice(), content, endMarker.slice()]
    },
  })
}

/**
 * `search.state` is the start marker's node during the search for one. In the content it is negative, and holds the end
 * marker's node and whether the frame is being skipped: `start` is then somewhere inside the content.
 */
function findMarked(
  startMarker: Uint8Array,
  endMarker: Uint8Array,
  maxFrameLength: number,
  outside: 'error' | 'skip',
): FindFrame {
  const starts = automatonOf([startMarker])
  const ends = automatonOf([endMarker])
  const findStart = outside === 'skip' ? seekStart(starts) : matchStart(starts)

  return (bytes, start, end, search) => {
    let isSkipping = false
    if (search.state < 0) {
      isSkipping = (-1 - search.state) % 2 === 1
      search.state = (-1 - search.state) >> 1
    } else {
      const answer = findStart(bytes, start, end, search)
      if (answer !== AT_START) return answer
      search.state = 0
      search.resumeAt = start + startMarker.length
    }
    const contentStart = isSkipping ? start : start + startMarker.length
    const length = ends.seek(bytes, end, search, false)
    const at = search.resumeAt
    const isTooLong = at - contentStart > maxFrameLength
    if (length > 0 && !isTooLong) {
      search.state = 0
      search.payloadStart = contentStart
      search.payloadEnd = at
      return at + length
    }
    // Keep no node of an end marker already found: it is found again once the content before it is dropped.
    search.state = -1 - (2 * search.state + (isSkipping || isTooLong ? 1 : 0))
    return isTooLong ? ENDLESS : UNKNOWN
  }
}

/** A start marker is at `start`. Differs from all answers of a finder. */
const AT_START = 0

function matchStart(starts: Automaton): FindFrame {
  return (bytes, _start, end, search) => {
    const length = starts.match(bytes, end, search, false)
    if (length === PENDING) return UNKNOWN
    if (length !== ABSENT) return AT_START
    throw new FrameError('ERR_FRAME_CORRUPT', 'markers: the frame does not begin with the start marker')
  }
}

function seekStart(starts: Automaton): FindFrame {
  return (bytes, start, end, search) => {
    const length = starts.seek(bytes, end, search, false)
    if (search.resumeAt > start) return gap(search, search.resumeAt)
    return length > 0 ? AT_START : UNKNOWN
  }
}
