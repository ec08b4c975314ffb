import { isFrameError, type FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonValues } from '../src/index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The values of a stream in chunks of `size`, and the code, offset and frameLength of its error. */
function decoded(codec: FrameCodec<unknown>, stream: string | Uint8Array, size = 1 << 20): unknown[] {
  const all = typeof stream === 'string' ? bytes(stream) : stream
  const decoder = codec.decoder()
  const values: unknown[] = []
  try {
    for (let at = 0; at < all.length; at += size) {
      for (const value of decoder.decode(all.subarray(at, at + size))) values.push(value)
    }
    values.push(...decoder.end())
  } catch (error) {
    if (!isFrameError(error)) throw error
    values.push(...(error.frames ?? []), [error.code, error.offset])
  }
  return values
}

const values = (stream: string | Uint8Array): unknown[] => {
  const [whole, ...cut] = [1 << 20, 1, 3].map((size) => decoded(jsonValues(), stream, size))
  for (const each of cut) expect(each).toEqual(whole)
  return whole!
}

const elements = (stream: string): unknown[] => {
  const codec = jsonValues({ within: 'array' })
  const [whole, ...cut] = [1 << 20, 1, 3].map((size) => decoded(codec, stream, size))
  for (const each of cut) expect(each).toEqual(whole)
  return whole!
}

const corruptAt = (offset: number): [string, number] => ['ERR_FRAME_CORRUPT', offset]
const truncatedAt = (offset: number): [string, number] => ['ERR_FRAME_TRUNCATED', offset]

