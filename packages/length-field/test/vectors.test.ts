import { testLaws, vectorLaws } from '@unstick/testing'
import lengthFields from '@unstick/testing/vectors/length-field.json' with { type: 'json' }
import textLengths from '@unstick/testing/vectors/text-length.json' with { type: 'json' }
import varintLengths from '@unstick/testing/vectors/varint-length.json' with { type: 'json' }
import { describe, it } from 'vitest'
import { lengthField, textLength, varintLength } from '../src/index.ts'

describe('lengthField', () => {
  testLaws(vectorLaws(lengthFields, lengthField), it)
})

describe('textLength', () => {
  testLaws(vectorLaws(textLengths, textLength), it)
})

describe('varintLength', () => {
  testLaws(vectorLaws(varintLengths, varintLength), it)
})
