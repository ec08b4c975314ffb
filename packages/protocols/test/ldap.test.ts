import { ldap } from '../src/ldap.ts'
import { bytesOf, joined, payloads, testPreset } from './preset.ts'

const message = payloads.map((content) => new Uint8Array([0x30, content.length, ...content]))

testPreset('ldap', ldap, {
  frame: message,
  frameOf: (payload) =>
    joined([bytesOf('30 84'), new Uint8Array(new Uint32Array([payload.length]).buffer).toReversed(), payload]),
  examples: [
    {
      title: 'an anonymous bind, and a length of four bytes as Active Directory writes it',
      bytes: bytesOf('30 0c 02 01 01 60 07 02 01 03 04 00 80 00   30 84 00 00 00 05 02 01 02 42 00'),
      frames: [bytesOf('30 0c 02 01 01 60 07 02 01 03 04 00 80 00'), bytesOf('30 84 00 00 00 05 02 01 02 42 00')],
    },
  ],
  refused: [
    { title: 'a value that is not a SEQUENCE', bytes: bytesOf('16 03'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an indefinite length', bytes: bytesOf('30 80'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a length of five bytes', bytes: bytesOf('30 85'), code: 'ERR_FRAME_LENGTH_INVALID' },
  ],
  unencodable: [
    { title: 'a value that is not a SEQUENCE', frame: bytesOf('31 00') },
    { title: 'two messages', frame: bytesOf('30 00 30 00') },
  ],
})
