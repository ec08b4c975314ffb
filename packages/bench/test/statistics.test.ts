import { describe, expect, it } from 'vitest'
import { exponentOf, exponentOfCounts, isTooWide, median, ratioOf } from '../src/statistics.ts'

describe('median', () => {
  it('is that of an odd or even number of rounds, without those sat out', () => {
    expect(median([5, null, 1, 3])?.value).toBe(3)
    expect(median([1, 2, 3, 10])?.value).toBe(2.5)
  })

  it('has an empty interval for equal samples, and one that spans most of uneven ones', () => {
    expect(median([7, 7, 7, 7])).toEqual({ value: 7, low: 7, high: 7 })
    const { low, high } = median([1, 2, 3, 4, 5, 6, 7, 8, 9])!
    expect(low).toBeGreaterThanOrEqual(1)
    expect(low).toBeLessThan(5)
    expect(high).toBeGreaterThan(5)
    expect(high).toBeLessThanOrEqual(9)
  })

  it('has a narrower interval for more samples of the same spread', () => {
    const few = median([1, 2, 3, 4, 5])!
    const many = median(Array.from({ length: 100 }, (_, index) => 1 + (index % 5)))!
    expect(many.high - many.low).toBeLessThan(few.high - few.low)
  })

  it('is undefined without rounds', () => {
    expect(median([])).toBe(undefined)
    expect(median([null])).toBe(undefined)
  })

  it('is the same in every call', () => {
    const rounds = [3, 1, 4, 1, 5, 9, 2, 6]
    expect(median(rounds)).toEqual(median(rounds))
  })
})

describe('ratioOf', () => {
  it('compares round by round, so that common drift cancels out', () => {
    expect(ratioOf([2, 20, 200, 2000], [1, 10, 100, 1000])).toEqual({ value: 2, low: 2, high: 2 })
  })

  it('uses the rounds in which both took part, and is undefined without one', () => {
    expect(ratioOf([8, null, 4], [2, 5, 1])?.value).toBe(4)
    expect(ratioOf([8, null], [null, 5])).toBe(undefined)
  })
})

describe('exponentOf', () => {
  const sizes = [1000, 10_000, 100_000]
  const growing = (exponent: number): number[][] =>
    sizes.map((size) => [1, 1.1, 0.9].map((noise) => noise * size ** exponent))

  it.each([1, 2])('is %i for times that grow with that power of the size', (exponent) => {
    expect(exponentOf(sizes, growing(exponent))?.value).toBeCloseTo(exponent, 5)
  })

  it('is undefined if no round has all sizes', () => {
    expect(
      exponentOf(sizes, [
        [1, null],
        [null, 1],
        [1, 1],
      ]),
    ).toBe(undefined)
  })
})

describe('exponentOfCounts', () => {
  const sizes = [1000, 4000, 16_000] as const
  const growing = (exponent: number, once = 0): [number, number, number] => [
    once + sizes[0] ** exponent,
    once + sizes[1] ** exponent,
    once + sizes[2] ** exponent,
  ]

  it.each([1, 1.5, 2])('is %d for counts that grow with that power of the size', (exponent) => {
    expect(exponentOfCounts(sizes, growing(exponent))).toBeCloseTo(exponent, 5)
  })

  it('ignores a constant cost', () => {
    expect(exponentOfCounts(sizes, growing(2, 1e9))).toBeCloseTo(2, 5)
    expect(exponentOfCounts(sizes, growing(1, -900))).toBeCloseTo(1, 5)
  })
})

describe('isTooWide', () => {
  it('compares the width of the interval with its value', () => {
    expect(isTooWide({ value: 1, low: 0.9, high: 1.1 })).toBe(false)
    expect(isTooWide({ value: 1, low: 0.8, high: 1.1 })).toBe(true)
  })
})
