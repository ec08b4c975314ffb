// How often properties are tried in the test command: every codec runs the laws under many options, and `npm run fuzz`
// tries them without end.

import fc from 'fast-check'

const RUNS = 15

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: RUNS })

// Node's default again. Vitest keeps a hundred lines of each trace, and laws make a FrameError in every other run.
Error.stackTraceLimit = 10
