import fc from 'fast-check'
import { bgp } from '../src/bgp.ts'
import { bytesOf, joined, payloads, record, testPreset } from './preset.ts'

const MARKER = new Uint8Array(16).fill(255)
const message = (rest: string): Uint8Array => joined([MARKER, bytesOf(rest)])
const refusedLength = (title: string, rest: string) => ({
  title,
  bytes: message(rest),
  code: 'ERR_FRAME_LENGTH_INVALID' as const,
})

testPreset('bgp', bgp, {
  isHeaded: true,
  frame: fc.oneof(
    record({
      type: fc.constantFrom(1, 2, 3, 5),
      payload: fc.uint8Array({ minLength: 10, maxLength: 16 }),
    }),
    record({ type: fc.integer({ min: 6, max: 255 }), payload: payloads }),
    fc.constant({ type: 4, payload: bytesOf('') }),
  ),
  frameOf: (payload) => ({ type: 2, payload }),
  examples: [
    {
      title: 'KEEPALIVE',
      bytes: message('00 13 04'),
      frames: [{ type: 4, payload: bytesOf('') }],
    },
    {
      title: 'the shortest OPEN, UPDATE, NOTIFICATION and ROUTE-REFRESH, and a type that is not known',
      bytes: joined([
        message('00 1d 01 04 00 01 00 b4 0a 00 00 01 00'),
        message('00 17 02 00 00 00 00'),
        message('00 15 03 06 04'),
        message('00 17 05 00 01 00 01'),
        message('00 13 06'),
      ]),
      frames: [
        { type: 1, payload: bytesOf('04 00 01 00 b4 0a 00 00 01 00') },
        { type: 2, payload: bytesOf('00 00 00 00') },
        { type: 3, payload: bytesOf('06 04') },
        { type: 5, payload: bytesOf('00 01 00 01') },
        { type: 6, payload: bytesOf('') },
      ],
    },
  ],
  refused: [
    { title: 'a wrong marker', bytes: new Uint8Array(19), code: 'ERR_FRAME_CORRUPT' },
    refusedLength('a length of 18', '00 12 06'),
    refusedLength('a KEEPALIVE of 20 bytes', '00 14 04'),
    refusedLength('an OPEN of 28 bytes', '00 1c 01'),
    refusedLength('an UPDATE of 22 bytes', '00 16 02'),
    refusedLength('a NOTIFICATION of 20 bytes', '00 14 03'),
    refusedLength('a ROUTE-REFRESH of 22 bytes', '00 16 05'),
    {
      title: 'a message of 4097 bytes',
      bytes: message('10 01 02'),
      code: 'ERR_FRAME_TOO_LONG',
    },
  ],
  unencodable: [{ title: 'a KEEPALIVE with a payload', frame: { type: 4, payload: bytesOf('00') } }],
})
