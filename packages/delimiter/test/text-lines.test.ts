import { mapCodec } from '@unstick/core'
import { oracles } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textLines, type LineEnding } from '../src/index.ts'
import { cut, cuttings, outcomeOf, rules } from './outcomes.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'utf8'))

/**
 * Text with characters of every length in UTF-8, BOMs, characters that other readers take for line ends, and sometimes
 * malformed UTF-8.
 */
const pieces = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('\n', '\n', '\r\n', '\r', 'a', 'bcd', 'é', '\u2028', '\uFEFF', '😀', '𝄞x') },
  { weight: 1, arbitrary: fc.constantFrom([0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80]) },
)
/** Some are long enough for a batch search. */
const streams = fc
  .tuple(
    fc.array(pieces, { maxLength: 50, size: 'max' }),
    fc.constantFrom(1, 1, 1, 12),
    fc.array(pieces, { maxLength: 5 }),
  )
  .map(([list, times, tail]) => [...new Array<typeof list>(times).fill(list).flat(), ...tail])
  .map((list) => new Uint8Array(Buffer.concat(list.map((piece) => Buffer.from(piece as string)))))
const valid = streams.map((stream) => bytes(Buffer.from(stream).toString('utf8')))

describe('textLines', () => {
  it('gives the strings, skips, error and offset of decoding each line alone, whatever the chunks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<LineEnding>('auto', 'lf', 'crlf', 'any'),
        rules,
        fc.record({ stripDelimiter: fc.boolean(), corrupt: fc.constantFrom('error' as const, 'skip' as const) }),
        fc.constantFrom('error' as const, 'replace' as const),
        fc.boolean(),
        fc.oneof(streams, valid),
        cuttings,
        (ending, rule, kind, malformed, dropBom, stream, sizes) => {
          const options = { ending, malformed, dropBom, ...kind, ...rule }
          expect(outcomeOf(textLines(options), cut(stream, sizes))).toEqual(oracles.textLines(options)(stream))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('loses nothing if every loop is left after its first line and the chunk is overwritten', () => {
    fc.assert(
      fc.property(rules, fc.oneof(streams, valid), cuttings, (rule, stream, sizes) => {
        const chunks = cut(stream, sizes)
        const whole = outcomeOf(textLines(rule), chunks)
        const buffers = chunks.map((chunk) => Buffer.from(chunk))
        expect(outcomeOf(textLines(rule), buffers, 'one a call')).toEqual(whole)
        expect(outcomeOf(textLines(rule), chunks, 'one a call')).toEqual(whole)
      }),
      { numRuns: 200 },
    )
  })

  it('gives the bytes of the same lines in scan, even after a loop was left', () => {
    fc.assert(
      fc.property(valid, cuttings, fc.nat(3), (stream, sizes, taken) => {
        const expected = outcomeOf(textLines(), cut(stream, sizes)).frames
        const decoder = textLines().decoder()
        const lines: string[] = []
        for (const [index, chunk] of cut(stream, sizes).entries()) {
          if (index % 2 === 0) {
            decoder.scan(chunk, (memory, start, end) => lines.push(Buffer.from(memory.subarray(start, end)).toString()))
            continue
          }
          let count = 0
          for (const line of decoder.decode(chunk)) {
            lines.push(line)
            if (count++ === taken) break
          }
        }
        expect([...lines, ...decoder.end()]).toEqual(expected)
      }),
    )
  })

  it('reports the number of unread bytes at any point, and hands over exactly these', () => {
    fc.assert(
      fc.property(fc.oneof(streams, valid), cuttings, fc.nat(20), (stream, sizes, count) => {
        const whole = outcomeOf(textLines({ atEnd: 'drop' }), [stream])
        const decoder = textLines().decoder()
        let received = 0
        let taken = 0
        try {
          for (const chunk of cut(stream, sizes)) {
            received += chunk.length
            for (const _ of decoder.decode(chunk)) if (++taken === count) break
            if (taken >= count) break
          }
        } catch {
          // takeRemaining begins at the faulty line
        }
        const buffered = decoder.bufferedLength
        const rest = decoder.takeRemaining()
        expect(rest).toHaveLength(buffered)
        expect(Buffer.from(rest)).toEqual(Buffer.from(stream.subarray(received - buffered, received)))
        const given = Buffer.from(stream.subarray(0, received - buffered)).toString()
        expect(given === '' || given.endsWith('\n')).toBe(true)
        if (whole.error === undefined) {
          expect(outcomeOf(textLines({ atEnd: 'drop' }), [bytes(given)]).frames).toHaveLength(taken)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('hands over Buffers if the chunks are Buffers, even for a line begun in an earlier one', () => {
    const decoder = textLines().decoder()
    expect([...decoder.decode(Buffer.from('a\nb\nc'))]).toEqual(['a', 'b'])
    const rest = decoder.takeRemaining()
    expect(rest).toBeInstanceOf(Buffer)
    expect(String(rest)).toBe('c')
  })

  it('reports the offset of a fault in the whole stream in scan, after decoded lines', () => {
    const decoder = textLines({ ending: 'crlf' }).decoder()
    expect([...decoder.decode(bytes('a\r\nb\r\nc'))]).toEqual(['a', 'b'])
    expect(() => decoder.scan(bytes('d\r\nx\ny'), () => {})).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 10 }),
    )
  })

  it('loses only the current line if a visitor throws', () => {
    const decoder = textLines().decoder()
    expect(() =>
      decoder.scan(bytes('a\nb\nc\nd'), () => {
        throw new Error('enough')
      }),
    ).toThrow('enough')
    expect([...decoder.decode(bytes('e\nf'))]).toEqual(['b', 'c', 'de'])
    expect(decoder.end()).toEqual(['f'])
  })

  it('decodes the lines after a visitor that threw, whatever was searched meanwhile', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `é${index}`)
    const decoder = textLines().decoder()
    // Leaving the loop makes the decoder copy the bytes, so that the batch stays where it is.
    for (const _line of decoder.decode(bytes(`first\n${lines.join('\n')}\n`))) break
    expect(() =>
      decoder.scan(new Uint8Array(), () => {
        throw new Error('enough')
      }),
    ).toThrow('enough')
    expect([
      ...textLines()
        .decoder()
        .decode(bytes('ascii\n'.repeat(100))),
    ]).toHaveLength(100)
    expect([...decoder.decode(new Uint8Array())]).toEqual(lines.slice(1))
  })

  it('decodes lines longer and shorter than a block', () => {
    const long = 'é'.repeat(100_000)
    const text = `first\n${'short\r\n'.repeat(30_000)}${long}\n${'x\n'.repeat(70_000)}${long}`
    for (const size of [1000, 65_536, 1_000_000]) {
      const all = bytes(text)
      const sizes = Array<number>(Math.floor(all.length / size)).fill(size)
      const { frames } = outcomeOf(textLines(), cut(all, sizes))
      expect(frames).toEqual(text.split(/\r?\n/))
    }
  })

  it('decodes long lines, with and without characters beyond ASCII, whatever the chunks', () => {
    const lines = ['a'.repeat(2000), `${'b'.repeat(900)}é`, '\u2028'.repeat(700), '', 'x', `é${'c'.repeat(5000)}`]
    const all = bytes(Array.from({ length: 20 }, () => lines.join('\r\n')).join('\n'))
    for (const size of [700, 20_000, 1_000_000]) {
      const { frames } = outcomeOf(textLines(), cut(all, Array<number>(Math.floor(all.length / size)).fill(size)))
      expect(frames).toEqual(Array.from({ length: 20 }, () => lines).flat())
    }
  })

  it('keeps the error, its offset and the bytes from the faulty line on', () => {
    const decoder = textLines().decoder()
    const chunk = new Uint8Array([...bytes('one\ntwo\n'), 0xff, ...bytes('\nfour\n')])
    const seen: string[] = []
    const read = (): void => {
      for (const line of decoder.decode(chunk)) seen.push(line)
    }
    expect(read).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_CORRUPT',
        message: 'textLines: line 3 is not UTF-8',
        offset: 8,
        cause: expect.any(TypeError),
      }),
    )
    expect(seen).toEqual(['one', 'two'])
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 8 }))
    expect(() => decoder.end()).toThrow(expect.objectContaining({ offset: 8 }))
    expect([...decoder.takeRemaining()]).toEqual([0xff, ...bytes('\nfour\n')])
    decoder.reset()
    expect([...decoder.decode(bytes('five\n'))]).toEqual(['five'])
    expect(decoder.end()).toEqual([])
    expect(() => decoder.decode(bytes('six\n'))).toThrow('textLines: no input is taken after end()')
  })

  it('reports a last line cut inside a character as corrupt, with the lines before it in the error', () => {
    const decoder = textLines().decoder()
    expect(decoder.decode(new Uint8Array([...bytes('a\nb\n'), 0xc3])).next()).toEqual({ value: 'a', done: false })
    expect(() => decoder.end()).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 4, frames: ['b'] }),
    )
  })

  it('encodes exactly the strings that come back as themselves', () => {
    const codec = textLines()
    expect(Buffer.from(codec.encode('é😀')).toString()).toBe('é😀\n')
    expect(codec.encodeParts('ab').map((part) => part.length)).toEqual([2, 1])
    for (const line of ['a\nb', 'a\r']) {
      expect(() => codec.encode(line)).toThrow(
        expect.objectContaining({
          code: 'ERR_FRAME_NOT_ENCODABLE',
          message: 'textLines: the line holds an ending, or would be part of one',
        }),
      )
    }
    for (const [line, problem, cause] of [
      ['\uD800', 'has no form in UTF-8', 'text must not hold a lone surrogate'],
      ['x\uDC00y', 'has no form in UTF-8', 'text must not hold a lone surrogate'],
      [7, 'must be a string, received a number', 'text must be a string, received a number'],
    ]) {
      expect(() => codec.encode(line as string)).toThrow(
        expect.objectContaining({
          code: 'ERR_FRAME_NOT_ENCODABLE',
          message: `textLines: the line ${problem}`,
          cause: new TypeError(cause as string),
        }),
      )
    }
    expect(() => textLines({ dropBom: true }).encode('\uFEFFa')).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message: 'textLines: a leading byte order mark would be dropped',
      }),
    )
    expect(() => textLines({ maxFrameLength: 3 }).encode('éé')).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }),
    )
  })

  it('keeps the endings if asked, and then encodes lines that have one', () => {
    const codec = textLines({ stripDelimiter: false })
    const stream = bytes('é\na\r\n'.repeat(200))
    expect(outcomeOf(codec, [stream]).frames).toEqual(Array.from({ length: 200 }, () => ['é\n', 'a\r\n']).flat())
    expect(Buffer.from(codec.encode('a\r\n')).toString()).toBe('a\r\n')
    expect(() => codec.encode('a')).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message: 'textLines: the frame does not end with its first delimiter',
      }),
    )
  })

  it('drops exactly the malformed lines if asked, and reports each', () => {
    const stream = new Uint8Array([...bytes('a\n'), 0xff, 10, ...bytes('b\n')])
    for (const times of [1, 100]) {
      const all = new Uint8Array(Array.from({ length: times }, () => [...stream]).flat())
      const { frames, skipped, error } = outcomeOf(textLines({ corrupt: 'skip' }), [all])
      expect(frames).toEqual(Array.from({ length: times }, () => ['a', 'b']).flat())
      expect(skipped.slice(0, 1)).toEqual([{ offset: 2, length: 2, reason: 'corrupt' }])
      expect([skipped.length, error]).toEqual([times, undefined])
    }
  })

  it('composes with a serialiser', () => {
    const numbers = mapCodec(textLines(), {
      decode: (line) => Number(line),
      encode: (value: number) => String(value),
    })
    expect(outcomeOf(numbers, [bytes('1\n2'), bytes('3\n')]).frames).toEqual([1, 23])
    expect(Buffer.from(numbers.encode(5)).toString()).toBe('5\n')
  })

  it.each([
    [{ malformed: 'drop' }, RangeError, 'malformed must be "error" or "replace", received "drop"'],
    [{ corrupt: 'drop' }, RangeError, 'corrupt must be "error" or "skip", received "drop"'],
    [{ encoding: 'latin1' }, TypeError, 'textLines has no option "encoding"'],
    [{ encode: () => new Uint8Array() }, TypeError, 'decode must be a function where encode is given'],
    [
      { decode: String, malformed: 'replace' },
      TypeError,
      'malformed applies to UTF-8: give it or decode, received both',
    ],
    ['\t', TypeError, 'textLines takes an object of options'],
    [{ dropBom: 'yes' }, TypeError, 'dropBom must be true or false, received "yes"'],
  ])('refuses wrong options when the codec is made: %j', (options, kind, message) => {
    expect(() => textLines(options as never)).toThrow(kind)
    expect(() => textLines(options as never)).toThrow(message)
  })

  it('refuses invalid arguments of a decoder at the call', () => {
    expect(() =>
      textLines()
        .decoder()
        .decode('a\n' as never),
    ).toThrow('chunk must be a Uint8Array, received a string')
    expect(() => textLines().decoder({ onSkip: 1 as never })).toThrow('onSkip must be a function, received 1')
  })
})
