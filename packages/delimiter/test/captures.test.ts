import { testCaptures } from '../../../tools/tests/captures.ts'
import { delimiter } from '../src/index.ts'

testCaptures('delimiter', (framing) =>
  delimiter({ delimiter: Buffer.from(framing.delimiterHex, 'hex'), stripDelimiter: false }),
)
