import { describe, expect, it } from 'vitest'
import { LawError, recordedLaws, testLaws } from '../src/index.ts'
import { Delimited, delimited } from './faults/home-made.ts'

const recording = ['ab', ';;c', ';', ';;;', 'de'].map((text) => new Uint8Array(Buffer.from(text)))

describe('recordedLaws of a sound codec hold', () => {
  testLaws(recordedLaws(delimited(), recording), it)
})

describe('recordedLaws', () => {
  it('find a codec that loses a delimiter if a chunk ends inside it', async () => {
    const lossy = delimited(
      class extends Delimited {
        override seen(): number {
          return this.bufferedLength
        }
      },
    )
    const whole = [new Uint8Array(Buffer.from('ab;;c;;'))]
    const law = recordedLaws(lossy, whole).find(({ name }) => name === 'as it was recorded')
    await expect(law?.run()).rejects.toBeInstanceOf(LawError)
  })

  it('require a recording that gives a frame or an error', () => {
    expect(() => recordedLaws(delimited(), [])).toThrow('received none')
  })
})
