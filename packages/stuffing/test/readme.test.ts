import { testLayouts } from '../../../.ci/layouts.ts'
import { testReadme } from '../../../.ci/readme.ts'
import { cobs, dotStuffed, hdlc, slip } from '../src/index.ts'

testReadme(import.meta.url)
testLayouts(import.meta.url, { slip, cobs, hdlc, dotStuffed })
