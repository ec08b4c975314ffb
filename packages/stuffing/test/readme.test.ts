import { testLayouts } from '../../../tools/tests/layouts.ts'
import { testReadme } from '../../../tools/tests/readme.ts'
import { cobs, dotStuffed, hdlc, slip } from '../src/index.ts'

testReadme(import.meta.url)
testLayouts(import.meta.url, { slip, cobs, hdlc, dotStuffed })
