import { tds } from '../src/tds.ts'
import { byte, bytesOf, payloads, record, testPreset, uint16 } from './preset.ts'

testPreset('tds', tds, {
  isHeaded: true,
  frame: record({ type: byte, status: byte, spid: uint16, packetId: byte, window: byte, payload: payloads }),
  frameOf: (payload) => ({ type: 4, status: 1, spid: 0, packetId: 1, window: 0, payload }),
  examples: [
    {
      title: 'an empty SQL batch',
      bytes: bytesOf('01 01 00 08 00 00 01 00'),
      frames: [{ type: 1, status: 1, spid: 0, packetId: 1, window: 0, payload: bytesOf('') }],
    },
  ],
  refused: [
    { title: 'a length of 7', bytes: bytesOf('01 01 00 07 00 00 01 00'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a packet of 32,768 bytes', bytes: bytesOf('01 01 80 00 00 00 01 00'), code: 'ERR_FRAME_TOO_LONG' },
  ],
})
