// How often properties are tried in the test command: every codec runs the laws under many options, and `npm run fuzz`
// tries them without end.

import fc from 'fast-check'

const RUNS = 30

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: RUNS })
