// Properties under mutation use the same inputs in every run, otherwise a mutant may survive one run and not the next.
// They do not shrink, since that would run a killed mutant many times. They have fewer runs, since a surviving mutant
// needs all of them, and others are killed early.
import type { IRawProperty, Parameters } from 'fast-check'
import { vi } from 'vitest'

const MOST_RUNS = Number(process.env.UNSTICK_RUNS ?? 1000)

vi.mock('fast-check', async (importOriginal) => {
  const original = await importOriginal<typeof import('fast-check')>()
  const { default: fc } = original
  fc.configureGlobal({ seed: 1, endOnFailure: true })
  // A test's own number of runs overrides the global one.
  const assert = <Inputs>(property: IRawProperty<Inputs>, parameters: Parameters<Inputs> = {}): Promise<void> | void =>
    fc.assert(property, { ...parameters, numRuns: Math.min(parameters.numRuns ?? 100, MOST_RUNS) })
  return { ...original, assert, default: { ...fc, assert } }
})
