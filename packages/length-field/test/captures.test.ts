import { testCaptures } from '../../../tools/tests/captures.ts'
import { lengthField, varintLength } from '../src/index.ts'

testCaptures('length-field', (framing) =>
  lengthField({
    lengthFieldOffset: framing.lengthFieldOffset,
    lengthFieldLength: framing.lengthFieldLength,
    byteOrder: framing.byteOrder === 'little-endian' ? 'little' : 'big',
    lengthAdjustment: framing.lengthAdjustment,
    initialBytesToStrip: 0,
  }),
)

testCaptures('varint', (framing) =>
  varintLength({ lengthFieldOffset: framing.varintOffset, maxBytes: framing.varintMaxBytes }),
)
