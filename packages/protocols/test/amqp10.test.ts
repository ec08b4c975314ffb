import fc from 'fast-check'
import { amqp10, type Amqp10Frame } from '../src/amqp10.ts'
import { byte, bytesOf, payloads, record, testPreset, uint16 } from './preset.ts'

testPreset<Amqp10Frame>('amqp10', amqp10, {
  frame: fc.oneof(
    record({
      type: byte,
      channel: uint16,
      extended: fc.constantFrom(bytesOf(''), bytesOf('00 00 00 00')),
      payload: payloads,
    }),
    record({
      type: fc.constant('protocol' as const),
      id: fc.constantFrom(0, 2, 3),
      version: fc.tuple(byte, byte, byte),
    }),
  ),
  frameOf: (payload) => ({ type: 0, channel: 0, extended: bytesOf(''), payload }),
  examples: [
    {
      title: 'the SASL header, the AMQP header, and an empty frame',
      bytes: bytesOf('"AMQP" 03 01 00 00   "AMQP" 00 01 00 00   00 00 00 08 02 00 00 00'),
      frames: [
        { type: 'protocol', id: 3, version: [1, 0, 0] },
        { type: 'protocol', id: 0, version: [1, 0, 0] },
        { type: 0, channel: 0, extended: bytesOf(''), payload: bytesOf('') },
      ],
    },
  ],
  refused: [
    { title: 'a size of 7', bytes: bytesOf('00 00 00 07 02 00 00 00'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a data offset of 1', bytes: bytesOf('00 00 00 08 01 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a data offset beyond the frame', bytes: bytesOf('00 00 00 08 03 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
  ],
  unencodable: [
    {
      title: 'an extended header of 3 bytes',
      frame: { type: 0, channel: 0, extended: bytesOf('00 00 00'), payload: bytesOf('') },
    },
    {
      title: 'a version of four numbers',
      frame: { type: 'protocol', id: 0, version: [1, 0, 0, 0] as never },
    },
  ],
})
