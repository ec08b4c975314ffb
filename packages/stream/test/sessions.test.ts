// Random sessions of two peers over TCP, TLS and in memory. `npm run fuzz` runs as many as time allows.

import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { runSession, sessions, Transports } from './sessions.ts'

const transports = new Transports()
afterAll(() => transports.close())

const RUNS = 300
const { UNSTICK_SESSIONS: seconds, UNSTICK_SEED: seed } = process.env

describe('a session of two peers', () => {
  it(
    'loses nothing, calls every write back once and truthfully, ends, and leaves nothing behind',
    { timeout: 0 },
    async () => {
      const property = fc.asyncProperty(sessions, (session) => runSession(session, transports))
      const result = await fc.check(property, {
        ...(seed === undefined ? {} : { seed: Number(seed) }),
        ...(seconds === undefined
          ? { numRuns: RUNS, endOnFailure: true }
          : { numRuns: Infinity, interruptAfterTimeLimit: Number(seconds) * 1000 }),
      })
      if (seconds !== undefined) console.log(`${result.numRuns} sessions, seed ${result.seed}`)
      expect(result.failed ? fc.defaultReportMessage(result) : undefined).toBeUndefined()
    },
  )
})
