// What decoding comes to, and how to compare it with what a layout's rules say of the whole stream.

import { isFrameError, type FrameCodec } from '@unstick/core'
import fc from 'fast-check'

export interface Outcome {
  frames: number[][]
  skipped: { offset: number; length: number }[]
  error?: { code: string; offset: number | undefined }
}

/** One frame as the rules read it: `from` and `to` are what is handed out. */
export type Reading = { length: number; from: number; to: number } | 'truncated' | 'invalid'

/** Reads a whole stream, frame by frame. `read` is given what is left of it. */
export function oracle(
  stream: Uint8Array,
  rules: { maxFrameLength: number; oversize: 'error' | 'skip' },
  read: (rest: Uint8Array) => Reading,
  isCorrupt: (frame: Uint8Array) => boolean = () => false,
): Outcome {
  const outcome: Outcome = { frames: [], skipped: [] }
  let at = 0
  while (at < stream.length) {
    const fail = (code: string): Outcome => ({ ...outcome, error: { code, offset: at } })
    const rest = stream.subarray(at)
    const reading = read(rest)
    if (reading === 'truncated') return fail('ERR_FRAME_TRUNCATED')
    if (reading === 'invalid') return fail('ERR_FRAME_LENGTH_INVALID')
    const isTooLong = reading.length > rules.maxFrameLength
    if (isTooLong && rules.oversize === 'error') return fail('ERR_FRAME_TOO_LONG')
    if (reading.length > rest.length) return fail('ERR_FRAME_TRUNCATED')
    if (isTooLong) outcome.skipped.push({ offset: at, length: reading.length })
    else if (isCorrupt(rest.subarray(0, reading.length))) return fail('ERR_FRAME_CORRUPT')
    else outcome.frames.push([...rest.subarray(reading.from, reading.to)])
    at += reading.length
  }
  return outcome
}

/** Everything that can be seen of decoding the stream in chunks whose lengths are `cuts`, then the rest. */
export function outcomeOf(codec: FrameCodec, stream: Uint8Array, cuts: number[], road: 'decode' | 'scan'): Outcome {
  const outcome: Outcome = { frames: [], skipped: [] }
  const decoder = codec.decoder({ onSkip: (skip) => outcome.skipped.push(skip) })
  try {
    let at = 0
    for (const size of [...cuts, stream.length]) {
      const chunk = stream.slice(at, at + size)
      at += size
      if (road === 'decode') for (const frame of decoder.decode(chunk)) outcome.frames.push([...frame])
      else decoder.scan(chunk, (bytes, start, end) => outcome.frames.push([...bytes.subarray(start, end)]))
    }
    decoder.end()
  } catch (error) {
    if (!isFrameError(error)) throw error
    outcome.error = { code: error.code, offset: error.offset }
  }
  return outcome
}

export const cuttings = fc.array(fc.oneof(fc.constant(1), fc.nat(7)), { maxLength: 60 })
export const roads = fc.constantFrom('decode' as const, 'scan' as const)
