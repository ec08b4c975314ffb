import fc from 'fast-check'
import { minecraft } from '../src/minecraft.ts'
import { bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('minecraft', minecraft, {
  frame: record({ id: fc.oneof(fc.nat(300), fc.integer()).filter((id) => !Object.is(id, -0)), payload: payloads }),
  frameOf: (payload) => ({ id: 1, payload }),
  examples: [
    {
      title: 'a status request, and a packet with an id of -1',
      bytes: bytesOf('01 00   06 ff ff ff ff 0f 07'),
      frames: [
        { id: 0, payload: bytesOf('') },
        { id: -1, payload: bytesOf('07') },
      ],
    },
  ],
  refused: [
    { title: 'a packet without id', bytes: bytesOf('00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a length of four bytes', bytes: bytesOf('80 80 80 01'), code: 'ERR_FRAME_LENGTH_INVALID' },
  ],
})
