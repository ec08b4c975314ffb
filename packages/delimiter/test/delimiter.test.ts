import { isFrameError } from '@unstick/core'
import { oracles } from '@unstick/testing'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { delimiter } from '../src/index.ts'
import { cut, cuttings, inNumbers, outcomeOf, rules, streams } from './outcomes.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))
const methods = fc.constantFrom('decode' as const, 'scan' as const)

const ALPHABET = [97, 98, 99]
/** Lists of up to 4 delimiters, each of up to `most` bytes. */
function listsOf(alphabet: number[], most: number): fc.Arbitrary<number[][]> {
  const one = fc.array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: most })
  return fc.array(one, { minLength: 1, maxLength: 4 })
}
const delimiterLists = listsOf(ALPHABET, 4)

/** Every sequence of up to `count` bytes of the alphabet. */
function upTo(count: number): number[][] {
  if (count === 0) return [[]]
  const shorter = upTo(count - 1)
  return [...shorter, ...shorter.flatMap((each) => ALPHABET.map((byte) => [...each, byte]))]
}

/** Whether the first one is a prefix of another. */
function beginsAnother([first, ...others]: number[][]): boolean {
  return others.some((each) => each.length > first!.length && first!.every((byte, index) => each[index] === byte))
}

describe('delimiter', () => {
  it('does not read frames decided by the end from a chunk that has been overwritten since', () => {
    const decoder = delimiter({ delimiter: ['a', 'b', 'bab'], stripDelimiter: false }).decoder()
    expect([...decoder.decode(Buffer.from('ba'))]).toEqual([])
    const chunk = Buffer.from('a')
    for (const frame of decoder.decode(chunk)) {
      expect(String(frame)).toBe('b')
      break
    }
    chunk.fill('x')
    expect(decoder.end().map(String)).toEqual(['a', 'a'])
  })

  it.each([
    ['of up to 4 bytes', [97, 98, 99], 4],
    ['that overlap each other', [97, 98], 7],
  ])(
    'gives the frames, skips, error and offset of a naive search, whatever the chunks: delimiters %s',
    (_what, alphabet, most) => {
      fc.assert(
        fc.property(
          listsOf(alphabet, most),
          fc.record({
            delimiterAt: fc.constantFrom('end' as const, 'start' as const),
            stripDelimiter: fc.boolean(),
          }),
          rules,
          streams([...alphabet, 120]),
          cuttings,
          methods,
          (list, kind, rule, random, sizes, method) => {
            const stream = kind.delimiterAt === 'end' ? random : new Uint8Array([...list[0]!, ...random])
            const options = { delimiter: list.map((each) => new Uint8Array(each)), ...kind, ...rule }
            const expected = oracles.delimiter(options)(stream)
            expect(outcomeOf(delimiter(options), cut(stream, sizes), method)).toEqual(inNumbers(expected))
          },
        ),
        { numRuns: 200 },
      )
    },
  )

  it('keeps each delimiter on its frame if asked, so that the frames add up to the stream', () => {
    fc.assert(
      fc.property(delimiterLists, streams([...ALPHABET, 120]), cuttings, (list, stream, sizes) => {
        const delimiters = list.map((each) => new Uint8Array(each))
        const codec = delimiter({ delimiter: delimiters, stripDelimiter: false, atEnd: 'emit' })
        const { frames } = outcomeOf(codec, cut(stream, sizes))
        expect(frames.flat()).toEqual([...stream])
        const stripped = outcomeOf(delimiter({ delimiter: delimiters, atEnd: 'emit' }), [stream])
        expect(frames).toHaveLength(stripped.frames.length)
      }),
    )
  })

  it.each(['end', 'start'] as const)(
    'encodes exactly the frames that come back as themselves, whatever follows (delimiterAt: %j)',
    (delimiterAt) => {
      fc.assert(
        fc.property(delimiterLists, streams([...ALPHABET, 120]), fc.boolean(), (list, random, stripDelimiter) => {
          const given = { delimiter: list.map((each) => new Uint8Array(each)), delimiterAt, stripDelimiter }
          const codec = delimiter(given)
          const content = [...random.subarray(0, 7)]
          const whole = delimiterAt === 'end' ? [...content, ...list[0]!] : [...list[0]!, ...content]
          const frame = stripDelimiter ? content : whole
          const framesOf = (stream: number[]): unknown =>
            inNumbers(oracles.delimiter({ ...given, atEnd: 'emit' })(new Uint8Array(stream))).frames
          // A frame that keeps its delimiter may be followed by one with another delimiter.
          const starts = stripDelimiter ? [list[0]!] : list
          const next =
            delimiterAt === 'end' ? upTo(3) : starts.flatMap((each) => upTo(3).map((all) => [...each, ...all]))
          const comesBack = next.every((follows) =>
            isDeepStrictEqual(framesOf([...whole, ...follows]), [frame, ...(framesOf(follows) as unknown[])]),
          )
          let encoded: Uint8Array
          try {
            encoded = codec.encode(new Uint8Array(frame))
          } catch (error) {
            expect(isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE')).toBe(true)
            // If the first delimiter is a prefix of another, every frame is refused.
            expect(comesBack && !(stripDelimiter && beginsAnother(list))).toBe(false)
            return
          }
          expect(comesBack).toBe(true)
          expect([...encoded]).toEqual(whole)
          expect(outcomeOf(codec, [encoded]).frames).toEqual([frame])
        }),
        { numRuns: 300 },
      )
    },
  )

  it.each([
    [['abbb', 'b'], 1],
    [['bab', 'b'], 1],
    [['aa', 'ab', 'b'], 2],
    [['abab', 'ba', 'bb'], 2],
    [['a', 'aa', 'aab'], 1],
  ])('equals a naive search on every short stream: %j, at most %i bytes', (list, maxFrameLength) => {
    for (const oversize of ['error', 'skip'] as const) {
      const options = { delimiter: list, maxFrameLength, oversize }
      const codec = delimiter(options)
      const oracle = oracles.delimiter(options)
      const shortStreams = upTo(6).map((each) => new Uint8Array(each))
      const different = shortStreams.filter(
        (stream) => !isDeepStrictEqual(outcomeOf(codec, [stream]), inNumbers(oracle(stream))),
      )
      expect(different).toEqual([])
    }
  })

  it('accepts content of exactly the limit, and refuses one byte more as soon as it cannot be a delimiter', () => {
    const codec = delimiter({ delimiter: '$_', maxFrameLength: 3 })
    const decoder = codec.decoder()
    expect([...decoder.decode(bytes('abc$'))]).toEqual([])
    expect([...decoder.decode(bytes('_'))].map(text)).toEqual(['abc'])
    expect([...decoder.decode(bytes('abc'))]).toEqual([])
    expect(() => [...decoder.decode(bytes('d'))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: 5, maxFrameLength: 3 }),
    )
    expect(text(codec.encode(bytes('abc')))).toBe('abc$_')
    expect(() => codec.encode(bytes('abcd'))).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_TOO_LONG',
        message: 'delimiter: the frame of 4 bytes exceeds maxFrameLength (3 bytes)',
        frameLength: 4,
        maxFrameLength: 3,
      }),
    )
  })

  it('does not count a delimiter that begins a frame and is kept', () => {
    const codec = delimiter({ delimiter: '$_', delimiterAt: 'start', stripDelimiter: false, maxFrameLength: 3 })
    expect(text(codec.encode(bytes('$_abc')))).toBe('$_abc')
    for (const frame of ['$_abc$', '$_abcd']) {
      expect(() => codec.encode(bytes(frame))).toThrow(
        expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', frameLength: 4, maxFrameLength: 3 }),
      )
    }
  })

  it('does not count a delimiter that ends a frame and is kept', () => {
    const codec = delimiter({ delimiter: '$_', stripDelimiter: false, maxFrameLength: 3 })
    expect(text(codec.encode(bytes('abc$_')))).toBe('abc$_')
    expect(() => codec.encode(bytes('abcd$_'))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }))
    expect(outcomeOf(codec, [bytes('abc$_abcd$_')])).toMatchObject({
      frames: [[...bytes('abc$_')]],
      error: { code: 'ERR_FRAME_TOO_LONG', offset: 5 },
    })
  })

  it('states which frame could not be decoded or encoded, and why', () => {
    const codec = delimiter({ delimiter: '$_' })
    expect(codec.maxFrameLength).toBe(8 * 1024 * 1024)
    expect(() => codec.encode(bytes('ab$_c'))).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message: 'delimiter: the frame holds a delimiter, or one arises across its end',
        frameLength: 5,
      }),
    )
    expect(() => delimiter({ delimiter: '$_', stripDelimiter: false }).encode(bytes('ab'))).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message: 'delimiter: the frame does not end with its first delimiter',
        frameLength: 2,
      }),
    )
    const decoder = codec.decoder()
    expect([...decoder.decode(bytes('ab'))]).toEqual([])
    expect(() => decoder.end()).toThrow('delimiter: the stream ended inside the frame at offset 0')
  })

  it('gives the same frames for CR, LF and CRLF in one chunk and byte by byte', () => {
    const codec = delimiter({ delimiter: ['\r', '\n', '\r\n'], atEnd: 'emit' })
    const stream = bytes('a\rb\nc\r\nd\r')
    const expected = ['a', 'b', 'c', 'd'].map((each) => [...bytes(each)])
    expect(outcomeOf(codec, [stream]).frames).toEqual(expected)
    expect(outcomeOf(codec, cut(stream, Array<number>(stream.length).fill(1))).frames).toEqual(expected)
  })

  it('finds each of several delimiters in a long chunk, even if the first is one byte', () => {
    const codec = delimiter({ delimiter: ['\n', '\r\n', ';'] })
    expect(outcomeOf(codec, [bytes('a;b\r\nc\n'.repeat(100))]).frames).toHaveLength(300)
  })

  it('reports an end inside a delimiter as truncated, not as too long', () => {
    for (const each of ['\r\n', ['\r\n', '\0']]) {
      const codec = delimiter({ delimiter: each, maxFrameLength: 3 })
      expect(outcomeOf(codec, [bytes('abc\r')]).error).toEqual({ code: 'ERR_FRAME_TRUNCATED', offset: 0 })
    }
  })

  it('refuses to encode if the first delimiter is a prefix of another, and blames the list', () => {
    const codec = delimiter({ delimiter: ['\r', '\r\n'] })
    expect(() => codec.encode(bytes('a'))).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message:
          'delimiter: the first delimiter listed begins another one, so no frame can be encoded; list the longer one first',
        frameLength: 1,
      }),
    )
    expect(text(delimiter({ delimiter: ['\r\n', '\r'] }).encode(bytes('a')))).toBe('a\r\n')
    expect(text(delimiter({ delimiter: ['\r', '\r\n'], stripDelimiter: false }).encode(bytes('a\r\n')))).toBe('a\r\n')
  })

  it('gives each call of encodeParts new memory', () => {
    for (const codec of [delimiter({ delimiter: '$_' }), delimiter({ delimiter: '$_', delimiterAt: 'start' })]) {
      for (const part of codec.encodeParts(bytes('ab'))) part.fill(33)
      expect([text(codec.encode(bytes('c'))).length, text(codec.encode(bytes('c')))]).toEqual([
        3,
        expect.stringContaining('$_'),
      ])
    }
  })

  it('reads no byte after those it was given', () => {
    const memory = bytes('ab$_'.repeat(20))
    const decoder = delimiter({ delimiter: '$_' }).decoder()
    expect([...decoder.decode(memory.subarray(0, 3))]).toEqual([])
    expect([...decoder.decode(memory.subarray(4, 6))]).toEqual([])
    expect(text(decoder.takeRemaining())).toBe('ab$ab')
  })

  it.each([
    [undefined, TypeError, 'delimiter must be a string or a Uint8Array of at least 1 byte, received undefined'],
    [{ delimiter: '' }, RangeError, 'delimiter must be a string or a Uint8Array of at least 1 byte, received 0 bytes'],
    [{ delimiter: [] }, RangeError, 'delimiter must be at least 1 delimiter, received an empty array'],
    [
      { delimiter: ['\n', 10] },
      TypeError,
      'delimiter[1] must be a string or a Uint8Array of at least 1 byte, received 10',
    ],
    [{ delimiter: '\n', maxFrameLength: 0 }, RangeError, 'maxFrameLength must be an integer of at least 1, received 0'],
    [{ delimiter: '\n', stripDelimiter: 1 }, TypeError, 'stripDelimiter must be true or false, received 1'],
    [{ delimiter: '\n', atEnd: 'keep' }, RangeError, 'atEnd must be "error" or "emit" or "drop", received "keep"'],
    [{ delimiter: '\n', delimiterAt: 'both' }, RangeError, 'delimiterAt must be "end" or "start", received "both"'],
    [{ delimiter: '\n', includeDelimiter: true }, TypeError, 'delimiter has no option "includeDelimiter"'],
    [{ delimiter: '\n', maxFrameLenght: 9 }, TypeError, 'did you mean maxFrameLength?'],
    [{ delimiter: '\n', oversize: 'cut' }, RangeError, 'oversize must be "error" or "skip", received "cut"'],
  ])('refuses wrong options when the codec is made: %j', (options, kind, message) => {
    expect(() => delimiter(options as never)).toThrow(kind)
    expect(() => delimiter(options as never)).toThrow(message)
  })

  it('decodes frames that begin with their delimiter; the last one ends with the stream (RFC 7464)', () => {
    const codec = delimiter({ delimiter: '\x1e', delimiterAt: 'start' })
    expect(outcomeOf(codec, [bytes('\x1e[1]\n\x1e\x1e"a"\n')]).frames.map((each) => text(each as Uint8Array))).toEqual([
      '[1]\n',
      '',
      '"a"\n',
    ])
    expect(text(codec.encode(bytes('[1]\n')))).toBe('\x1e[1]\n')
    expect(() => codec.encode(bytes('a\x1e'))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
    const keeping = delimiter({ delimiter: '\x1e', delimiterAt: 'start', stripDelimiter: false })
    expect(() => keeping.encode(bytes('a'))).toThrow('delimiter: the frame does not begin with its only delimiter')
  })

  it.each([
    ['x\x1ea', { code: 'ERR_FRAME_CORRUPT', offset: 0 }, 'delimiter: the frame does not begin with a delimiter'],
    ['$', { code: 'ERR_FRAME_TRUNCATED', offset: 0 }, 'delimiter: the stream ended inside its first delimiter'],
  ])('delimiterAt start: %j before the first delimiter is refused', (stream, error, message) => {
    const decoder = delimiter({ delimiter: ['\x1e', '$_'], delimiterAt: 'start' }).decoder()
    const all = (): unknown => [...decoder.decode(bytes(stream)), ...decoder.end()]
    expect(all).toThrow(expect.objectContaining({ ...error, message }))
  })

  it('is not affected if the caller changes the bytes of the option', () => {
    const given = bytes('\n')
    const codec = delimiter({ delimiter: given })
    given[0] = 97
    expect(text(codec.encode(bytes('a')))).toBe('a\n')
  })
})
