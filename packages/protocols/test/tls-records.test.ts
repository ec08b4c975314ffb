import fc from 'fast-check'
import { tlsRecords } from '../src/tls-records.ts'
import { byte, bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('tlsRecords', tlsRecords, {
  isHeaded: true,
  frame: record({ type: byte, version: fc.constantFrom(0x0300, 0x0301, 0x0303), payload: payloads }),
  frameOf: (payload) => ({ type: 23, version: 0x0303, payload }),
  examples: [
    {
      title: 'change cipher spec, and a fatal alert',
      bytes: bytesOf('14 03 03 00 01 01   15 03 01 00 02 02 28'),
      frames: [
        { type: 20, version: 0x0303, payload: bytesOf('01') },
        { type: 21, version: 0x0301, payload: bytesOf('02 28') },
      ],
    },
  ],
  refused: [
    { title: 'HTTP', bytes: bytesOf('"HTTP/1.1 400"'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a record of more than 2^14 + 2048 bytes', bytes: bytesOf('17 03 03 48 01'), code: 'ERR_FRAME_TOO_LONG' },
  ],
  unencodable: [{ title: 'version 2', frame: { type: 22, version: 0x0200, payload: bytesOf('') } }],
})
