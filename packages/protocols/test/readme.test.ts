import { testReadme } from '../../../tools/tests/readme.ts'

testReadme(import.meta.url)
