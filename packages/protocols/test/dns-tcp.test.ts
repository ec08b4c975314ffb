import fc from 'fast-check'
import { dnsTcp } from '../src/dns-tcp.ts'
import { bytesOf, joined, testPreset } from './preset.ts'

const query = bytesOf('db 42 01 00 00 01 00 00 00 00 00 00 03 "www" 00 00 01 00 01')

testPreset('dnsTcp', dnsTcp, {
  isHeaded: true,
  frame: fc.uint8Array({ minLength: 12, maxLength: 20 }),
  frameOf: (payload) => payload,
  examples: [{ title: 'a query', bytes: joined([bytesOf('00 15'), query]), frames: [query] }],
  refused: [{ title: 'a message shorter than its header', bytes: bytesOf('00 0b'), code: 'ERR_FRAME_LENGTH_INVALID' }],
  unencodable: [
    { title: 'a message shorter than its header', frame: new Uint8Array(11) },
    { title: 'a message of 64 KiB', frame: new Uint8Array(65_536) },
  ],
})
