// A whole stream of frames that end with a delimiter, searched from each frame's beginning.

import type { Skipped } from '@unstick/core'
import type { Outcome } from '../outcome.ts'
import { DEFAULT_LIMIT } from './length-framed.ts'

export interface DelimiterRules {
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
  atEnd?: 'error' | 'emit' | 'drop'
}

/** The first ending at `from` or later; 'bare' where half of one stands alone. */
type Ending = { at: number; length: number } | { at: number; length: 'bare' } | undefined

export interface Endings {
  first: (stream: Uint8Array, from: number) => Ending
  /** Whether these bytes may be the first part of an ending. */
  mayBegin: (bytes: Uint8Array) => boolean
}

export const BLANK: unique symbol = Symbol('no frame')

/** Content and its ending. `index` counts the frames before it. Throws where the content is corrupt. */
export type ToFrame = (content: Uint8Array, ending: Uint8Array, index: number) => unknown

export function delimited(
  stream: Uint8Array,
  endings: Endings,
  { maxFrameLength = DEFAULT_LIMIT, oversize = 'error', atEnd = 'error' }: DelimiterRules,
  toFrame: ToFrame = (content) => content,
  corrupt: 'error' | 'skip' = 'error',
): Outcome {
  const frames: unknown[] = []
  const skipped: Pick<Skipped, 'offset' | 'length'>[] = []
  let offset = 0
  for (let index = 0; offset < stream.length; index++) {
    const fail = (code: string): Outcome => ({ frames, skipped, error: { code, offset } })
    const ending = endings.first(stream, offset)
    const content = stream.slice(offset, ending?.at)
    const isTooLong = content.length > maxFrameLength
    if (isTooLong && ending === undefined && (atEnd === 'emit' || !mayYetEnd(content, maxFrameLength, endings))) {
      return fail(oversize === 'skip' ? 'ERR_FRAME_TRUNCATED' : 'ERR_FRAME_TOO_LONG')
    }
    if (ending === undefined && atEnd === 'error') return fail('ERR_FRAME_TRUNCATED')
    if (ending === undefined && atEnd === 'drop') break
    if (isTooLong && oversize === 'error') return fail('ERR_FRAME_TOO_LONG')
    if (ending?.length === 'bare') return fail('ERR_FRAME_CORRUPT')

    const length = content.length + (ending?.length ?? 0)
    if (isTooLong) skipped.push({ offset, length })
    else {
      try {
        const frame = toFrame(content, stream.slice(offset + content.length, offset + length), index)
        if (frame !== BLANK) frames.push(frame)
      } catch {
        if (corrupt === 'error') return fail('ERR_FRAME_CORRUPT')
        skipped.push({ offset, length })
      }
    }
    offset += length
  }
  return { frames, skipped }
}

/** Whether an ending that begins within the limit may yet come of the last bytes. */
function mayYetEnd(content: Uint8Array, maxFrameLength: number, { mayBegin }: Endings): boolean {
  for (let at = 0; at <= maxFrameLength; at++) if (mayBegin(content.subarray(at))) return true
  return false
}

/** Any of these: the earliest, and at the same place the longest. */
export function anyOf(delimiters: readonly (readonly number[])[]): Endings {
  return {
    first(stream, from) {
      for (let at = from; at < stream.length; at++) {
        const here = delimiters.filter((each) => each.every((byte, index) => stream[at + index] === byte))
        if (here.length > 0) return { at, length: Math.max(...here.map((each) => each.length)) }
      }
      return undefined
    },
    mayBegin: (bytes) =>
      bytes.length > 0 && delimiters.some((each) => [...bytes].every((byte, index) => each[index] === byte)),
  }
}
