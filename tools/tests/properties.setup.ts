// Sets the number of runs of properties in the test command. It is low, since every codec runs the laws with many
// options, and `npm run fuzz` can run longer.

import fc from 'fast-check'

const RUNS = 15

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: RUNS })

// Restores Node's default. Vitest keeps a hundred lines of each trace, and laws create a FrameError in every second
// run.
Error.stackTraceLimit = 10
