import { testLayouts } from '../../../.ci/layouts.ts'
import { testReadme } from '../../../.ci/readme.ts'
import { packet } from '../src/index.ts'

testReadme(import.meta.url)
testLayouts(import.meta.url, { packet })
