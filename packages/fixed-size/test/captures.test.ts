import { testCaptures } from '../../../.ci/captures.ts'
import { fixedSize } from '../src/index.ts'

testCaptures('fixed', (framing) => fixedSize({ size: framing.frameLength }))
