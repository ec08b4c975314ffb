import { isFrameError } from '@unstick/core'
import { chunkings, frameStreams, oracles, outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textLength, type TextLengthOptions } from '../src/index.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))
const text = (content: Uint8Array): string => Buffer.from(content).toString('latin1')

interface Layout extends TextLengthOptions {
  radix: 10 | 16
  terminator?: string
  trailer?: string
  lengthIncludes: 'payload' | 'lengthField' | 'frame'
  stripHeader: boolean
  maxFrameLength: number
  oversize: 'error' | 'skip'
  corrupt: 'error' | 'skip'
}

const layouts: fc.Arbitrary<Layout> = fc
  .record({
    radix: fc.constantFrom(10 as const, 16 as const),
    number: fc.oneof(
      fc.record({ digits: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(16)) }),
      fc.record({
        terminator: fc.constantFrom(':', ' ', '\r\n', '::;'),
        maxDigits: fc.integer({ min: 1, max: 16 }),
        leadingZeros: fc.boolean(),
      }),
    ),
    trailer: fc.constantFrom(undefined, ',', '\r\n'),
    lengthIncludes: fc.constantFrom('payload' as const, 'lengthField' as const, 'frame' as const),
    stripHeader: fc.boolean(),
    room: fc.oneof(fc.nat(12), fc.constant(1000)),
    oversize: fc.constantFrom('error' as const, 'skip' as const),
    corrupt: fc.constantFrom('error' as const, 'skip' as const),
  })
  .map(({ number, trailer, room, ...layout }) => {
    const shortest = ('digits' in number ? number.digits : 1 + number.terminator.length) + (trailer?.length ?? 0)
    return { ...layout, ...number, ...(trailer === undefined ? {} : { trailer }), maxFrameLength: shortest + room }
  })
const streams = fc
  .array(fc.constantFrom('0', '1', '2', '5', '9', 'a', 'F', ':', '::;', ' ', '\r\n', ',', '\r', '-', 'xyz', '3:abc,'), {
    maxLength: 40,
    size: 'max',
  })
  .map((pieces) => bytes(pieces.join('')))

/** A layout, a stream that begins with some good frames, and its chunks. */
const cases = fc.tuple(layouts, streams).chain(([layout, anything]) =>
  frameStreams(textLength({ ...layout, stripHeader: true }), fc.uint8Array({ maxLength: 12, size: 'max' }), 4).chain(
    (good) => {
      const stream = new Uint8Array([...good.bytes, ...anything])
      return fc.tuple(fc.constant(layout), fc.constant(stream), chunkings(stream, good.starts))
    },
  ),
)
const paths = fc.constantFrom('decode' as const, 'scan' as const)

