// A law: a sentence that holds for every input, and the shortest input for which it does not.

import fc from 'fast-check'
import { joined } from './bytes.ts'
import { shownChunks, shownError, shownOutcome } from './display.ts'
import { areSameOutcomes, type Outcome } from './outcome.ts'

/** A sentence that holds for every input. */
export interface Law {
  /** The name: a few words. */
  readonly name: string
  /** The sentence. */
  readonly sentence: string
  /**
   * Tries the law, 100 times by default.
   *
   * @throws {LawError} The law is broken, with the shortest counter-example found; or no input could test it.
   */
  run(parameters?: LawParameters): Promise<void>
}

/** Parameters of fast-check. The `seed` and `path` of a `LawError` try the same input again. */
export interface LawParameters {
  /** @defaultValue that of `fc.configureGlobal`, else 100 */
  numRuns?: number
  /** The seed of the random numbers. */
  seed?: number
  /** Which input of the seed is tried first. */
  path?: string
}

/** A law was broken: the message shows the input with its cuts, what was expected, and what was received. */
export class LawError extends Error {
  /** The law's name. */
  readonly law: string
  /** The name of the codec or framer. */
  readonly subject: string
  /** The seed that finds the counter-example again. */
  readonly seed: number
  /** The path that finds the counter-example again. */
  readonly path: string

  constructor(law: Law, subject: string, seed: number, path: string, details: readonly string[], cause?: unknown) {
    super([`${subject} breaks a law: ${law.name}`, `  ${law.sentence}`, ...details].join('\n'), { cause })
    this.name = 'LawError'
    this.law = law.name
    this.subject = subject
    this.seed = seed
    this.path = path
  }
}

/** Registers each law with the `it` or `test` of a test runner. */
export function testLaws(
  laws: readonly Law[],
  it: (title: string, run: () => Promise<void>) => unknown,
  parameters: LawParameters = {},
): void {
  for (const law of laws) it(`${law.name}: ${law.sentence}`, () => law.run(parameters))
}

/** Thrown by the check of a law: the received result is not the expected one. */
class Difference extends Error {
  readonly expected: string
  readonly received: string

  constructor(expected: string, received: string) {
    super(`expected ${expected}, received ${received}`)
    this.expected = expected
    this.received = received
  }
}

export function expectSame(received: Outcome, expected: Outcome): void {
  if (areSameOutcomes(received, expected)) return
  throw new Difference(shownOutcome(expected, received), shownOutcome(received, expected))
}

export function expectThat(holds: boolean, expected: string | (() => string), received: () => string): void {
  if (!holds) throw new Difference(typeof expected === 'string' ? expected : expected(), received())
}

/** Returned by a check if the input cannot test the law. */
export const NOTHING_TO_TRY: unique symbol = Symbol('nothing to try')

interface Tried {
  chunks: readonly Uint8Array[]
}

export interface Statement<Case extends Tried> {
  name: string
  sentence: string
  /** Inputs, whose `chunks` are decoded and shown. A function if making them takes time. */
  cases: fc.Arbitrary<Case> | (() => fc.Arbitrary<Case>)
  /** Inputs that are tried in every run, before the others. */
  first?: () => Case[]
  /** Throws a `Difference`, or anything else, if the law does not hold. */
  check: (input: Case) => typeof NOTHING_TO_TRY | void | Promise<typeof NOTHING_TO_TRY | void>
  /** The number of runs, if more would not find more. */
  mostRuns?: number
  /** The option to add, for the message if no input could test the law. */
  needs?: string
  /** The option that may be missing, if this input suggests one. */
  hint?: (input: Case) => string | undefined
}

/** The laws of one subject. They share their findings, so that each cause is reported once. */
export class LawBook {
  readonly laws: Law[] = []
  private readonly subject: string
  /** The law that reported each cause, by a key of the cause. */
  private readonly reported = new Map<string, string>()
  /** Laws that others presuppose: an input that breaks one of these cannot test others. */
  private readonly premises: { law: Law; check: (chunks: readonly Uint8Array[]) => unknown }[] = []
  private readonly broken = new Set<Law>()

  constructor(subject: string) {
    this.subject = subject
  }

  /** Adds a law that later ones presuppose; its check needs only chunks. */
  readonly premise = (statement: Statement<Tried & { bytes: Uint8Array }>): void => {
    const { check } = statement
    this.law(statement)
    this.premises.push({
      law: this.laws.at(-1)!,
      check: async (chunks) => check({ chunks, bytes: joined(chunks) }),
    })
  }

