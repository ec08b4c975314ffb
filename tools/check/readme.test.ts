import { testReadme } from '../tests/readme.ts'

// The README of the repository, one folder above `tools`.
testReadme(new URL('../', import.meta.url).href)
