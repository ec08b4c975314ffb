import { newSearch } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { automatonOf } from '../src/automaton.ts'

/** Delimiters, and a text made of their prefixes. */
const cases = fc
  .array(fc.array(fc.constantFrom(97, 98, 99), { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 5 })
  .chain((list) =>
    fc.record({
      list: fc.constant(list.map((each) => new Uint8Array(each))),
      text: fc
        .array(
          fc.tuple(fc.constantFrom(...list), fc.nat(7)).map(([delimiter, length]) => delimiter.slice(0, length)),
          { maxLength: 3 },
        )
        .map((parts) => new Uint8Array(parts.flat())),
      steps: fc.array(fc.integer({ min: 1, max: 3 })),
    }),
  )

/** The position of the first delimiter, and the shortest one there. */
function naive(text: Uint8Array, list: Uint8Array[]): { at: number; length: number } | undefined {
  for (let at = 0; at < text.length; at++) {
    const here = list.filter((each) => each.every((byte, index) => text[at + index] === byte))
    if (here.length > 0) return { at, length: Math.min(...here.map((each) => each.length)) }
  }
  return undefined
}

describe('seek', () => {
  it('finds the first delimiter of a text, however it arrives', () => {
    fc.assert(
      fc.property(cases, ({ list, text, steps }) => {
        const automaton = automatonOf(list)
        const search = newSearch()
        let length = 0
        for (let index = 0, end = 0; length === 0 && index < steps.length && end < text.length; index++) {
          end = Math.min(text.length, end + steps[index]!)
          length = automaton.seek(text, end, search, false)
        }
        if (length === 0) length = automaton.seek(text, text.length, search, true)
        const found = length === 0 ? undefined : { at: search.resumeAt, length }
        expect(found).toEqual(naive(text, list))
      }),
      { numRuns: 300 },
    )
  })

  it('leaves a position as soon as no delimiter can begin there', () => {
    fc.assert(
      fc.property(cases, ({ list, text }) => {
        const search = newSearch()
        if (automatonOf(list).seek(text, text.length, search, false) > 0) return
        const mayBegin = (at: number): boolean =>
          list.some(
            (each) => each.length > text.length - at && text.subarray(at).every((byte, index) => each[index] === byte),
          )
        let first = 0
        while (first < text.length && !mayBegin(first)) first++
        expect(search.resumeAt).toBe(first)
      }),
      { numRuns: 300 },
    )
  })
})
