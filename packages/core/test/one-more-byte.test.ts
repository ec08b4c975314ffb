import { describe, expect, it } from 'vitest'
import { defineCodec } from '../src/index.ts'

/** A frame of zeros that ends with a 1, from a finder that can only say "at least one byte more". */
function bytesSeen(length: number, chunkLength: number): number {
  let seen = 0
  const codec = defineCodec({
    name: 'oneMore',
    maxFrameLength: 1 << 20,
    find(bytes, start, end) {
      seen += end - start
      const at = bytes.subarray(start, end).indexOf(1)
      return at < 0 ? end + 1 : start + at + 1
    },
  })
  const stream = new Uint8Array(length)
  stream[length - 1] = 1
  const decoder = codec.decoder()
  const frames: Uint8Array[] = []
  // A first byte of its own, so that the frame is put together from two chunks and more.
  frames.push(...decoder.decode(stream.subarray(0, 1)))
  for (let at = 1; at < length; at += chunkLength) {
    frames.push(...decoder.decode(stream.subarray(at, at + chunkLength)))
  }
  expect(frames.map((frame) => Buffer.compare(frame, stream))).toEqual([0])
  return seen
}

describe('a finder that asks for one byte more each time, and looks at all bytes again', () => {
  it('sees the bytes of a large chunk a few times, not once for each byte of it', () => {
    expect(bytesSeen(50_000, 50_000)).toBeLessThan(4 * 50_000)
    expect(bytesSeen(50_000, 16_384)).toBeLessThan(8 * 50_000)
  })
})