describe('jsonValues', () => {
  it.each([
    ['nothing', '{"a":1}[2]"x""y"3[4]true5', [{ a: 1 }, [2], 'x', 'y', 3, [4], true, 5]],
    ['nothing between literals', 'truefalsenull', [true, false, null]],
    ['white space', ' 1\t2\r\n3 ', [1, 2, 3]],
    ['commas', '1,2, 3,{},', [1, 2, 3, {}]],
    ['line ends inside and between', '{\n  "a": [\n    1\n  ]\n}\n{\n}\n', [{ a: [1] }, {}]],
  ])('takes values with %s between them', (_what, stream, expected) => {
    expect(values(stream)).toEqual(expected)
  })

  it('ignores brackets and escaped quotes inside strings', () => {
    const stream = ['a}"]', '\\', '\\"', '[{', '\u0000\u001e', 'é😀\u2028'].map((each) =>
      JSON.stringify({ [each]: [each] }),
    )
    expect(values(stream.join(''))).toEqual(stream.map((each) => JSON.parse(each)))
  })

  it('finds the end of a long string, whatever escapes it contains', () => {
    for (const length of [1020, 1021, 1022, 1023, 1024, 1025, 2046, 3000]) {
      for (const backslashes of [0, 1, 2]) {
        const value = `${'a'.repeat(length)}${'\\'.repeat(backslashes)}"b"`
        const text = `${JSON.stringify(value)}[${JSON.stringify(value)}]7 `
        for (const size of [1 << 20, 700]) expect(decoded(jsonValues(), text, size)).toEqual([value, [value], 7])
      }
    }
  })

  it.each([
    ['a byte order mark', '\uFEFF1', [corruptAt(0)]],
    ['a comma before a closing bracket', '[1,]', [corruptAt(0)]],
    ['a missing comma', '[1 2]', [corruptAt(0)]],
    ['a leading zero', '1 01', [1, corruptAt(2)]],
    ['two decimal points', '1.2.3', [corruptAt(0)]],
    ['brackets that do not match', '{"a":[1}]', [corruptAt(0)]],
    ['a line end in a string', '"a\nb"', [corruptAt(0)]],
    ['a closing bracket too many', '[1]]', [[1], corruptAt(3)]],
    ['a word that is no literal', 'trux', [corruptAt(0)]],
    ['a letter after a literal', 'truex', [true, corruptAt(4)]],
    ['a byte with which no value begins', '1 NaN', [1, corruptAt(2)]],
    ['a plus sign', '+1', [corruptAt(0)]],
  ])('%s is corrupt, with the offset of the first byte', (_what, stream, expected) => {
    expect(values(stream)).toEqual(expected)
  })

  it('refuses malformed UTF-8, even inside strings', () => {
    expect(values(new Uint8Array([0x31, 0x20, 0x22, 0xff, 0x22]))).toEqual([1, corruptAt(2)])
    expect(values(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]))).toEqual([corruptAt(0)])
    expect(values('"\uFFFD"')).toEqual(['\uFFFD'])
  })

  it.each([
    ['an object', '1 {"a":', [1, truncatedAt(2)]],
    ['a string', '"ab', [truncatedAt(0)]],
    ['a string, after a backslash', '"ab\\', [truncatedAt(0)]],
    ['a literal', '[] nul', [[], truncatedAt(3)]],
    ['a number that only lacks digits', '1 -', [1, truncatedAt(2)]],
    ['a fraction', '1.', [truncatedAt(0)]],
    ['an exponent', '1.5e+', [truncatedAt(0)]],
    ['a number of several digits', '12.', [truncatedAt(0)]],
    ['an exponent without its sign', '1E', [truncatedAt(0)]],
    ['an exponent after an integer', '120e-', [truncatedAt(0)]],
    ['an exponent after several decimals', '1.25e', [truncatedAt(0)]],
  ])('an end inside %s is truncated', (_what, stream, expected) => {
    expect(values(stream)).toEqual(expected)
  })

  it('accepts a number at the end of the stream, and refuses a malformed one', () => {
    expect(values('1 -2.5e3')).toEqual([1, -2500])
    expect(values('-01')).toEqual([corruptAt(0)])
    expect(values('1.2.')).toEqual([corruptAt(0)])
  })

  it.each(['{"a":"}"}', '[[]]', '"a\\""', 'true', 'null'])('gives %s out with its last byte', (text) => {
    const decoder = jsonValues().decoder()
    const all = bytes(text)
    expect([...decoder.decode(all.subarray(0, -1))]).toEqual([])
    expect([...decoder.decode(all.subarray(-1))]).toEqual([JSON.parse(text)])
    expect(decoder.bufferedLength).toBe(0)
  })

  it('gives a number out with the byte after it, which is left', () => {
    const decoder = jsonValues().decoder()
    expect([...decoder.decode(bytes('12'))]).toEqual([])
    expect([...decoder.decode(bytes('3'))]).toEqual([])
    expect([...decoder.decode(bytes('{'))]).toEqual([123])
    expect(decoder.takeRemaining()).toEqual(bytes('{'))
  })

  it('gives exactly the bytes of each value in scan', () => {
    const seen: string[] = []
    jsonValues()
      .decoder()
      .scan(bytes(' {"a": 1} ,\n"x"12,[ ]'), (chunk, start, end) => {
        seen.push(new TextDecoder().decode(chunk.subarray(start, end)))
      })
    expect(seen).toEqual(['{"a": 1}', '"x"', '12', '[ ]'])
  })

  it('accepts a value of maxDepth brackets, and refuses a deeper one at its bracket', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
    expect(values(nested(512) + objects(512))).toHaveLength(2)
    expect(values(`1 ${'['.repeat(513)}`)).toEqual([1, corruptAt(2)])
    expect(values(`1 ${'{"a":'.repeat(513)}`)).toEqual([1, corruptAt(2)])
    expect(values(`["${'['.repeat(600)}"]`)).toHaveLength(1)
    expect(decoded(jsonValues({ maxDepth: 1 }), '[1][[]]')).toEqual([[1], corruptAt(3)])
    expect(decoded(jsonValues({ maxDepth: 100_000 }), nested(100_000))).toHaveLength(1)
  })

  it('limits the bytes of the value alone', () => {
    const limited = (stream: string, maxFrameLength: number): unknown[] =>
      decoded(jsonValues({ maxFrameLength }), stream)
    for (const text of ['[1,2]', '"abc"', '12345', 'false']) {
      expect(limited(` ${text} , ${text}`, 5)).toEqual([JSON.parse(text), JSON.parse(text)])
      expect(limited(` ${text} `, 4)).toEqual([['ERR_FRAME_TOO_LONG', 1]])
    }
    expect(limited(`1${' '.repeat(100)}2`, 1)).toEqual([1, 2])
  })

  it('skips exactly the values that are too long, whatever the chunks, and reports why', () => {
    const stream = bytes('[1,2,3] 1 "abcdefg" 1234567,2 falsetrue')
    for (const size of [100, 1, 2, 5]) {
      const skipped: unknown[] = []
      const decoder = jsonValues({ maxFrameLength: 4, oversize: 'skip' }).decoder({
        onSkip: ({ offset, length, reason, error }) => skipped.push([offset, length, reason, error?.code]),
      })
      const found: unknown[] = []
      for (let at = 0; at < stream.length; at += size) found.push(...decoder.decode(stream.subarray(at, at + size)))
      found.push(...decoder.end())
      expect(found).toEqual([1, 2, true])
      const code = 'ERR_FRAME_TOO_LONG'
      expect(skipped).toEqual([
        [0, 7, 'too-long', code],
        [10, 9, 'too-long', code],
        [20, 7, 'too-long', code],
        [30, 5, 'too-long', code],
      ])
    }
  })

  it('skips a value of many times the limit, even a number that lacks digits at its end', () => {
    const codec = jsonValues({ maxFrameLength: 2, oversize: 'skip' })
    for (const size of [100, 1, 3]) {
      expect(decoded(codec, '[1,2,3,[4,5],6,7,8,9] false "abcdefghijklmn" 1234567890 1 123e', size)).toEqual([1])
    }
  })

  it('skips a value that is too long and too deep as too long', () => {
    const codec = jsonValues({ maxFrameLength: 4, maxDepth: 4, oversize: 'skip' })
    for (const size of [100, 1, 3]) expect(decoded(codec, '[[[[[[[[]]]]]]]] 1', size)).toEqual([1])
  })

  it('skips exactly the corrupt values whose end is known, and reports why', () => {
    const stream = '[1,] 1 {"a"} 01 [[[]]] "\n"2'
    for (const size of [100, 1, 2, 5]) {
      const skipped: unknown[] = []
      const decoder = jsonValues({ corrupt: 'skip', maxDepth: 2 }).decoder({
        onSkip: ({ offset, length, reason, error }) => skipped.push([offset, length, reason, error?.code]),
      })
      const found: unknown[] = []
      const all = bytes(stream)
      for (let at = 0; at < all.length; at += size) found.push(...decoder.decode(all.subarray(at, at + size)))
      found.push(...decoder.end())
      expect(found).toEqual([1, 2])
      const code = 'ERR_FRAME_CORRUPT'
      expect(skipped).toEqual([
        [0, 4, 'corrupt', code],
        [7, 5, 'corrupt', code],
        [13, 2, 'corrupt', code],
        [16, 6, 'corrupt', code],
        [23, 3, 'corrupt', code],
      ])
    }
    expect(decoded(jsonValues({ corrupt: 'skip' }), '1 x 2')).toEqual([1, corruptAt(2)])
  })

  it('states in messages and causes what is wrong with which value', () => {
    const errorOf = (stream: string | Uint8Array, options = {}): unknown => {
      const codec = jsonValues(options)
      try {
        Array.from(codec.decoder().decode(typeof stream === 'string' ? bytes(stream) : stream))
      } catch (error) {
        return error
      }
      return undefined
    }
    expect(errorOf('1 [secret]')).toMatchObject({
      message: 'jsonValues: value 2 is not JSON',
      frameLength: 8,
      cause: expect.any(SyntaxError),
    })
    expect(errorOf(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject({
      message: 'jsonValues: value 1 is not UTF-8',
      cause: expect.any(TypeError),
    })
    expect(errorOf('secret')).toMatchObject({ message: 'jsonValues: a JSON value was expected' })
    expect(errorOf('fail')).toMatchObject({ message: 'jsonValues: true, false or null was expected' })
    expect(errorOf('[[1]]', { maxDepth: 1 })).toMatchObject({
      message: 'jsonValues: the value is nested deeper than maxDepth (1)',
    })
  })

  it('parses a key __proto__ like any other', () => {
    const [value] = values('{"__proto__":{"a":1}}')
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect((value as { a?: number }).a).toBeUndefined()
  })
})

