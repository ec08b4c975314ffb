// Finders for lines: LF or CRLF, LF alone, CRLF alone.

import { ENDLESS, FrameError, UNKNOWN, type FindFrame, type FindMany } from '@unstick/core'
import { findLines } from './line-block.ts'
import { findOne } from './one-delimiter.ts'
import { indexOfByte } from './search.ts'

/**
 * What ends a line: 'auto' LF or CRLF (a lone CR is data), 'lf' LF alone (a CR is data), 'crlf' CRLF alone (a bare CR or
 * LF is `ERR_FRAME_CORRUPT`).
 */
export type LineEnding = 'auto' | 'lf' | 'crlf'

const LF = 10
const CR = 13

interface EndingKind {
  /** What an encoder writes. */
  written: Uint8Array
  /** Length in bytes of the longest ending. */
  longest: number
  finder: (maxFrameLength: number) => FindFrame
  /** Where the end settles more. */
  finderAtEnd?: (maxFrameLength: number) => FindFrame
  findMany?: (maxFrameLength: number) => FindMany
}

const LF_BYTES = new Uint8Array([LF])
const CRLF_BYTES = new Uint8Array([CR, LF])

export const lineEndings: Record<LineEnding, EndingKind> = {
  auto: {
    written: LF_BYTES,
    longest: 2,
    finder: findLfOrCrlf,
    findMany: (max) => findLines(LF, max, CR),
  },
  lf: {
    written: LF_BYTES,
    longest: 1,
    finder: (max) => findOne(LF_BYTES, max),
    findMany: (max) => findLines(LF, max),
  },
  crlf: {
    written: CRLF_BYTES,
    longest: 2,
    finder: (max) => findCrlf(max, false),
    finderAtEnd: (max) => findCrlf(max, true),
  },
}

/** The CR of a CRLF is not content, so the LF may stand one further behind a CR. */
function findLfOrCrlf(maxFrameLength: number): FindFrame {
  return (bytes, start, end, search) => {
    const limit = start + maxFrameLength
    const to = Math.min(end, limit + 2)
    const at = indexOfByte(bytes, LF, search.resumeAt, to)
    search.resumeAt = Math.max(start, to - 1)
    if (at === -1) return end <= limit || (end === limit + 1 && bytes[limit] === CR) ? UNKNOWN : ENDLESS
    const contentEnd = at > start && bytes[at - 1] === CR ? at - 1 : at
    if (contentEnd > limit) return ENDLESS
    search.payloadStart = start
    search.payloadEnd = contentEnd
    return at + 1
  }
}

/** Where readers disagree on what ends a line, one can be made to see a message that another does not. */
function findCrlf(maxFrameLength: number, isLast: boolean): FindFrame {
  return (bytes, start, end, search) => {
    const limit = start + maxFrameLength
    const from = search.resumeAt
    const to = Math.min(end, limit + 1)
    const cr = indexOfByte(bytes, CR, from, to)
    search.resumeAt = cr === -1 ? to : cr
    const lf = indexOfByte(bytes, LF, from, cr === -1 ? to : Math.min(end, limit + 2))
    if (cr === -1 && lf === -1) return end <= limit ? UNKNOWN : ENDLESS
    if (lf === -1 && cr === end - 1 && !isLast) return UNKNOWN
    if (cr === -1 || lf !== cr + 1) {
      throw new FrameError('ERR_FRAME_CORRUPT', 'lines: a CR and an LF must stand together, one of them stands alone')
    }
    search.payloadStart = start
    search.payloadEnd = cr
    return lf + 1
  }
}
