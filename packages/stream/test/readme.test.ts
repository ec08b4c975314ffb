import { testReadme } from '../../../tools/tests/readme.ts'

for (const index of [0, 1, 2, 3, 4]) testReadme(import.meta.url, index)
