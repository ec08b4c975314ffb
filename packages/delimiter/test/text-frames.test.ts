import { defineCodec, UNKNOWN } from '@unstick/core'
import { oracles } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delimiter, markers, textFrames, textLines } from '../src/index.ts'
import { cut, cuttings, outcomeOf, rules } from './outcomes.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'utf8'))

const pieces = fc.constantFrom<string | number[]>('\0', '\0', 'a', 'bcd', 'é', '\uFEFF', '😀', [0xff], [0xc3])
const streams = fc
  .array(pieces, { maxLength: 40, size: 'max' })
  .map((list) => new Uint8Array(Buffer.concat(list.map((piece) => Buffer.from(piece as string)))))

const latin1 = {
  decode: (content: Uint8Array) => Buffer.from(content).toString('latin1'),
  encode: (text: string) => new Uint8Array(Buffer.from(text, 'latin1')),
}

describe('textFrames', () => {
  it('gives the strings, skips, error and offset of decoding each frame alone, whatever the chunks', () => {
    fc.assert(
      fc.property(
        rules,
        fc.record({
          malformed: fc.constantFrom('error' as const, 'replace' as const),
          dropBom: fc.boolean(),
          corrupt: fc.constantFrom('error' as const, 'skip' as const),
        }),
        streams,
        cuttings,
        (rule, options, stream, sizes) => {
          const codec = textFrames(delimiter({ delimiter: '\0', ...rule }), options)
          const expected = oracles.textFrames({ delimiter: '\0', ...rule, ...options })(stream)
          expect(outcomeOf(codec, cut(stream, sizes))).toEqual(expected)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('encodes exactly the strings that come back as themselves, by the rules of its codec', () => {
    const codec = textFrames(delimiter({ delimiter: '\0' }), { dropBom: true })
    expect(Buffer.from(codec.encode('é')).toString()).toBe('é\0')
    for (const frame of ['a\0b', '\uD800', '\uFEFFa', 7]) {
      expect(() => codec.encode(frame as string)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
    }
    expect(codec.maxFrameLength).toBe(8 * 1024 * 1024)
  })

  it('drops a byte order mark only in the first frame of the stream, also after a dropped frame', () => {
    const codec = textFrames(delimiter({ delimiter: '\0', maxFrameLength: 6, oversize: 'skip' }), { dropBom: true })
    expect(outcomeOf(codec, [bytes('\uFEFFa\0\uFEFFb\0')]).frames).toEqual(['a', '\uFEFFb'])
    expect(outcomeOf(codec, [bytes('too long\0\uFEFFb\0')]).frames).toEqual(['\uFEFFb'])
  })

  it('states which frame is not UTF-8, and where it is', () => {
    const decoder = textFrames(markers({ start: '<', end: '>' })).decoder()
    expect(() => [...decoder.decode(new Uint8Array([...bytes('<a>'), 60, 0xff, 62]))]).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_CORRUPT',
        message: 'textFrames: frame 2 is not UTF-8',
        offset: 3,
        frameLength: 3,
        cause: expect.any(TypeError),
      }),
    )
  })

  it('uses the corrupt option of its codec if it has none of its own', () => {
    const codec = defineCodec({
      name: 'pairs',
      maxFrameLength: 2,
      corrupt: 'skip',
      find: (_bytes, start, end) => (end - start < 2 ? UNKNOWN : start + 2),
    })
    expect(outcomeOf(textFrames(codec), [new Uint8Array([97, 98, 0xff, 97])])).toEqual({
      frames: ['ab'],
      skipped: [{ offset: 2, length: 2, reason: 'corrupt' }],
    })
    expect(outcomeOf(textFrames(codec, { corrupt: 'error' }), [new Uint8Array([0xff, 97])]).error?.offset).toBe(0)
  })
})

describe.each([
  [
    'textFrames',
    textFrames(delimiter({ delimiter: '\n' }), latin1),
    textFrames(delimiter({ delimiter: '\n' }), { decode: latin1.decode }),
  ],
  ['textLines', textLines(latin1), textLines({ decode: latin1.decode })],
])('%s in another charset', (name, codec, decodeOnly) => {
  it('decodes and encodes by the given functions, for single lines and batches', () => {
    const stream = new Uint8Array(Buffer.from('café\n'.repeat(300), 'latin1'))
    expect(outcomeOf(codec, [stream]).frames).toEqual(new Array<string>(300).fill('café'))
    expect([...codec.encode('é')]).toEqual([0xe9, 10])
  })

  it('refuses characters that the charset lacks', () => {
    expect(() => codec.encode('€')).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message: expect.stringMatching(/has no form in its charset$/) as string,
        cause: new TypeError('decode does not give back what encode made of the text'),
      }),
    )
    expect(() => codec.encode(7 as never)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
  })

  it('only decodes if there is no encode function', () => {
    expect(outcomeOf(decodeOnly, [new Uint8Array([0xe9, 10])]).frames).toEqual(['é'])
    expect(() => decodeOnly.encode('a')).toThrow(`this codec only decodes`)
  })

  it('reports an exception or wrong result of a function as the cause of an error', () => {
    const make = (options: object): typeof codec =>
      name === 'textLines' ? textLines(options) : textFrames(delimiter({ delimiter: '\n' }), options)
    const failing = make({
      decode: () => {
        throw new RangeError('no')
      },
    })
    expect(() => [...failing.decoder().decode(bytes('a\n'))]).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_CORRUPT',
        offset: 0,
        message: expect.stringMatching(/ 1 cannot be decoded$/) as string,
        cause: new RangeError('no'),
      }),
    )
    expect(() => [
      ...make({ decode: () => 7 })
        .decoder()
        .decode(bytes('a\n')),
    ]).toThrow(expect.objectContaining({ cause: new TypeError('decode must return a string, received a number') }))
    expect(() => make({ decode: latin1.decode, encode: () => 'a' }).encode('a')).toThrow(
      expect.objectContaining({ cause: new TypeError('encode must return a Uint8Array, received a string') }),
    )
  })
})

describe('wrong options', () => {
  const codec = delimiter({ delimiter: '\n' })
  it.each([
    [{ malformed: 'drop' }, RangeError, 'malformed must be "error" or "replace", received "drop"'],
    [{ dropBom: 1 }, TypeError, 'dropBom must be true or false, received 1'],
    [{ corrupt: 'drop' }, RangeError, 'corrupt must be "error" or "skip", received "drop"'],
    [{ decode: 'latin1' }, TypeError, 'decode must be a function, received "latin1"'],
    [{ decode: String, encode: 'latin1' }, TypeError, 'encode must be a function, received "latin1"'],
    [{ encode: String }, TypeError, 'decode must be a function where encode is given, received undefined'],
    [{ decode: String, malformed: 'error' }, TypeError, 'malformed applies to UTF-8: give it or decode, received both'],
    [{ charset: 'latin1' }, TypeError, 'textFrames has no option "charset"'],
  ])('%j are refused when the codec is made', (options, kind, message) => {
    expect(() => textFrames(codec, options as never)).toThrow(kind)
    expect(() => textFrames(codec, options as never)).toThrow(message)
  })

  it('are refused, as is an argument that is not a codec', () => {
    expect(() => textFrames({} as never)).toThrow(TypeError)
  })
})
