// Decodes a whole stream of frames that end with a delimiter, searching from the beginning of each frame.

import type { Skipped } from '@unstick/core'
import type { Outcome } from '../outcome.ts'
import { DEFAULT_LIMIT } from './length-framed.ts'

export interface DelimiterRules {
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
  atEnd?: 'error' | 'emit' | 'drop'
}

/**
 * The first ending at `from` or later. The frame counts `length` bytes of it, and the stream loses `taken` bytes to it;
 * 'bare' is half an ending.
 */
type Ending = { at: number; length: number; taken: number } | { at: number; length: 'bare' } | undefined

export interface Endings {
  first: (stream: Uint8Array, from: number) => Ending
  /** Whether these bytes may be the beginning of an ending. */
  mayBegin: (bytes: Uint8Array) => boolean
}

/** A skip with its reason, whether or not an outcome records it. */
export type Skip = Pick<Skipped, 'offset' | 'length' | 'reason'>

export const BLANK: unique symbol = Symbol('no frame')

/** Turns a frame's content into a frame. */
export interface Contents {
  /** `index` is the number of frames before it. Throws for corrupt content. */
  toFrame: (content: Uint8Array, ending: Uint8Array, index: number) => unknown
  corrupt?: 'error' | 'skip' | undefined
  /** Whether content without an ending is only the beginning of a frame. */
  isCutShort?: (content: Uint8Array) => boolean
}

export function delimited(
  stream: Uint8Array,
  endings: Endings,
  { maxFrameLength = DEFAULT_LIMIT, oversize = 'error', atEnd = 'error' }: DelimiterRules,
  { toFrame, corrupt = 'error', isCutShort = () => false }: Contents,
): Outcome {
  const frames: unknown[] = []
  const skipped: Skip[] = []
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
    if (ending === undefined && isCutShort(content)) return fail('ERR_FRAME_TRUNCATED')

    const length = content.length + (ending?.length ?? 0)
    if (isTooLong) skipped.push({ offset, length, reason: 'too-long' })
    else {
      try {
        const frame = toFrame(content, stream.slice(offset + content.length, offset + length), index)
        if (frame !== BLANK) frames.push(frame)
      } catch {
        if (corrupt === 'error') return fail('ERR_FRAME_CORRUPT')
        skipped.push({ offset, length, reason: 'corrupt' })
      }
    }
    offset += content.length + (ending?.taken ?? 0)
  }
  return { frames, skipped }
}

/** Whether the last bytes may become an ending that begins within the limit. */
export function mayYetEnd(content: Uint8Array, maxFrameLength: number, { mayBegin }: Endings): boolean {
  for (let at = 0; at <= maxFrameLength; at++) if (mayBegin(content.subarray(at))) return true
  return false
}

/** Which of `delimiters` are at `at`. */
export function delimitersAt(
  stream: Uint8Array,
  at: number,
  delimiters: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  return delimiters.filter((each) => each.every((byte, index) => stream[at + index] === byte))
}

/**
 * The earliest of these delimiters. At the same position the stream loses the longest; the frame counts the shortest
 * or, if it keeps its delimiter, the longest.
 */
export function anyOf(delimiters: readonly (readonly number[])[], stripDelimiter: boolean = true): Endings {
  return {
    first(stream, from) {
      for (let at = from; at < stream.length; at++) {
        const lengths = delimitersAt(stream, at, delimiters).map((each) => each.length)
        if (lengths.length === 0) continue
        const taken = Math.max(...lengths)
        return { at, length: stripDelimiter ? Math.min(...lengths) : taken, taken }
      }
      return undefined
    },
    mayBegin: (bytes) =>
      bytes.length > 0 && delimiters.some((each) => [...bytes].every((byte, index) => each[index] === byte)),
  }
}
