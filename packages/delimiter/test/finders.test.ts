import { ENDLESS, isFrameError, UNKNOWN, type FindFrame } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineEndings } from '../src/line-endings.ts'
import { findAny } from '../src/many-delimiters.ts'
import { findOne } from '../src/one-delimiter.ts'
import { streams } from './outcomes.ts'

const ALPHABET = [10, 13]
const lists = fc.array(fc.array(fc.constantFrom(...ALPHABET), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 3,
})
const finders: Record<string, (max: number, delimiters: Uint8Array[]) => FindFrame> = {
  'one delimiter': (max, [first]) => findOne(first!, max),
  'many delimiters': (max, delimiters) => findAny(delimiters, max, false),
  'many delimiters, at the end': (max, delimiters) => findAny(delimiters, max, true),
  'LF or CRLF': (max) => lineEndings.auto.finder(max),
  CRLF: (max) => lineEndings.crlf.finder(max),
}

/** What a finder says, counted from the start, which must not need a byte from outside. */
function answerOf(find: FindFrame, bytes: Uint8Array, start: number, end: number, searched: number): unknown {
  const found = { payloadStart: 0, payloadEnd: 0 }
  const guarded = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^-?\d/.test(key) && !(Number(key) >= start && Number(key) < end)) {
        throw new Error(`looked at ${key}, which is not in [${start}, ${end})`)
      }
      return Reflect.get(target, key) as unknown
    },
  })
  try {
    const answer = find(guarded, start, end, searched, found)
    if (answer === UNKNOWN || answer === ENDLESS) return answer
    return { end: answer - start, payload: [found.payloadStart - start, found.payloadEnd - start] }
  } catch (error) {
    if (isFrameError(error)) return error.code
    throw error
  }
}

describe.each(Object.entries(finders))('the finder of %s', (_what, finder) => {
  it('looks only at the bytes it was given, and says the same of them wherever they lie and whatever it had looked at', () => {
    fc.assert(
      fc.property(
        lists,
        fc.integer({ min: 1, max: 9 }),
        streams([...ALPHABET, 97]),
        fc.nat(9),
        fc.nat(9),
        (list, max, stream, before, length) => {
          const find = finder(
            max,
            list.map((each) => new Uint8Array(each)),
          )
          const start = Math.min(before, stream.length)
          const end = Math.min(start + length, stream.length)
          // Something lies behind, so that no search is left to the runtime, which takes no proxy.
          const memory = new Uint8Array([...stream, ...ALPHABET])
          const expected = answerOf(find, memory.slice(start, end + 1), 0, end - start, 0)
          for (let searched = 0; searched <= end - start; searched++) {
            if (searched > 0 && answerOf(find, memory, start, start + searched, 0) !== UNKNOWN) return
            expect(answerOf(find, memory, start, end, searched)).toEqual(expected)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
