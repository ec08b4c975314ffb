import { testReadme } from '../tests/readme.ts'

// The README of the repository, one folder above this one's.
testReadme(new URL('../', import.meta.url).href)
