// As in the tests of this repository: `tools/tests/properties.setup.ts`.

import fc from 'fast-check'

fc.configureGlobal({ numRuns: 15 })
