import { testReadme } from '../../../.ci/readme.ts'

testReadme(import.meta.url)
