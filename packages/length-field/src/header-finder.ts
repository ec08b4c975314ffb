// Finds a block of header lines, one of which holds a length, and the body of that length after it.
//
// Each line is read once. The result is kept in the finder's state, so that lines need not be read again when more
// bytes arrive, and can be dropped while a header over the limit is being skipped:
//
// mode       what it is for                                          resumeAt
// READING    a header within its limit                               how far the line was searched
// SKIPPING   a header over its limit: each line up to the limit      the LF before the first line that was not read
// DROPPING   the same, inside a line that is longer than that        the last byte that was read

import { FrameError, frameTooLong, indexOfByte, UNKNOWN, type FindFrame, type FrameSearch } from '@unstick/core'
import { COLON, colonOf, CR, LF, isNamed, lengthOf, startOfLine, trimmedText } from './header-lines.ts'
import { protocolHint, withHint } from './hints.ts'

export interface HeaderRules {
  name: string
  /** The name of the header that holds the length. */
  lengthHeader: string
  required: boolean
  maxHeaderLength: number
  maxFrameLength: number
  oversize: 'error' | 'skip'
  /** What the payload bounds enclose. */
  payload: 'frame' | 'body'
}

const READING = 0
const SKIPPING = 1
const DROPPING = 2
type Mode = typeof READING | typeof SKIPPING | typeof DROPPING

// `known` is 0 until a length has been read, then 1 + the length. The state is `known` in READING, else -1 - known: one
// more bit would not fit beside lengths of 53 bits. SKIPPING and DROPPING differ in the byte at which the search
// resumes, which has been read already: in SKIPPING it is the line feed before a line.

function stateOf(mode: Mode, known: number): number {
  return mode === READING ? known : -1 - known
}

function modeOf(state: number, lastByte: number | undefined): Mode {
  if (state >= 0) return READING
  return lastByte === LF ? SKIPPING : DROPPING
}

function knownOf(state: number): number {
  return state >= 0 ? state : -1 - state
}

/** No view is longer. */
const MOST_SHOWN = 2 ** 33

const NOT_KNOWN = -1

/** With the shortest header, larger lengths exceed 2^53-1, and do not fit into a state. */
const LARGEST = Number.MAX_SAFE_INTEGER - 4

