import fc from 'fast-check'
import { expect, it } from 'vitest'
import { oncRpc } from '../src/onc-rpc.ts'
import { bytesOf, payloads, testPreset, outcomeOfAnyCut } from './preset.ts'

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

it.each([
  [0, '80 00 00 00'],
  [4, '80 00 00 04 "abcd"'],
  [5, '00 00 00 04 "abcd" 80 00 00 01 "e"'],
  [8, '00 00 00 04 "abcd" 80 00 00 04 "efgh"'],
  [9, '00 00 00 04 "abcd" 00 00 00 04 "efgh" 80 00 00 01 "i"'],
])('writes a record of %i bytes in fragments of up to maxFrameLength: %s', (length, text) => {
  const record = bytesOf('"abcdefghi"').subarray(0, length)
  const codec = oncRpc({ maxFrameLength: 8, maxMessageLength: 9 })
  expect(codec.encode(record)).toEqual(bytesOf(text))
  expect(outcomeOfAnyCut(codec, bytesOf(text)).frames).toEqual([record])
})

it('limits the fragments of a record, and their bytes', () => {
  const three = bytesOf('00 00 00 01 "a" 00 00 00 01 "b" 80 00 00 01 "c"')
  expect(outcomeOfAnyCut(oncRpc({ maxFragments: 3, maxMessageLength: 3 }), three).frames).toEqual([bytesOf('"abc"')])
  for (const options of [{ maxFragments: 2 }, { maxMessageLength: 2 }]) {
    expect(outcomeOfAnyCut(oncRpc(options), three)).toMatchObject({ error: { code: 'ERR_FRAME_TOO_LONG', offset: 0 } })
  }
})
