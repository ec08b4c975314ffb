import fc from 'fast-check'
import { cassandra } from '../src/cassandra.ts'
import { byte, bytesOf, payloads, record, testPreset } from './preset.ts'

const frame = record({
  version: fc.constantFrom(3, 4),
  flags: byte,
  stream: fc.integer({ min: -32_768, max: 32_767 }).filter((each) => !Object.is(each, -0)),
  opcode: byte,
  payload: payloads,
})

testPreset('cassandra from the client', (limits) => cassandra({ from: 'client', ...limits }), {
  isHeaded: true,
  frame,
  frameOf: (payload) => ({ version: 4, flags: 0, stream: 1, opcode: 7, payload }),
  examples: [
    {
      title: 'OPTIONS',
      bytes: bytesOf('04 00 00 01 05 00 00 00 00'),
      frames: [{ version: 4, flags: 0, stream: 1, opcode: 5, payload: bytesOf('') }],
    },
  ],
  refused: [
    { title: 'a response', bytes: bytesOf('84 00 00 01 02 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'version 2', bytes: bytesOf('02 00 01 05 00 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
  ],
  unencodable: [
    { title: 'version 2', frame: { version: 2, flags: 0, stream: 0, opcode: 0, payload: bytesOf('') } },
    ...[0x8000, -0x8001, NaN, 0.5].map((stream) => ({
      title: `stream ${stream}`,
      frame: { version: 4, flags: 0, stream, opcode: 5, payload: bytesOf('') },
    })),
  ],
})

testPreset('cassandra from the server', (limits) => cassandra({ from: 'server', ...limits }), {
  isHeaded: true,
  frame,
  examples: [
    {
      title: 'READY, and an event, whose stream is -1',
      bytes: bytesOf('84 00 00 01 02 00 00 00 00   84 00 ff ff 0c 00 00 00 01 07'),
      frames: [
        { version: 4, flags: 0, stream: 1, opcode: 2, payload: bytesOf('') },
        { version: 4, flags: 0, stream: -1, opcode: 12, payload: bytesOf('07') },
      ],
    },
  ],
})
