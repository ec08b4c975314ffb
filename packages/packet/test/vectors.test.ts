import { testLaws, vectorLaws } from '@unstick/testing'
import vectors from '@unstick/testing/vectors/packet.json' with { type: 'json' }
import { it } from 'vitest'
import { packet } from '../src/index.ts'

testLaws(vectorLaws(vectors, packet), it)
