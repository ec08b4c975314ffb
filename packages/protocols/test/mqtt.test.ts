import fc from 'fast-check'
import { mqtt } from '../src/mqtt.ts'
import { bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('mqtt', mqtt, {
  frame: fc.oneof(
    record({ type: fc.constant(3), flags: fc.constantFrom(0, 1, 2, 4, 9, 11), payload: payloads }),
    record({ type: fc.constantFrom(6, 8, 10), flags: fc.constant(2), payload: payloads }),
    record({ type: fc.constantFrom(1, 2, 4, 5, 7, 9, 11, 12, 13, 14, 15), flags: fc.constant(0), payload: payloads }),
  ),
  frameOf: (payload) => ({ type: 3, flags: 0, payload }),
  examples: [
    {
      title: 'PINGREQ, and a PUBLISH of QoS 0 (MQTT 3.1.1, section 3.3)',
      bytes: bytesOf('c0 00   30 07 00 03 "a/b" "hi"'),
      frames: [
        { type: 12, flags: 0, payload: bytesOf('') },
        { type: 3, flags: 0, payload: bytesOf('00 03 "a/b" "hi"') },
      ],
    },
    {
      title: 'a remaining length of two bytes: 321 is c1 02 (section 2.2.3)',
      bytes: new Uint8Array([0x30, 0xc1, 0x02, ...new Uint8Array(321)]),
      frames: [{ type: 3, flags: 0, payload: new Uint8Array(321) }],
    },
  ],
  refused: [
    { title: 'type 0', bytes: bytesOf('00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a SUBSCRIBE without its flag', bytes: bytesOf('80 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a PUBLISH of QoS 3', bytes: bytesOf('36 00'), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'a remaining length of five bytes',
      bytes: bytesOf('30 80 80 80 80 01'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'a remaining length not in its shortest form',
      bytes: bytesOf('30 81 00'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    { title: 'HTTP', bytes: bytesOf('"GET / HTTP/1.1"'), code: 'ERR_FRAME_CORRUPT' },
  ],
  unencodable: [{ title: 'type 16', frame: { type: 16, flags: 0, payload: bytesOf('') } }],
})
