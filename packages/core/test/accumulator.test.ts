import { describe, expect, it } from 'vitest'
import { Accumulator, copyBytes } from '../src/accumulator.ts'
import { copiedBy } from './copied.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(length).map((_, index) => index)
const held = ({ bytes: memory, start, length }: Accumulator): number[] => [...memory.subarray(start, length)]
const taken = (length = 0, frameLength = 0): Accumulator => Accumulator.take(Uint8Array, length, frameLength)

describe('Accumulator', () => {
  it('holds the appended bytes, in memory of at most twice their length, and at least 256 bytes', () => {
    const accumulator = taken()
    const all: number[] = []
    for (let size = 0; size < 60; size++) {
      const part = bytes(size)
      accumulator.append(part, 1, Math.max(1, size - 1))
      all.push(...part.subarray(1, Math.max(1, size - 1)))
      expect(held(accumulator)).toEqual(all)
      expect(accumulator.held).toBe(all.length)
      expect(accumulator.bytes.length).toBeLessThanOrEqual(Math.max(256, 2 * all.length))
    }
  })

  it('grows by doubling, so that bytes are copied in linear time', () => {
    const accumulator = taken()
    let copied = 0
    let memory = accumulator.bytes
    for (let count = 0; count < 100_000; count++) {
      const before = accumulator.held
      accumulator.append(bytes(1), 0, 1)
      copied += 1 + (accumulator.bytes === memory ? 0 : before)
      memory = accumulator.bytes
    }
    expect(copied).toBeLessThan(300_000)
  })

  it('grows by doubling even if the finder asks for one more byte each time, which is not an exact length', () => {
    const accumulator = taken()
    let grown = 0
    for (let count = 0; count < 10_000; count++) {
      const memory = accumulator.bytes
      accumulator.needed = accumulator.held + 1
      accumulator.append(bytes(1), 0, 1)
      if (accumulator.bytes !== memory) grown++
    }
    expect(grown).toBeLessThan(8)
  })

  it('has exactly the memory of a frame over 4096 bytes whose length is known, once half has arrived', () => {
    const accumulator = taken()
    accumulator.needed = 10_000
    accumulator.isExact = true
    accumulator.append(bytes(4), 0, 4)
    expect(accumulator.bytes).toHaveLength(256)
    accumulator.append(bytes(4000), 0, 4000)
    expect(accumulator.bytes).toHaveLength(4096)
    accumulator.append(bytes(996), 0, 996)
    expect(accumulator.bytes).toHaveLength(10_000)
    const memory = accumulator.bytes
    accumulator.append(bytes(5000), 0, 5000)
    expect(accumulator.bytes).toBe(memory)
  })

  it('has no more memory than a frame of known length, plus room for the bytes after it', () => {
    const memoryAfter = (needed: number, length: number): number => {
      const accumulator = taken()
      Object.assign(accumulator, { needed, isExact: true })
      accumulator.append(bytes(4), 0, 4)
      accumulator.append(new Uint8Array(length), 0, length)
      return accumulator.bytes.length
    }
    expect(memoryAfter(10_000, 7000)).toBe(10_000)
    expect(memoryAfter(10_000, 9996)).toBe(10_000)
    expect(memoryAfter(10_000, 9997)).toBe(20_002)
    expect(memoryAfter(5000, 15_000)).toBe(30_008)
    expect(memoryAfter(4097, 3000)).toBe(4097)
    expect(memoryAfter(4096, 3000)).toBe(4096)
  })

  it.each([
    ['the least there is', 0, 0, 256],
    ['the least there is', 256, 0, 256],
    ['a power of two', 257, 0, 512],
    ['a power of two', 1024, 0, 1024],
    ['a power of two', 1025, 1500, 2048],
    ['a power of two', 4096, 0, 4096],
    ['twice its bytes', 4097, 0, 8194],
    ['a power of two while half of the frame has not arrived', 2048, 4097, 2048],
    ['what the frame needs', 2049, 4098, 4098],
    ['what the frame needs', 5000, 5000, 5000],
    ['twice its bytes', 5000, 10_001, 10_000],
    ['twice its bytes where more came than the frame', 5001, 5000, 10_002],
  ])('begins with memory of %s: for %i bytes of a frame of %i it is %i', (_what, length, frameLength, capacity) => {
    expect(taken(length, frameLength).bytes).toHaveLength(capacity)
  })

  it('keeps its memory while the bytes fit, wherever they are in the chunk', () => {
    const accumulator = taken()
    const memory = accumulator.bytes
    accumulator.append(bytes(1000), 800, 1000)
    accumulator.append(bytes(1000), 900, 956)
    expect(accumulator.bytes).toBe(memory)
    accumulator.append(bytes(1000), 999, 1000)
    expect(accumulator.bytes).not.toBe(memory)
    expect(held(accumulator)).toEqual([...bytes(1000).subarray(800), ...bytes(1000).subarray(900, 956), 231])
  })

  it('drops bytes without copying the others, and forgets about their frame', () => {
    const accumulator = taken()
    accumulator.append(bytes(200), 0, 200)
    const memory = accumulator.bytes
    Object.assign(accumulator, { needed: 9, isExact: true, seen: 9, resumeAt: 9 })
    accumulator.drop(150)
    expect(held(accumulator)).toEqual([...bytes(200).subarray(150)])
    expect(accumulator.bytes).toBe(memory)
    expect(accumulator).toMatchObject({ held: 50, needed: 0, isExact: false, seen: 0, resumeAt: 0 })
  })

  it('does not keep dropped bytes when it grows', () => {
    const accumulator = taken()
    accumulator.append(bytes(256), 0, 256)
    accumulator.drop(250)
    accumulator.append(bytes(20), 0, 20)
    expect(accumulator.bytes).toHaveLength(256)
    expect(held(accumulator)).toEqual([250, 251, 252, 253, 254, 255, ...bytes(20)])
  })

  it('moves the bytes of later frames to twice the memory they need, so that they are not moved each time', () => {
    const accumulator = taken(3000)
    accumulator.append(bytes(4096), 0, 4096)
    Object.assign(accumulator, { needed: 5000, isExact: true })
    accumulator.drop(596)
    Object.assign(accumulator, { needed: 5000, isExact: true })
    accumulator.append(bytes(10), 0, 10)
    expect(accumulator.bytes).toHaveLength(7020)
    expect(held(accumulator)).toEqual([...bytes(4096).subarray(596), ...bytes(10)])
  })

  it('goes to the next decoder with memory of up to 4096 bytes, of the class of its chunks', () => {
    for (const length of [9, 300, 4096]) {
      const first = taken(length)
      const memory = first.bytes
      first.append(bytes(length), 0, length)
      Object.assign(first, { needed: 9, isExact: true, seen: 9, resumeAt: 9, gathered: 9 })
      first.giveBack()
      const second = taken(length)
      expect(second).toBe(first)
      expect(second.bytes).toBe(memory)
      expect(second).toMatchObject({ held: 0, start: 0, gathered: 0, needed: 0, isExact: false, seen: 0, resumeAt: 0 })
      second.giveBack()
      class Chunk extends Uint8Array {}
      expect(Accumulator.take(Chunk, length, 0).bytes).toBeInstanceOf(Chunk)
      expect(taken(length)).not.toBe(second)
    }
  })

  it('leaves the smaller memory that it grew out of to the next decoder', () => {
    const accumulator = taken(300)
    const memory = accumulator.bytes
    accumulator.append(bytes(300), 0, 300)
    accumulator.append(bytes(300), 0, 300)
    expect(accumulator.bytes).not.toBe(memory)
    expect(taken(300).bytes).toBe(memory)
  })

  it('is not used again with memory of another length, which a frame may be a view of', () => {
    for (const [length, frameLength] of [
      [4097, 0],
      [5000, 8192],
      [3000, 5000],
    ] as const) {
      const large = taken(length, frameLength)
      large.giveBack()
      expect(taken(length, frameLength)).not.toBe(large)
    }
    const moved = taken(256)
    moved.append(bytes(256), 0, 256)
    moved.drop(56)
    moved.append(bytes(200), 0, 200)
    expect(moved.bytes).toHaveLength(800)
    moved.giveBack()
    expect(taken(512)).not.toBe(moved)
    expect(taken(1024)).not.toBe(moved)
  })

  it('is not used again where a visitor has transferred its memory away, before or after', () => {
    for (const length of [9, 1000]) {
      const first = taken(length)
      const transfer = ({ bytes: { buffer } }: Accumulator): unknown =>
        structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
      first.giveBack()
      transfer(first)
      const second = taken(length)
      expect(second === first).toBe(false)
      expect(second.bytes.length).toBeGreaterThanOrEqual(length)
      transfer(second)
      second.giveBack()
      expect(taken(length) === second).toBe(false)
    }
  })

  it.each([
    [256, 64],
    [512, 32],
    [1024, 16],
    [2048, 8],
    [4096, 4],
  ])(
    'waits for a decoder with others, with %i bytes %i in all, so that a crowd that went away holds little',
    (...given) => {
      const [length, most] = given
      const crowd = Array.from({ length: 100 }, () => taken(length))
      for (const accumulator of crowd) accumulator.giveBack()
      const next = Array.from({ length: 100 }, () => taken(length))
      expect(next.filter((accumulator) => crowd.includes(accumulator))).toHaveLength(most)
    },
  )
})

