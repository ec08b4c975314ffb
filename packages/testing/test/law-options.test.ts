import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecLaws, framerLaws, recordedLaws, verifyCodec } from '../src/index.ts'
import { lengthPrefixed } from './faults/home-made.ts'

const codec = lengthPrefixed()
const frame = fc.uint8Array({ maxLength: 5 })
const encode = (bytes: Uint8Array): Uint8Array => codec.encode(bytes)
const makers: Record<string, (options: object) => unknown> = {
  codecLaws: (options) => codecLaws(codec, { frame, ...options }),
  framerLaws: (options) => framerLaws(codec as never, { frame, encode, ...options }),
  recordedLaws: (options) => recordedLaws(codec, [codec.encode(new Uint8Array(3))], options),
  verifyCodec: (options) =>
    verifyCodec(codec, [{ bytes: codec.encode(new Uint8Array(3)), frames: [new Uint8Array(3)] }], options),
}

describe.each(Object.entries(makers))('the options of %s', (by, make) => {
  it('are refused with the nearest name if unknown', () => {
    expect(() => make({ nam: 'mine' })).toThrow(new TypeError(`${by} has no option "nam": did you mean name?`))
  })

  const wrong: [options: object, name: string][] = [
    [{ name: 5 }, 'name'],
    [{ name: null }, 'name'],
  ]
  if (by === 'codecLaws' || by === 'framerLaws') wrong.push([{ oracle: 'none' }, 'oracle'], [{ stream: [] }, 'stream'])
  if (by === 'codecLaws' || by === 'recordedLaws') wrong.push([{ scan: 'slice' }, 'scan'], [{ errors: null }, 'errors'])
  if (by === 'codecLaws') {
    wrong.push(
      [{ atEnd: 'emits' }, 'atEnd'],
      [{ completion: true }, 'completion'],
      [{ frameOfLength: 0 }, 'frameOfLength'],
      [{ frameOfParts: [] }, 'frameOfParts'],
      [{ announcing: 1 }, 'announcing'],
      [{ frame: 'abc' }, 'frame'],
    )
  }

  it.each(wrong)('are refused by name if of the wrong kind: %j', (options, name) => {
    expect(() => make(options)).toThrow(new RegExp(`^${name} must`))
  })
})
