import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLines } from '../src/index.ts'
import { cut, cuttings, outcomeOf } from './outcomes.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'utf8'))

describe('jsonLines', () => {
  it('gives back every value that JSON can say, whatever the chunks, one line a value', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), cuttings, (values, sizes) => {
        const codec = jsonLines()
        const stream = Buffer.concat(values.map((value) => codec.encode(value)))
        expect(stream.filter((byte) => byte === 10)).toHaveLength(values.length)
        expect(JSON.stringify(outcomeOf(codec, cut(new Uint8Array(stream), sizes)).frames)).toBe(JSON.stringify(values))
      }),
    )
  })

  it('splits at the line ending only: U+2028, U+2029 and U+0085 are text', () => {
    const value = { text: 'a\u2028b\u2029c\u0085d\ne\rf' }
    expect(outcomeOf(jsonLines(), [jsonLines().encode(value)]).frames).toEqual([value])
  })

  it('a bad line is corrupt, with its offset and number, after every value before it', () => {
    const stream = bytes('{"a":1}\n\n[2]\n{bad}\n3\n')
    const decoder = jsonLines().decoder()
    const seen: unknown[] = []
    expect(() => {
      for (const value of decoder.decode(stream)) seen.push(value)
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_CORRUPT',
        offset: 13,
        message: 'jsonLines: line 4 is not a JSON value',
        cause: expect.any(SyntaxError),
      }),
    )
    expect(seen).toEqual([{ a: 1 }, [2]])
  })

  it('drops exactly the bad lines if asked, and tells of each', () => {
    const stream = bytes('1\nx\n2\n\u00e9\n3')
    for (const sizes of [[], [1, 1, 1, 1], [3, 4]]) {
      expect(outcomeOf(jsonLines({ corrupt: 'skip' }), cut(stream, sizes))).toEqual({
        frames: [1, 2, 3],
        skipped: [
          { offset: 2, length: 2 },
          { offset: 6, length: 3 },
        ],
      })
    }
  })

  it('passes over blank lines, or makes them bad lines if asked', () => {
    const stream = bytes('1\n\n \t\r\n2\n')
    expect(outcomeOf(jsonLines(), [stream])).toEqual({ frames: [1, 2], skipped: [] })
    expect(outcomeOf(jsonLines({ blankLines: 'error' }), [stream])).toEqual({
      frames: [1],
      skipped: [],
      error: { code: 'ERR_FRAME_CORRUPT', offset: 2 },
    })
    expect(outcomeOf(jsonLines({ blankLines: 'error', corrupt: 'skip' }), [stream]).skipped).toHaveLength(2)
  })

  it('drops a byte order mark at the very beginning if asked, and takes it for a bad line else', () => {
    const stream = bytes('\uFEFF1\n2\n')
    expect(outcomeOf(jsonLines({ dropBom: true }), [stream]).frames).toEqual([1, 2])
    expect(outcomeOf(jsonLines(), [stream]).error).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 0 })
    expect(outcomeOf(jsonLines({ dropBom: true }), [bytes('1\n\uFEFF2\n')]).error).toMatchObject({ offset: 2 })
  })

  it('malformed UTF-8 is corrupt even inside a string', () => {
    const stream = new Uint8Array([34, 0xff, 34, 10])
    expect(outcomeOf(jsonLines(), [stream]).error).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 0 })
  })

  it('refuses to encode what JSON has no form for', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    for (const value of [undefined, () => 1, Symbol('s'), 10n, cycle]) {
      // What JSON itself refuses, it tells why.
      const cause = typeof value === 'bigint' || value === cycle ? expect.any(TypeError) : undefined
      expect(() => jsonLines().encode(value)).toThrow(
        expect.objectContaining({
          code: 'ERR_FRAME_NOT_ENCODABLE',
          message: 'jsonLines: JSON has no form for this value',
          cause,
        }),
      )
    }
    expect(() => jsonLines({ maxFrameLength: 4 }).encode([12, 3])).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_TOO_LONG',
        message: 'jsonLines: a frame of 6 bytes exceeds 4 bytes',
        frameLength: 6,
      }),
    )
  })

  it('keeps the rules of lines: CRLF alone, limits, and what the end makes of a last line', () => {
    expect(outcomeOf(jsonLines({ ending: 'crlf' }), [bytes('1\r\n2\n')]).error).toMatchObject({ offset: 3 })
    expect(outcomeOf(jsonLines({ maxFrameLength: 2, oversize: 'skip' }), [bytes('100\n10\n')])).toEqual({
      frames: [10],
      skipped: [{ offset: 0, length: 4 }],
    })
    expect(outcomeOf(jsonLines({ atEnd: 'error' }), [bytes('1')]).error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
  })

  it.each([
    [{ blankLines: 'keep' }, RangeError, 'blankLines must be "skip" or "error", received "keep"'],
    [{ corrupt: 1 }, TypeError, 'corrupt must be "error" or "skip", received 1'],
    [{ dropBom: 0 }, TypeError, 'dropBom must be true or false, received 0'],
  ])('misuse is told when the codec is made: %j', (options, kind, message) => {
    expect(() => jsonLines(options as never)).toThrow(kind)
    expect(() => jsonLines(options as never)).toThrow(message)
  })
})
