// What memory the frames have that do not lie whole inside a chunk.

import { describe, expect, it } from 'vitest'
import { defineCodec, UNKNOWN, type FrameCodec } from '../src/index.ts'
import { byteLength } from './oracle.ts'

/** Frames that end with a 0, of up to 2000 bytes. */
const zeroEnded = (): FrameCodec =>
  defineCodec({
    name: 'zeroEnded',
    maxFrameLength: 2000,
    overhead: 1,
    find(bytes, _start, end, search) {
      const at = bytes.indexOf(0, search.resumeAt)
      search.resumeAt = end
      if (at < 0 || at >= end) return UNKNOWN
      search.payloadEnd = at
      return at + 1
    },
  })

/** A payload of `length` bytes, then its 0. */
const ended = (length: number): Buffer => Buffer.concat([Buffer.alloc(length, 1 + (length % 255)), Buffer.from([0])])

describe('frames whose chunk was not read in time', () => {
  const framesOf = (...lengths: number[]): Uint8Array[] => {
    const decoder = zeroEnded().decoder()
    decoder.decode(new Uint8Array(Buffer.concat(lengths.map(ended))))
    const frames = [...decoder.decode(new Uint8Array(0))]
    for (const [index, length] of lengths.entries()) {
      expect(frames[index]).toEqual(new Uint8Array(length).fill(1 + (length % 255)))
    }
    return frames
  }
  const memoryOf = (frame: Uint8Array): number[] => [frame.byteOffset, frame.buffer.byteLength]

  it('share memory from 65 to 512 bytes, one after the other', () => {
    const [first, second, third] = framesOf(65, 100, 200, 1)
    expect([first!, second!, third!].map(memoryOf)).toEqual([
      [0, 512],
      [65, 512],
      [165, 512],
    ])
    expect(new Set([first!.buffer, second!.buffer, third!.buffer]).size).toBe(1)
    expect(memoryOf(framesOf(512, 1)[0]!)).toEqual([0, 512])
  })

  it('have memory of their own up to 64 bytes, and over 512', () => {
    expect(framesOf(64, 1, 513, 1).map(memoryOf)).toEqual([
      [0, 64],
      [0, 1],
      [0, 513],
      [0, 1],
    ])
  })
})

describe('what remains', () => {
  it('has the class of the chunks, also where nothing remains', () => {
    const decoder = byteLength().decoder()
    expect([...decoder.decode(Buffer.from([1, 5]))]).toHaveLength(1)
    const remaining = decoder.takeRemaining()
    expect(Buffer.isBuffer(remaining)).toBe(true)
    expect(remaining).toHaveLength(0)
  })
})
