import fc from 'fast-check'
import { tpkt } from '../src/tpkt.ts'
import { bytesOf, testPreset } from './preset.ts'

testPreset('tpkt', tpkt, {
  frame: fc.uint8Array({ minLength: 3, maxLength: 12 }),
  frameOf: (payload) => payload,
  examples: [
    {
      title: 'a connection request',
      bytes: bytesOf('03 00 00 0b 06 e0 00 00 00 00 00'),
      frames: [bytesOf('06 e0 00 00 00 00 00')],
    },
  ],
  refused: [
    { title: 'a length of 6', bytes: bytesOf('03 00 00 06'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'another version', bytes: bytesOf('02 00 00 07'), code: 'ERR_FRAME_CORRUPT' },
  ],
  unencodable: [{ title: 'a TPDU of 2 bytes', frame: bytesOf('01 02') }],
})
