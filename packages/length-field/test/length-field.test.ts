import { isFrameError } from '@unstick/core'
import { chunkings, oracles, outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lengthField } from '../src/index.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

const layouts = fc
  .record({
    lengthFieldOffset: fc.nat(3),
    lengthFieldLength: fc.integer({ min: 1, max: 8 }),
    byteOrder: fc.constantFrom('big' as const, 'little' as const),
    adjusted: fc.oneof(
      fc.record({ lengthAdjustment: fc.integer({ min: -6, max: 6 }) }),
      fc.record({ lengthIncludes: fc.constantFrom('payload' as const, 'lengthField' as const, 'frame' as const) }),
      fc.constant({}),
    ),
    strip: fc.option(fc.nat(8), { nil: undefined }),
    maxFrameLength: fc.integer({ min: 11, max: 30 }),
    minFrameLength: fc.option(fc.nat(11), { nil: undefined }),
    magic: fc.option(
      fc.record({
        bytes: fc.array(fc.constantFrom(0, 1, 0x80), { minLength: 1, maxLength: 3 }).map((bytes) => u8(...bytes)),
        offset: fc.nat(8),
      }),
      { nil: undefined, freq: 2 },
    ),
    oversize: fc.constantFrom('error' as const, 'skip' as const),
  })
  .map(({ adjusted, strip, magic, minFrameLength, ...layout }) => ({
    ...layout,
    ...adjusted,
    ...(strip === undefined ? {} : { initialBytesToStrip: strip }),
    ...(minFrameLength === undefined ? {} : { minFrameLength }),
    ...(magic === undefined ? {} : { magic }),
  }))
// Mostly small bytes, so that lengths are short enough for frames.
const streams = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.nat(14) }, fc.nat(255)), {
    maxLength: 90,
    size: 'max',
  })
  .map((bytes) => u8(...bytes))
const cutStreams = streams.chain((stream) => fc.tuple(fc.constant(stream), chunkings(stream)))

