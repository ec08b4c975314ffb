import { ENDLESS, isFrameError, newSearch, UNKNOWN, type FindFrame, type FrameSearch } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { automatonOf } from '../src/automaton.ts'
import { findKept, findStripped } from '../src/end-delimiter.ts'
import { lineEndings, type LineEnding } from '../src/line-endings.ts'
import { findStarted } from '../src/start-delimiter.ts'
import { streams } from './outcomes.ts'

const ALPHABET = [10, 13]
const lists = fc.array(fc.array(fc.constantFrom(...ALPHABET), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 3,
})
const line =
  (ending: LineEnding) =>
  (maxFrameLength: number): FindFrame =>
    lineEndings[ending].makeFinder({ name: 'lines', maxFrameLength, stripDelimiter: true })(false)

const finders: Record<string, (max: number, delimiters: Uint8Array[]) => FindFrame> = {
  'one delimiter': (max, [first]) => findStripped(automatonOf([first!]), max)(false),
  'many delimiters': (max, delimiters) => findStripped(automatonOf(delimiters), max)(false),
  'many delimiters, kept': (max, delimiters) => findKept(automatonOf(delimiters), max)(false),
  'many delimiters, at the start': (maxFrameLength, delimiters) =>
    findStarted(automatonOf(delimiters), { maxFrameLength, stripDelimiter: true, atEnd: 'emit' })(false),
  'LF or CRLF': line('auto'),
  CRLF: line('crlf'),
  'any line end': line('any'),
}

/** The answer of a finder, relative to the start. Reading a byte outside the range throws. */
function answerOf(find: FindFrame, bytes: Uint8Array, start: number, end: number, search: FrameSearch): unknown {
  const guarded = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^-?\d/.test(key) && !(Number(key) >= start && Number(key) < end)) {
        throw new Error(`looked at ${key}, which is not in [${start}, ${end})`)
      }
      return Reflect.get(target, key) as unknown
    },
  })
  try {
    const answer = find(guarded, start, end, search)
    if (answer === UNKNOWN || answer === ENDLESS) return answer
    const payloadStart = Math.max(start, search.payloadStart)
    return { end: answer - start, payload: [payloadStart - start, search.payloadEnd - start] }
  } catch (error) {
    if (isFrameError(error)) return error.code
    throw error
  }
}

describe.each(Object.entries(finders))('the finder of %s', (_what, finder) => {
  it('reads only the bytes it was given, and gives the same answer wherever they are and however they arrive', () => {
    fc.assert(
      fc.property(
        lists,
        fc.integer({ min: 1, max: 9 }),
        streams([...ALPHABET, 97]),
        fc.nat(9),
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
        (list, max, stream, before, steps) => {
          const delimiters = list.map((each) => new Uint8Array(each))
          const find = finder(max, delimiters)
          const start = Math.min(before, stream.length)
          // More bytes follow, so that no built-in search is used: those do not accept a proxy.
          const memory = new Uint8Array([...stream, ...ALPHABET])
          const search = { ...newSearch(), resumeAt: start }
          for (let index = 0, end = start; index < steps.length; index++) {
            end = Math.min(end + steps[index]!, stream.length)
            const answer = answerOf(find, memory, start, end, search)
            expect(answer).toEqual(answerOf(find, memory.slice(start, end + 1), 0, end - start, newSearch()))
            if (answer !== UNKNOWN) return
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
