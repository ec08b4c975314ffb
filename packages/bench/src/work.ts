// Counts the work that code does, without timing it: the number is the same in every run and on every machine.
//
// V8 counts how often each block of code is entered, loop bodies at each iteration. The bytes that built-in functions
// process are added. Not counted: string concatenation, array moves by `shift` or `splice`, WebAssembly.

import { Session } from 'node:inspector'
import { countNatives } from './natives.ts'

/** The harness itself, which is not measured. */
const OWN = new URL('.', import.meta.url).href

interface Coverage {
  result: { url: string; functions: { ranges: { count: number }[] }[] }[]
}

/**
 * Starts counting, and returns a function that resolves to the work since its last call. Must be called before the
 * measured code is loaded: functions compiled earlier have no counters.
 */
export function countingWork(): () => Promise<number> {
  let bytes = 0
  countNatives((count) => {
    bytes += count
  })
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return async () => {
    const processed = bytes
    // In Node the answer arrives before `post` returns, in Bun and Deno later.
    const coverage = await new Promise<Coverage>((resolve, reject) => {
      session.post('Profiler.takePreciseCoverage', (error, answer) =>
        error === null ? resolve(answer) : reject(error),
      )
    })
    bytes = 0
    return blocksIn(coverage) + processed
  }
}

function blocksIn({ result }: Coverage): number {
  return result
    .filter(({ url }) => url.startsWith('file:') && !url.startsWith(OWN))
    .flatMap(({ functions }) => functions)
    .flatMap(({ ranges }) => ranges)
    .reduce((sum, { count }) => sum + count, 0)
}
