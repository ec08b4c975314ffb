// What comes of streams, with frames as lists of numbers, and which streams and cuts are tried.

import { isFrameError, type FrameCodec } from '@unstick/core'
import type { Outcome } from '@unstick/testing'
import fc from 'fast-check'

/** The first ending at `from` or later; 'bare' where half of one stands alone. */
type Ending = { at: number; length: number } | { at: number; bare: true } | undefined
export type FindEnding = (stream: Uint8Array, from: number) => Ending

export const anyOf =
  (...delimiters: number[][]): FindEnding =>
  (stream, from) => {
    for (let at = from; at < stream.length; at++) {
      const here = delimiters.filter((each) => each.every((byte, index) => stream[at + index] === byte))
      if (here.length > 0) return { at, length: Math.max(...here.map((each) => each.length)) }
    }
    return undefined
  }

export const endings: Record<string, FindEnding> = {
  lf: anyOf([10]),
  auto: anyOf([10], [13, 10]),
  crlf: (stream, from) => {
    const at = stream.findIndex((byte, index) => index >= from && (byte === 10 || byte === 13))
    if (at === -1) return undefined
    return stream[at] === 13 && stream[at + 1] === 10 ? { at, length: 2 } : { at, bare: true }
  },
}

const shown = (frame: unknown): unknown => (frame instanceof Uint8Array ? [...frame] : frame)

/** What an oracle says, in numbers. */
export function inNumbers(outcome: Outcome): Outcome {
  return { ...outcome, frames: outcome.frames.map(shown) }
}

/** All that can be seen of decoding `chunks` to the end. */
export function outcomeOf<Frame>(
  codec: FrameCodec<Frame>,
  chunks: Uint8Array[],
  road: 'decode' | 'scan' | 'one a call' = 'decode',
): Outcome {
  const outcome: Outcome = { frames: [], skipped: [] }
  const decoder = codec.decoder({ onSkip: (skip) => outcome.skipped.push(skip) })
  try {
    for (const chunk of chunks) {
      if (road === 'scan') {
        decoder.scan(chunk, (bytes, start, end) => outcome.frames.push([...bytes.subarray(start, end)]))
        continue
      }
      for (const frame of decoder.decode(chunk)) {
        outcome.frames.push(shown(frame))
        if (road === 'one a call') break
      }
      // Its owner uses the chunk's memory again.
      if (road === 'one a call') chunk.fill(33)
    }
    outcome.frames.push(...decoder.end().map(shown))
  } catch (error) {
    if (!isFrameError(error)) throw error
    outcome.frames.push(...(error.frames ?? []).map(shown))
    outcome.error = { code: error.code, offset: error.offset }
  }
  return outcome
}

/** `bytes` in chunks whose lengths are `sizes`, then the rest; each chunk in memory of its own. */
export function cut(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  let at = 0
  return [...sizes, bytes.length].map((size) => bytes.slice(at, (at += size)))
}

export const cuttings = fc.array(fc.oneof(fc.constant(1), fc.nat(9)), { maxLength: 80 })

export const rules = fc.record({
  maxFrameLength: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(50)),
  oversize: fc.constantFrom('error' as const, 'skip' as const),
  atEnd: fc.constantFrom('error' as const, 'emit' as const, 'drop' as const),
})

/**
 * Streams of few different bytes, so that delimiters and parts of them come often; some are long enough for frames to be
 * found many at once.
 */
export function streams(alphabet: number[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.array(fc.constantFrom(...alphabet), { maxLength: 70 }), fc.constantFrom(1, 1, 1, 12))
    .map(([bytes, times]) => new Uint8Array(new Array<number[]>(times).fill(bytes).flat()))
}
