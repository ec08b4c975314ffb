// A frame in many small chunks, each of which is appended at once while the frame continues.

import { describe, expect, it } from 'vitest'
import { defineCodec, ENDLESS, UNKNOWN, type CodecDefinition, type FrameCodec } from '../src/index.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

const END = 10

/** Frames that end with END; `state` counts the bytes of the stream that were searched. */
function lines(calls: number[][], overrides: Partial<CodecDefinition> = {}): FrameCodec {
  return defineCodec({
    name: 'lines',
    maxFrameLength: 50,
    find(bytes, start, end, search) {
      calls.push([end - start, search.resumeAt - start, search.state])
      const from = search.resumeAt
      const at = bytes.subarray(0, end).indexOf(END, from)
      search.resumeAt = end
      search.state += (at < 0 ? end : at + 1) - from
      return at < 0 ? UNKNOWN : at + 1
    },
    ...overrides,
  })
}

describe('a frame in many small chunks', () => {
  it('costs one call of its finder per chunk, which continues where the last one stopped', () => {
    const calls: number[][] = []
    const decoder = lines(calls).decoder()
    for (let count = 0; count < 40; count++) expect([...decoder.decode(u8(count % END))]).toEqual([])
    expect(calls).toEqual(Array.from({ length: 40 }, (_, at) => [at + 1, at, at]))
    expect(decoder.bufferedLength).toBe(40)
  })

  it('is given out with its last byte, and leaves the rest of the chunk to later frames', () => {
    const calls: number[][] = []
    const decoder = lines(calls).decoder()
    for (let count = 0; count < 40; count++) expect([...decoder.decode(u8(1))]).toEqual([])
    calls.length = 0
    const frames = [...decoder.decode(u8(1, END, 2, END, 3))]
    expect(frames.map((frame) => [...frame])).toEqual([
      [...new Array<number>(41).fill(1), END],
      [2, END],
    ])
    expect(decoder.bufferedLength).toBe(1)
    expect([decoder.frameOffset, calls.at(-1)]).toEqual([44, [1, 0, 44]])
  })

  it('may be as long as the limit, and is refused at the first byte more', () => {
    for (const last of [1, END]) {
      const calls: number[][] = []
      const decoder = lines(calls).decoder()
      for (let count = 0; count < 49; count++) expect([...decoder.decode(u8(1))]).toEqual([])
      expect([...decoder.decode(u8(last))]).toHaveLength(last === END ? 1 : 0)
      if (last === END) continue
      const loop = decoder.decode(u8(1))
      expect(() => loop.next()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: 0 }))
      expect(Math.max(...calls.map(([shown]) => shown!))).toBe(50)
    }
  })

  it('is refused at once if one chunk is longer than the limit', () => {
    expect([...lines([]).decoder().decode(new Uint8Array(50))]).toEqual([])
    const loop = lines([]).decoder().decode(new Uint8Array(51))
    expect(() => loop.next()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: 0 }))
  })

  it('costs no more calls once its length is known', () => {
    const calls: number[] = []
    const codec = defineCodec({
      name: 'known',
      maxFrameLength: 50,
      find: (_bytes, start, end) => (calls.push(end - start), start + 50),
    })
    for (const last of [1, 2, 5]) {
      const decoder = codec.decoder()
      for (let count = 0; count < 50 - last; count++) expect([...decoder.decode(u8(1))]).toEqual([])
      expect(calls.splice(0)).toEqual([1])
      expect([...decoder.decode(new Uint8Array(last))]).toHaveLength(1)
      expect(calls.splice(0)).toEqual([50])
    }
  })

  it('keeps nothing before resumeAt while it is being skipped', () => {
    // A frame ends with two ENDs; the state is 1 while one is skipped.
    const codec = defineCodec({
      name: 'paragraphs',
      maxFrameLength: 20,
      oversize: 'skip',
      find(bytes, start, end, search) {
        let at = search.resumeAt
        while (at + 1 < end && !(bytes[at] === END && bytes[at + 1] === END)) at++
        if (at + 1 < end) {
          search.state = 0
          return at + 2
        }
        // With a resumeAt before the end of the bytes seen, as in formats that are searched part by part.
        search.resumeAt = Math.max(search.resumeAt, end - 16)
        if (search.state === 1 || end - start < 20) return UNKNOWN
        search.state = 1
        return ENDLESS
      },
    })
    const skipped: number[] = []
    const decoder = codec.decoder({ onSkip: ({ length }) => skipped.push(length) })
    for (let count = 0; count < 200; count++) {
      expect([...decoder.decode(u8(1))]).toEqual([])
      expect(decoder.bufferedLength).toBeLessThanOrEqual(20)
    }
    expect(decoder.frameOffset).toBe(0)
    expect([...decoder.decode(u8(END, END, 7, END, END))].map((frame) => [...frame])).toEqual([[7, END, END]])
    expect(skipped).toEqual([202])
  })
})
