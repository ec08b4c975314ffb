import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecLaws, LawError, testLaws, type Law } from '../src/index.ts'
import { faults } from './faults/faults.ts'
import { delimited, lengthPrefixed } from './faults/home-made.ts'

const lawsOf = (codec: FrameCodec): Law[] => codecLaws(codec, { frame: fc.uint8Array({ maxLength: 12 }) })

/** Fixed, so that what is caught today is caught tomorrow. */
const seed = 5

describe('codecs without a fault keep every law', () => {
  describe('a length and a payload', () => {
    testLaws(lawsOf(lengthPrefixed()), it)
  })
  describe('a payload and a delimiter', () => {
    testLaws(lawsOf(delimited()), it)
  })
})

describe('a planted fault is caught by a law within 100 runs', () => {
  it('there are more than fifteen of them', () => {
    expect(faults.length).toBeGreaterThan(15)
  })

  it.each(faults)('%s: "%s"', async (_fault, name, codec) => {
    const law = lawsOf(codec).find((each) => each.name === name)
    await expect(law?.run({ seed })).rejects.toBeInstanceOf(LawError)
  })
})
