import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Accumulator } from '../src/index.ts'

describe('Accumulator', () => {
  it('holds what was appended, in memory of at most twice its length, and 256 bytes at least', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), fc.nat(3000), (pieces, expected) => {
        const accumulator = new Accumulator()
        const all: number[] = []
        for (const piece of pieces) {
          accumulator.append(piece, 0, piece.length, expected)
          all.push(...piece)
          expect(accumulator.bytes.length).toBeLessThanOrEqual(Math.max(256, 2 * all.length))
        }
        expect([...accumulator.bytes.subarray(0, accumulator.length)]).toEqual(all)
      }),
    )
  })

  it('grows seldom enough that a byte is copied an amortised twice', () => {
    const accumulator = new Accumulator()
    let copied = 0
    for (let count = 0; count < 100_000; count++) {
      const before = accumulator.bytes
      accumulator.append(new Uint8Array([count]), 0, 1, 0)
      if (accumulator.bytes !== before) copied += accumulator.length - 1
    }
    expect(copied).toBeLessThan(200_000)
  })

  it('does not keep large memory for a small frame', () => {
    const accumulator = new Accumulator()
    accumulator.append(new Uint8Array(10_000), 0, 10_000, 0)
    accumulator.length = 0
    accumulator.append(new Uint8Array(1), 0, 1, 0)
    expect(accumulator.bytes.length).toBe(256)
  })

  it('uses its memory again for a frame of the same length', () => {
    for (const length of [1, 1000]) {
      const accumulator = new Accumulator()
      accumulator.append(new Uint8Array(length), 0, length, 0)
      const { bytes } = accumulator
      accumulator.length = 0
      accumulator.append(new Uint8Array(length), 0, length, 0)
      expect(accumulator.bytes).toBe(bytes)
    }
  })

  it('has exactly the memory of a frame whose length is known, once half has come', () => {
    const accumulator = new Accumulator()
    accumulator.append(new Uint8Array(300), 0, 300, 500)
    const { bytes } = accumulator
    accumulator.append(new Uint8Array(200), 0, 200, 500)
    expect(accumulator.bytes).toBe(bytes)
    expect(bytes.length).toBe(500)
    const whole = new Accumulator()
    whole.append(new Uint8Array(500), 0, 500, 500)
    expect(whole.bytes.length).toBe(500)
  })

  it('drop moves the rest to fresh memory, and release lets go of it all', () => {
    const accumulator = new Accumulator()
    accumulator.append(new Uint8Array([1, 2, 3]), 0, 3, 0)
    const handedOut = accumulator.bytes
    accumulator.drop(2)
    accumulator.append(new Uint8Array([9, 9, 9, 9]), 1, 4, 0)
    expect([...handedOut.subarray(0, 3)]).toEqual([1, 2, 3])
    expect([...accumulator.bytes.subarray(0, accumulator.length)]).toEqual([3, 9, 9, 9])
    accumulator.release()
    expect([accumulator.length, accumulator.bytes.length]).toEqual([0, 0])
  })
})
