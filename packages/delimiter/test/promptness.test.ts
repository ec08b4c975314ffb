// A frame is given out with the byte that completes it.

import { oracles } from '@unstick/testing'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { delimiter, jsonLines, lines, textLines } from '../src/index.ts'
import { inNumbers } from './outcomes.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))

const ALPHABET = [97, 98]
const OTHER = 120
const LONGEST = 4
const lists = fc.array(fc.array(fc.constantFrom(...ALPHABET), { minLength: 1, maxLength: LONGEST }), {
  minLength: 1,
  maxLength: 4,
})

/** Every sequence of up to `count` bytes. */
function upTo(count: number): number[][] {
  if (count === 0) return [[]]
  const shorter = upTo(count - 1)
  return [...shorter, ...shorter.flatMap((each) => [...ALPHABET, OTHER].map((byte) => [...each, byte]))]
}
const continuations = upTo(LONGEST - 1)

describe('a frame is given out as soon as its content is decided', () => {
  it.each([
    { delimiterAt: 'end', stripDelimiter: true },
    { delimiterAt: 'end', stripDelimiter: false },
    { delimiterAt: 'start', stripDelimiter: true },
  ] as const)('with the first byte after which all continuations give the same frame: %j', (kind) => {
    fc.assert(
      fc.property(lists, fc.array(fc.constantFrom(...ALPHABET, OTHER), { maxLength: 7 }), (list, random) => {
        const stream = kind.delimiterAt === 'end' ? random : [...list[0]!, ...random]
        const rules = { delimiter: list.map((each) => new Uint8Array(each)), ...kind, atEnd: 'drop' as const }
        const decoder = delimiter(rules).decoder()
        const given: number[][] = []
        for (const [index, byte] of stream.entries()) {
          for (const frame of decoder.decode(new Uint8Array([byte]))) given.push([...frame])
          const possible = continuations.map(
            (follows) =>
              inNumbers(oracles.delimiter(rules)(new Uint8Array([...stream.slice(0, index + 1), ...follows]))).frames,
          )
          let decided = 0
          while (
            decided < possible[0]!.length &&
            possible.every((frames) => isDeepStrictEqual(frames[decided], possible[0]![decided]))
          ) {
            decided++
          }
          expect(given).toEqual(possible[0]!.slice(0, decided))
        }
      }),
      { numRuns: 150 },
    )
  })

  it.each([
    ["delimiter ['\\r\\n', '\\n', '\\r']", delimiter({ delimiter: ['\r\n', '\n', '\r'] }), ['data', 'x', '', 'y']],
    ["lines({ ending: 'any' })", lines({ ending: 'any' }), ['data', 'x', '', 'y']],
    ["textLines({ ending: 'any' })", textLines({ ending: 'any' }), ['data', 'x', '', 'y']],
  ] as const)('%s: a line comes out at its CR, and the LF of a CRLF is no line', (_what, codec, expected) => {
    const decoder = codec.decoder()
    const given: [string, number][] = []
    for (const [index, byte] of [...bytes('data\rx\r\n\ny\n')].entries()) {
      for (const frame of decoder.decode(new Uint8Array([byte])) as Iterable<Uint8Array | string>) {
        given.push([typeof frame === 'string' ? frame : Buffer.from(frame).toString(), index])
      }
    }
    expect(given).toEqual(expected.map((line, at) => [line, [4, 6, 8, 10][at]]))
  })

  it('drops the rest of a delimiter piece by piece, and keeps bytes that are not part of it', () => {
    const codec = delimiter({ delimiter: ['a', 'ab', 'abcd'], atEnd: 'emit' })
    const framesOf = (...chunks: string[]): string[] => {
      const decoder = codec.decoder()
      return [...chunks.flatMap((chunk) => [...decoder.decode(bytes(chunk))]), ...decoder.end()].map((each) =>
        Buffer.from(each).toString(),
      )
    }
    expect(framesOf('xa', 'b', 'c', 'd', 'y')).toEqual(['x', 'y'])
    expect(framesOf('xa', 'b', 'c', 'y')).toEqual(['x', 'cy'])
    expect(framesOf('xa', 'b', 'c')).toEqual(['x', 'c'])
    expect(framesOf('xabcay')).toEqual(['x', 'c', 'y'])
  })
})

describe('after a CR that ended a line', () => {
  const codec = lines({ ending: 'any' })

  it('the decoder is between frames, whether or not an LF follows', () => {
    const decoder = codec.decoder()
    expect(Array.from(decoder.decode(bytes('a\r')), String)).toHaveLength(1)
    expect([decoder.bufferedLength, decoder.frameOffset]).toEqual([0, undefined])
    expect(Array.from(decoder.decode(bytes('\n')))).toEqual([])
    expect([decoder.bufferedLength, decoder.frameOffset]).toEqual([0, undefined])
    expect(decoder.end()).toEqual([])
  })

  it.each([
    ['in the same chunk', ['a\r\nrest'], '\nrest'],
    ['in the next chunk', ['a\r'], ''],
  ])('takeRemaining begins at the very next byte and forgets the CR: its LF %s', (_what, chunks, expected) => {
    const decoder = codec.decoder()
    for (const chunk of chunks) for (const _ of decoder.decode(bytes(chunk))) break
    expect(Buffer.from(decoder.takeRemaining()).toString()).toBe(expected)
    expect(Array.from(decoder.decode(bytes('\nb\n')), (line) => Buffer.from(line).toString())).toEqual(['', 'b'])
  })

  it('counts only the shorter ending of a dropped line', () => {
    const skipped: unknown[] = []
    const decoder = lines({ ending: 'any', maxFrameLength: 2, oversize: 'skip' }).decoder({
      onSkip: ({ offset, length, reason }) => skipped.push({ offset, length, reason }),
    })
    expect(Array.from(decoder.decode(bytes('long\r\nlong\nab\r\nlong\r')), String)).toHaveLength(1)
    expect(skipped).toEqual([
      { offset: 0, length: 5, reason: 'too-long' },
      { offset: 6, length: 5, reason: 'too-long' },
      { offset: 15, length: 5, reason: 'too-long' },
    ])
  })

  it('a reset forgets the CR', () => {
    const decoder = codec.decoder()
    expect([...decoder.decode(bytes('a\r'))]).toHaveLength(1)
    decoder.reset()
    expect([...decoder.decode(bytes('\n'))]).toHaveLength(1)
  })

  it('jsonLines gives a value out at its CR', () => {
    expect([...jsonLines({ ending: 'any' }).decoder().decode(bytes('{"a":1}\r'))]).toEqual([{ a: 1 }])
  })
})
