import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { indexOfByte } from '../src/index.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** Loads the function anew with this global `Buffer`; records how many bytes each built-in search may read. */
async function watched(buffer: unknown): Promise<{ search: typeof indexOfByte; searches: number[] }> {
  const searches: number[] = []
  const { prototype } = (buffer ?? Uint8Array) as typeof Uint8Array
  const original = Reflect.get(prototype, 'indexOf')
  vi.spyOn(prototype, 'indexOf').mockImplementation(function (this: Uint8Array, byte, from = 0) {
    searches.push(this.length - from)
    return original.call(this, byte, from)
  })
  vi.stubGlobal('Buffer', buffer)
  vi.resetModules()
  return { search: (await import('../src/index.ts')).indexOfByte, searches }
}

describe('indexOfByte', () => {
  it('finds each place of a few bytes, from any place to any other', () => {
    const wrong: number[][] = []
    for (let mark = 0; mark < 18; mark++) {
      const bytes = new Uint8Array(18)
      bytes[mark] = 7
      for (let from = 0; from < 6; from++) {
        for (let to = from; to <= from + 11; to++) {
          const found = mark >= from && mark < to ? mark : -1
          if (indexOfByte(bytes, 7, from, to) !== found) wrong.push([mark, from, to])
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it.each([126, 127, 128, 129, 130, 2000])(
    'finds the first and the last of %i bytes, and none beside them',
    (length) => {
      for (const after of [0, 1, 1024, 1025, 3000]) {
        const [from, to] = [10, 10 + length]
        for (const [mark, found] of [
          [from - 1, -1],
          [from, from],
          [to - 1, to - 1],
          [to, -1],
        ] as const) {
          const bytes = new Uint8Array(to + after)
          bytes[mark] = 7
          expect(indexOfByte(bytes, 7, from, to)).toBe(found)
        }
      }
    },
  )

  it('finds the first byte between two indexes, and none outside', () => {
    const places = fc.tuple(fc.nat(300), fc.nat(300), fc.nat(40_000))
    fc.assert(
      fc.property(places, fc.array(fc.nat(700), { maxLength: 3 }), ([before, length, after], marks) => {
        const bytes = new Uint8Array(before + length + after)
        for (const at of [...marks, before - 1, before + length]) if (at < bytes.length) bytes[at] = 7
        const expected = bytes.subarray(before, before + length).findIndex((byte) => byte === 7)
        expect(indexOfByte(bytes, 7, before, before + length)).toBe(expected === -1 ? -1 : before + expected)
      }),
    )
  })

  it.each([
    ['Buffer', Buffer],
    ['Uint8Array', undefined],
  ])(
    'leaves long searches to the %s of the runtime, which overrun their end by 1 KiB at most',
    async (_what, buffer) => {
      const { search, searches } = await watched(buffer)
      const bytesSearched = (from: number, to: number, after: number): number[] => {
        searches.length = 0
        expect(search(new Uint8Array(to + after), 7, from, to)).toBe(-1)
        return [...searches]
      }
      expect(bytesSearched(1000, 1128, 1)).toEqual([])
      expect(bytesSearched(1000, 1129, 1024)).toEqual([129 + 1024])
      expect(bytesSearched(1000, 1129, 1025)).toEqual([129])
      expect(bytesSearched(1000, 1003, 0)).toEqual([3])
    },
  )

  it('finds bytes beyond 2 GiB, where the built-in search accepts no position', () => {
    const place = 2 ** 31 + 50
    // Untouched memory costs nothing.
    const bytes = Buffer.alloc(2 ** 31 + 4096)
    bytes[place] = 7
    for (const from of [place - 1000, place - 10]) {
      expect(indexOfByte(bytes, 7, from, bytes.length)).toBe(place)
      expect(indexOfByte(bytes, 7, from, place + 1)).toBe(place)
      expect(indexOfByte(bytes, 7, from, place)).toBe(-1)
    }
    expect(indexOfByte(bytes, 7, place + 1, bytes.length)).toBe(-1)
    expect(indexOfByte(bytes, 7, 1000, 2000)).toBe(-1)
    // The search overruns its end and finds this byte.
    expect(indexOfByte(bytes.subarray(0, place + 1), 7, place - 1000, place - 800)).toBe(-1)
  })
})
