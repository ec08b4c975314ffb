// The memory of frames that do not lie whole inside a chunk.

import { describe, expect, it } from 'vitest'
import { defineCodec, mapCodec, UNKNOWN, type CodecDefinition, type FrameCodec } from '../src/index.ts'
import { byteLength, cut } from './oracle.ts'

/** Frames that end with a 0, of up to 10,000 bytes. */
const zeroEnded = (): FrameCodec =>
  defineCodec({
    name: 'zeroEnded',
    maxFrameLength: 10_000,
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

describe('frames of a chunk that was left unread', () => {
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

  it('share memory from 65 to 4096 bytes, one after another', () => {
    const [first, second, third] = framesOf(65, 100, 200, 1)
    expect([first!, second!, third!].map(memoryOf)).toEqual([
      [0, 512],
      [65, 512],
      [165, 512],
    ])
    expect(new Set([first!.buffer, second!.buffer, third!.buffer]).size).toBe(1)
    expect(memoryOf(framesOf(4096, 1)[0]!)).toEqual([0, 4096])
    expect(framesOf(600, 600, 600, 1).slice(0, 3).map(memoryOf)).toEqual([
      [0, 600],
      [0, 1200],
      [600, 1200],
    ])
  })

  it('have memory of their own up to 64 bytes, and over 4096', () => {
    expect(framesOf(64, 1, 4097, 1).map(memoryOf)).toEqual([
      [0, 64],
      [0, 1],
      [0, 4097],
      [0, 1],
    ])
  })
})

/** Frames that begin with a length of two bytes, of up to 10,000 bytes. */
const counted = (overrides: Partial<CodecDefinition> = {}): FrameCodec =>
  defineCodec({
    name: 'counted',
    maxFrameLength: 10_000,
    find(bytes, start, end, search) {
      if (end - start < 2) return start + 2
      search.payloadStart = start + 2
      return (search.payloadEnd = start + 2 + (bytes[start]! << 8) + bytes[start + 1]!)
    },
    ...overrides,
  })

describe('frames of known length that span chunks', () => {
  const memoryAfter = (length: number, sizes: number[], options = {}): number[][] => {
    const decoder = counted().decoder(options)
    const stream = Buffer.concat(
      [0, 1, 2].flatMap(() => [Buffer.from([length >> 8, length & 255]), Buffer.alloc(length, 7)]),
    )
    const memory: number[][] = []
    for (const chunk of cut(new Uint8Array(stream), sizes)) {
      for (const frame of decoder.decode(chunk)) {
        expect(frame).toEqual(new Uint8Array(length).fill(7))
        if (frame.buffer !== chunk.buffer) memory.push([frame.byteOffset, frame.buffer.byteLength])
      }
    }
    return memory
  }
  it('share memory, headers included, up to 4096 bytes with the header', () => {
    // Whether the chunk ends with the first frame, inside the second, or after it.
    for (const second of [7, 9, 19]) {
      expect(memoryAfter(10, [5, second])[0]).toEqual([2, 512])
    }
    expect(memoryAfter(10, [5, 12, 12])).toEqual([
      [2, 512],
      [14, 512],
      [26, 512],
    ])
    expect(memoryAfter(510, [300])).toEqual([[2, 512]])
    expect(memoryAfter(4094, [3000])).toEqual([[2, 4096]])
  })

  it('are put there without the header over 4096 bytes, and stay where they were gathered over 4096 of payload', () => {
    expect(memoryAfter(4095, [3000])).toEqual([[0, 4095]])
    expect(memoryAfter(4097, [3000])).toEqual([[2, 4099]])
  })

  it.each([
    ['a mapping', mapCodec(counted(), { decode: (payload) => payload }), [10, 1, 100]],
    ['frames that are none', counted({ isFrame: (bytes, start) => bytes[start] === 7 }), [10, 100]],
  ])('share memory, headers included, where the codec has %s', (_what, codec, lengths) => {
    const decoder = codec.decoder()
    const stream = [0, 10, ...new Uint8Array(10).fill(7), 0, 1, 6, 0, 100, ...new Uint8Array(100).fill(7)]
    const frames = cut(new Uint8Array(stream), [5, 9, 40]).flatMap((chunk) => [...decoder.decode(chunk)])
    expect(frames.map(({ length }) => length)).toEqual(lengths)
    const sevens = frames.filter(({ length }) => length > 1)
    expect(sevens).toEqual([new Uint8Array(10).fill(7), new Uint8Array(100).fill(7)])
    expect(sevens.map(({ byteOffset, buffer }) => [byteOffset, buffer.byteLength])).toEqual([
      [2, 512],
      [17, 512],
    ])
  })

  it('have memory of their own with copy: true', () => {
    expect(memoryAfter(10, [5], { copy: true })).toEqual([
      [0, 10],
      [0, 10],
      [0, 10],
    ])
  })
})

describe('a frame over 4096 bytes whose end was searched', () => {
  const memoryOf = (options: object, ...sizes: number[]): number[] => {
    const decoder = zeroEnded().decoder(options)
    const length = sizes.reduce((sum, size) => sum + size)
    for (const size of sizes) expect([...decoder.decode(new Uint8Array(size).fill(7))]).toEqual([])
    const [frame] = [...decoder.decode(new Uint8Array([0]))]
    expect(frame).toEqual(new Uint8Array(length).fill(7))
    return [frame!.byteOffset, frame!.buffer.byteLength]
  }

  it('is a view of the accumulator if it fills half of it', () => {
    expect(memoryOf({}, 4097)).toEqual([0, 8194])
    expect(memoryOf({}, 4800, 400)).toEqual([0, 9600])
    expect(memoryOf({}, 4096)).toEqual([0, 4096])
  })

  it('is a copy with copy: true', () => {
    expect(memoryOf({ copy: true }, 4600, 400)).toEqual([0, 5000])
  })

  it('is a copy where it fills less than half of that memory', () => {
    // A header of 900 bytes, and a payload that ends with a 0.
    const codec = defineCodec({
      name: 'longHeader',
      maxFrameLength: 10_000,
      find(bytes, start, end, search) {
        const at = bytes.indexOf(0, start)
        if (at < 0 || at >= end) return UNKNOWN
        search.payloadStart = start + 900
        return at + 1
      },
    })
    const decoder = codec.decoder()
    expect([...decoder.decode(new Uint8Array(4996).fill(7))]).toEqual([])
    const [frame] = [...decoder.decode(new Uint8Array([0]))]
    expect([frame!.length, frame!.buffer.byteLength]).toEqual([4097, 4097])
  })

  it('is a copy where bytes of an earlier chunk follow it, which stay in that memory', () => {
    // A line whose end is known only once the byte after its zero is there.
    const codec = defineCodec({
      name: 'decidedLater',
      maxFrameLength: 10_000,
      find(bytes, start, end) {
        const zero = bytes.subarray(start, end).indexOf(0)
        return zero < 0 || start + zero + 2 >= end ? UNKNOWN : start + zero + 1
      },
    })
    const decided = (after: number[]): number[] => {
      const decoder = codec.decoder()
      expect([...decoder.decode(Uint8Array.of(...new Array<number>(4600).fill(7), 0, ...after))]).toEqual([])
      const [frame] = [...decoder.decode(Uint8Array.of(8, 8))]
      expect(frame).toHaveLength(4601)
      return [frame!.byteOffset, frame!.buffer.byteLength]
    }
    expect(decided([8])).toEqual([0, 4601])
    expect(decided([])).toEqual([0, 9202])
  })
})

describe('the remaining bytes', () => {
  it('have the class of the chunks, even if there are none', () => {
    const decoder = byteLength().decoder()
    expect([...decoder.decode(Buffer.from([1, 5]))]).toHaveLength(1)
    const remaining = decoder.takeRemaining()
    expect(Buffer.isBuffer(remaining)).toBe(true)
    expect(remaining).toHaveLength(0)
  })
})
