// Frames that cannot be encoded: which member is wrong is said without a cost for right frames.

import { expect, it } from 'vitest'
import { BYTES, byType, namingMembers, oneOf, optional, or, PAIRS, STRINGS, UINT8 } from '../src/framing/members.ts'
import { mqtt } from '../src/index.ts'
import { withCode } from './preset.ts'

const payload = new Uint8Array(2)

it('names a missing member, what it must be, and what was received', () => {
  const encode = (frame: unknown): unknown => mqtt().encode(frame as never)
  for (const [frame, what] of [
    [null, 'a frame must be an object, received null'],
    [undefined, 'a frame must be an object, received undefined'],
    ['text', 'a frame must be an object, received a string'],
    [{}, 'type must be an integer from 0 to 2^8-1, received undefined'],
    [{ type: 3, flags: 0 }, 'payload must be a Uint8Array, received undefined'],
    [{ type: 3, flags: 0, payload: [1, 2] }, 'payload must be a Uint8Array, received an instance of Array'],
    [{ type: 3, flags: 0, payload: 'secret' }, 'payload must be a Uint8Array, received a string'],
    [{ type: 3, flags: Symbol('flags'), payload }, 'flags must be an integer from 0 to 2^8-1, received a symbol'],
    [{ type: 300, flags: 0, payload }, 'type must be an integer from 0 to 2^8-1, received 300'],
  ] as const) {
    expect(() => encode(frame)).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    expect(() => encode(frame)).toThrow(`mqtt: ${what}`)
  }
})

it('lets the error of a getter pass', () => {
  const failure = new RangeError('of the caller')
  const frame = {
    type: 3,
    flags: 0,
    get payload(): Uint8Array {
      throw failure
    },
  }
  expect(() => mqtt().encode(frame)).toThrow(failure)
})

it('lets the reason of a codec pass where each member is of its kind', () => {
  expect(() => mqtt().encode({ type: 1, flags: 1, payload })).toThrow(/^mqtt: .*flags/)
})

it('does not look at the members of a frame that was encoded', () => {
  const fails = { what: 'nothing', is: () => false }
  const encode = namingMembers<{ payload: Uint8Array }, unknown>('test', { payload: fails }, (frame) => [frame.payload])
  expect(encode({ payload })).toEqual([payload])
  expect(() => encode({ payload: 7 as never })).toThrow('test: payload must be nothing, received 7')
})

it('says so where parts are no bytes though each member is of its kind', () => {
  const encode = namingMembers<unknown, unknown>('test', {}, () => ['text'])
  expect(() => encode({})).toThrow('test: a frame must be made of bytes')
})

it.each([
  [oneOf('a', 1), ['a', 1], ['1', undefined], "'a' or 1"],
  [optional(UINT8), [undefined, 0, 255], [null, -1, 256, 1.5, NaN, '1'], 'an integer from 0 to 2^8-1 or undefined'],
  [or('preface', UINT8), ['preface', 7], ['', 256], "'preface' or an integer from 0 to 2^8-1"],
  [STRINGS, [[], ['a']], ['a', [1], undefined], 'an array of strings'],
  [
    PAIRS,
    [[], [['a', 'b']]],
    [['a', 'b'], [['a']], [['a', 'b', 'c']], [['a', 1]], 'ab'],
    'an array of pairs of strings',
  ],
  [BYTES, [payload, Buffer.from('a')], [new Uint16Array(1), [], 'a'], 'a Uint8Array'],
])('knows what a member may be (%#)', ({ what, is }, right, wrong, words) => {
  expect(what).toBe(words)
  for (const value of right) expect(is(value)).toBe(true)
  for (const value of wrong) expect(is(value)).toBe(false)
})

it('tells frames of several shapes apart by their type', () => {
  const membersOf = byType<{ type: 'a' } | { type: 'b'; n: number }>({ a: {}, b: { n: UINT8 } })
  expect(Object.keys(membersOf({ type: 'b', n: 1 }))).toEqual(['type', 'n'])
  expect(Object.keys(membersOf({ type: 'c' } as never))).toEqual(['type'])
})
