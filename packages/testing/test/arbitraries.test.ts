import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkings, corruptions, frameStreams } from '../src/index.ts'
import { delimited } from './faults/home-made.ts'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

describe('chunkings', () => {
  it('make up the bytes; each chunk is a part of memory of its own', () => {
    const cut = fc.uint8Array({ maxLength: 40 }).chain((all) => fc.tuple(fc.constant(all), chunkings(all, [5])))
    fc.assert(
      fc.property(cut, ([all, chunks]) => {
        expect(Buffer.concat(chunks)).toEqual(Buffer.from(all))
        for (const chunk of chunks) expect(chunk.byteOffset).toBeGreaterThan(0)
        expect(new Set(chunks.map(({ buffer }) => buffer)).size).toBe(chunks.length)
      }),
    )
  })

  it('include all hostile cuts: none, single bytes, empty chunks, inside a character, inside a CRLF, near a frame', () => {
    const stream = bytes('ab é\r\nabcdefg')
    const found = fc
      .sample(chunkings(stream, [9]), { numRuns: 200, seed: 1 })
      .map((chunks) => chunks.map((chunk) => chunk.length))
    expect(found).toContainEqual([stream.length])
    expect(found).toContainEqual(Array<number>(stream.length).fill(1))
    expect(found.some((lengths) => lengths.includes(0))).toBe(true)
    for (const position of [4, 6, 9]) expect(found).toContainEqual([position, stream.length - position])
  })

  it('shrink to the only cut that matters', () => {
    const stream = bytes('abcdefgh')
    const { counterexample } = fc.check(
      fc.property(chunkings(stream), (chunks) => !chunks.some((chunk) => chunk.at(-1) === 'd'.charCodeAt(0))),
      { seed: 1 },
    )
    expect(counterexample?.[0].map((chunk) => Buffer.from(chunk).toString())).toEqual(['abcd', 'efgh'])
  })
})

describe('frameStreams', () => {
  it('are encoded frames in sequence, without those that the codec refuses', () => {
    const frame = fc.constantFrom('a', 'bc', 'x;;y').map(bytes)
    fc.assert(
      fc.property(frameStreams(delimited(), frame), ({ frames, bytes: stream, starts }) => {
        const texts = frames.map((each) => Buffer.from(each).toString())
        expect(texts).not.toContain('x;;y')
        expect(Buffer.from(stream).toString()).toBe(texts.map((text) => `${text};;`).join(''))
        expect(starts).toEqual(
          texts.map((_, index) => texts.slice(0, index).join(';;').length + 2 * Math.min(index, 1)),
        )
      }),
    )
  })
})

describe('corruptions', () => {
  it('change, lose, repeat, insert and cut off bytes', () => {
    const broken = fc
      .sample(corruptions(bytes('abcd')), { numRuns: 300, seed: 1 })
      .map((each) => Buffer.from(each).toString())
    expect(broken).toEqual(expect.arrayContaining(['abc', 'acd', 'abbcd', '']))
    expect(broken.some((each) => each.length > 5)).toBe(true)
  })
})