describe("jsonValues, within: 'array'", () => {
  it.each([
    ['elements', '[1,{"a":[2]},"x",[],true]', [1, { a: [2] }, 'x', [], true]],
    ['white space', ' [ 1 ,\n2 ] \n', [1, 2]],
    ['an empty array', '[]', []],
    ['no byte at all', '', []],
    ['arrays one after another', '[1][2,3]\n[]', [1, 2, 3]],
  ])('gives the elements of %s', (_what, stream, expected) => {
    expect(elements(stream)).toEqual(expected)
  })

  it.each([
    ['a comma before the end', '[1,]', [1, corruptAt(3)]],
    ['a missing comma', '[1 2]', [1, corruptAt(3)]],
    ['a comma after the beginning', '[,1]', [corruptAt(1)]],
    ['two commas', '[1,,2]', [1, corruptAt(3)]],
    ['a leading zero', '[01]', [corruptAt(1)]],
    ['a value that is no array', '{"a":1}', [corruptAt(0)]],
    ['a byte order mark', '\uFEFF[1]', [corruptAt(0)]],
    ['a comma after the array', '[1],', [1, corruptAt(3)]],
    ['a value after the array', '[1] 2', [1, corruptAt(4)]],
    ['a closing brace', '[1}', [1, corruptAt(2)]],
  ])('%s is corrupt, with the offset of the wrong byte', (_what, stream, expected) => {
    expect(elements(stream)).toEqual(expected)
  })

  it.each([
    ['right after the bracket', '[', [truncatedAt(1)]],
    ['after an element', '["a" ', ['a', truncatedAt(5)]],
    ['after a comma', '["a",', ['a', truncatedAt(5)]],
    ['inside an element', '[1,{"a"', [1, truncatedAt(3)]],
    ['inside a number, however whole it looks', '[1,23', [1, truncatedAt(3)]],
  ])('an end %s is truncated', (_what, stream, expected) => {
    expect(elements(stream)).toEqual(expected)
  })

  it.each([
    ['{"a":1}', 'jsonValues: an array was expected'],
    ['[,', 'jsonValues: a JSON value or the end of the array was expected'],
    ['[1 2', 'jsonValues: a comma or the end of the array was expected'],
    ['[1,]', 'jsonValues: a JSON value was expected after the comma'],
    ['[1,', 'jsonValues: the stream ended inside the array'],
  ])('%s: the error says what was expected', (stream, message) => {
    const decoder = jsonValues({ within: 'array' }).decoder()
    expect(() => [...decoder.decode(bytes(stream)), ...decoder.end()]).toThrow(expect.objectContaining({ message }))
  })

  it('hands over the bytes after the last element taken in takeRemaining', () => {
    const stream = bytes('["a" , {"b":1}]x')
    for (const [taken, rest] of [
      [1, ' , {"b":1}]x'],
      [2, ']x'],
    ] as const) {
      const decoder = jsonValues({ within: 'array' }).decoder()
      const loop = decoder.decode(stream)
      for (let count = 0; count < taken; count++) expect(loop.next().done).toBe(false)
      expect(new TextDecoder().decode(decoder.takeRemaining())).toBe(rest)
    }
  })

  it('gives the offset of an unfinished element in frameOffset, and undefined between elements', () => {
    const decoder = jsonValues({ within: 'array' }).decoder()
    expect([...decoder.decode(bytes('[1, '))]).toEqual([1])
    expect([decoder.frameOffset, decoder.bufferedLength]).toEqual([undefined, 0])
    expect([...decoder.decode(bytes('{"a"'))]).toEqual([])
    expect([decoder.frameOffset, decoder.bufferedLength]).toEqual([4, 4])
  })

  it('does not count the array as depth', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(elements(`[${nested(512)}]`)).toHaveLength(1)
    expect(elements(`[1,${nested(513)}]`)).toEqual([1, corruptAt(3)])
  })

  it('continues after a skipped value, with the comma that follows', () => {
    const codec = jsonValues({ within: 'array', maxFrameLength: 4, oversize: 'skip', corrupt: 'skip' })
    for (const size of [100, 1, 3]) {
      expect(decoded(codec, '[1,[1,] ,"abcdef",12345,false,2]', size)).toEqual([1, 2])
      expect(decoded(codec, '[1,[x] 2]', size)).toEqual([1, corruptAt(7)])
    }
  })
})

