import { testCaptures } from '../../../tools/tests/captures.ts'
import { fixedSize } from '../src/index.ts'

testCaptures('fixed', (framing) => fixedSize({ size: framing.frameLength }))