  readonly law = <Case extends Tried>(statement: Statement<Case>): void => {
    const { name, sentence } = statement
    const law: Law = {
      name,
      sentence,
      run: async (parameters = {}) => {
        try {
          await this.run(law, statement, parameters)
        } catch (error) {
          if (error instanceof LawError) throw error
          // Not thrown by a check: the codec threw while inputs were made.
          const reasons = await this.reasons(law, { chunks: [] }, error)
          throw new LawError(law, this.subject, parameters.seed ?? 0, '', reasons, error)
        }
      },
    }
    this.laws.push(law)
  }

  private async run<Case extends Tried>(
    law: Law,
    { cases, first, check, mostRuns = Infinity, needs, hint }: Statement<Case>,
    { numRuns = fc.readConfigureGlobal().numRuns ?? 100, ...parameters }: LawParameters,
  ): Promise<void> {
    let isTried = false
    const inputs = typeof cases === 'function' ? withoutTraces(cases) : cases
    const property = fc.asyncProperty(inputs, async (input) => {
      if ((await withoutTraces(() => check(input))) !== NOTHING_TO_TRY) isTried = true
    })
    const examples = (withoutTraces(() => first?.()) ?? []).map((input): [Case] => [input])
    const runs = Math.max(examples.length, Math.min(numRuns, mostRuns))
    let details = await fc.check(property, { ...parameters, numRuns: runs, examples })
    // By chance a few inputs may have been unable to test the law: try others.
    const attempts = mostRuns > 1 ? MOST_MORE : 0
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (details.failed || isTried) break
      details = await fc.check(property, { seed: details.seed + 1, numRuns: FEW, examples })
    }
    const { seed, counterexample, counterexamplePath, numShrinks } = details
    if (!details.failed) {
      if (!isTried) throw this.untried(law, seed, needs)
      return
    }
    const path = counterexamplePath ?? ''
    const input = counterexample![0]
    const errorInstance = (await thrownBy(() => check(input))) ?? details.errorInstance
    const shownPath = path.length > LONGEST_PATH ? 'error.path' : `'${path}'`
    const lines = [
      `  Bytes:     ${shownChunks(input.chunks)}`,
      ...(await this.reasons(law, input, errorInstance)),
      ...hinted(hint?.(input)),
      `  Replay:    law.run({ seed: ${seed}, path: ${shownPath} }), found in run ${details.numRuns}, shrunk ${numShrinks} times`,
    ]
    this.broken.add(law)
    throw new LawError(law, this.subject, seed, path, lines, errorInstance)
  }

  private untried(law: Law, seed: number, needs = 'give other streams or frames'): LawError {
    return new LawError(law, this.subject, seed, '', [
      '  Expected:  an input to try the law with',
      `  Received:  none: ${needs}`,
    ])
  }

  /** Expected and received, or the law that reported the same cause. */
  private async reasons(law: Law, { chunks }: Tried, thrown: unknown): Promise<string[]> {
    const difference = thrown instanceof Difference ? thrown : undefined
    const cause = difference === undefined ? shownError(thrown) : `${shownChunks(chunks)} ${difference.received}`
    const earlier = this.reported.get(cause) ?? (await this.brokenPremise(law, chunks))
    if (earlier !== undefined && earlier !== law.name) return [`  Cause:     that of "${earlier}", which shows it`]
    this.reported.set(cause, law.name)
    return difference === undefined
      ? ['  Expected:  no error but a FrameError', `  Received:  ${cause}`]
      : [`  Expected:  ${difference.expected}`, `  Received:  ${difference.received}`]
  }

  private async brokenPremise(law: Law, chunks: readonly Uint8Array[]): Promise<string | undefined> {
    for (const premise of this.premises) {
      if (premise.law === law) return undefined
      // A law that was not tried has not reported anything yet.
      if (!this.broken.has(premise.law)) continue
      try {
        await premise.check(chunks)
      } catch {
        return premise.law.name
      }
    }
    return undefined
  }
}

const LONGEST_PATH = 250

/** How many more inputs are tried, and how often, before a law counts as untried. */
const FEW = 50
const MOST_MORE = 8

/**
 * Calls `run` without stack traces: invalid input makes a `FrameError` in every other run, and capturing its trace
 * would take longer than decoding. After the first `await` of `run`, errors have traces again.
 */
function withoutTraces<Result>(run: () => Result): Result {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return run()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** The error that `run` throws, with its stack trace. Undefined if it throws none. */
async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run()
    return undefined
  } catch (error) {
    return error
  }
}

function hinted(hint: string | undefined): string[] {
  return hint === undefined ? [] : [`  Hint:      ${hint}`]
}