describe('textLength', () => {
  it('gives the frames, skips, error and offset of the oracle, whatever the chunks', () => {
    fc.assert(
      fc.property(cases, paths, ([layout, stream, chunks], path) => {
        expect(outcomeOf(textLength(layout), chunks, path)).toEqual(oracles.textLength(layout)(stream))
      }),
      { numRuns: 200 },
    )
  })

  it('encodes exactly the frames that come back as themselves, for every layout', () => {
    fc.assert(
      fc.property(layouts, fc.uint8Array({ maxLength: 120, size: 'max' }), (layout, payload) => {
        const codec = textLength({ ...layout, maxFrameLength: 1000 })
        let whole: Uint8Array
        try {
          whole = textLength({ ...layout, stripHeader: true, maxFrameLength: 1000 }).encode(payload)
        } catch (error) {
          expect(isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE')).toBe(true)
          return
        }
        const frame = layout.stripHeader ? payload : whole
        expect([...codec.encode(frame)]).toEqual([...whole])
        expect(outcomeOf(codec, [whole])).toEqual({ frames: [frame], skipped: [] })
      }),
      { numRuns: 200 },
    )
  })

  it.each<[string, TextLengthOptions, string, string]>([
    ['netstrings', { trailer: ',' }, 'hello', '5:hello,'],
    ['the empty netstring', { trailer: ',' }, '', '0:,'],
    ['octet-counted syslog', { terminator: ' ' }, '<34>1', '5 <34>1'],
    ["git's pkt-line", { radix: 16, digits: 4, lengthIncludes: 'frame' }, 'hello', '0009hello'],
    ['HTTP chunks', { radix: 16, terminator: '\r\n', trailer: '\r\n' }, 'x'.repeat(26), `1a\r\n${'x'.repeat(26)}\r\n`],
    ['a number that counts its own digits', { lengthIncludes: 'frame' }, 'x'.repeat(97), `101:${'x'.repeat(97)}`],
  ])('writes and reads %s', (_name, options, payload, encoded) => {
    const codec = textLength(options)
    expect(text(codec.encode(bytes(payload)))).toBe(encoded)
    expect([...codec.decoder().decode(bytes(encoded))].map(text)).toEqual([payload])
  })

  it.each([
    ['+5:hello,', 'ERR_FRAME_LENGTH_INVALID'],
    ['-1:,', 'ERR_FRAME_LENGTH_INVALID'],
    [' 5:hello,', 'ERR_FRAME_LENGTH_INVALID'],
    ['05:hello,', 'ERR_FRAME_LENGTH_INVALID'],
    ['00:,', 'ERR_FRAME_LENGTH_INVALID'],
    [':,', 'ERR_FRAME_LENGTH_INVALID'],
    ['12345678901:', 'ERR_FRAME_LENGTH_INVALID'],
    ['5;hello,', 'ERR_FRAME_LENGTH_INVALID'],
    ['5:hello;', 'ERR_FRAME_CORRUPT'],
    ['9999999999:', 'ERR_FRAME_TOO_LONG'],
    ['5:hell', 'ERR_FRAME_TRUNCATED'],
    ['5', 'ERR_FRAME_TRUNCATED'],
  ])('%j after a good netstring: the good one is given, then %s', (faulty, code) => {
    const { frames, error } = outcomeOf(textLength({ trailer: ',' }), [bytes(`2:ok,${faulty}`)])
    expect(frames).toEqual([bytes('ok')])
    expect(error).toEqual({ code, offset: 5 })
  })

  it('refuses a wrong digit as soon as it has arrived', () => {
    for (const options of [{ digits: 4 }, {}]) {
      const decoder = textLength(options).decoder()
      expect([...decoder.decode(bytes('1'))]).toEqual([])
      expect(() => [...decoder.decode(bytes('x'))]).toThrow(
        expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID' }),
      )
    }
  })

  it('reads a header over the limit to its end, to find what to drop or what is wrong', () => {
    const options = { maxDigits: 4, maxFrameLength: 2 }
    const bytewise = (content: string): Uint8Array[] => Array.from(content, bytes)
    const stream = `1000:${'1'.repeat(1000)}0:`
    expect(outcomeOf(textLength({ ...options, oversize: 'skip' }), bytewise(stream))).toEqual({
      frames: [bytes('')],
      skipped: [{ offset: 0, length: 1005 }],
    })
    expect(outcomeOf(textLength(options), bytewise('1000;')).error).toEqual({
      code: 'ERR_FRAME_LENGTH_INVALID',
      offset: 0,
    })
  })

  it('accepts leading zeros within maxDigits with leadingZeros, and writes none', () => {
    // The chunk sizes of RFC 9112, section 7.1: 1*HEXDIG, and 1*("0") for the last chunk.
    const codec = textLength({ radix: 16, terminator: '\r\n', trailer: '\r\n', leadingZeros: true })
    const chunks = [...codec.decoder().decode(bytes('0005\r\nhello\r\n000\r\n\r\n'))]
    expect(chunks.map(text)).toEqual(['hello', ''])
    expect(text(codec.encode(bytes('hello')))).toBe('5\r\nhello\r\n')
    expect(outcomeOf(textLength({ leadingZeros: true, maxDigits: 3 }), [bytes('0001:a')]).error).toEqual({
      code: 'ERR_FRAME_LENGTH_INVALID',
      offset: 0,
    })
  })

  it("corrupt: 'skip' drops exactly the frame with a wrong trailer, whatever the cut", () => {
    const codec = textLength({ trailer: ',', corrupt: 'skip' })
    const stream = bytes('2:ok,5:hello;2:ok,')
    for (const chunks of [[stream], Array.from(stream, (byte) => new Uint8Array([byte]))]) {
      const skips: unknown[] = []
      const decoder = codec.decoder({ onSkip: (skipped) => skips.push(skipped) })
      expect(chunks.flatMap((chunk) => [...decoder.decode(chunk)]).map(text)).toEqual(['ok', 'ok'])
      decoder.end()
      const error = expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 5, frameLength: 8 })
      expect(skips).toEqual([{ offset: 5, length: 8, reason: 'corrupt', error }])
    }
  })

  it('is not affected if the caller changes the encoded parts', () => {
    const codec = textLength({ trailer: ',' })
    for (const part of codec.encodeParts(bytes('hello'))) part.fill(33)
    expect(text(codec.encode(bytes('hi')))).toBe('2:hi,')
    expect([...codec.decoder().decode(bytes('2:hi,'))].map(text)).toEqual(['hi'])
  })

  it('encodes two parts without a trailer, and does not copy the payload', () => {
    const payload = bytes('hello')
    const parts = textLength().encodeParts(payload)
    expect(parts.map(text)).toEqual(['5:', 'hello'])
    expect(parts[1]).toBe(payload)
  })

  it('accepts a terminator that is a letter but not a digit of the radix', () => {
    expect(text(textLength({ terminator: 'a' }).encode(bytes('hello')))).toBe('5ahello')
    expect(text(textLength({ terminator: 'g', radix: 16 }).encode(bytes('hello')))).toBe('5ghello')
  })

  it('encodes whole frames if their header and trailer are correct', () => {
    const codec = textLength({ trailer: ',', stripHeader: false })
    expect(text(codec.encode(bytes('2:ab,')))).toBe('2:ab,')
    for (const wrong of ['', '2', '2:ab;', '3:ab,', '1:ab,', '02:ab,', 'ab']) {
      expect(() => codec.encode(bytes(wrong))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
    }
  })

  it('refuses to encode a length of too many digits, and a frame over the limit', () => {
    expect(() => textLength({ digits: 1 }).encode(bytes('0123456789'))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }),
    )
    expect(text(textLength({ maxDigits: 1 }).encode(bytes('123456789')))).toBe('9:123456789')
    expect(() => textLength({ maxDigits: 1 }).encode(bytes('0123456789'))).toThrow('does not fit into 1 digits')
    expect(() => textLength({ maxFrameLength: 6, trailer: ',' }).encode(bytes('abcd'))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', frameLength: 7, maxFrameLength: 6 }),
    )
  })

  it.each([
    [{ radix: 8 }, RangeError, 'radix must be 10 or 16, received 8'],
    [{ digits: 0 }, RangeError, 'digits must be an integer from 1 to 16, received 0'],
    [
      { digits: 4, terminator: ':' },
      TypeError,
      'terminator is for lengths without fixed digits: give one of them, received both',
    ],
    [{ digits: 4, maxDigits: 4 }, TypeError, 'maxDigits is for lengths without fixed digits'],
    [{ digits: 4, leadingZeros: true }, TypeError, 'leadingZeros is for lengths without fixed digits'],
    [{ leadingZeros: 1 }, TypeError, 'leadingZeros must be true or false, received 1'],
    [{ corrupt: 'drop' }, RangeError, 'corrupt must be "error" or "skip", received "drop"'],
    [{ trailr: ',' }, TypeError, 'textLength has no option "trailr": did you mean trailer?'],
    [{ maxDigits: 17 }, RangeError, 'maxDigits must be an integer from 1 to 16, received 17'],
    [
      { terminator: '' },
      RangeError,
      'terminator must be a string or a Uint8Array of at least 1 byte, received 0 bytes',
    ],
    [{ terminator: '0:' }, RangeError, 'terminator must not begin with a digit, received "0:"'],
    [{ radix: 16, terminator: 'f' }, RangeError, 'terminator must not begin with a digit, received "f"'],
    [{ trailer: 44 }, TypeError, 'trailer must be a string or a Uint8Array of at least 1 byte, received 44'],
    [{ lengthIncludes: 'all' }, RangeError, 'lengthIncludes must be'],
    [{ stripHeader: 1 }, TypeError, 'stripHeader must be true or false, received 1'],
    [{ trailer: ',', maxFrameLength: 2 }, RangeError, 'maxFrameLength must be an integer of at least 3, received 2'],
  ])('misuse is reported when the codec is made: %j', (options, kind, message) => {
    expect(() => textLength(options as never)).toThrow(kind)
    expect(() => textLength(options as never)).toThrow(message)
  })
})
