import { testLaws, vectorLaws } from '@unstick/testing'
import delimiters from '@unstick/testing/vectors/delimiter.json' with { type: 'json' }
import jsonValues from '@unstick/testing/vectors/json-lines.json' with { type: 'json' }
import byteLines from '@unstick/testing/vectors/lines.json' with { type: 'json' }
import markedFrames from '@unstick/testing/vectors/markers.json' with { type: 'json' }
import stringLines from '@unstick/testing/vectors/text-lines.json' with { type: 'json' }
import { describe, it } from 'vitest'
import { delimiter, jsonLines, lines, markers, textLines } from '../src/index.ts'

describe('delimiter', () => {
  testLaws(vectorLaws(delimiters, delimiter), it)
})

describe('lines', () => {
  testLaws(vectorLaws(byteLines, lines), it)
})

describe('textLines', () => {
  testLaws(vectorLaws(stringLines, textLines), it)
})

describe('jsonLines', () => {
  testLaws(vectorLaws(jsonValues, jsonLines), it)
})

describe('markers', () => {
  testLaws(vectorLaws(markedFrames, markers), it)
})
