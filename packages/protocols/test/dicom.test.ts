import { dicom } from '../src/dicom.ts'
import { byte, bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('dicom', dicom, {
  isHeaded: true,
  frame: record({ type: byte, payload: payloads }),
  frameOf: (payload) => ({ type: 4, payload }),
  examples: [
    {
      title: 'a release request',
      bytes: bytesOf('05 00 00 00 00 04 00 00 00 00'),
      frames: [{ type: 5, payload: bytesOf('00 00 00 00') }],
    },
  ],
  refused: [{ title: 'a PDU over the limit', bytes: bytesOf('04 00 ff ff ff ff'), code: 'ERR_FRAME_TOO_LONG' }],
})
