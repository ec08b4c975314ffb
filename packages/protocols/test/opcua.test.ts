import fc from 'fast-check'
import { opcua } from '../src/opcua.ts'
import { bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('opcua', opcua, {
  isHeaded: true,
  frame: record({
    type: fc.constantFrom('HEL', 'MSG'),
    chunk: fc.constantFrom('F' as const, 'C' as const, 'A' as const),
    payload: payloads,
  }),
  frameOf: (payload) => ({ type: 'MSG', chunk: 'F', payload }),
  examples: [
    {
      title: 'an acknowledgement',
      bytes: bytesOf('"ACKF" 1c 00 00 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00'),
      frames: [
        { type: 'ACK', chunk: 'F', payload: bytesOf('00 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00') },
      ],
    },
  ],
  refused: [
    { title: 'a type that is not a word', bytes: bytesOf('"ackF" 08 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'another chunk type', bytes: bytesOf('"MSGX" 08 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a length of 7', bytes: bytesOf('"MSGF" 07 00 00 00'), code: 'ERR_FRAME_LENGTH_INVALID' },
  ],
  unencodable: [
    { title: 'a type of two letters', frame: { type: 'MS', chunk: 'F', payload: bytesOf('') } },
    { title: 'a chunk within the type', frame: { type: 'MSGF', chunk: '', payload: bytesOf('') } },
  ],
})
