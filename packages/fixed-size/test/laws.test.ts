import { codecLaws, oracles, testLaws } from '@unstick/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { fixedSize } from '../src/index.ts'

const sizes = [1, 5]
const atEnds = ['error', 'emit', 'drop'] as const

describe.each(sizes.flatMap((size) => atEnds.map((atEnd) => ({ size, atEnd }))))('fixedSize(%j)', (options) => {
  const { size, atEnd } = options
  testLaws(
    codecLaws(fixedSize(options), {
      name: `fixedSize(${JSON.stringify(options)})`,
      frame: fc.uint8Array({ minLength: size, maxLength: size }),
      oracle: oracles.fixedSize(options),
      atEnd,
    }),
    it,
  )
})
