import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codecLaws, LawError, testLaws } from '../src/index.ts'
import { bytes, type Fault } from './faults/fault.ts'
import { delimited, lengthPrefixed } from './faults/home-made.ts'
import { faults } from './faults/index.ts'

/** Fixed, so that what is caught today is caught tomorrow. */
const SEED = 5

/** How many seeds a fault is looked for with, and in how many runs. They measure how often one is missed: see docs/testing.md. */
const SEEDS = Number(process.env.UNSTICK_SEEDS ?? 1)
const RUNS = Number(process.env.UNSTICK_RUNS ?? 100)

describe('codecs without a fault keep every law', () => {
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
  // The number that users have, not that of the test command. No shorter counter-example is looked for.
  beforeAll(() => fc.configureGlobal({ ...given, numRuns: RUNS, endOnFailure: true }))
  afterAll(() => fc.configureGlobal(given))

  it('there are more than fifty of them, each a kind of its own', () => {
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
