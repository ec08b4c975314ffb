import { describe, expect, it } from 'vitest'
import { findManyBy } from '../src/find-many.ts'
import { defineCodec, drop, FrameError, NO_FRAME, UNKNOWN, type FindFrame } from '../src/index.ts'
import { Search } from '../src/search.ts'
import { findByteLength } from './oracle.ts'

describe('an answer is accepted', () => {
  const isSound = (end: number, more: Partial<Search> = {}): boolean => {
    const search = new Search()
    search.prepare(10, 10, 0)
    Object.assign(search, more)
    return search.isSound(10, search.payloadEndIn(end), end, 20)
  }

  it.each<[end: number, more: Partial<Search>]>([
    [11, {}],
    [20, {}],
    [15, { payloadStart: 10, payloadEnd: 15 }],
    [15, { payloadStart: 15, payloadEnd: 15 }],
    [15, { state: -(2 ** 31) }],
    [15, { state: 2 ** 31 - 1 }],
  ])('where a frame lies in what was shown, and its payload in it: %i %j', (end, more) => {
    expect(isSound(end, more)).toBe(true)
  })

  it.each<[end: number, more: Partial<Search>]>([
    [10, {}],
    [9, {}],
    [21, {}],
    [UNKNOWN, {}],
    [10.5, {}],
    [15.5, { payloadEnd: 15 }],
    [NaN, {}],
    [Infinity, {}],
    [2 ** 32 + 15, {}],
    [15, { payloadStart: 9 }],
    [15, { payloadStart: 16 }],
    [15, { payloadStart: 12, payloadEnd: 11 }],
    [15, { payloadEnd: 16 }],
    [15, { payloadEnd: 9 }],
    [15, { payloadStart: 10.5 }],
    [15, { payloadEnd: 14.5 }],
    [15, { state: 0.5 }],
    [15, { state: 2 ** 31 }],
  ])('and not else: %d %j', (end, more) => {
    expect(isSound(end, more)).toBe(false)
  })
})

describe('many frames found one by one', () => {
  const many = (
    find: FindFrame,
    bytes: number[],
    { room = 9, maxSpan = 100, start = 0, end = bytes.length, state = 0 } = {},
  ) => {
    const bounds = new Int32Array(3 * room)
    const between = new Int32Array(2 * room)
    const count = findManyBy(find, maxSpan)(Uint8Array.from(bytes), start, end, {
      bounds,
      between,
      state,
      note: undefined,
    })
    return { count, bounds: [...bounds.subarray(0, 3 * count)], between: [...between.subarray(0, 2 * count)] }
  }

  it.each<[what: string, bytes: number[], more: object, bounds: number[]]>([
    ['all there are', [1, 5, 0, 2, 6, 7], {}, [1, 2, 2, 3, 3, 3, 4, 6, 6]],
    ['up to one that is not whole', [1, 5, 2, 6], {}, [1, 2, 2]],
    ['up to one that is refused', [1, 5, 255, 1, 5], {}, [1, 2, 2]],
    ['as many as there is room for', [0, 0, 0], { room: 2 }, [1, 1, 1, 2, 2, 2]],
    ['up to one that is too long', [1, 5, 2, 6, 7, 1, 5], { maxSpan: 2 }, [1, 2, 2]],
    ['from their start on', [9, 9, 1, 5], { start: 2 }, [3, 4, 4]],
    ['up to their end, though stale bytes follow', [1, 5, 2, 6, 7], { end: 4, maxSpan: 4 }, [1, 2, 2]],
    ['none in no bytes', [], {}, []],
  ])('are %s', (_what, bytes, more, bounds) => {
    expect(many(findByteLength, bytes, more)).toMatchObject({ count: bounds.length / 3, bounds })
  })

  it('continue in the state of the one before, after what is dropped', () => {
    const find: FindFrame = (bytes, start, _end, search) => {
      if (bytes[start] === 0) return drop(search, start + 1)
      search.state += bytes[start]!
      return start + 1
    }
    expect(many(find, [0, 3, 0, 0, 4], { state: 10 })).toEqual({
      count: 2,
      bounds: [1, 2, 2, 4, 5, 5],
      between: [1, 13, 4, 17],
    })
  })

  it.each<[what: string, find: FindFrame]>([
    ['drops nothing', (_bytes, start, _end, search) => drop(search, start)],
    ['drops more than was shown', (_bytes, _start, end, search) => drop(search, end + 1)],
    [
      'drops with a state that is no integer',
      (bytes, start, _end, search) => {
        search.state = bytes[start] === 1 ? 0.5 : 0
        return bytes[start] === 1 ? drop(search, start + 1) : start + 1
      },
    ],
    [
      'throws',
      () => {
        throw new FrameError('ERR_FRAME_CORRUPT', 'mine: wrong')
      },
    ],
  ])('end where a finder %s', (_what, find) => {
    expect(many(find, [1, 2, 3])).toEqual({ count: 0, bounds: [], between: [] })
  })
})

it('any symbol but NO_FRAME may be a frame', () => {
  const other = Symbol('a frame')
  const codec = defineCodec<symbol>({
    name: 'symbols',
    maxFrameLength: 1,
    find: 1,
    toFrame: ([byte]) => (byte === 0 ? NO_FRAME : other),
  })
  expect([...codec.decoder().decode(Uint8Array.of(1, 0, 1))]).toEqual([other, other])
})
