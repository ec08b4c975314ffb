import fc from 'fast-check'
import { iec104, type Iec104Apdu } from '../src/iec104.ts'
import { bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset<Iec104Apdu>('iec104', iec104, {
  isHeaded: true,
  frame: fc.oneof(
    record({ type: fc.constant('I' as const), control: fc.constant(bytesOf('02 00 04 00')), payload: payloads }),
    fc.constant<Iec104Apdu>({ type: 'S', control: bytesOf('01 00 02 00'), payload: bytesOf('') }),
    fc.constant<Iec104Apdu>({ type: 'U', control: bytesOf('07 00 00 00'), payload: bytesOf('') }),
  ),
  frameOf: (payload) => ({ type: 'I', control: bytesOf('00 00 00 00'), payload }),
  examples: [
    {
      title: 'STARTDT, and an interrogation',
      bytes: bytesOf('68 04 07 00 00 00   68 0e 00 00 00 00 64 01 06 00 01 00 00 00 00 14'),
      frames: [
        { type: 'U', control: bytesOf('07 00 00 00'), payload: bytesOf('') },
        { type: 'I', control: bytesOf('00 00 00 00'), payload: bytesOf('64 01 06 00 01 00 00 00 00 14') },
      ],
    },
  ],
  refused: [
    { title: 'another start byte', bytes: bytesOf('69 04'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a length of 3', bytes: bytesOf('68 03'), code: 'ERR_FRAME_LENGTH_INVALID' },
    {
      title: 'a U frame of 5 bytes',
      bytes: bytesOf('68 04 01 00 02 00   68 05 07 00 00 00 64'),
      code: 'ERR_FRAME_LENGTH_INVALID',
      offset: 6,
    },
    { title: 'a length of 254', bytes: bytesOf('68 fe'), code: 'ERR_FRAME_LENGTH_INVALID' },
  ],
  unencodable: [
    { title: 'an ASDU in an S frame', frame: { type: 'S', control: bytesOf('01 00 02 00'), payload: bytesOf('64') } },
    { title: 'control of another type', frame: { type: 'I', control: bytesOf('01 00 00 00'), payload: bytesOf('') } },
    {
      title: 'an ASDU of 250 bytes',
      frame: { type: 'I', control: bytesOf('00 00 00 00'), payload: new Uint8Array(250) },
    },
  ],
})
