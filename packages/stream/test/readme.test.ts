import { testReadme } from '../../../.ci/readme.ts'

for (const index of [0, 1, 2]) testReadme(import.meta.url, index)
