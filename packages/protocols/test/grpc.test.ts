import fc from 'fast-check'
import { grpc } from '../src/grpc.ts'
import { bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('grpc', grpc, {
  isHeaded: true,
  frame: record({ compressed: fc.boolean(), payload: payloads }),
  frameOf: (payload) => ({ compressed: false, payload }),
  examples: [
    {
      title: 'a message, and an empty one',
      bytes: bytesOf('00 00 00 00 02 08 01   01 00 00 00 00'),
      frames: [
        { compressed: false, payload: bytesOf('08 01') },
        { compressed: true, payload: bytesOf('') },
      ],
    },
  ],
  refused: [
    { title: 'a flag of 2', bytes: bytesOf('02 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a message of more than 4 MiB', bytes: bytesOf('00 00 40 00 01'), code: 'ERR_FRAME_TOO_LONG' },
  ],
  unencodable: [{ title: 'no flag', frame: { compressed: undefined as never, payload: bytesOf('') } }],
})
