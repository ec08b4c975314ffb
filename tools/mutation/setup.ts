// Properties under mutation: the same inputs in every run, else a mutant may live in one run and die in the next; no
// shrinking, for which a mutant that dies would be tried again and again; and fewer runs, since one that lives costs all
// of them, and one that dies dies early.
import type { IRawProperty, Parameters } from 'fast-check'
import { vi } from 'vitest'

const MOST_RUNS = Number(process.env.UNSTICK_RUNS ?? 1000)

vi.mock('fast-check', async (importOriginal) => {
  const original = await importOriginal<typeof import('fast-check')>()
  const { default: fc } = original
  fc.configureGlobal({ seed: 1, endOnFailure: true })
  // A test's own number of runs goes before the global one.
  const assert = <Inputs>(property: IRawProperty<Inputs>, parameters: Parameters<Inputs> = {}): Promise<void> | void =>
    fc.assert(property, { ...parameters, numRuns: Math.min(parameters.numRuns ?? 100, MOST_RUNS) })
  return { ...original, assert, default: { ...fc, assert } }
})
