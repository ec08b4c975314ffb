import { testLayouts } from '../../../.ci/layouts.ts'
import { testReadme } from '../../../.ci/readme.ts'
import { fixedSize, sizeByType } from '../src/index.ts'

testReadme(import.meta.url)
testLayouts(import.meta.url, { fixedSize, sizeByType })
