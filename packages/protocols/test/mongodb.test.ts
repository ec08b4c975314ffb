import { mongodb } from '../src/mongodb.ts'
import { bytesOf, joined, payloads, record, testPreset, uint32 } from './preset.ts'

testPreset('mongodb', mongodb, {
  isHeaded: true,
  frame: record({ requestId: uint32, responseTo: uint32, opCode: uint32, payload: payloads }),
  frameOf: (payload) => ({ requestId: 1, responseTo: 0, opCode: 2013, payload }),
  examples: [
    {
      title: 'OP_MSG',
      bytes: bytesOf('15 00 00 00 01 00 00 00 00 00 00 00 dd 07 00 00 00 00 00 00 00'),
      frames: [{ requestId: 1, responseTo: 0, opCode: 2013, payload: bytesOf('00 00 00 00 00') }],
    },
  ],
  refused: [
    { title: 'a length of 15', bytes: joined([bytesOf('0f'), new Uint8Array(15)]), code: 'ERR_FRAME_LENGTH_INVALID' },
    {
      title: 'a negative length',
      bytes: joined([bytesOf('ff ff ff ff'), new Uint8Array(12)]),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'a message of more than 48,000,000 bytes',
      bytes: joined([bytesOf('01 6c dc 02'), new Uint8Array(12)]),
      code: 'ERR_FRAME_TOO_LONG',
    },
  ],
})
