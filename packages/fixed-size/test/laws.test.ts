import { codecLaws, oracles, testLaws } from '@unstick/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { fixedSize, sizeByType, type SizeByTypeOptions } from '../src/index.ts'

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

const sizesByType: SizeByTypeOptions[] = [
  { sizes: { 1: 1, 7: 3, 97: 512, 98: 2048 } },
  { typeOffset: 2, sizes: { 0: 3, 255: 9 } },
]

describe.each(sizesByType)('sizeByType(%j)', (options) => {
  const { typeOffset = 0 } = options
  const types = Object.entries(options.sizes).map(([type, size]) => ({ type: Number(type), size }))
  // Types 97 and 98 are only for the law of linear work.
  const short = types.filter(({ size }) => size < 100)
  const frame = fc.tuple(fc.constantFrom(...short), fc.nat(255)).map(([{ type, size }, byte]) => {
    return new Uint8Array(size).fill(byte).fill(type, typeOffset, typeOffset + 1)
  })
  testLaws(
    codecLaws(sizeByType(options), {
      name: `sizeByType(${JSON.stringify(options)})`,
      frame,
      frameOfLength: (length) => new Uint8Array(length).fill(length === 512 ? 97 : 98),
      oracle: oracles.sizeByType(options as { sizes: Record<number, number> }),
    }),
    it,
  )
})
