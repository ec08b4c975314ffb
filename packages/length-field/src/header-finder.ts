// Finds a block of header lines and the body that follows, whose length one of the lines tells.
//
// Lines are read one by one, each once. What they told is the finder's state, so that they need not be read again when
// more bytes come, and so that a header over its limit can be skipped:
//
// state      0 or more: in a header          less: in a header over its limit, which is being skipped
// resumeAt   how far the line was searched   the first line that was not read
// known      state                           -1 - state                               0: no length yet, else 1 + length

import { ENDLESS, FrameError, frameTooLong, UNKNOWN, type FindFrame, type FrameSearch } from '@unstick/core'
import { protocolHint, withHint } from './hints.ts'
import { colonOf, CR, indexOfLineFeed, isNamed, lengthOf, startOfLine, trimmedText } from './header-lines.ts'

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

/** A state: the first line alone is over the limit. Where it ends, and what it says, is not looked for. */
const REFUSED = Number.MIN_SAFE_INTEGER

/** Larger lengths pass 2^53-1 with the shortest header, and do not fit into a state. */
const LARGEST = Number.MAX_SAFE_INTEGER - 4

export function headerFinder(rules: HeaderRules): FindFrame {
  const { name, required, maxHeaderLength, maxFrameLength, oversize } = rules
  const lengthHeader = rules.lengthHeader.toLowerCase()

  return (bytes, start, end, search) => {
    if (search.state === REFUSED) throw headerTooLong()
    const isSkipping = search.state < 0
    let known = isSkipping ? -1 - search.state : search.state
    let searched = search.resumeAt
    let line = isSkipping ? searched : startOfLine(bytes, start, searched)
    for (;;) {
      // While a header is skipped, each line has the limit to itself.
      const limit = (isSkipping ? line : start) + maxHeaderLength
      const lineFeed = indexOfLineFeed(bytes, searched, Math.min(end, limit))
      if (lineFeed === -1) {
        if (end >= limit) return exceed(search, start, line, known)
        search.state = isSkipping ? -1 - known : known
        search.resumeAt = isSkipping ? line : end
        return UNKNOWN
      }
      const lineEnd = lineFeed - 1
      if (lineEnd === line && bytes[line] === CR) {
        if (required && known === 0) throw corrupt(`no ${rules.lengthHeader}`, bytes, start, lineEnd, search)
        return finish(search, start, line, end, known)
      }
      const colon = lineEnd > line && bytes[lineEnd] === CR ? colonOf(bytes, line, lineEnd) : -1
      if (colon === -1) throw corrupt('a line that is no header ended by CRLF', bytes, start, lineFeed, search)
      if (isNamed(bytes, line, colon, lengthHeader)) {
        const length = lengthOf(trimmedText(bytes, colon + 1, lineEnd))
        if (length === undefined) throw corrupt(`a malformed ${rules.lengthHeader}`, bytes, start, lineEnd, search)
        if (length > LARGEST) throw beyondLargest()
        if (known !== 0 && known !== 1 + length) {
          throw corrupt(`two different values of ${rules.lengthHeader}`, bytes, start, lineEnd, search)
        }
        known = 1 + length
      }
      line = searched = lineFeed + 1
    }
  }

  /** The header is whole: its empty line begins at `line`. */
  function finish(search: FrameSearch, start: number, line: number, end: number, known: number): number {
    const body = line + 2
    const frameLength = body - start + Math.max(0, known - 1)
    if (frameLength > Number.MAX_SAFE_INTEGER) throw beyondLargest()
    const frameEnd = start + frameLength
    // Asked again for the rest of this frame, the finder reads the empty line again and needs the length. Once core
    // needs nothing more of the frame but to drop it, the state is that of the next frame.
    const isDone = search.state < 0 || frameEnd <= end || frameLength > maxFrameLength
    search.state = isDone ? 0 : known
    search.resumeAt = line
    search.payloadStart = rules.payload === 'body' ? body : start
    search.payloadEnd = frameEnd
    return frameEnd
  }

  /** The header is over its limit. The next line to be read begins at `line`. */
  function exceed(search: FrameSearch, start: number, line: number, known: number): number {
    if (search.state < 0 || oversize === 'error') throw headerTooLong()
    search.state = line > start ? -1 - known : REFUSED
    search.resumeAt = line > start ? line : start + maxHeaderLength
    return ENDLESS
  }

  function headerTooLong(): FrameError {
    if (maxHeaderLength === maxFrameLength) return frameTooLong(name, Infinity, maxFrameLength)
    return new FrameError(
      'ERR_FRAME_TOO_LONG',
      `${name}: the header exceeds maxHeaderLength (${maxHeaderLength} bytes)`,
    )
  }

  /** `bytes[start, end)` is what was read of the header, unless it is being skipped: then its beginning is gone. */
  function corrupt(what: string, bytes: Uint8Array, start: number, end: number, search: FrameSearch): FrameError {
    const hint = search.state < 0 ? undefined : protocolHint(bytes, start, end)
    return new FrameError('ERR_FRAME_CORRUPT', withHint(`${name}: ${what}`, hint))
  }

  function beyondLargest(): FrameError {
    return new FrameError('ERR_FRAME_LENGTH_INVALID', `${name}: the length is not an integer from 0 to 2^53-1`)
  }
}
