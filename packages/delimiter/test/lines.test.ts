import { isFrameError } from '@unstick/core'
import { oracles } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lines, type LineEnding } from '../src/index.ts'
import { cut, cuttings, endings, inNumbers, outcomeOf, rules, streams } from './outcomes.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))
const methods = fc.constantFrom('decode' as const, 'scan' as const)
const kinds: LineEnding[] = ['auto', 'lf', 'crlf']

describe('lines', () => {
  it.each(kinds)('%s: gives the lines, skips, error and offset of a naive search, whatever the chunks', (ending) => {
    fc.assert(
      fc.property(rules, streams([10, 13, 97, 97]), cuttings, methods, (rule, stream, sizes, method) => {
        const codec = lines({ ending, ...rule })
        expect(outcomeOf(codec, cut(stream, sizes), method)).toEqual(
          inNumbers(oracles.lines({ ending, ...rule })(stream)),
        )
      }),
      { numRuns: 500 },
    )
  })

  it.each(kinds)('%s: encodes exactly the lines that come back as themselves', (ending) => {
    fc.assert(
      fc.property(streams([10, 13, 97, 97]), (random) => {
        const line = random.subarray(0, 6)
        const written = ending === 'crlf' ? [13, 10] : [10]
        const found = endings[ending]!(new Uint8Array([...line, ...written]), 0)
        const comesBack = found !== undefined && 'length' in found && found.at === line.length
        let encoded: Uint8Array
        try {
          encoded = lines({ ending }).encode(line)
        } catch (error) {
          expect(isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE')).toBe(true)
          expect(comesBack).toBe(false)
          return
        }
        expect(comesBack).toBe(true)
        expect([...encoded]).toEqual([...line, ...written])
      }),
    )
  })

  it('takes LF and CRLF by default, a lone CR as data, and a last line without ending', () => {
    const { frames } = outcomeOf(lines(), [bytes('a\nb\r\n\rc\r\r\n\nd\r')])
    expect(frames.map((frame) => Buffer.from(frame as number[]).toString())).toEqual(['a', 'b', '\rc\r', '', 'd\r'])
  })

  it('crlf refuses a bare LF at its line, so that no second message can be smuggled in', () => {
    const mail = bytes('DATA\r\nhello\n.\nMAIL FROM\r\n')
    expect(outcomeOf(lines({ ending: 'crlf' }), [mail])).toEqual({
      frames: [[...bytes('DATA')]],
      skipped: [],
      error: { code: 'ERR_FRAME_CORRUPT', offset: 6 },
    })
  })

  it('says what is wrong with a line', () => {
    const encoded = lines({ maxFrameLength: 3 })
    expect(() => encoded.encode(bytes('abcd'))).toThrow('lines: a frame of 4 bytes exceeds 3 bytes')
    expect(() => [...encoded.decoder().decode(bytes('abcd\n'))]).toThrow(/^lines: .* at offset 0 exceeds 3 bytes$/)
    expect(() => [...lines({ ending: 'crlf' }).decoder().decode(bytes('a\n'))]).toThrow(
      'lines: a CR and an LF must stand together, one of them stands alone',
    )
    expect(lines().maxFrameLength).toBe(8 * 1024 * 1024)
  })

  it('a line of exactly the limit may have its CRLF cut in two', () => {
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
    [{ ending: 'cr' }, RangeError, 'ending must be "auto" or "lf" or "crlf", received "cr"'],
    [{ maxFrameLength: '80' }, TypeError, 'maxFrameLength must be an integer of at least 1, received "80"'],
  ])('misuse is told when the codec is made: %j', (options, kind, message) => {
    expect(() => lines(options as never)).toThrow(kind)
    expect(() => lines(options as never)).toThrow(message)
  })
})
