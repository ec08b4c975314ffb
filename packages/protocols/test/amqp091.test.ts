import fc from 'fast-check'
import { amqp091 } from '../src/amqp091.ts'
import { bytesOf, payloads, record, testPreset, uint16 } from './preset.ts'

testPreset('amqp091', amqp091, {
  frame: fc.oneof(
    record({ type: fc.constantFrom(1, 2, 3, 8), channel: uint16, payload: payloads }),
    fc.constant({ type: 0x41, channel: 0, payload: bytesOf('00 00 09 01') }),
  ),
  frameOf: (payload) => ({ type: 3, channel: 1, payload }),
  examples: [
    {
      title: 'the protocol header, and a heartbeat',
      bytes: bytesOf('"AMQP" 00 00 09 01   08 00 00 00 00 00 00 ce'),
      frames: [
        { type: 0x41, channel: 0, payload: bytesOf('00 00 09 01') },
        { type: 8, channel: 0, payload: bytesOf('') },
      ],
    },
    {
      title: 'Connection.TuneOk',
      bytes: bytesOf('01 00 00 00 00 00 0c 00 0a 00 1f 07 ff 00 02 00 00 00 3c ce'),
      frames: [{ type: 1, channel: 0, payload: bytesOf('00 0a 00 1f 07 ff 00 02 00 00 00 3c') }],
    },
  ],
  refused: [
    { title: 'a wrong frame end', bytes: bytesOf('08 00 00 00 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a malformed protocol header', bytes: bytesOf('"AMQX"'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a frame over the limit', bytes: bytesOf('01 00 00 ff ff ff ff'), code: 'ERR_FRAME_TOO_LONG' },
  ],
  unencodable: [
    { title: 'a protocol header of 5 bytes', frame: { type: 0x41, channel: 0, payload: bytesOf('00 00 09 01 00') } },
  ],
})
