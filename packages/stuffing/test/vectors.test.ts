import { testLaws, vectorLaws } from '@unstick/testing'
import cobses from '@unstick/testing/vectors/cobs.json' with { type: 'json' }
import dotStuffeds from '@unstick/testing/vectors/dot-stuffed.json' with { type: 'json' }
import hdlcs from '@unstick/testing/vectors/hdlc.json' with { type: 'json' }
import slips from '@unstick/testing/vectors/slip.json' with { type: 'json' }
import { describe, it } from 'vitest'
import { cobs, dotStuffed, hdlc, slip } from '../src/index.ts'

describe('slip', () => {
  testLaws(vectorLaws(slips, slip), it)
})

describe('cobs', () => {
  testLaws(vectorLaws(cobses, cobs), it)
})

describe('hdlc', () => {
  testLaws(vectorLaws(hdlcs, hdlc), it)
})

describe('dotStuffed', () => {
  testLaws(vectorLaws(dotStuffeds, dotStuffed), it)
})
