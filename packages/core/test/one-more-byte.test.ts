import { describe, expect, it } from 'vitest'
import { defineCodec } from '../src/index.ts'

/** A frame of zeros that ends with a 1, from a finder that can only ask for one more byte. */
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
  // A separate first byte, so that the frame spans several chunks.
  frames.push(...decoder.decode(stream.subarray(0, 1)))
  for (let at = 1; at < length; at += chunkLength) {
    frames.push(...decoder.decode(stream.subarray(at, at + chunkLength)))
  }
  expect(frames.map((frame) => Buffer.compare(frame, stream))).toEqual([0])
  return seen
}

describe('a finder that asks for one more byte each time, and reads all bytes again', () => {
  it('reads the bytes of a large chunk a few times, not once per byte', () => {
    expect(bytesSeen(50_000, 50_000)).toBeLessThan(4 * 50_000)
    expect(bytesSeen(50_000, 16_384)).toBeLessThan(8 * 50_000)
  })
})
