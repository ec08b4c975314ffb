// Searching and copying: fast paths must give the same bytes, and their cost is counted in views.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { copyBytes } from '../src/copy-bytes.ts'
import { indexOf, indexOfOther } from '../src/indexes.ts'
import { hdlc, slip } from '../src/index.ts'

/** How many views a function makes. */
function viewsMadeBy(run: () => void): number {
  const views = vi.spyOn(Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array, 'subarray')
  run()
  const made = views.mock.calls.length
  views.mockRestore()
  return made
}

describe('copyBytes', () => {
  it.each([
    [0, 96, 0],
    [100, 196, 0],
    [100, 197, 1],
  ])('copies bytes %i to %i and no others, through %i views', (from, end, views) => {
    const source = Uint8Array.from({ length: 200 }, (_, index) => 1 + index)
    const target = new Uint8Array(110)
    expect(viewsMadeBy(() => copyBytes(source, from, end, target, 5))).toBe(views)
    const expected = new Uint8Array(110)
    expected.set(source.slice(from, end), 5)
    expect(target).toEqual(expected)
  })
})

describe('indexOf', () => {
  /** `length` zeros, with ones at these indexes. */
  const bytesWith = (length: number, ...places: number[]): Uint8Array => {
    const bytes = new Uint8Array(length)
    for (const place of places) bytes[place] = 1
    return bytes
  }

  it.each([
    ['near by', bytesWith(10, 3, 5), 0, 10, 3],
    ['not before the start', bytesWith(10, 3, 5), 4, 10, 5],
    ['far away', bytesWith(500, 10, 300, 400), 20, 500, 300],
    ['as the last byte', bytesWith(500, 499), 0, 500, 499],
    ['nowhere', bytesWith(500), 0, 500, 500],
    ['after the end, close to it', bytesWith(500, 450), 0, 400, 400],
    ['after the end, beyond what may be searched', bytesWith(5000, 450), 0, 400, 400],
    ['right at the end', bytesWith(500, 400), 0, 400, 400],
    ['after the end, with little to search', bytesWith(500, 12), 5, 10, 10],
  ])('finds the byte %s', (_where, bytes, from, end, expected) => {
    expect(indexOf(bytes, 1, from, end)).toBe(expected)
    expect(indexOf(Buffer.from(bytes), 1, from, end)).toBe(expected)
  })

  it.each([
    ['no view for what lies near', 5000, 0, 48, 0],
    ['no view where up to 1024 bytes follow', 400 + 1024, 0, 400, 0],
    ['one view where more bytes follow', 400 + 1025, 0, 400, 1],
  ])('makes %s', (_what, length, from, end, views) => {
    const bytes = new Uint8Array(length)
    expect(viewsMadeBy(() => indexOf(bytes, 1, from, end))).toBe(views)
  })

  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  it('finds bytes beyond 2 GiB, where the built-in search accepts no position', () => {
    const place = 2 ** 31 + 500
    // Untouched memory costs nothing.
    const bytes = Buffer.alloc(2 ** 31 + 4096)
    bytes[place] = 1
    expect(indexOf(bytes, 1, place - 400, bytes.length)).toBe(place)
    expect(indexOf(bytes, 1, place - 1000, bytes.length)).toBe(place)
    expect(indexOf(bytes, 1, place - 400, place)).toBe(place)
    expect(indexOf(bytes, 1, place + 1, bytes.length)).toBe(bytes.length)
    // The search overruns its end and finds this byte.
    expect(indexOf(bytes.subarray(0, place + 1), 1, place - 1000, place - 600)).toBe(place - 600)
  })

  it('uses the search of Uint8Array if there is no Buffer', async () => {
    vi.stubGlobal('Buffer', undefined)
    vi.resetModules()
    const { indexOf: search } = await import('../src/indexes.ts')
    expect(search(bytesWith(500, 300), 1, 0, 500)).toBe(300)
  })
})

describe('indexOfOther', () => {
  it.each([
    [0, 4, 2],
    [2, 4, 2],
    [0, 1, 1],
    [0, 2, 2],
    [3, 4, 4],
  ])('from %i to %i it finds the first other byte at %i', (from, end, expected) => {
    expect(indexOfOther(Uint8Array.of(7, 7, 8, 7, 7), 7, from, end)).toBe(expected)
  })
})

describe('a frame with many escapes', () => {
  /** The number of views for a frame of `length` bytes with this many pairs, far apart, followed by other bytes. */
  const viewsFor = (length: number, pairs: number, rest: number): number => {
    const stream = new Uint8Array(length + 1 + rest).fill(97)
    for (let pair = 1; pair <= pairs; pair++) stream.set([0xdb, 0xdd], pair * 100)
    stream[length] = 0xc0
    const decoder = slip().decoder()
    return viewsMadeBy(() => decoder.scan(stream, () => {}))
  }

  it('is checked through one view, however many there are', () => {
    expect(viewsFor(5000, 40, 5000)).toBe(viewsFor(5000, 1, 5000))
  })

  it('is checked without a view if it has at most 256 bytes', () => {
    expect(viewsFor(256, 2, 1000)).toBe(0)
    expect(viewsFor(257, 2, 1000)).toBe(1)
  })

  it('is checked to its end if that is the end of the chunk', () => {
    const frame = new Uint8Array(300).fill(97)
    const chunk = Uint8Array.from([0xc0, 98, 0xc0, ...frame, 0xdb])
    const decoder = slip().decoder()
    expect([...decoder.decode(chunk)]).toHaveLength(1)
    expect(() => [...decoder.decode(Uint8Array.of(0xc0))]).toThrow('slip: an ESC before neither ESC_END nor ESC_ESC')
  })

  it('ends with an abort, whatever was escaped before', () => {
    const decoder = hdlc({ fcs: 'none' }).decoder()
    expect(() => [...decoder.decode(Uint8Array.of(0x7d, 0x5e, 97, 0x7d, 0x7e))]).toThrow('hdlc: an abort')
  })
})
