// What `markers` must make of a whole stream.

import { bytesOption } from '@unstick/core'
import type { Outcome } from '../outcome.ts'
import { anyOf, mayYetEnd, type Skip } from './delimited.ts'
import { DEFAULT_LIMIT } from './length-framed.ts'

/** The options of `markers` that determine the result. */
export interface MarkersRules {
  start: string | Uint8Array
  end: string | Uint8Array
  outside?: 'error' | 'skip'
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
}

/** What `markers` must make of a whole stream. */
export function markers(rules: MarkersRules): (stream: Uint8Array) => Outcome {
  const { outside = 'error', maxFrameLength = DEFAULT_LIMIT, oversize = 'error' } = rules
  const start = [...bytesOption('start', rules.start)]
  const end = [...bytesOption('end', rules.end)]
  const [starts, ends] = [anyOf([start]), anyOf([end])]
  return (stream) => {
    const frames: Uint8Array[] = []
    const skipped: Skip[] = []
    let offset = 0
    while (offset < stream.length) {
      const fail = (code: string): Outcome => ({ frames, skipped, error: { code, offset } })
      // The position of a start marker, or of last bytes that may become one.
      const found = starts.first(stream, offset)
      const begin = found?.at ?? firstThat((at) => starts.mayBegin(stream.subarray(at)), offset, stream.length)
      if (begin > offset) {
        if (outside === 'error') return fail('ERR_FRAME_CORRUPT')
        skipped.push({ offset, length: begin - offset, reason: 'garbage' })
        offset = begin
        continue
      }
      if (found === undefined) return fail('ERR_FRAME_TRUNCATED')
      const from = offset + start.length
      const ending = ends.first(stream, from)
      const content = stream.slice(from, ending?.at)
      const isTooLong = content.length > maxFrameLength
      if (isTooLong && oversize === 'error' && (ending !== undefined || !mayYetEnd(content, maxFrameLength, ends))) {
        return fail('ERR_FRAME_TOO_LONG')
      }
      if (ending === undefined) return fail('ERR_FRAME_TRUNCATED')
      const length = start.length + content.length + end.length
      if (isTooLong) skipped.push({ offset, length, reason: 'too-long' })
      else frames.push(content)
      offset += length
    }
    return { frames, skipped }
  }
}

/** The first number from `from` on that satisfies the condition, or `to`. */
function firstThat(fits: (at: number) => boolean, from: number, to: number): number {
  for (let at = from; at < to; at++) if (fits(at)) return at
  return to
}
