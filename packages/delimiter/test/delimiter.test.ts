import { isFrameError } from '@unstick/core'
import { oracles } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delimiter } from '../src/index.ts'
import { anyOf, cut, cuttings, inNumbers, outcomeOf, rules, streams } from './outcomes.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))
const roads = fc.constantFrom('decode' as const, 'scan' as const)

const ALPHABET = [97, 98, 99]
const delimiterLists = fc.array(fc.array(fc.constantFrom(...ALPHABET), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 4,
})

/** Every sequence of so many bytes of the alphabet, or fewer. */
function upTo(count: number): number[][] {
  if (count === 0) return [[]]
  const shorter = upTo(count - 1)
  return [...shorter, ...shorter.flatMap((each) => ALPHABET.map((byte) => [...each, byte]))]
}

describe('delimiter', () => {
  it('frames settled by the end are not read from a chunk that was overwritten since', () => {
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

  it('gives the frames, skips, error and offset of a naive search, whatever the delimiters and the chunks', () => {
    fc.assert(
      fc.property(
        delimiterLists,
        rules,
        streams([...ALPHABET, 120]),
        cuttings,
        roads,
        (list, rule, stream, sizes, road) => {
          const options = { delimiter: list.map((each) => new Uint8Array(each)), ...rule }
          const expected = oracles.delimiter(options)(stream)
          expect(outcomeOf(delimiter(options), cut(stream, sizes), road)).toEqual(inNumbers(expected))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('keeps each delimiter on its frame if asked, and then gives back the stream byte for byte', () => {
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

  it('encodes exactly the content that comes back as itself, whatever follows it', () => {
    fc.assert(
      fc.property(delimiterLists, streams([...ALPHABET, 120]), fc.boolean(), (list, random, strip) => {
        const content = random.subarray(0, 8)
        const codec = delimiter({ delimiter: list.map((each) => new Uint8Array(each)), stripDelimiter: strip })
        const frame = strip ? content : new Uint8Array([...content, ...list[0]!])
        const follows = upTo(3)
        const comesBack = follows.every((next) => {
          const stream = new Uint8Array([...content, ...list[0]!, ...next])
          const ending = anyOf(...list)(stream, 0)
          return (
            ending !== undefined &&
            'length' in ending &&
            ending.at + ending.length === content.length + list[0]!.length &&
            (!strip || ending.at === content.length)
          )
        })
        let encoded: Uint8Array
        try {
          encoded = codec.encode(frame)
        } catch (error) {
          expect(isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE')).toBe(true)
          expect(comesBack).toBe(false)
          return
        }
        expect(comesBack).toBe(true)
        expect([...encoded]).toEqual([...content, ...list[0]!])
        expect(outcomeOf(codec, [encoded]).frames).toEqual([[...frame]])
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    [['abbb', 'b'], 1],
    [['bab', 'b'], 1],
    [['aa', 'ab', 'b'], 2],
    [['abab', 'ba', 'bb'], 2],
  ])('equals a naive search on every short stream: %j, at most %i bytes', (list, maxFrameLength) => {
    for (const stream of upTo(6)) {
      const options = { delimiter: list, maxFrameLength }
      const expected = inNumbers(oracles.delimiter(options)(new Uint8Array(stream)))
      expect(outcomeOf(delimiter(options), [new Uint8Array(stream)])).toEqual(expected)
    }
  })

  it('takes content of exactly the limit, and one byte more is too long as soon as it cannot be a delimiter', () => {
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
        message: 'delimiter: a frame of 4 bytes exceeds 3 bytes',
        frameLength: 4,
        maxFrameLength: 3,
      }),
    )
  })

  it('does not count the delimiter that a frame keeps', () => {
    const codec = delimiter({ delimiter: '$_', stripDelimiter: false, maxFrameLength: 3 })
    expect(text(codec.encode(bytes('abc$_')))).toBe('abc$_')
    expect(() => codec.encode(bytes('abcd$_'))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }))
    expect(outcomeOf(codec, [bytes('abc$_abcd$_')])).toMatchObject({
      frames: [[...bytes('abc$_')]],
      error: { code: 'ERR_FRAME_TOO_LONG', offset: 5 },
    })
  })

  it('says which frame could not be taken or written, and why', () => {
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

  it('waits with a match that may grow: CR, LF and CRLF give the same frames in one chunk and byte by byte', () => {
    const codec = delimiter({ delimiter: ['\r', '\n', '\r\n'], atEnd: 'emit' })
    const stream = bytes('a\rb\nc\r\nd\r')
    const expected = ['a', 'b', 'c', 'd'].map((each) => [...bytes(each)])
    expect(outcomeOf(codec, [stream]).frames).toEqual(expected)
    expect(outcomeOf(codec, cut(stream, Array<number>(stream.length).fill(1))).frames).toEqual(expected)
  })

  it('finds each of several delimiters in a long chunk, though the first is one byte', () => {
    const codec = delimiter({ delimiter: ['\n', '\r\n', ';'] })
    expect(outcomeOf(codec, [bytes('a;b\r\nc\n'.repeat(100))]).frames).toHaveLength(300)
  })

  it('calls an end inside a delimiter truncated, not too long', () => {
    for (const each of ['\r\n', ['\r\n', '\0']]) {
      const codec = delimiter({ delimiter: each, maxFrameLength: 3 })
      expect(outcomeOf(codec, [bytes('abc\r')]).error).toEqual({ code: 'ERR_FRAME_TRUNCATED', offset: 0 })
    }
  })

  it('looks at no byte behind the bytes it was given', () => {
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
    [{ delimiter: '\n', oversize: 'cut' }, RangeError, 'oversize must be "error" or "skip", received "cut"'],
  ])('misuse is told when the codec is made: %j', (options, kind, message) => {
    expect(() => delimiter(options as never)).toThrow(kind)
    expect(() => delimiter(options as never)).toThrow(message)
  })

  it('is not changed by a change of the bytes it was made of', () => {
    const given = bytes('\n')
    const codec = delimiter({ delimiter: given })
    given[0] = 97
    expect(text(codec.encode(bytes('a')))).toBe('a\n')
  })
})
