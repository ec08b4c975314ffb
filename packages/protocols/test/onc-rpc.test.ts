import fc from 'fast-check'
import { oncRpc } from '../src/onc-rpc.ts'
import { bytesOf, payloads, testPreset } from './preset.ts'

testPreset('oncRpc', oncRpc, {
  // Fragments already taken in are not handed over. Their headers count as buffered but are not held.
  without: ['takeRemaining is exact', 'frames before an error', 'memory follows bytes received'],
  frame: payloads,
  frameOf: (payload) => payload,
  stream: fc
    .array(fc.constantFrom('00 00 00 01 "a"', '80 00 00 01 "b"', '80 00 00 00', '00 00 00 00'), { maxLength: 6 })
    .map((fragments) => bytesOf(fragments.join(' '))),
  examples: [
    { title: 'a record of one fragment', bytes: bytesOf('80 00 00 04 "abcd"'), frames: [bytesOf('"abcd"')] },
    {
      title: 'a record of two fragments',
      bytes: bytesOf('00 00 00 02 "ab" 80 00 00 02 "cd"'),
      frames: [bytesOf('"abcd"')],
      isRead: true,
    },
  ],
  refused: [
    {
      title: 'an end inside a record',
      bytes: bytesOf('80 00 00 00 00 00 00 01 "a"'),
      code: 'ERR_FRAME_TRUNCATED',
      offset: 4,
    },
  ],
})
