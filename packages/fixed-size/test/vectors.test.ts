import { testLaws, vectorLaws } from '@unstick/testing'
import fixedSizes from '@unstick/testing/vectors/fixed-size.json' with { type: 'json' }
import sizesByType from '@unstick/testing/vectors/size-by-type.json' with { type: 'json' }
import { describe, it } from 'vitest'
import { fixedSize, sizeByType } from '../src/index.ts'

describe('fixedSize', () => {
  testLaws(vectorLaws(fixedSizes, fixedSize), it)
})

describe('sizeByType', () => {
  testLaws(vectorLaws(sizesByType, sizeByType), it)
})
