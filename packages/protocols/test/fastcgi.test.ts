import { fastcgi } from '../src/fastcgi.ts'
import { byte, bytesOf, payloads, record, testPreset, uint16 } from './preset.ts'

testPreset('fastcgi', fastcgi, {
  isHeaded: true,
  frame: record({ type: byte, requestId: uint16, payload: payloads }),
  frameOf: (payload) => ({ type: 6, requestId: 1, payload }),
  examples: [
    {
      title: 'BEGIN_REQUEST',
      bytes: bytesOf('01 01 00 01 00 08 00 00 00 01 00 00 00 00 00 00'),
      frames: [{ type: 1, requestId: 1, payload: bytesOf('00 01 00 00 00 00 00 00') }],
    },
    {
      title: 'padding, which is dropped',
      bytes: bytesOf('01 05 00 01 00 01 02 00 "a" 00 00'),
      frames: [{ type: 5, requestId: 1, payload: bytesOf('"a"') }],
      isRead: true,
    },
  ],
  refused: [{ title: 'another version', bytes: bytesOf('02 01 00 01 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' }],
  unencodable: [{ title: 'content of 64 KiB', frame: { type: 6, requestId: 1, payload: new Uint8Array(65_536) } }],
})
