// Decodes a whole stream of frames that hold their length, one by one.

import type { Outcome } from '../outcome.ts'

export interface LengthRules {
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
  corrupt?: 'error' | 'skip'
}

/** A frame as read by the rules: its whole length, and the part that is handed out. */
interface ReadFrame {
  length: number
  from: number
  to: number
  /** Whether it is too long although its length is within the limit. */
  isTooLong?: boolean
}

/** The result of the rules: a frame, or why there is none. */
export type Reading = ReadFrame | keyof typeof CODES

const CODES = {
  truncated: 'ERR_FRAME_TRUNCATED',
  invalid: 'ERR_FRAME_LENGTH_INVALID',
  corrupt: 'ERR_FRAME_CORRUPT',
  'too long': 'ERR_FRAME_TOO_LONG',
} as const

export const DEFAULT_LIMIT: number = 8 * 1024 * 1024

/** `read` gets the rest of the stream; `isCorrupt` a whole frame within the limit. */
export function lengthFramed(
  stream: Uint8Array,
  { maxFrameLength = DEFAULT_LIMIT, oversize = 'error', corrupt = 'error' }: LengthRules,
  read: (rest: Uint8Array) => Reading,
  isCorrupt: (frame: Uint8Array) => boolean = () => false,
): Outcome<Uint8Array> {
  const outcome: Outcome<Uint8Array> = { frames: [], skipped: [] }
  let offset = 0
  while (offset < stream.length) {
    const fail = (reading: keyof typeof CODES): Outcome<Uint8Array> => ({
      ...outcome,
      error: { code: CODES[reading], offset },
    })
    const rest = stream.subarray(offset)
    const reading = read(rest)
    if (typeof reading === 'string') return fail(reading)
    const { length, from, to } = reading
    const isTooLong = length > maxFrameLength || reading.isTooLong === true
    if (isTooLong && oversize === 'error') return fail('too long')
    if (length > rest.length) return fail('truncated')
    if (isTooLong) outcome.skipped.push({ offset, length })
    else if (!isCorrupt(rest.subarray(0, length))) outcome.frames.push(rest.slice(from, to))
    else if (corrupt === 'error') return fail('corrupt')
    else outcome.skipped.push({ offset, length })
    offset += length
  }
  return outcome
}

/** Larger lengths are invalid. */
export const LARGEST: bigint = BigInt(Number.MAX_SAFE_INTEGER)
