import { testReadme } from '../../tools/tests/readme.ts'

// The README at the root, one folder above this one's.
testReadme(new URL('../', import.meta.url).href)
