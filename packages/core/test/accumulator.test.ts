import { describe, expect, it } from 'vitest'
import { Accumulator, copyBytes } from '../src/accumulator.ts'
import { copiedBy } from './copied.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(length).map((_, index) => index)
const held = ({ bytes: memory, start, length }: Accumulator): number[] => [...memory.subarray(start, length)]

describe('Accumulator', () => {
  it('holds the appended bytes, in memory of at most twice their length, and at least 256 bytes', () => {
    const accumulator = Accumulator.take(Uint8Array)
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
    const accumulator = Accumulator.take(Uint8Array)
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
    const accumulator = Accumulator.take(Uint8Array)
    let grown = 0
    for (let count = 0; count < 10_000; count++) {
      const memory = accumulator.bytes
      accumulator.needed = accumulator.held + 1
      accumulator.append(bytes(1), 0, 1)
      if (accumulator.bytes !== memory) grown++
    }
    expect(grown).toBeLessThan(8)
  })

  it('has exactly the memory of a frame of known length, once half has arrived', () => {
    const accumulator = Accumulator.take(Uint8Array)
    accumulator.needed = 1000
    accumulator.isExact = true
    accumulator.append(bytes(4), 0, 4)
    expect(accumulator.bytes).toHaveLength(256)
    accumulator.append(bytes(496), 0, 496)
    accumulator.append(bytes(100), 0, 100)
    expect(accumulator.bytes).toHaveLength(1000)
    const memory = accumulator.bytes
    accumulator.append(bytes(400), 0, 400)
    expect(accumulator.bytes).toBe(memory)
  })

  it('has no more memory than a frame of known length, plus room for the bytes after it', () => {
    const memoryAfter = (needed: number, length: number): number => {
      const accumulator = Accumulator.take(Uint8Array)
      Object.assign(accumulator, { needed, isExact: true })
      accumulator.append(bytes(4), 0, 4)
      accumulator.append(new Uint8Array(length), 0, length)
      return accumulator.bytes.length
    }
    expect(memoryAfter(1000, 700)).toBe(1000)
    expect(memoryAfter(1000, 996)).toBe(1000)
    expect(memoryAfter(1000, 997)).toBe(2002)
    expect(memoryAfter(300, 1500)).toBe(3008)
  })

  it('keeps its memory while the bytes fit, wherever they are in the chunk', () => {
    const accumulator = Accumulator.take(Uint8Array)
    const memory = accumulator.bytes
    accumulator.append(bytes(1000), 800, 1000)
    accumulator.append(bytes(1000), 900, 956)
    expect(accumulator.bytes).toBe(memory)
    accumulator.append(bytes(1000), 999, 1000)
    expect(accumulator.bytes).not.toBe(memory)
  })

  it('drops bytes without copying the others, and forgets about their frame', () => {
    const accumulator = Accumulator.take(Uint8Array)
    accumulator.append(bytes(200), 0, 200)
    const memory = accumulator.bytes
    Object.assign(accumulator, { needed: 9, isExact: true, seen: 9, resumeAt: 9 })
    accumulator.drop(150)
    expect(held(accumulator)).toEqual([...bytes(200).subarray(150)])
    expect(accumulator.bytes).toBe(memory)
    expect(accumulator).toMatchObject({ held: 50, needed: 0, isExact: false, seen: 0, resumeAt: 0 })
  })

  it('does not keep dropped bytes when it grows', () => {
    const accumulator = Accumulator.take(Uint8Array)
    accumulator.append(bytes(256), 0, 256)
    accumulator.drop(250)
    accumulator.append(bytes(20), 0, 20)
    expect(accumulator.bytes).toHaveLength(256)
    expect(held(accumulator)).toEqual([250, 251, 252, 253, 254, 255, ...bytes(20)])
  })

  it('gives small memory to the next decoder, of the class of its chunks, and drops large memory', () => {
    const first = Accumulator.take(Uint8Array)
    const memory = first.bytes
    first.append(bytes(9), 0, 9)
    first.giveBack()
    const second = Accumulator.take(Uint8Array)
    expect(second).toBe(first)
    expect(second.bytes).toBe(memory)
    expect(second).toMatchObject({ held: 0, start: 0, gathered: 0 })
    second.giveBack()
    class Chunk extends Uint8Array {}
    expect(Accumulator.take(Chunk).bytes).toBeInstanceOf(Chunk)
    const large = Accumulator.take(Uint8Array)
    large.append(bytes(255), 0, 255)
    large.append(bytes(255), 0, 255)
    large.giveBack()
    expect(Accumulator.take(Uint8Array)).not.toBe(large)
  })

  it('is kept for reuse with up to 63 others, so that many closed connections hold little memory', () => {
    const crowd = Array.from({ length: 100 }, () => Accumulator.take(Uint8Array))
    for (const accumulator of crowd) accumulator.giveBack()
    const next = Array.from({ length: 100 }, () => Accumulator.take(Uint8Array))
    expect(next.filter((accumulator) => crowd.includes(accumulator))).toHaveLength(64)
  })
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
