// A whole stream of frames that tell their length, read one by one.

import type { Outcome } from '../outcome.ts'

export interface LengthRules {
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
}

/** One frame as the rules read it: its whole length, and from where to where it is handed out. */
export type Reading = { length: number; from: number; to: number } | 'truncated' | 'invalid'

export const DEFAULT_LIMIT: number = 8 * 1024 * 1024

/** `read` is given what is left of the stream; `isCorrupt` a whole frame within the limit. */
export function lengthFramed(
  stream: Uint8Array,
  { maxFrameLength = DEFAULT_LIMIT, oversize = 'error' }: LengthRules,
  read: (rest: Uint8Array) => Reading,
  isCorrupt: (frame: Uint8Array) => boolean = () => false,
): Outcome<Uint8Array> {
  const outcome: Outcome<Uint8Array> = { frames: [], skipped: [] }
  let offset = 0
  while (offset < stream.length) {
    const fail = (code: string): Outcome<Uint8Array> => ({ ...outcome, error: { code, offset } })
    const rest = stream.subarray(offset)
    const reading = read(rest)
    if (reading === 'truncated') return fail('ERR_FRAME_TRUNCATED')
    if (reading === 'invalid') return fail('ERR_FRAME_LENGTH_INVALID')
    const { length, from, to } = reading
    const isTooLong = length > maxFrameLength
    if (isTooLong && oversize === 'error') return fail('ERR_FRAME_TOO_LONG')
    if (length > rest.length) return fail('ERR_FRAME_TRUNCATED')
    if (isTooLong) outcome.skipped.push({ offset, length })
    else if (isCorrupt(rest.subarray(0, length))) return fail('ERR_FRAME_CORRUPT')
    else outcome.frames.push(rest.slice(from, to))
    offset += length
  }
  return outcome
}

/** Lengths beyond it are invalid. */
export const LARGEST: bigint = BigInt(Number.MAX_SAFE_INTEGER)
