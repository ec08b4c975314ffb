// Runs random sessions of two peers with the source of the stream adapter, until the time is over.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../packages/stream', import.meta.url))

/** Prints a failing session with the seed to run it again. */
export async function fuzzSessions(seconds, seed) {
  const env = { ...process.env, UNSTICK_SESSIONS: String(seconds), UNSTICK_SEED: String(seed) }
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  const args = [vitest, 'run', 'test/sessions.test.ts', '--reporter=verbose']
  const [code] = await once(spawn(process.execPath, args, { cwd: folder, env, stdio: 'inherit' }), 'exit')
  if (code !== 0) throw new Error(`sessions failed: run them again with --only sessions --seed ${seed}`)
}
