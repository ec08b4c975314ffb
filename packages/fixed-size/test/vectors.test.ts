import { testLaws, vectorLaws } from '@unstick/testing'
import vectors from '@unstick/testing/vectors/fixed-size.json' with { type: 'json' }
import { it } from 'vitest'
import { fixedSize } from '../src/index.ts'

testLaws(vectorLaws(vectors, fixedSize), it)
