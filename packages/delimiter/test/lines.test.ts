import { isFrameError } from '@unstick/core'
import { oracles } from '@unstick/testing'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { lines, type LineEnding } from '../src/index.ts'
import { cut, cuttings, inNumbers, outcomeOf, rules, streams } from './outcomes.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))
const methods = fc.constantFrom('decode' as const, 'scan' as const)
const kinds: LineEnding[] = ['auto', 'lf', 'crlf', 'any']
const rulesOfLines = fc.tuple(rules, fc.boolean()).map(([rule, stripDelimiter]) => ({ ...rule, stripDelimiter }))

describe('lines', () => {
  it.each(kinds)('%s: gives the lines, skips, error and offset of a naive search, whatever the chunks', (ending) => {
    fc.assert(
      fc.property(rulesOfLines, streams([10, 13, 97, 97]), cuttings, methods, (rule, stream, sizes, method) => {
        const codec = lines({ ending, ...rule })
        expect(outcomeOf(codec, cut(stream, sizes), method)).toEqual(
          inNumbers(oracles.lines({ ending, ...rule })(stream)),
        )
      }),
      { numRuns: 200 },
    )
  })

  it.each(kinds)('%s: encodes exactly the lines that come back as themselves', (ending) => {
    fc.assert(
      fc.property(streams([10, 13, 97, 97]), fc.boolean(), (random, stripDelimiter) => {
        const written = ending === 'crlf' ? [13, 10] : [10]
        const content = [...random.subarray(0, 6)]
        const line = stripDelimiter ? content : [...content, ...written]
        const framesOf = (stream: number[]): unknown[] =>
          inNumbers(oracles.lines({ ending, stripDelimiter })(new Uint8Array(stream))).frames
        const comesBack = [[], [10], [13, 10], [97]].every((follows) =>
          isDeepStrictEqual(framesOf([...content, ...written, ...follows]), [line, ...framesOf(follows)]),
        )
        let encoded: Uint8Array
        try {
          encoded = lines({ ending, stripDelimiter }).encode(new Uint8Array(line))
        } catch (error) {
          expect(isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE')).toBe(true)
          expect(comesBack).toBe(false)
          return
        }
        expect(comesBack).toBe(true)
        expect([...encoded]).toEqual([...content, ...written])
      }),
    )
  })

  it('accepts LF and CRLF by default, a lone CR as data, and a last line without an ending', () => {
    const { frames } = outcomeOf(lines(), [bytes('a\nb\r\n\rc\r\r\n\nd\r')])
    expect(frames.map((frame) => Buffer.from(frame as number[]).toString())).toEqual(['a', 'b', '\rc\r', '', 'd\r'])
  })

  it('any finds the lines of a long chunk, whether its CRs are early or late', () => {
    for (const before of [0, 1, 50, 500, 5000, 9000]) {
      const stream = bytes('line\n'.repeat(before) + 'a\rb\r\n\nc\n'.repeat(300) + 'line\n'.repeat(before))
      for (const stripDelimiter of [true, false]) {
        const options = { ending: 'any', stripDelimiter } as const
        expect(outcomeOf(lines(options), [stream])).toEqual(inNumbers(oracles.lines(options)(stream)))
      }
    }
  })

  it('crlf refuses a line with a bare LF, so that no second message can be smuggled in', () => {
    const mail = bytes('DATA\r\nhello\n.\nMAIL FROM\r\n')
    expect(outcomeOf(lines({ ending: 'crlf' }), [mail])).toEqual({
      frames: [[...bytes('DATA')]],
      skipped: [],
      error: { code: 'ERR_FRAME_CORRUPT', offset: 6 },
    })
  })

  it.each([
    ['ab\r\n', 'frame'],
    ['\r\n', 'frame'],
    ['abc', 'ERR_FRAME_TOO_LONG'],
    ['ab\n', 'ERR_FRAME_CORRUPT'],
    ['\n', 'ERR_FRAME_CORRUPT'],
    ['ab\r\r', 'ERR_FRAME_CORRUPT'],
    ['\ra', 'ERR_FRAME_CORRUPT'],
  ])('crlf decides %j with its last byte where a line has at most 2 bytes: %s', (line, what) => {
    const decided = (chunks: Uint8Array[]): string => {
      const decoder = lines({ ending: 'crlf', maxFrameLength: 2 }).decoder()
      try {
        return chunks.some((chunk) => [...decoder.decode(chunk)].length > 0) ? 'frame' : 'nothing'
      } catch (error) {
        return isFrameError(error) ? error.code : 'another error'
      }
    }
    for (const stream of [bytes(line), bytes(`${line}\r\n`)]) {
      for (const sizes of [[], [1], [1, 1], [1, 1, 1], [2]]) expect(decided(cut(stream, sizes))).toBe(what)
    }
    for (const sizes of [[], [1], [1, 1]]) expect(decided(cut(bytes(line).subarray(0, -1), sizes))).toBe('nothing')
  })

  it('crlf refuses a bare LF before waiting for the byte after a CR', () => {
    const decoder = lines({ ending: 'crlf' }).decoder()
    expect(() => [...decoder.decode(bytes('a\nb\r'))]).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT' }))
  })

  it('states what is wrong with a line', () => {
    const encoded = lines({ maxFrameLength: 3 })
    expect(() => encoded.encode(bytes('abcd'))).toThrow('lines: the frame of 4 bytes exceeds maxFrameLength (3 bytes)')
    expect(() => [...encoded.decoder().decode(bytes('abcd\n'))]).toThrow(
      'lines: the frame at offset 0 exceeds maxFrameLength (3 bytes)',
    )
    expect(() => [...lines({ ending: 'crlf' }).decoder().decode(bytes('a\n'))]).toThrow(
      'lines: a CR must be followed by an LF, and an LF preceded by a CR',
    )
    expect(lines().maxFrameLength).toBe(8 * 1024 * 1024)
  })

  it('accepts a line of exactly the limit whose CRLF is cut in two', () => {
    const codec = lines({ maxFrameLength: 3, atEnd: 'error' })
    for (const sizes of [[], [4], [3, 1], [1, 1, 1, 1, 1]]) {
      expect(outcomeOf(codec, cut(bytes('abc\r\nd'), sizes))).toEqual({
        frames: [[...bytes('abc')]],
        skipped: [],
        error: { code: 'ERR_FRAME_TRUNCATED', offset: 5 },
      })
    }
  })

  it.each([
    [{ ending: 'cr' }, RangeError, 'ending must be "auto" or "lf" or "crlf" or "any", received "cr"'],
    [{ stripDelimiter: 0 }, TypeError, 'stripDelimiter must be true or false, received 0'],
    [{ atEnd: 'keep' }, RangeError, 'atEnd must be "error" or "emit" or "drop", received "keep"'],
    [{ maxLength: 3 }, TypeError, 'lines has no option "maxLength"'],
    [{ maxFrameLength: '80' }, TypeError, 'maxFrameLength must be an integer of at least 1, received "80"'],
  ])('refuses wrong options when the codec is made: %j', (options, kind, message) => {
    expect(() => lines(options as never)).toThrow(kind)
    expect(() => lines(options as never)).toThrow(message)
  })
})
