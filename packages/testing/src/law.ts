// A law: a sentence that holds for every input, and the shortest input for which it does not.

import fc from 'fast-check'
import { hexWithCuts } from './bytes.ts'
import { shownOutcome, type Outcome } from './outcome.ts'

export interface Law {
  /** A few words. */
  readonly name: string
  /** What holds. */
  readonly sentence: string
  /** Tries the law, 100 times by default. Rejects with a `LawError` that shows the shortest counter-example found. */
  run(parameters?: LawParameters): Promise<void>
}

/** fast-check's parameters of the same names. With the `seed` and `path` of a `LawError` the same input is tried. */
export interface LawParameters {
  numRuns?: number
  seed?: number
  path?: string
}

/** A law was broken: the message shows the input with its cuts, what came, and what should have come. */
export class LawError extends Error {
  /** The law's name. */
  readonly law: string
  /** What broke it. */
  readonly subject: string
  readonly seed: number
  readonly path: string

  constructor(law: Law, subject: string, seed: number, path: string, details: readonly string[], cause: unknown) {
    super([`${subject} breaks a law: ${law.name}`, `  ${law.sentence}`, ...details].join('\n'), { cause })
    this.name = 'LawError'
    this.law = law.name
    this.subject = subject
    this.seed = seed
    this.path = path
  }
}

/** Registers each law with a test runner's `it` or `test`. */
export function testLaws(
  laws: readonly Law[],
  it: (title: string, run: () => Promise<void>) => unknown,
  parameters: LawParameters = {},
): void {
  for (const law of laws) it(`${law.name}: ${law.sentence}`, () => law.run(parameters))
}

/** What the check of a law throws: what came is not what should have come. */
class Difference extends Error {
  readonly expected: string
  readonly came: string

  constructor(expected: string, came: string) {
    super(`expected ${expected}, came ${came}`)
    this.expected = expected
    this.came = came
  }
}

export function expectSame(came: Outcome, expected: Outcome): void {
  const texts = [shownOutcome(expected), shownOutcome(came)] as const
  if (texts[0] !== texts[1]) throw new Difference(...texts)
}

export function expectThat(holds: boolean, expected: string, came: () => string): void {
  if (!holds) throw new Difference(expected, came())
}

export interface Statement<Case extends { chunks: readonly Uint8Array[] }> {
  name: string
  sentence: string
  /** Inputs: `chunks` are what is decoded, and shown. */
  cases: fc.Arbitrary<Case>
  /** Throws a `Difference`, or anything else, if the law does not hold. */
  check: (input: Case) => void | Promise<void>
  /** Where so many runs tell as much as more. */
  mostRuns?: number
}

/** Adds the law of a statement to a list. */
export type StateLaw = <Case extends { chunks: readonly Uint8Array[] }>(statement: Statement<Case>) => void

/** The law that every case of a statement passes its check. */
export function lawOf<Case extends { chunks: readonly Uint8Array[] }>(
  subject: string,
  statement: Statement<Case>,
): Law {
  const { name, sentence, cases, check, mostRuns = Infinity } = statement
  const law: Law = {
    name,
    sentence,
    async run(parameters = {}) {
      const { numRuns = 100 } = parameters
      const property = fc.asyncProperty(cases, async (input) => check(input))
      const details = await fc.check(property, { ...parameters, numRuns: Math.min(numRuns, mostRuns) })
      if (!details.failed) return
      const { seed, counterexample, counterexamplePath, errorInstance, numShrinks } = details
      const path = counterexamplePath ?? ''
      const { expected, came } = differenceOf(errorInstance)
      throw new LawError(
        law,
        subject,
        seed,
        path,
        [
          `  bytes     ${hexWithCuts(counterexample?.[0].chunks ?? [])}`,
          `  expected  ${expected}`,
          `  came      ${came}`,
          `  replay    law.run({ seed: ${seed}, path: '${path}' }), found in run ${details.numRuns}, shrunk ${numShrinks} times`,
        ],
        errorInstance,
      )
    },
  }
  return law
}

function differenceOf(thrown: unknown): { expected: string; came: string } {
  if (thrown instanceof Difference) return thrown
  return {
    expected: 'no error but a FrameError',
    came: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown,
  }
}
