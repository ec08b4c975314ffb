import fc from 'fast-check'
import { bitcoin } from '../src/bitcoin.ts'
import { bytesOf, joined, payloads, record, testPreset, uint32 } from './preset.ts'

testPreset('bitcoin', bitcoin, {
  isHeaded: true,
  frame: record({ command: fc.constantFrom('version', 'sendaddrv2ab', ''), checksum: uint32, payload: payloads }),
  frameOf: (payload) => ({ command: 'block', checksum: 0, payload }),
  examples: [
    {
      title: 'verack',
      bytes: bytesOf('f9 be b4 d9 "verack" 00 00 00 00 00 00 00 00 00 00 5d f6 e0 e2'),
      frames: [{ command: 'verack', checksum: 0x5df6e0e2, payload: bytesOf('') }],
    },
  ],
  refused: [
    {
      title: 'another network',
      bytes: joined([bytesOf('0b 11 09 07'), new Uint8Array(20)]),
      code: 'ERR_FRAME_CORRUPT',
    },
    {
      title: 'a command with something after its zeros',
      bytes: joined([bytesOf('f9 be b4 d9 "a" 00 "b"'), new Uint8Array(17)]),
      code: 'ERR_FRAME_CORRUPT',
    },
    {
      title: 'a payload of more than 4,000,000 bytes',
      bytes: joined([bytesOf('f9 be b4 d9'), new Uint8Array(12), bytesOf('01 09 3d 00 00 00 00 00')]),
      code: 'ERR_FRAME_TOO_LONG',
    },
  ],
  unencodable: [
    { title: 'a command of 13 characters', frame: { command: 'sendaddrv2abc', checksum: 0, payload: bytesOf('') } },
  ],
})
