import { expect, it } from 'vitest'
import { mllp } from '../src/mllp.ts'
import { bytesOf, joined, payloads, testPreset } from './preset.ts'

testPreset('mllp', mllp, {
  frame: payloads,
  frameOf: (payload) => payload,
  examples: [
    {
      title: 'two messages',
      bytes: bytesOf('0b "MSH|^~\\&|" 0d 1c 0d   0b 1c 0d'),
      frames: [bytesOf('"MSH|^~\\&|" 0d'), bytesOf('')],
    },
  ],
  refused: [
    { title: 'no start', bytes: bytesOf('"MSH"'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an end inside a message', bytes: bytesOf('0b "a" 1c'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [{ title: 'a message with FS CR', frame: bytesOf('1c 0d') }],
})

it('skips a message over the limit whole', () => {
  const stream = joined([bytesOf('0b'), new Uint8Array(40).fill(97), bytesOf('1c 0d 0b "a" 1c 0d')])
  for (const size of [1, 4, stream.length]) {
    const decoder = mllp({ maxFrameLength: 10, oversize: 'skip' }).decoder()
    const frames: Uint8Array[] = []
    for (let at = 0; at < stream.length; at += size) frames.push(...decoder.decode(stream.slice(at, at + size)))
    expect(frames).toEqual([bytesOf('"a"')])
  }
})
