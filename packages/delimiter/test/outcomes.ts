// Outcomes of decoding with frames as lists of numbers, and the streams and cuts for the tests.

import { isFrameError, type FrameCodec } from '@unstick/core'
import type { Outcome } from '@unstick/testing'
import fc from 'fast-check'

const shown = (frame: unknown): unknown => (frame instanceof Uint8Array ? [...frame] : frame)

/** The outcome that an oracle expects, in numbers. */
export function inNumbers(outcome: Outcome): Outcome {
  return { ...outcome, frames: outcome.frames.map(shown) }
}

/** The observable outcome of decoding `chunks` to the end. */
export function outcomeOf<Frame>(
  codec: FrameCodec<Frame>,
  chunks: Uint8Array[],
  via: 'decode' | 'scan' | 'one a call' = 'decode',
): Outcome {
  const outcome: Outcome = { frames: [], skipped: [] }
  const decoder = codec.decoder({
    onSkip: ({ offset, length, reason }) => outcome.skipped.push({ offset, length, reason }),
  })
  try {
    for (const chunk of chunks) {
      if (via === 'scan') {
        decoder.scan(chunk, (bytes, start, end) => outcome.frames.push([...bytes.subarray(start, end)]))
        continue
      }
      for (const frame of decoder.decode(chunk)) {
        outcome.frames.push(shown(frame))
        if (via === 'one a call') break
      }
      // The owner of the chunk reuses its memory.
      if (via === 'one a call') chunk.fill(33)
    }
    outcome.frames.push(...decoder.end().map(shown))
  } catch (error) {
    if (!isFrameError(error)) throw error
    outcome.frames.push(...(error.frames ?? []).map(shown))
    outcome.error = { code: error.code, offset: error.offset }
  }
  return outcome
}

/** `bytes` in chunks whose lengths are `sizes`, then the rest, each in memory of its own. */
export function cut(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  let at = 0
  return [...sizes, bytes.length].map((size) => bytes.slice(at, (at += size)))
}

export const cuttings = fc.array(fc.oneof(fc.constant(1), fc.nat(9)), { maxLength: 80, size: 'max' })

export const rules = fc.record({
  maxFrameLength: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(50)),
  oversize: fc.constantFrom('error' as const, 'skip' as const),
  atEnd: fc.constantFrom('error' as const, 'emit' as const, 'drop' as const),
})

/**
 * Streams of few different bytes, so that delimiters and parts of them are frequent; some are long enough for a batch
 * search.
 */
export function streams(alphabet: number[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.array(fc.constantFrom(...alphabet), { maxLength: 70, size: 'max' }), fc.constantFrom(1, 1, 1, 12))
    .map(([bytes, times]) => new Uint8Array(new Array<number[]>(times).fill(bytes).flat()))
}
