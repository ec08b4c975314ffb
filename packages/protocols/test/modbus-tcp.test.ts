import { modbusTcp } from '../src/modbus-tcp.ts'
import { byte, bytesOf, payloads, record, testPreset, uint16 } from './preset.ts'

testPreset('modbusTcp', modbusTcp, {
  isHeaded: true,
  frame: record({ transactionId: uint16, unitId: byte, function: byte, payload: payloads }),
  frameOf: (payload) => ({ transactionId: 1, unitId: 1, function: 3, payload }),
  examples: [
    {
      title: 'a request to read registers',
      bytes: bytesOf('00 01 00 00 00 06 11 03 00 6b 00 03'),
      frames: [{ transactionId: 1, unitId: 17, function: 3, payload: bytesOf('00 6b 00 03') }],
    },
  ],
  refused: [
    { title: 'another protocol', bytes: bytesOf('00 01 00 01 00 06'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a frame without function', bytes: bytesOf('00 01 00 00 00 01'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a frame of 261 bytes', bytes: bytesOf('00 01 00 00 00 ff'), code: 'ERR_FRAME_TOO_LONG' },
  ],
})
