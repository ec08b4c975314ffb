// Decodes a whole stream of stuffed frames, each ended by a byte that occurs nowhere else, one by one.

import type { SkipReason } from '@unstick/core'
import type { Outcome } from '../outcome.ts'
import { DEFAULT_LIMIT } from './length-framed.ts'

export interface StuffingRules {
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
  corrupt?: 'error' | 'skip'
}

/** The content of a frame, given its bytes on the wire without the flag; undefined if they are corrupt. */
export interface Stuffing {
  flag: number
  contentOf: (raw: Uint8Array) => Uint8Array | undefined
  /** The least number of content bytes in these bytes on the wire, whatever follows them. */
  countOf: (raw: Uint8Array) => number
}

export interface Skip {
  offset: number
  length: number
  reason: SkipReason
}

export function flagged(stream: Uint8Array, { flag, contentOf, countOf }: Stuffing, rules: StuffingRules): Outcome {
  const { maxFrameLength = DEFAULT_LIMIT, oversize = 'error', corrupt = 'error' } = rules
  const frames: Uint8Array[] = []
  const skipped: Skip[] = []
  let offset = 0
  while (offset < stream.length) {
    const fail = (code: string): Outcome => ({ frames, skipped, error: { code, offset } })
    const flagAt = stream.indexOf(flag, offset)
    const raw = stream.slice(offset, flagAt === -1 ? stream.length : flagAt)
    const length = raw.length + 1
    if (raw.length > 0) {
      const isTooLong = countOf(raw) > maxFrameLength
      if (isTooLong && oversize === 'error') return fail('ERR_FRAME_TOO_LONG')
      if (flagAt === -1) return fail('ERR_FRAME_TRUNCATED')
      const content = contentOf(raw)
      if (isTooLong) skipped.push({ offset, length, reason: 'too-long' })
      else if (content !== undefined) frames.push(content)
      else if (corrupt === 'error') return fail('ERR_FRAME_CORRUPT')
      else skipped.push({ offset, length, reason: 'corrupt' })
    }
    offset += length
  }
  return { frames, skipped }
}