export function headerFinder(rules: HeaderRules): FindFrame {
  const { name, required, maxHeaderLength, maxFrameLength, oversize } = rules
  const lengthHeader = rules.lengthHeader.toLowerCase()

  return (bytes, start, end, search) => {
    let mode = modeOf(search.state, bytes[search.resumeAt])
    let known = knownOf(search.state)
    let searched = mode === READING ? search.resumeAt : search.resumeAt + 1
    // The beginning of the line is looked up only once its end has been found, since it may arrive byte by byte.
    let line = mode === READING ? NOT_KNOWN : searched
    for (;;) {
      const limit = limitOf(mode, start, line)
      const lineFeed = indexOfByte(bytes, LF, searched, Math.min(end, limit))
      if (lineFeed === -1 && end < limit) {
        search.state = stateOf(mode, known)
        search.resumeAt = mode === READING ? end : mode === SKIPPING ? line - 1 : end - 1
        return UNKNOWN
      }
      if (line === NOT_KNOWN) line = startOfLine(bytes, start, searched)
      if (lineFeed === -1) {
        if (mode === READING) throw exceed(bytes, start, line, known, search)
        if (isLengthLine(bytes, line)) throw malformed(bytes, start, line, mode)
        mode = DROPPING
        searched = limit
        continue
      }
      const next = lineFeed + 1
      if (mode === DROPPING) {
        mode = SKIPPING
      } else if (lineFeed === line + 1 && bytes[line] === CR) {
        if (required && known === 0) throw corrupt(`no ${rules.lengthHeader}`, bytes, start, lineFeed, mode)
        return finish(search, start, line, end, known, mode)
      } else known = readLine(bytes, start, line, lineFeed, known, mode)
      line = searched = next
    }
  }

  /** Where to stop reading the line at `line`. */
  function limitOf(mode: Mode, start: number, line: number): number {
    if (mode === DROPPING) return Infinity
    return (mode === READING ? start : line) + maxHeaderLength
  }

  /** The new `known`, after the line `bytes[line, lineFeed)`. */
  function readLine(
    bytes: Uint8Array,
    start: number,
    line: number,
    lineFeed: number,
    known: number,
    mode: Mode,
  ): number {
    const lineEnd = lineFeed - 1
    const colon = lineEnd > line && bytes[lineEnd] === CR ? colonOf(bytes, line, lineEnd) : -1
    if (colon === -1) throw corrupt('a line that is not a header ended by CRLF', bytes, start, lineFeed, mode)
    if (!isNamed(bytes, line, colon, lengthHeader)) return known
    const length = lengthOf(trimmedText(bytes, colon + 1, lineEnd))
    if (length === undefined) throw malformed(bytes, start, lineFeed, mode)
    if (length > LARGEST) throw beyondLargest()
    if (known !== 0 && known !== 1 + length) {
      throw corrupt(`two different values of ${rules.lengthHeader}`, bytes, start, lineFeed, mode)
    }
    return 1 + length
  }

  /** Ends a whole header, whose empty line begins at `line`. */
  function finish(search: FrameSearch, start: number, line: number, end: number, known: number, mode: Mode): number {
    const body = line + 2
    const frameLength = body - start + Math.max(0, known - 1)
    // How much of a skipped header is left depends on how the stream was cut, so it must not influence the result.
    const isBeyond =
      frameLength > Number.MAX_SAFE_INTEGER || (mode !== READING && known > Number.MAX_SAFE_INTEGER - MOST_SHOWN)
    if (isBeyond) throw beyondLargest()
    const frameEnd = start + frameLength
    // If asked again about the rest of this frame, the finder reads the empty line again and needs the length. Once
    // core only has to drop the rest, the state is that of the next frame.
    const isDone = mode !== READING || frameEnd <= end || frameLength > maxFrameLength
    search.state = isDone ? 0 : known
    search.resumeAt = line
    if (mode === READING && frameLength > maxFrameLength && oversize === 'skip') {
      throw frameTooLong(name, frameLength, maxFrameLength)
    }
    search.payloadStart = rules.payload === 'body' ? body : start
    search.payloadEnd = frameEnd
    return frameEnd
  }

  /** The error for a header over its limit. If it is skipped, the search resumes at the line at `line`. */
  function exceed(bytes: Uint8Array, start: number, line: number, known: number, search: FrameSearch): FrameError {
    const isWholeLine = line > start
    if (!isWholeLine && oversize === 'skip' && isLengthLine(bytes, line)) return malformed(bytes, start, line, READING)
    search.state = stateOf(isWholeLine ? SKIPPING : DROPPING, known)
    search.resumeAt = (isWholeLine ? line : start + maxHeaderLength) - 1
    if (maxHeaderLength === maxFrameLength) return frameTooLong(name, Infinity, maxFrameLength)
    return new FrameError(
      'ERR_FRAME_TOO_LONG',
      `${name}: the header exceeds maxHeaderLength (${maxHeaderLength} bytes)`,
    )
  }

  /** Whether the line, of which at least `maxHeaderLength` bytes have arrived, is the one with the length. */
  function isLengthLine(bytes: Uint8Array, line: number): boolean {
    const colon = line + lengthHeader.length
    return bytes[colon] === COLON && isNamed(bytes, line, colon, lengthHeader)
  }

  function malformed(bytes: Uint8Array, start: number, end: number, mode: Mode): FrameError {
    return corrupt(`a malformed ${rules.lengthHeader}`, bytes, start, end, mode)
  }

  /**
   * `bytes[start, end)` is the header as far as it has been read, unless it is being skipped: its beginning is gone
   * then.
   */
  function corrupt(what: string, bytes: Uint8Array, start: number, end: number, mode: Mode): FrameError {
    const hint = mode === READING ? protocolHint(bytes, start, end) : undefined
    return new FrameError('ERR_FRAME_CORRUPT', withHint(`${name}: ${what}`, hint))
  }

  function beyondLargest(): FrameError {
    return new FrameError('ERR_FRAME_LENGTH_INVALID', `${name}: the length is not an integer from 0 to 2^53-1`)
  }
}
