import { testLaws, vectorLaws } from '@unstick/testing'
import contentLengths from '@unstick/testing/vectors/content-length.json' with { type: 'json' }
import lengthFields from '@unstick/testing/vectors/length-field.json' with { type: 'json' }
import textLengths from '@unstick/testing/vectors/text-length.json' with { type: 'json' }
import varintLengths from '@unstick/testing/vectors/varint-length.json' with { type: 'json' }
import { describe, it } from 'vitest'
import { contentLength, lengthField, textLength, varintLength } from '../src/index.ts'

describe('contentLength', () => {
  testLaws(vectorLaws(contentLengths, contentLength), it)
})

describe('lengthField', () => {
  testLaws(vectorLaws(lengthFields, lengthField), it)
})

describe('textLength', () => {
  testLaws(vectorLaws(textLengths, textLength), it)
})

describe('varintLength', () => {
  testLaws(vectorLaws(varintLengths, varintLength), it)
})
