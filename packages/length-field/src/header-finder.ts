// Finds a block of header lines and the body that follows. One of the lines holds the length of the body.
//
// Each line is read once. What was read so far is part of the finder's state, so that they need not be read again when
// more bytes come, and can be dropped where the header is over its limit and skipped:
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

// `known` is 0 before a length was read, then 1 + the length. The state is `known` in READING, else -1 - known: a bit
// more would not fit beside lengths of 53 bits. SKIPPING and DROPPING are distinguished by the byte that the search
// goes on with, which was read already: it is a line feed only before a line.

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

/** No view has more bytes. */
const MOST_SHOWN = 2 ** 33

const NOT_KNOWN = -1

/** Larger lengths pass 2^53-1 with the shortest header, and do not fit into a state. */
const LARGEST = Number.MAX_SAFE_INTEGER - 4

export function headerFinder(rules: HeaderRules): FindFrame {
  const { name, required, maxHeaderLength, maxFrameLength, oversize } = rules
  const lengthHeader = rules.lengthHeader.toLowerCase()

  return (bytes, start, end, search) => {
    let mode = modeOf(search.state, bytes[search.resumeAt])
    let known = knownOf(search.state)
    let searched = mode === READING ? search.resumeAt : search.resumeAt + 1
    // Where the line begins is looked up only once its end was found: it may arrive byte by byte.
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

  /** Up to where the line at `line` is read. */
  function limitOf(mode: Mode, start: number, line: number): number {
    if (mode === DROPPING) return Infinity
    return (mode === READING ? start : line) + maxHeaderLength
  }

  /** What is known after the line `bytes[line, lineFeed)`. */
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
    if (colon === -1) throw corrupt('a line that is no header ended by CRLF', bytes, start, lineFeed, mode)
    if (!isNamed(bytes, line, colon, lengthHeader)) return known
    const length = lengthOf(trimmedText(bytes, colon + 1, lineEnd))
    if (length === undefined) throw malformed(bytes, start, lineFeed, mode)
    if (length > LARGEST) throw beyondLargest()
    if (known !== 0 && known !== 1 + length) {
      throw corrupt(`two different values of ${rules.lengthHeader}`, bytes, start, lineFeed, mode)
    }
    return 1 + length
  }

  /** The header is whole: its empty line begins at `line`. */
  function finish(search: FrameSearch, start: number, line: number, end: number, known: number, mode: Mode): number {
    const body = line + 2
    const frameLength = body - start + Math.max(0, known - 1)
    // How much of a skipped header is left depends on how the stream was cut, so it must not decide.
    const isBeyond =
      frameLength > Number.MAX_SAFE_INTEGER || (mode !== READING && known > Number.MAX_SAFE_INTEGER - MOST_SHOWN)
    if (isBeyond) throw beyondLargest()
    const frameEnd = start + frameLength
    // Asked again for the rest of this frame, the finder reads the empty line again and needs the length. Once core
    // needs nothing more of the frame but to drop it, the state is that of the next frame.
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

  /** The error for a header over its limit. If it is skipped, the search goes on with the line at `line`. */
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

  /** Whether the line, of which at least `maxHeaderLength` bytes are there, is the one with the length. */
  function isLengthLine(bytes: Uint8Array, line: number): boolean {
    const colon = line + lengthHeader.length
    return bytes[colon] === COLON && isNamed(bytes, line, colon, lengthHeader)
  }

  function malformed(bytes: Uint8Array, start: number, end: number, mode: Mode): FrameError {
    return corrupt(`a malformed ${rules.lengthHeader}`, bytes, start, end, mode)
  }

  /** `bytes[start, end)` is what was read of the header, unless it is being skipped: then its beginning is gone. */
  function corrupt(what: string, bytes: Uint8Array, start: number, end: number, mode: Mode): FrameError {
    const hint = mode === READING ? protocolHint(bytes, start, end) : undefined
    return new FrameError('ERR_FRAME_CORRUPT', withHint(`${name}: ${what}`, hint))
  }

  function beyondLargest(): FrameError {
    return new FrameError('ERR_FRAME_LENGTH_INVALID', `${name}: the length is not an integer from 0 to 2^53-1`)
  }
}
