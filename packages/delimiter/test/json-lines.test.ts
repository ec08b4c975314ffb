import { oracles } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLines } from '../src/index.ts'
import { cut, cuttings, outcomeOf } from './outcomes.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'utf8'))

describe('jsonLines', () => {
  it('gives back every JSON value, one per line, whatever the chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), cuttings, (values, sizes) => {
        const codec = jsonLines()
        const stream = Buffer.concat(values.map((value) => codec.encode(value)))
        expect(stream.filter((byte) => byte === 10)).toHaveLength(values.length)
        expect(JSON.stringify(outcomeOf(codec, cut(new Uint8Array(stream), sizes)).frames)).toBe(JSON.stringify(values))
      }),
    )
  })

  it('splits only at line endings: U+2028, U+2029 and U+0085 are text', () => {
    const value = { text: 'a\u2028b\u2029c\u0085d\ne\rf' }
    expect(outcomeOf(jsonLines(), [jsonLines().encode(value)]).frames).toEqual([value])
  })

  it('refuses a bad line with its offset and number, after every value before it', () => {
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

  it('drops exactly the bad lines if asked, and reports each', () => {
    const stream = bytes('1\nx\n2\n\u00e9\n3')
    for (const sizes of [[], [1, 1, 1, 1], [3, 4]]) {
      expect(outcomeOf(jsonLines({ corrupt: 'skip' }), cut(stream, sizes))).toEqual({
        frames: [1, 2, 3],
        skipped: [
          { offset: 2, length: 2, reason: 'corrupt' },
          { offset: 6, length: 3, reason: 'corrupt' },
        ],
      })
    }
  })

  it('leaves out blank lines, or refuses them if asked', () => {
    const stream = bytes('1\n\n \t\r\n2\n')
    expect(outcomeOf(jsonLines(), [stream])).toEqual({ frames: [1, 2], skipped: [] })
    expect(outcomeOf(jsonLines({ blankLines: 'error' }), [stream])).toEqual({
      frames: [1],
      skipped: [],
      error: { code: 'ERR_FRAME_CORRUPT', offset: 2 },
    })
    expect(outcomeOf(jsonLines({ blankLines: 'error', corrupt: 'skip' }), [stream]).skipped).toHaveLength(2)
  })

  it('drops a byte order mark at the beginning if asked, and refuses it otherwise', () => {
    const stream = bytes('\uFEFF1\n2\n')
    expect(outcomeOf(jsonLines({ dropBom: true }), [stream]).frames).toEqual([1, 2])
    expect(outcomeOf(jsonLines(), [stream]).error).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 0 })
    expect(outcomeOf(jsonLines({ dropBom: true }), [bytes('1\n\uFEFF2\n')]).error).toMatchObject({ offset: 2 })
  })

  it('refuses malformed UTF-8 even inside a string', () => {
    const stream = new Uint8Array([34, 0xff, 34, 10])
    expect(outcomeOf(jsonLines(), [stream]).error).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 0 })
  })

  it('refuses to encode a value without a JSON form', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    const none = [undefined, () => 1, Symbol('s'), NaN, Infinity, -Infinity, Object(NaN), { toJSON: () => undefined }]
    for (const value of [...none, { toJSON: () => NaN }, 10n, cycle]) {
      // JSON.stringify gives a reason for the values that it refuses itself.
      const cause = typeof value === 'bigint' || value === cycle ? expect.any(TypeError) : undefined
      expect(() => jsonLines().encode(value)).toThrow(
        expect.objectContaining({
          code: 'ERR_FRAME_NOT_ENCODABLE',
          message: 'jsonLines: JSON has no form for this value',
          ...(cause && { cause }),
        }),
      )
    }
    expect(() => jsonLines({ maxFrameLength: 4 }).encode([12, 3])).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_TOO_LONG',
        message: 'jsonLines: the frame of 6 bytes exceeds maxFrameLength (4 bytes)',
        frameLength: 6,
      }),
    )
  })

  it('writes nested NaN, undefined and toJSON as JSON.stringify does', () => {
    const values = [
      null,
      [NaN, undefined],
      { a: undefined },
      new Date(0),
      new Map([[1, 2]]),
      -0,
      { toJSON: () => null },
    ]
    for (const value of values) {
      expect(Buffer.from(jsonLines().encode(value)).toString()).toBe(`${JSON.stringify(value)}\n`)
    }
  })

  it('leaves out the same blank lines in scan and decode, and counts them in line numbers', () => {
    const stream = bytes('1\n\n \t\r\n2\n\nx\n'.repeat(60))
    const slices: string[] = []
    const decoder = jsonLines({ corrupt: 'skip' }).decoder()
    decoder.scan(stream, (memory, start, end) => slices.push(Buffer.from(memory.subarray(start, end)).toString()))
    expect(slices).toEqual(Array.from({ length: 60 }, () => ['1', '2', 'x']).flat())
    const all = jsonLines({ blankLines: 'error' }).decoder()
    const empty: number[] = []
    all.scan(bytes('1\n\n2\n'), (_memory, start, end) => empty.push(end - start))
    expect(empty).toEqual([1, 0, 1])
    expect(() => [...jsonLines().decoder().decode(stream)]).toThrow('jsonLines: line 6 is not a JSON value')
  })

  it('treats a first line of a dropped byte order mark alone as blank, in decode and scan', () => {
    const codec = jsonLines({ dropBom: true })
    for (const method of ['decode', 'scan'] as const) {
      expect(outcomeOf(codec, [bytes('\uFEFF \n1\n')], method).frames).toHaveLength(1)
      expect(outcomeOf(codec, [bytes('1\n\uFEFF\n')], method).frames).toHaveLength(method === 'scan' ? 2 : 1)
      expect(outcomeOf(codec, [bytes('\uFEFF\n1\n')], method).frames).toHaveLength(1)
      expect(outcomeOf(codec, [bytes('123\n')], method).frames).toHaveLength(1)
    }
    // U+FEE0 begins with the first two bytes of the mark.
    expect(outcomeOf(codec, [bytes('\uFEE0\n')], 'scan').frames).toHaveLength(1)
  })

  it('gives lines with endings in scan if stripDelimiter is false, and still encodes one ending', () => {
    const codec = jsonLines({ stripDelimiter: false })
    const slices: string[] = []
    codec
      .decoder()
      .scan(bytes('1\n2\r\n'), (memory, start, end) => slices.push(Buffer.from(memory.subarray(start, end)).toString()))
    expect(slices).toEqual(['1\n', '2\r\n'])
    expect(outcomeOf(codec, [bytes('\r\n1\n \t\n')], 'scan').frames).toHaveLength(1)
    expect(outcomeOf(codec, [codec.encode([3])]).frames).toEqual([[3]])
  })

  it.each([
    ['{"a":1', 'ERR_FRAME_TRUNCATED'],
    ['{"a"', 'ERR_FRAME_TRUNCATED'],
    ['"a\\', 'ERR_FRAME_TRUNCATED'],
    ['tru', 'ERR_FRAME_TRUNCATED'],
    ['-', 'ERR_FRAME_TRUNCATED'],
    ['[1, 2,\r', 'ERR_FRAME_TRUNCATED'],
    ['{"a":x', 'ERR_FRAME_CORRUPT'],
    ['{a', 'ERR_FRAME_CORRUPT'],
    ['[01', 'ERR_FRAME_CORRUPT'],
    ['1 2', 'ERR_FRAME_CORRUPT'],
    ['}', 'ERR_FRAME_CORRUPT'],
    ['"a\u0001', 'ERR_FRAME_CORRUPT'],
    ['1,"a', 'ERR_FRAME_CORRUPT'],
    ['[1,]', 'ERR_FRAME_CORRUPT'],
    ['"\\x', 'ERR_FRAME_CORRUPT'],
    ['{"a":1,}', 'ERR_FRAME_CORRUPT'],
  ])(
    'a last line %j that is only the beginning of a value is truncated, one that is wrong is corrupt',
    (last, code) => {
      for (const corrupt of ['error', 'skip'] as const) {
        const { frames, skipped, error } = outcomeOf(jsonLines({ corrupt }), [bytes(`7\n${last}`)])
        expect(frames).toEqual([7])
        const isSkipped = corrupt === 'skip' && code === 'ERR_FRAME_CORRUPT'
        expect(error).toEqual(isSkipped ? undefined : { code, offset: 2 })
        expect(skipped).toHaveLength(isSkipped ? 1 : 0)
      }
      expect(outcomeOf(jsonLines({ corrupt: 'skip' }), [bytes(`${last}\n`)]).error).toBeUndefined()
    },
  )

  it('reports a last line that ends anywhere inside a value as truncated', () => {
    const value = '{"a":[true,-12.5e+3,[],{"": 0}],"\\u00E9\\n":{}}'
    for (let length = 1; length < value.length; length++) {
      const beginning = value.slice(0, length)
      expect(outcomeOf(jsonLines(), [bytes(beginning)]).error?.code).toBe('ERR_FRAME_TRUNCATED')
      for (const next of ']}:,"0[\u0001') {
        const stream = bytes(beginning + next)
        expect(outcomeOf(jsonLines(), [stream])).toEqual(oracles.jsonLines()(stream))
      }
    }
  })

  it('reports a last line that is cut short and too long as too long', () => {
    const { error } = outcomeOf(jsonLines({ maxFrameLength: 4 }), [bytes('[1,2\r')])
    expect(error).toEqual({ code: 'ERR_FRAME_TOO_LONG', offset: 0 })
    const { error: truncated } = outcomeOf(jsonLines({ maxFrameLength: 5 }), [bytes('"abc"\n[1,23')])
    expect(truncated).toEqual({ code: 'ERR_FRAME_TRUNCATED', offset: 6 })
  })

  it('reports a last line that is cut short as truncated after a dropped byte order mark', () => {
    const stream = bytes('\uFEFF[1')
    expect(outcomeOf(jsonLines({ dropBom: true }), [stream]).error?.code).toBe('ERR_FRAME_TRUNCATED')
    expect(outcomeOf(jsonLines(), [stream]).error?.code).toBe('ERR_FRAME_CORRUPT')
  })

  it("drops a last line if atEnd is 'drop', but not lines that were unread before the end", () => {
    expect(outcomeOf(jsonLines({ atEnd: 'drop' }), [bytes('1\n[2')])).toEqual({ frames: [1], skipped: [] })
    const decoder = jsonLines().decoder()
    decoder.decode(bytes('[1\n2'))
    expect(() => decoder.end()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }))
  })

  it('states which line is not UTF-8', () => {
    const decoder = jsonLines().decoder()
    expect(() => [...decoder.decode(new Uint8Array([49, 10, 255, 10]))]).toThrow('jsonLines: line 2 is not UTF-8')
  })

  it('reports a last line cut inside a character of a string as truncated, elsewhere as corrupt', () => {
    const decoder = jsonLines().decoder()
    expect([...decoder.decode(bytes('1\n[2'))]).toEqual([1])
    expect(() => decoder.end()).toThrow('jsonLines: the stream ended inside the last line')
    expect(outcomeOf(jsonLines(), [new Uint8Array([34, 97, 0xf0, 0x9f])]).error?.code).toBe('ERR_FRAME_TRUNCATED')
    expect(outcomeOf(jsonLines(), [new Uint8Array([91, 0xf0, 0x9f])]).error?.code).toBe('ERR_FRAME_CORRUPT')
    expect(outcomeOf(jsonLines(), [new Uint8Array([34, 0xff, 97])]).error?.code).toBe('ERR_FRAME_CORRUPT')
  })

  it('gives the values, skips and error of a naive reader, wherever a stream ends', () => {
    const pieces = [
      '1',
      '-0.5e+1',
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"a',
      '"',
      '\\u00e9',
      '\\n',
      'true',
      'nul',
      ' ',
      '\n',
      '\r',
      'é',
      '\uFEFF',
    ]
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...pieces), fc.json()), { maxLength: 6 }),
        fc.nat(3),
        fc.record({
          ending: fc.constantFrom('auto' as const, 'any' as const),
          corrupt: fc.constantFrom('error' as const, 'skip' as const),
          dropBom: fc.boolean(),
          blankLines: fc.constantFrom('skip' as const, 'error' as const),
          maxFrameLength: fc.constantFrom(4, 1000),
        }),
        cuttings,
        (list, cutOff, options, sizes) => {
          const whole = bytes(list.join(''))
          const stream = whole.subarray(0, Math.max(0, whole.length - cutOff))
          expect(outcomeOf(jsonLines(options), cut(stream, sizes))).toEqual(oracles.jsonLines(options)(stream))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('applies the rules of lines: CRLF alone, limits, and a last line without an ending', () => {
    expect(outcomeOf(jsonLines({ ending: 'crlf' }), [bytes('1\r\n2\n')]).error).toMatchObject({ offset: 3 })
    expect(outcomeOf(jsonLines({ maxFrameLength: 2, oversize: 'skip' }), [bytes('100\n10\n')])).toEqual({
      frames: [10],
      skipped: [{ offset: 0, length: 4, reason: 'too-long' }],
    })
    expect(outcomeOf(jsonLines({ atEnd: 'error' }), [bytes('1')]).error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
  })

  it.each([
    [{ blankLines: 'keep' }, RangeError, 'blankLines must be "skip" or "error", received "keep"'],
    [{ corrupt: 1 }, TypeError, 'corrupt must be "error" or "skip", received 1'],
    [{ dropBom: 0 }, TypeError, 'dropBom must be true or false, received 0'],
    [{ blankLine: 'skip' }, TypeError, 'jsonLines has no option "blankLine": did you mean blankLines?'],
  ])('refuses wrong options when the codec is made: %j', (options, kind, message) => {
    expect(() => jsonLines(options as never)).toThrow(kind)
    expect(() => jsonLines(options as never)).toThrow(message)
  })
})
