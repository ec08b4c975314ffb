// Decodes a whole stream of frames with noise between them: tries every byte as the beginning of a frame.

import type { SkipReason } from '@unstick/core'
import type { Outcome } from '../outcome.ts'
import type { Skip } from './flagged.ts'

/** What begins at a byte: a frame, an incomplete one, a refused one, or none. */
export type Beginning =
  | { kind: 'frame' | 'too long'; length: number }
  | { kind: 'waiting' | 'noise' | 'invalid' | 'corrupt'; length?: undefined }

/** `beginningOf` gets the rest of the stream. */
export function resynchronising(stream: Uint8Array, beginningOf: (rest: Uint8Array) => Beginning): Outcome<Uint8Array> {
  const frames: Uint8Array[] = []
  const skipped: Skip[] = []
  const known: Beginning[] = []
  let gap: Skip | undefined
  const closeGap = (): void => {
    if (gap !== undefined) skipped.push(gap)
    gap = undefined
  }
  for (let at = 0; at < stream.length;) {
    const { kind, length } = beginningAt(at)
    if (kind === 'frame') {
      closeGap()
      frames.push(stream.slice(at, at + length))
      at += length
    } else if (kind === 'waiting' && !hasFrameAfter(at)) {
      closeGap()
      return { frames, skipped, error: { code: 'ERR_FRAME_TRUNCATED', offset: at } }
    } else {
      const reason: SkipReason = kind === 'noise' ? 'garbage' : 'corrupt'
      gap ??= { offset: at, length: 0, reason }
      gap.length++
      if (reason === 'corrupt') gap.reason = reason
      at++
    }
  }
  closeGap()
  return { frames, skipped }

  function hasFrameAfter(at: number): boolean {
    for (let later = at + 1; later < stream.length; later++) {
      if (beginningAt(later).kind === 'frame') return true
    }
    return false
  }

  // Each position is tried once. Otherwise every incomplete frame would try all positions after it again.
  function beginningAt(at: number): Beginning {
    return (known[at] ??= beginningOf(stream.subarray(at)))
  }
}

const CODES = {
  waiting: 'ERR_FRAME_TRUNCATED',
  noise: 'ERR_FRAME_CORRUPT',
  corrupt: 'ERR_FRAME_CORRUPT',
  invalid: 'ERR_FRAME_LENGTH_INVALID',
  'too long': 'ERR_FRAME_TOO_LONG',
}

/** The same, if frames must directly follow one another. */
export function inSequence(
  stream: Uint8Array,
  beginningOf: (rest: Uint8Array) => Beginning,
  oversize: 'error' | 'skip' = 'error',
): Outcome<Uint8Array> {
  const frames: Uint8Array[] = []
  const skipped: Skip[] = []
  for (let offset = 0; offset < stream.length;) {
    const rest = stream.subarray(offset)
    const { kind, length } = beginningOf(rest)
    if (kind === 'frame') frames.push(rest.slice(0, length))
    else if (kind === 'too long' && oversize === 'skip' && length <= rest.length) {
      skipped.push({ offset, length, reason: 'too-long' })
    } else {
      const code = kind === 'too long' && oversize === 'skip' ? 'ERR_FRAME_TRUNCATED' : CODES[kind]
      return { frames, skipped, error: { code, offset } }
    }
    offset += length
  }
  return { frames, skipped }
}
