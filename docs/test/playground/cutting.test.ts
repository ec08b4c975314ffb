import { describe, expect, it } from 'vitest'
import {
  bytewise,
  chunksOf,
  coalesced,
  corrupted,
  fragmented,
  startingAt,
  inserted,
  joined,
  limited,
  MOST_BYTES,
  moved,
  removed,
  replaced,
  toggled,
  withCuts,
} from '../../playground/cutting.ts'

const stream = withCuts(Uint8Array.of(0, 1, 2, 3, 4, 5), [2, 4])

describe('chunks', () => {
  it('have their own memory, and together equal the bytes', () => {
    const chunks = chunksOf(stream)
    expect(chunks.map((chunk) => [...chunk])).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ])
    expect(new Set(chunks.map(({ buffer }) => buffer)).size).toBe(3)
    expect(joined(chunks)).toEqual(stream)
    expect(chunksOf(withCuts(new Uint8Array(), []))).toEqual([])
  })
})

describe('cuts', () => {
  it('are ordered, distinct and inside the bytes', () => {
    expect(withCuts(stream.bytes, [4, 2, 2, 0, 6, -1, 9]).cuts).toEqual([2, 4])
  })

  it('are made by the buttons', () => {
    expect(coalesced(stream).cuts).toEqual([])
    expect(bytewise(stream).cuts).toEqual([1, 2, 3, 4, 5])
    const long = withCuts(new Uint8Array(200), [])
    expect(fragmented(long, 1)).toEqual(fragmented(long, 1))
    expect(fragmented(long, 1)).not.toEqual(fragmented(long, 2))
    expect(fragmented(long, 1).cuts.length).toBeGreaterThan(200 / 16 - 1)
  })

  it('are set, removed and moved', () => {
    expect(toggled(stream, 3).cuts).toEqual([2, 3, 4])
    expect(toggled(stream, 2).cuts).toEqual([4])
    expect(moved(stream, 2, 3).cuts).toEqual([3, 4])
    expect(moved(stream, 2, 4).cuts).toEqual([4])
    expect(moved(stream, 2, 6).cuts).toEqual([4])
  })
})

describe('bytes', () => {
  it('are changed, added and removed, and cuts stay between the same bytes', () => {
    expect([...replaced(stream, 1, 9).bytes]).toEqual([0, 9, 2, 3, 4, 5])
    expect(inserted(stream, 2, 9)).toEqual(withCuts(Uint8Array.of(0, 1, 9, 2, 3, 4, 5), [2, 5]))
    expect(removed(stream, 1)).toEqual(withCuts(Uint8Array.of(0, 2, 3, 4, 5), [1, 3]))
    expect([...stream.bytes]).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('may begin later, as after a greeting', () => {
    expect(startingAt(stream, 3)).toEqual(withCuts(Uint8Array.of(3, 4, 5), [1]))
  })

  it('are corrupted in one bit of one byte', () => {
    const { bytes, at } = corrupted(stream, 7)
    const changed = [...bytes].filter((byte, index) => byte !== stream.bytes[index])
    expect(changed).toHaveLength(1)
    const flipped = bytes[at]! ^ stream.bytes[at]!
    expect(Math.log2(flipped) % 1).toBe(0)
  })

  it('are the first ones of a longer stream', () => {
    const long = limited(withCuts(new Uint8Array(MOST_BYTES + 10), [5, MOST_BYTES + 5]))
    expect(long.bytes).toHaveLength(MOST_BYTES)
    expect(long.cuts).toEqual([5])
    expect(inserted(long, 0, 1).bytes).toHaveLength(MOST_BYTES)
  })
})
