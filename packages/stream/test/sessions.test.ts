// Random sessions of two peers over TCP, TLS and in memory. `npm run fuzz` runs as many as there is time for.

import fc from 'fast-check'
import { afterAll, describe, it } from 'vitest'
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
      await fc.assert(
        fc.asyncProperty(sessions, (session) => runSession(session, transports)),
        {
          ...(seed === undefined ? {} : { seed: Number(seed) }),
          ...(seconds === undefined
            ? { numRuns: RUNS, endOnFailure: true }
            : { numRuns: Infinity, interruptAfterTimeLimit: Number(seconds) * 1000 }),
        },
      )
    },
  )
})
