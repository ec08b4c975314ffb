import { isFrameError } from '@unstick/core'
import { oracles } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markers } from '../src/index.ts'
import { cut, cuttings, inNumbers, outcomeOf, streams } from './outcomes.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))
const text = (content: unknown): string => Buffer.from(content as Uint8Array).toString('latin1')

const ALPHABET = [97, 98, 99]
const marker = fc
  .array(fc.constantFrom(...ALPHABET), { minLength: 1, maxLength: 4 })
  .map((list) => new Uint8Array(list))

const MLLP = { start: '\x0b', end: '\x1c\r' }

describe('markers', () => {
  it('gives the frames, skips, error and offset of a naive search, whatever the markers and the chunks', () => {
    fc.assert(
      fc.property(
        fc.record({
          start: marker,
          end: marker,
          outside: fc.constantFrom('error' as const, 'skip' as const),
          oversize: fc.constantFrom('error' as const, 'skip' as const),
          maxFrameLength: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(50)),
        }),
        fc.boolean(),
        streams([...ALPHABET, 120]),
        cuttings,
        fc.constantFrom('decode' as const, 'scan' as const),
        (options, isClean, random, sizes, method) => {
          const stream = isClean ? new Uint8Array([...options.start, ...random]) : random
          const expected = inNumbers(oracles.markers(options)(stream))
          expect(outcomeOf(markers(options), cut(stream, sizes), method)).toEqual(expected)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('encodes exactly the content that comes back as itself', () => {
    fc.assert(
      fc.property(marker, marker, streams([...ALPHABET, 120]), (start, end, random) => {
        const content = random.subarray(0, 6)
        const whole = new Uint8Array([...start, ...content, ...end])
        const { frames } = oracles.markers({ start, end })(whole)
        const comesBack = text(frames[0]) === text(content) && frames.length === 1
        try {
          expect([...markers({ start, end }).encode(content)]).toEqual([...whole])
          expect(comesBack).toBe(true)
        } catch (error) {
          if (!isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE')) throw error
          expect(comesBack).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('decodes MLLP messages, and gives a frame out with the last byte of its end marker', () => {
    const decoder = markers(MLLP).decoder()
    expect([...decoder.decode(bytes('\x0bMSH|^~\\&\r\x1c'))]).toEqual([])
    expect([...decoder.decode(bytes('\r'))].map(text)).toEqual(['MSH|^~\\&\r'])
    expect(text(markers(MLLP).encode(bytes('PID\r')))).toBe('\x0bPID\r\x1c\r')
  })

  it('accepts content that holds the start marker, and a part of the end marker', () => {
    expect(outcomeOf(markers(MLLP), [bytes('\x0ba\x0bb\x1cc\x1c\x1c\r')]).frames.map(text)).toEqual(['a\x0bb\x1cc\x1c'])
  })

  it('reports bytes outside frames as corrupt, or as a gap if they are to be skipped', () => {
    const stream = bytes('\x0ba\x1c\r\r\n\x0bb\x1c\rx')
    expect(outcomeOf(markers(MLLP), [stream])).toEqual({
      frames: [[97]],
      skipped: [],
      error: { code: 'ERR_FRAME_CORRUPT', offset: 4 },
    })
    expect(outcomeOf(markers({ ...MLLP, outside: 'skip' }), [stream])).toEqual({
      frames: [[97], [98]],
      skipped: [
        { offset: 4, length: 2, reason: 'garbage' },
        { offset: 10, length: 1, reason: 'garbage' },
      ],
    })
  })

  it.each(['\x0b', '\x0ba', '\x0ba\x1c'])('reports an end inside the frame %j as truncated', (stream) => {
    expect(outcomeOf(markers(MLLP), [bytes(stream)]).error).toEqual({ code: 'ERR_FRAME_TRUNCATED', offset: 0 })
  })

  it('reports an end inside a start marker as truncated, even if bytes outside are skipped', () => {
    const { error, skipped } = outcomeOf(markers({ start: '<<', end: '>', outside: 'skip' }), [bytes('x<')])
    expect(skipped).toEqual([{ offset: 0, length: 1, reason: 'garbage' }])
    expect(error).toEqual({ code: 'ERR_FRAME_TRUNCATED', offset: 1 })
  })

  it('limits the content, and includes the markers in the length of a skipped frame', () => {
    const codec = markers({ ...MLLP, maxFrameLength: 3, oversize: 'skip' })
    expect(outcomeOf(codec, [bytes('\x0babc\x1c\r\x0babcd\x1c\r\x0b\x1c\r')])).toEqual({
      frames: [[97, 98, 99], []],
      skipped: [{ offset: 6, length: 7, reason: 'too-long' }],
    })
    expect(() => codec.encode(bytes('abcd'))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', frameLength: 4, maxFrameLength: 3 }),
    )
  })

  it('states what is wrong', () => {
    expect(() => markers(MLLP).encode(bytes('a\x1c\rb'))).toThrow(
      'markers: the frame holds the end marker, or one arises across its end',
    )
    expect(() => [...markers(MLLP).decoder().decode(bytes('x'))]).toThrow(
      'markers: the frame does not begin with the start marker',
    )
  })

  it('gives each call of encodeParts new memory', () => {
    const codec = markers(MLLP)
    for (const part of codec.encodeParts(bytes('ab'))) part.fill(33)
    expect(text(codec.encode(bytes('c')))).toBe('\x0bc\x1c\r')
  })

  it.each([
    [undefined, TypeError, 'start must be a string or a Uint8Array of at least 1 byte, received undefined'],
    [{ start: 'a' }, TypeError, 'end must be a string or a Uint8Array of at least 1 byte, received undefined'],
    [{ start: 'a', end: '' }, RangeError, 'end must be a string or a Uint8Array of at least 1 byte, received 0 bytes'],
    [{ ...MLLP, outside: 'drop' }, RangeError, 'outside must be "error" or "skip", received "drop"'],
    [{ ...MLLP, maxFrameLength: 0 }, RangeError, 'maxFrameLength must be an integer of at least 1, received 0'],
    [{ ...MLLP, oversize: 'cut' }, RangeError, 'oversize must be "error" or "skip", received "cut"'],
    [{ ...MLLP, outsides: 'skip' }, TypeError, 'did you mean outside?'],
  ])('refuses wrong options when the codec is made: %j', (options, kind, message) => {
    expect(() => markers(options as never)).toThrow(kind)
    expect(() => markers(options as never)).toThrow(message)
  })
})
