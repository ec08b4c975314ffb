import { smpp } from '../src/smpp.ts'
import { bytesOf, payloads, record, testPreset, uint32 } from './preset.ts'

testPreset('smpp', smpp, {
  isHeaded: true,
  frame: record({ commandId: uint32, status: uint32, sequence: uint32, payload: payloads }),
  frameOf: (payload) => ({ commandId: 4, status: 0, sequence: 1, payload }),
  examples: [
    {
      title: 'enquire_link and its response',
      bytes: bytesOf(
        '00 00 00 10 00 00 00 15 00 00 00 00 00 00 00 01   00 00 00 10 80 00 00 15 00 00 00 00 00 00 00 01',
      ),
      frames: [
        { commandId: 0x15, status: 0, sequence: 1, payload: bytesOf('') },
        { commandId: 0x80000015, status: 0, sequence: 1, payload: bytesOf('') },
      ],
    },
  ],
  refused: [{ title: 'a length of 15', bytes: bytesOf('00 00 00 0f'), code: 'ERR_FRAME_LENGTH_INVALID' }],
})