describe('jsonValues, encoding', () => {
  it('writes an LF after each value, so that any number of them can follow one another', () => {
    const codec = jsonValues()
    const all = [1, 23, -0.5, 'a', { b: [true] }, null, false]
    expect(all.map((each) => new TextDecoder().decode(codec.encode(each))).join('')).toBe(
      '1\n23\n-0.5\n"a"\n{"b":[true]}\nnull\nfalse\n',
    )
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (list) => {
        const texts = list.map((each) => JSON.stringify(each))
        const stream = Buffer.concat(list.map((each) => codec.encode(each)))
        expect(decoded(codec, stream).map((each) => JSON.stringify(each))).toEqual(
          texts.map((text) => JSON.stringify(JSON.parse(text))),
        )
      }),
    )
  })

  it("writes an array for each value, within: 'array'", () => {
    const codec = jsonValues({ within: 'array' })
    const stream = Buffer.concat([codec.encode(1), codec.encode([2])])
    expect(stream.toString()).toBe('[1]\n[[2]]\n')
    expect(decoded(codec, stream)).toEqual([1, [2]])
  })

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['NaN', Number.NaN],
    ['Infinity', -Infinity],
    ['a Number object of NaN', Object(Number.NaN)],
    ['a BigInt', 10n],
    ['a toJSON that gives undefined', { toJSON: () => undefined }],
  ])('refuses %s', (_what, value) => {
    expect(() => jsonValues().encode(value)).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message: 'jsonValues: JSON has no form for this value',
      }),
    )
  })

  it('gives a cause only if JSON.stringify throws', () => {
    expect(() => jsonValues().encode(undefined)).toThrow(expect.not.objectContaining({ cause: expect.anything() }))
    expect(() => jsonValues().encode(10n)).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }))
  })

  it('refuses a cycle, with the reason as its cause', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    expect(() => jsonValues().encode(cycle)).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', cause: expect.any(TypeError) }),
    )
  })

  it('writes the inside of a value as JSON.stringify does', () => {
    const text = (value: unknown): string => new TextDecoder().decode(jsonValues().encode(value))
    expect(text([undefined, Number.NaN])).toBe('[null,null]\n')
    expect(text({ at: new Date(0), no: undefined })).toBe('{"at":"1970-01-01T00:00:00.000Z"}\n')
    expect(text(new Date(Number.NaN))).toBe('null\n')
    expect(text('\uD800')).toBe('"\\ud800"\n')
  })

  it('refuses what the decoder would refuse: a text over the limit, a value nested too deeply', () => {
    const codec = jsonValues({ maxFrameLength: 8, maxDepth: 2 })
    expect(decoded(codec, codec.encode('éé12'))).toEqual(['éé12'])
    expect(() => codec.encode('éé123')).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_TOO_LONG',
        frameLength: 9,
        maxFrameLength: 8,
        message: 'jsonValues: the frame of 9 bytes exceeds maxFrameLength (8 bytes)',
      }),
    )
    expect(decoded(codec, codec.encode([[1]]))).toEqual([[[1]]])
    expect(() => codec.encode([[[1]]])).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message: 'jsonValues: the value is nested deeper than maxDepth (2)',
      }),
    )
  })

  it('gives new memory', () => {
    for (const within of ['stream', 'array'] as const) {
      const codec = jsonValues({ within })
      const before = [...codec.encode(1)]
      for (const part of codec.encodeParts(1)) part.fill(0)
      expect([...codec.encode(1)]).toEqual(before)
    }
  })
})

describe('jsonValues, options', () => {
  it.each([
    [{ within: 'object' }, RangeError, 'within must be "stream" or "array", received "object"'],
    [{ maxDepth: 0 }, RangeError, 'maxDepth must be an integer of at least 1, received 0'],
    [{ maxFrameLength: '1' }, TypeError, 'maxFrameLength must be an integer of at least 1, received "1"'],
    [{ oversize: 'drop' }, RangeError, 'oversize must be "error" or "skip", received "drop"'],
    [{ corrupt: 1 }, TypeError, 'corrupt must be "error" or "skip", received 1'],
    [{ maxdepth: 1 }, TypeError, 'jsonValues has no option "maxdepth": did you mean maxDepth?'],
  ])('refuses %j when the codec is made', (options, kind, message) => {
    expect(() => jsonValues(options as never)).toThrow(kind)
    expect(() => jsonValues(options as never)).toThrow(message)
  })

  it('has a limit of 8 MiB by default', () => {
    expect(jsonValues().maxFrameLength).toBe(8 * 1024 * 1024)
  })
})
