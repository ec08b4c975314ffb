// Guesses the framing of bytes, with the reasons for each guess.

import { rank } from '../../packages/cli/src/guess/rank.ts'
import type { GuessedFlags, Hypothesis } from '../../packages/cli/src/guess/hypothesis.ts'
import { reasonsFor } from '../../packages/cli/src/guess/reasons.ts'
import { Sample } from '../../packages/cli/src/guess/sample.ts'
import type { Choice } from './codec-choice.ts'

export interface ShownGuess {
  description: string
  choice: Choice
  /** Bytes before the framing begins. */
  start: number
  frames: number
  /** Bytes after the last frame. */
  rest: number
  bits: number
  reasons: string[]
  /** Other framings with the same frames. */
  same: string[]
}

/** Framings with less evidence than this may fit by chance. */
const FEWEST_BITS = 4
const MOST_GUESSES = 4
const MOST_SAME = 6

/** The most likely framings, the most likely first; none if no framing fits. */
export async function guessFraming(chunks: readonly Uint8Array[]): Promise<ShownGuess[]> {
  const sample = new Sample(chunks, true)
  const ranked = await rank(sample, 0)
  return ranked
    .filter(({ evidence }) => evidence.bits > FEWEST_BITS)
    .slice(0, MOST_GUESSES)
    .map((guess) => {
      const { hypothesis, ends, rest } = guess.tiling
      return {
        description: hypothesis.description,
        choice: choiceOf(hypothesis),
        start: hypothesis.start,
        frames: ends.length,
        rest,
        bits: Math.round(guess.evidence.bits),
        reasons: reasonsFor(guess, sample),
        same: guess.same.slice(0, MOST_SAME).map(({ description }) => description),
      }
    })
}

function choiceOf({ flags }: Hypothesis): Choice {
  return Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, writtenAs(value)]))
}

function writtenAs(value: GuessedFlags[string]): string {
  if (value === true) return ''
  if (typeof value !== 'object') return String(value)
  return value.map((one) => one.replaceAll(' ', String.raw`\x20`)).join(' ')
}
