import { testLaws, vectorLaws } from '@unstick/testing'
import sequences from '@unstick/testing/vectors/json-sequence.json' with { type: 'json' }
import values from '@unstick/testing/vectors/json-values.json' with { type: 'json' }
import { it } from 'vitest'
import { jsonSequence, jsonValues } from '../src/index.ts'

testLaws(vectorLaws(values, jsonValues), it)
testLaws(vectorLaws(sequences, jsonSequence), it)
