import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codecLaws, LawError, testLaws } from '../src/index.ts'
import { bytes, type Fault } from './faults/fault.ts'
import { delimited, lengthPrefixed } from './faults/home-made.ts'
import { faults } from './faults/index.ts'

/** Fixed, so that the test is deterministic. */
const SEED = 5

/** The number of seeds and runs, to measure how often a fault is missed: see docs/testing.md. */
const SEEDS = Number(process.env.UNSTICK_SEEDS ?? 1)
const RUNS = Number(process.env.UNSTICK_RUNS ?? 100)

describe('sound codecs keep every law', () => {
  describe('a length and a payload', () => {
    testLaws(codecLaws(lengthPrefixed(), { frame: bytes }), it)
  })
  describe('a payload and a delimiter', () => {
    testLaws(codecLaws(delimited(), { frame: bytes }), it)
  })
})

async function isCaught({ law: name, laws }: Fault, seed: number): Promise<boolean> {
  const law = laws().find((each) => each.name === name)
  if (law === undefined) throw new Error(`there is no law "${name}"`)
  try {
    await law.run({ seed })
    return false
  } catch (error) {
    if (error instanceof LawError && !error.message.includes('an input to try the law with')) return true
    throw error
  }
}

describe('a planted fault is caught by a law within the default number of runs', () => {
  const given = fc.readConfigureGlobal()
  // The default number of runs, not that of the test command. No need to shrink the counter-example.
  beforeAll(() => fc.configureGlobal({ ...given, numRuns: RUNS, endOnFailure: true }))
  afterAll(() => fc.configureGlobal(given))

  it('there are more than fifty different ones', () => {
    expect(new Set(faults.map(({ fault }) => fault)).size).toBe(faults.length)
    expect(faults.length).toBeGreaterThan(50)
  })

  it.each(faults)('$fault: "$law"', async (fault) => {
    let missed = 0
    for (let seed = SEED; seed < SEED + SEEDS; seed++) if (!(await isCaught(fault, seed))) missed++
    if (SEEDS > 1 && missed > 0) console.log(`missed with ${missed} of ${SEEDS} seeds: ${fault.fault}`)
    expect(missed).toBeLessThanOrEqual(SEEDS === 1 ? 0 : SEEDS / 10)
  })
})
