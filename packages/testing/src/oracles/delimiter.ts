// What `delimiter` must make of a whole stream.

import { bytesOption } from '@unstick/core'
import type { Outcome } from '../outcome.ts'
import { anyOf, delimited, delimitersAt, mayYetEnd, type DelimiterRules, type Skip } from './delimited.ts'
import { DEFAULT_LIMIT } from './length-framed.ts'

/** The options of `delimiter` that determine the result. */
export interface AnyDelimiterRules extends DelimiterRules {
  delimiter: string | Uint8Array | readonly (string | Uint8Array)[]
  delimiterAt?: 'end' | 'start'
  stripDelimiter?: boolean
}

/** What `delimiter` must make of a whole stream. */
export function delimiter(rules: AnyDelimiterRules): (stream: Uint8Array) => Outcome {
  const { stripDelimiter = true, delimiterAt = 'end' } = rules
  const delimiters = listOf(rules.delimiter)
  if (delimiterAt === 'start') return (stream) => started(stream, delimiters, { atEnd: 'emit', ...rules })
  const endings = anyOf(delimiters, stripDelimiter)
  return (stream) =>
    delimited(stream, endings, rules, {
      toFrame: (content, ending) => (stripDelimiter ? content : new Uint8Array([...content, ...ending])),
    })
}

export function listOf(given: AnyDelimiterRules['delimiter']): number[][] {
  const list = typeof given === 'string' || given instanceof Uint8Array ? [given] : given
  return list.map((each) => [...bytesOption('delimiter', each)])
}

/** Frames that begin with their delimiter. */
function started(stream: Uint8Array, delimiters: number[][], rules: AnyDelimiterRules): Outcome {
  const { maxFrameLength = DEFAULT_LIMIT, oversize, atEnd, stripDelimiter = true } = rules
  const endings = anyOf(delimiters)
  const frames: Uint8Array[] = []
  const skipped: Skip[] = []
  let offset = 0
  while (offset < stream.length) {
    const fail = (code: string): Outcome => ({ frames, skipped, error: { code, offset } })
    const here = delimitersAt(stream, offset, delimiters)
    if (here.length === 0) {
      if (!endings.mayBegin(stream.subarray(offset))) return fail('ERR_FRAME_CORRUPT')
      if (atEnd === 'drop') break
      return fail('ERR_FRAME_TRUNCATED')
    }
    const from = offset + Math.max(...here.map((each) => each.length))
    const next = endings.first(stream, from)
    const content = stream.slice(from, next?.at)
    const isTooLong = content.length > maxFrameLength
    if (next === undefined) {
      if (isTooLong && (atEnd === 'emit' || !mayYetEnd(content, maxFrameLength, endings))) {
        return fail(oversize === 'skip' ? 'ERR_FRAME_TRUNCATED' : 'ERR_FRAME_TOO_LONG')
      }
      if (atEnd === 'error') return fail('ERR_FRAME_TRUNCATED')
      if (atEnd === 'drop') break
    }
    const end = from + content.length
    if (!isTooLong) frames.push(stripDelimiter ? content : stream.slice(offset, end))
    else if (oversize === 'skip') skipped.push({ offset, length: end - offset, reason: 'too-long' })
    else return fail('ERR_FRAME_TOO_LONG')
    offset = end
  }
  return { frames, skipped }
}