describe('lengthField', () => {
  it('gives the frames, errors, offsets and skips of the oracle for every layout, stream and cut', () => {
    fc.assert(
      fc.property(layouts, cutStreams, (layout, [stream, chunks]) => {
        const expected = oracles.lengthField(layout)(stream)
        expect(outcomeOf(lengthField(layout), chunks)).toEqual(expected)
        expect(outcomeOf(lengthField(layout), chunks, 'scan')).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  it('decodes what it encodes, or refuses to encode it', () => {
    let encoded = 0
    fc.assert(
      fc.property(layouts, fc.array(fc.uint8Array({ maxLength: 24, size: 'max' })), (layout, payloads) => {
        const codec = lengthField(layout)
        const sent: Uint8Array[] = []
        const stream: number[] = []
        for (const payload of payloads) {
          try {
            const bytes = codec.encode(payload)
            expect(codec.encodeParts(payload).flatMap((part) => [...part])).toEqual([...bytes])
            stream.push(...bytes)
            // A frame that keeps its header comes back with its length filled in.
            sent.push(layout.initialBytesToStrip === 0 || layout.lengthFieldOffset > 0 ? bytes : payload)
            encoded++
          } catch (error) {
            expect(isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE') || isFrameError(error, 'ERR_FRAME_TOO_LONG')).toBe(
              true,
            )
            expect(error).not.toHaveProperty('offset')
          }
        }
        expect(outcomeOf(codec, [u8(...stream)])).toEqual({ frames: sent, skipped: [] })
      }),
      { numRuns: 500 },
    )
    expect(encoded).toBeGreaterThan(10)
  })

  it('does not change the frame it encodes, nor copy the payload', () => {
    const frame = u8(7, 0, 0, 1, 2)
    const codec = lengthField({ lengthFieldOffset: 1, lengthFieldLength: 2 })
    expect([...codec.encode(frame)]).toEqual([7, 0, 2, 1, 2])
    expect([...frame]).toEqual([7, 0, 0, 1, 2])
    expect(codec.encodeParts(frame)[1]!.buffer).toBe(frame.buffer)
  })

  it.each([
    ['big', [0, 0x20, 0, 0, 0, 0, 0, 0], 'ERR_FRAME_LENGTH_INVALID'],
    ['big', [0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf7], 'ERR_FRAME_TOO_LONG'],
    ['big', [0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf8], 'ERR_FRAME_LENGTH_INVALID'],
    ['little', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 'ERR_FRAME_LENGTH_INVALID'],
  ] as const)(
    'a length beyond 2^53-1, before or after adjustment, is invalid, below it too long: %s %j',
    (byteOrder, bytes, code) => {
      const codec = lengthField({ lengthFieldLength: 8, byteOrder })
      expect(() => [...codec.decoder().decode(u8(...bytes))]).toThrow(expect.objectContaining({ code, offset: 0 }))
    },
  )

  it('reads a length with its highest bit set as positive', () => {
    expect(() => [
      ...lengthField()
        .decoder()
        .decode(u8(0xff, 0xff, 0xff, 0xff)),
    ]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', frameLength: 0xffffffff + 4, maxFrameLength: 8388608 }),
    )
  })

  it('accepts a frame of exactly maxFrameLength, and refuses one byte more, in both directions', () => {
    const codec = lengthField({ maxFrameLength: 10 })
    expect([...codec.decoder().decode(codec.encode(new Uint8Array(6)))]).toHaveLength(1)
    expect(() => codec.encode(new Uint8Array(7))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', frameLength: 11 }),
    )
    expect(() => [...codec.decoder().decode(u8(0, 0, 0, 7))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }),
    )
  })

  it('refuses to encode a payload whose length does not fit its field', () => {
    const codec = lengthField({ lengthFieldLength: 1 })
    expect(codec.encode(new Uint8Array(255))).toHaveLength(256)
    expect(() => codec.encode(new Uint8Array(256))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }),
    )
  })

  it('only decodes if it strips anything but the length field, and says so', () => {
    const codec = lengthField({ lengthFieldOffset: 1, initialBytesToStrip: 5 })
    expect(() => codec.encode(u8(1))).toThrow(/only decodes/)
  })

  it.each([
    [{ lengthFieldLength: 0 }, RangeError, 'lengthFieldLength must be an integer from 1 to 8, received 0'],
    [{ lengthFieldLength: 9 }, RangeError, 'lengthFieldLength'],
    [{ lengthFieldLength: 1.5 }, RangeError, 'lengthFieldLength'],
    [{ lengthFieldOffset: -1 }, RangeError, 'lengthFieldOffset must be an integer of at least 0, received -1'],
    [{ lengthFieldOffset: '1' }, TypeError, 'lengthFieldOffset must be an integer of at least 0, received "1"'],
    [{ byteOrder: 'middle' }, RangeError, 'byteOrder must be "big" or "little", received "middle"'],
    [{ lengthAdjustment: Number.NaN }, RangeError, 'lengthAdjustment must be an integer'],
    [
      { lengthIncludes: 'all' },
      RangeError,
      'lengthIncludes must be "payload" or "lengthField" or "frame", received "all"',
    ],
    [
      { lengthIncludes: 'frame', lengthAdjustment: 1 },
      TypeError,
      'lengthIncludes implies a lengthAdjustment: give one of them, received both',
    ],
    [
      { initialBytesToStrip: 11, maxFrameLength: 10 },
      RangeError,
      'initialBytesToStrip must be an integer from 0 to 10',
    ],
    [{ maxFrameLength: 3 }, RangeError, 'maxFrameLength must be an integer of at least 4, received 3'],
    [{ oversize: 'drop' }, RangeError, 'oversize must be "error" or "skip", received "drop"'],
    [{ readLength: 4 }, TypeError, 'readLength must be a function, received 4'],
    [{ writeLength: () => {} }, TypeError, 'writeLength needs a readLength that reads what it writes, received none'],
    [{ readLength: () => 1, writeLength: 4 }, TypeError, 'writeLength must be a function, received 4'],
    [{ minFrameLength: 11, maxFrameLength: 10 }, RangeError, 'minFrameLength must be an integer from 0 to 10'],
    [{ magic: 'x' }, TypeError, 'magic takes an object of options, received "x"'],
    [{ magic: {} }, TypeError, 'magic.bytes must be a string or a Uint8Array of at least 1 byte, received undefined'],
    [{ magic: { bytes: '' } }, RangeError, 'magic.bytes must be a string or a Uint8Array of at least 1 byte'],
    [{ magic: { bytes: 'a', mask: 1 } }, TypeError, 'magic.mask must be a string or a Uint8Array'],
    [
      { magic: { bytes: 'ab', mask: u8(1) } },
      RangeError,
      'magic.mask must have 2 bytes, as magic.bytes has, received 1',
    ],
    [{ magic: { bytes: 'ab', offset: -1 } }, RangeError, 'magic.offset must be an integer of at least 0, received -1'],
    [{ magic: { bytes: 'ab', at: 1 } }, TypeError, 'magic has no option "at"'],
    [
      { magic: { bytes: 'ab', offset: 3 }, maxFrameLength: 4 },
      RangeError,
      'maxFrameLength must be an integer of at least 5',
    ],
    [{ maxFrameLenght: 10 }, TypeError, 'lengthField has no option "maxFrameLenght": did you mean maxFrameLength?'],
    [4, TypeError, 'lengthField takes an object of options, received 4'],
  ])('misuse is reported when the codec is made: %j', (options, kind, message) => {
    expect(() => lengthField(options as never)).toThrow(kind)
    expect(() => lengthField(options as never)).toThrow(message)
  })
})
