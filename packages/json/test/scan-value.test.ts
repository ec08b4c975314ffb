import { expect, it } from 'vitest'
import { DEPTH, depthOf, NESTED } from '../src/scan-value.ts'

it.each([1, 2 ** 25 - 1, 2 ** 25, 2 ** 26, 2 ** 40])('the state counts %i open brackets', (depth) => {
  expect(depthOf(depth * DEPTH + NESTED)).toBe(depth)
})