describe('copying bytes', () => {
  it.each([
    ['all of a source', 100, 0, 100],
    ['all of a few bytes', 5, 0, 5],
    ['the first part', 100, 0, 40],
    ['the last part', 100, 60, 100],
    ['a few bytes from the middle', 100, 50, 55],
    ['nothing', 100, 50, 50],
  ])('copies %s, and nothing else', (_what, length, from, to) => {
    const source = bytes(length + 3).subarray(3)
    const target = new Uint8Array(200).fill(255)
    copyBytes(source, from, to, target, 7)
    expect([...target]).toEqual([
      ...new Uint8Array(7).fill(255),
      ...source.subarray(from, to),
      ...new Uint8Array(193 - (to - from)).fill(255),
    ])
  })

  it.each([
    [7, 0, 7, 0],
    [8, 0, 8, 8],
    [200, 0, 31, 0],
    [200, 100, 131, 0],
    [200, 169, 200, 0],
    [200, 100, 132, 32],
    [200, 168, 200, 32],
  ])('of %i bytes those from %i to %i makes a native call for %i, since a loop is faster for few', (...given) => {
    const [length, from, to, copied] = given
    expect(copiedBy(() => copyBytes(bytes(length), from, to, new Uint8Array(200), 0))).toBe(copied)
  })
})
