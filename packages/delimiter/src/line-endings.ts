// Finders for lines, by what ends them.

import { drop, ENDLESS, FrameError, indexOfByte, UNKNOWN, type FindFrame, type FindMany } from '@unstick/core'
import { byteSet, skipTo } from './byte-set.ts'
import type { MakeFinder } from './end-delimiter.ts'
import { findEitherLines, findLines, keepEitherEnds, keepingEnds } from './line-block.ts'

/**
 * What ends a line: `'auto'` LF or CRLF (a lone CR is data), `'lf'` LF alone (a CR is data), `'crlf'` CRLF alone (a
 * bare CR or LF is `ERR_FRAME_CORRUPT`), `'any'` CR, LF or CRLF.
 */
export type LineEnding = 'auto' | 'lf' | 'crlf' | 'any'

const LF = 10
const CR = 13
const LF_BYTES = /* @__PURE__ */ new Uint8Array([LF])
const CRLF_BYTES = /* @__PURE__ */ new Uint8Array([CR, LF])
/** The state after a line that ended with a CR, with `ending: 'any'`: an LF that follows is dropped. */
const AFTER_CR = 1

interface LineRules {
  /** The name of the codec in errors. */
  name: string
  maxFrameLength: number
  stripDelimiter: boolean
}

interface EndingKind {
  /** The ending that is written. */
  readonly written: Uint8Array
  /** The length of the longest ending, in bytes. */
  readonly longest: number
  readonly makeFinder: (rules: LineRules) => MakeFinder
  readonly findMany?: (rules: LineRules) => FindMany
}

export const lineEndings: Record<LineEnding, EndingKind> = {
  auto: {
    written: LF_BYTES,
    longest: 2,
    makeFinder: (rules) => findLf(rules, CR),
    findMany: (rules) => findLfLines(rules, CR),
  },
  lf: {
    written: LF_BYTES,
    longest: 1,
    makeFinder: findLf,
    findMany: (rules) => findLfLines(rules),
  },
  crlf: {
    written: CRLF_BYTES,
    longest: 2,
    makeFinder:
      ({ name, maxFrameLength, stripDelimiter }) =>
      (isLast) => {
        const find = findCrlf(name, maxFrameLength, isLast)
        return stripDelimiter ? find : keepingEnd(find)
      },
  },
  any: {
    written: LF_BYTES,
    longest: 2,
    makeFinder: findAny,
    findMany: findAnyLines,
  },
}

function keepingEnd(find: FindFrame): FindFrame {
  return (bytes, start, end, search) => {
    const answer = find(bytes, start, end, search)
    if (answer > start) search.payloadEnd = answer
    return answer
  }
}

/**
 * If `carriageReturn` is given, one before the LF is part of the ending. It is not content, so the LF may come one byte
 * later.
 */
function findLf({ maxFrameLength, stripDelimiter }: LineRules, carriageReturn?: number): MakeFinder {
  const find: FindFrame = (bytes, start, end, search) => {
    const limit = start + maxFrameLength
    const to = Math.min(end, limit + 2)
    const at = indexOfByte(bytes, LF, search.resumeAt, to)
    // The first byte that may belong to an ending.
    search.resumeAt = at !== -1 ? at : to > start && bytes[to - 1] === carriageReturn ? to - 1 : to
    if (at === -1) return end <= limit || (end === limit + 1 && bytes[limit] === carriageReturn) ? UNKNOWN : ENDLESS
    const contentEnd = at > start && bytes[at - 1] === carriageReturn ? at - 1 : at
    if (contentEnd > limit) return ENDLESS
    search.payloadStart = start
    search.payloadEnd = contentEnd
    return at + 1
  }
  return () => (stripDelimiter ? find : keepingEnd(find))
}

function findAny({ maxFrameLength, stripDelimiter }: LineRules): MakeFinder {
  return stripDelimiter ? () => findAnyStripped(maxFrameLength) : (isLast) => findAnyKept(maxFrameLength, isLast)
}

/** The line ends with the CR of a CRLF. The LF is dropped before the next line. */
function findAnyStripped(maxFrameLength: number): FindFrame {
  const endings = byteSet([LF, CR])
  return (bytes, start, end, search) => {
    if (search.state === AFTER_CR && end > start) {
      search.state = 0
      if (bytes[start] === LF) return drop(search, start + 1)
    }
    const at = skipTo(bytes, search.resumeAt, end, endings)
    search.resumeAt = at
    if (at - start > maxFrameLength) return ENDLESS
    if (at === end) return UNKNOWN
    search.state = bytes[at] === CR ? AFTER_CR : 0
    search.payloadEnd = at
    return at + 1
  }
}

/** Finds the same lines with their endings: after a CR it waits for the next byte. */
function findAnyKept(maxFrameLength: number, isLast: boolean): FindFrame {
  const endings = byteSet([LF, CR])
  return (bytes, start, end, search) => {
    const at = skipTo(bytes, search.resumeAt, end, endings)
    search.resumeAt = at
    if (at - start > maxFrameLength) return ENDLESS
    if (at === end) return UNKNOWN
    const next = at + 1
    if (bytes[at] === CR && next === end && !isLast) return UNKNOWN
    return (search.payloadEnd = bytes[at] === CR && next < end && bytes[next] === LF ? next + 1 : next)
  }
}

/** Readers that disagree on line endings enable smuggling: one sees a message that another does not. */
function findCrlf(name: string, maxFrameLength: number, isLast: boolean): FindFrame {
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
      throw new FrameError('ERR_FRAME_CORRUPT', `${name}: a CR must be followed by an LF, and an LF preceded by a CR`)
    }
    search.payloadStart = start
    search.payloadEnd = cr
    return lf + 1
  }
}

function findLfLines({ maxFrameLength, stripDelimiter }: LineRules, carriageReturn?: number): FindMany {
  const findMany = findLines(LF, maxFrameLength, carriageReturn)
  return stripDelimiter ? findMany : keepingEnds(findMany)
}

function findAnyLines({ maxFrameLength, stripDelimiter }: LineRules): FindMany {
  const ending = { delimiter: LF, carriageReturn: CR }
  if (!stripDelimiter) return keepEitherEnds(ending, maxFrameLength)
  return findEitherLines(ending, maxFrameLength, AFTER_CR)
}
