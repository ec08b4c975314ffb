import fc from 'fast-check'
import { diameter } from '../src/diameter.ts'
import { byte, bytesOf, record, testPreset, uint32 } from './preset.ts'

testPreset('diameter', diameter, {
  isHeaded: true,
  frame: record({
    flags: byte,
    command: fc.nat(0xffffff),
    applicationId: uint32,
    hopByHopId: uint32,
    endToEndId: uint32,
    payload: fc.constantFrom(bytesOf(''), bytesOf('00 00 01 08')),
  }),
  frameOf: (payload) => ({ flags: 0, command: 1, applicationId: 0, hopByHopId: 0, endToEndId: 0, payload }),
  examples: [
    {
      title: 'a device-watchdog request',
      bytes: bytesOf('01 00 00 14 80 00 01 18 00 00 00 00 00 00 00 01 00 00 00 02'),
      frames: [{ flags: 0x80, command: 280, applicationId: 0, hopByHopId: 1, endToEndId: 2, payload: bytesOf('') }],
    },
  ],
  refused: [
    { title: 'another version', bytes: bytesOf('02 00 00 14'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a length of 21', bytes: bytesOf('01 00 00 15'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a length of 16', bytes: bytesOf('01 00 00 10'), code: 'ERR_FRAME_LENGTH_INVALID' },
  ],
  unencodable: [
    {
      title: 'AVPs that are not padded',
      frame: { flags: 0, command: 1, applicationId: 0, hopByHopId: 0, endToEndId: 0, payload: bytesOf('00') },
    },
  ],
})
