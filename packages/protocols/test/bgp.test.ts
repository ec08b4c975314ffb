import { bgp } from '../src/bgp.ts'
import { byte, bytesOf, joined, payloads, record, testPreset } from './preset.ts'

testPreset('bgp', bgp, {
  isHeaded: true,
  frame: record({ type: byte, payload: payloads }),
  frameOf: (payload) => ({ type: 2, payload }),
  examples: [
    {
      title: 'KEEPALIVE',
      bytes: joined([new Uint8Array(16).fill(255), bytesOf('00 13 04')]),
      frames: [{ type: 4, payload: bytesOf('') }],
    },
  ],
  refused: [
    { title: 'a wrong marker', bytes: new Uint8Array(19), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'a length of 18',
      bytes: joined([new Uint8Array(16).fill(255), bytesOf('00 12 04')]),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'a message of 4097 bytes',
      bytes: joined([new Uint8Array(16).fill(255), bytesOf('10 01 02')]),
      code: 'ERR_FRAME_TOO_LONG',
    },
  ],
})
