// The recipes for metrics, with the libraries that they are for.

import { testReadme } from '../../../tools/tests/readme.ts'

for (const index of [0, 1]) testReadme(import.meta.url, index, '../../../docs/metrics.md')
