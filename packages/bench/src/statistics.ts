// Medians with bootstrap intervals, and ratios within rounds.

import { randomFrom } from './random.ts'

/** A value and its 95 % bootstrap interval. */
export interface Interval {
  value: number
  low: number
  high: number
}

/** One number per round; null if the case took no part. */
export type Rounds = readonly (number | null)[]

const RESAMPLES = 1000
const CONFIDENCE = 0.95

/** A ratio whose interval is wider than this share of itself is not printed. */
const WIDEST = 0.25

/** The median of all rounds; undefined if there are none. */
export function median(rounds: Rounds): Interval | undefined {
  return bootstrapped(taken(rounds), middle)
}

/** The median of the ratios within rounds. Drift that affects both sides of a round cancels out. */
export function ratioOf(numerator: Rounds, denominator: Rounds): Interval | undefined {
  const ratios = numerator.map((value, round) => {
    const other = denominator[round] ?? null
    return value === null || other === null ? null : value / other
  })
  return median(ratios)
}

/**
 * The exponent of time against size: the slope of the regression line through the logarithms. `times` holds the rounds
 * of each of the `sizes`.
 */
export function exponentOf(sizes: readonly number[], times: readonly Rounds[]): Interval | undefined {
  const rounds = (times[0] ?? []).map((_, round) => times.map((ofSize) => ofSize[round] ?? null))
  const whole = rounds.filter((round) => !round.includes(null)) as number[][]
  return bootstrapped(whole, (sampled) =>
    slope(
      sizes.map((size) => Math.log(size)),
      sizes.map((_, index) => Math.log(middle(sampled.map((round) => round[index]!)))),
    ),
  )
}

/**
 * The exponent of counts for three sizes in geometric progression. It is that of the increments, so that a constant
 * cost cancels out. Counts have no noise, so there is no interval.
 */
export function exponentOfCounts(sizes: Triple, counts: Triple): number {
  return Math.log(growthOf(counts)) / Math.log(growthOf(sizes))
}

export type Triple = readonly [number, number, number]

function growthOf([first, second, third]: Triple): number {
  return (third - second) / (second - first)
}

/** Whether the interval is too wide for its value to be printed. */
export function isTooWide({ value, low, high }: Interval): boolean {
  return high - low > WIDEST * value
}

function taken(rounds: Rounds): number[] {
  return rounds.filter((value) => value !== null)
}

function bootstrapped<Item>(items: readonly Item[], statistic: (items: Item[]) => number): Interval | undefined {
  if (items.length === 0) return undefined
  const random = randomFrom(1)
  const values = Array.from({ length: RESAMPLES }, () =>
    statistic(items.map(() => items[Math.floor(random() * items.length)]!)),
  ).toSorted((a, b) => a - b)
  const tail = (1 - CONFIDENCE) / 2
  return {
    value: statistic([...items]),
    low: values[Math.floor(tail * RESAMPLES)]!,
    high: values[Math.ceil((1 - tail) * RESAMPLES) - 1]!,
  }
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

function slope(x: readonly number[], y: readonly number[]): number {
  const meanX = mean(x)
  const meanY = mean(y)
  const covariance = x.reduce((sum, value, index) => sum + (value - meanX) * (y[index]! - meanY), 0)
  return covariance / x.reduce((sum, value) => sum + (value - meanX) ** 2, 0)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
