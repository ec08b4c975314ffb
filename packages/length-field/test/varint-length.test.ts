import { isFrameError } from '@unstick/core'
import { chunkings, oracles, outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readVarint, varintLength, varintSize, type VarintEncoding } from '../src/index.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

const encodings: VarintEncoding[] = ['leb128', 'quic', 'vlq', 'compactSize', 'ber']

const layouts = fc
  .record({
    encoding: fc.constantFrom(...encodings),
    lengthFieldOffset: fc.nat(3),
    maxBytes: fc.integer({ min: 1, max: 9 }),
    minimal: fc.boolean(),
    room: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(1000)),
    oversize: fc.constantFrom('error' as const, 'skip' as const),
  })
  .map(({ room, ...layout }) => ({ ...layout, maxFrameLength: layout.lengthFieldOffset + room }))
const streams = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.nat(6) },
      fc.constantFrom(0x40, 0x80, 0x81, 0x82, 0xc0, 0xfd, 0xff),
      fc.nat(255),
    ),
    {
      maxLength: 80,
      size: 'max',
    },
  )
  .map((bytes) => u8(...bytes))
const cutStreams = streams.chain((stream) => fc.tuple(fc.constant(stream), chunkings(stream)))
const paths = fc.constantFrom('decode' as const, 'scan' as const)

describe('varintLength', () => {
  it('gives the frames, skips, error and offset of the oracle, whatever the chunks', () => {
    fc.assert(
      fc.property(layouts, cutStreams, paths, (layout, [stream, chunks], path) => {
        const expected = oracles.varintLength(layout)(stream)
        expect(outcomeOf(varintLength(layout), chunks, path)).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [300, [0xac, 0x02]],
    [16383, [0xff, 0x7f]],
    [16384, [0x80, 0x80, 0x01]],
    [2097152, [0x80, 0x80, 0x80, 0x01]],
  ])('writes the length %i in the fewest bytes, and reads it again', (length, header) => {
    const payload = new Uint8Array(length).fill(7)
    const codec = varintLength({ minimal: true })
    const encoded = codec.encode(payload)
    expect([...encoded.subarray(0, header.length)]).toEqual(header)
    expect(encoded).toHaveLength(header.length + length)
    const [frame] = [...codec.decoder().decode(encoded)]
    expect(Buffer.compare(frame!, payload)).toBe(0)
    expect(codec.encodeParts(payload)[1]).toBe(payload)
  })

  it('refuses a varint of too many bytes at the last byte allowed, not after it', () => {
    const decoder = varintLength({ maxBytes: 3 }).decoder()
    expect([...decoder.decode(u8(0x80, 0x80))]).toEqual([])
    expect(() => [...decoder.decode(u8(0x80))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 }),
    )
  })

  it('accepts an overlong varint unless minimal is set', () => {
    const stream = u8(0x82, 0x80, 0x00, 5, 6)
    expect([...varintLength().decoder().decode(stream)]).toEqual([u8(5, 6)])
    expect(() => [...varintLength({ minimal: true }).decoder().decode(stream)]).toThrow('must have its shortest form')
  })

  it('keeps the header of frames with a byte before the varint, as in MQTT', () => {
    const codec = varintLength({ lengthFieldOffset: 1, maxBytes: 4 })
    const publish = u8(0x30, 3, 1, 2, 3)
    expect([...codec.decoder().decode(u8(...publish, 0xc0, 0))]).toEqual([publish, u8(0xc0, 0)])
    expect(codec.encodeParts(publish)).toEqual([publish])
  })

  it('accepts any varint as a placeholder when encoding, and writes the right one', () => {
    const codec = varintLength({ lengthFieldOffset: 1, maxBytes: 4 })
    for (const wrong of [u8(0x30, 0, 1, 2, 3), u8(0x30, 4, 1, 2, 3), u8(0x30, 0x80, 0x80, 0x80, 0x80, 1, 1, 2, 3)]) {
      const before = [...wrong]
      expect(codec.encode(wrong)).toEqual(u8(0x30, 3, 1, 2, 3))
      expect([...wrong]).toEqual(before)
      expect(codec.encodeParts(wrong)[1]!.buffer).toBe(wrong.buffer)
    }
    const long = codec.encode(u8(0x30, 0, ...new Uint8Array(321)))
    // The example of MQTT 3.1.1, section 2.2.3.
    expect([...long.subarray(0, 3)]).toEqual([0x30, 0xc1, 0x02])
    expect(long).toHaveLength(3 + 321)
    for (const none of [u8(), u8(0x30), u8(0x30, 0x80), u8(0x30, ...new Uint8Array(9).fill(0x80), 1)]) {
      expect(() => codec.encode(none)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
    }
  })

  it('keeps the size of a correct varint, unless the decoder would refuse it', () => {
    const overlong = u8(0x30, 0x82, 0x80, 0, 7, 8)
    expect(varintLength({ lengthFieldOffset: 1 }).encode(overlong)).toEqual(overlong)
    for (const refusing of [{ minimal: true }, { maxBytes: 2 }]) {
      expect(varintLength({ lengthFieldOffset: 1, ...refusing }).encode(overlong)).toEqual(u8(0x30, 2, 7, 8))
    }
    expect(() => varintLength({ lengthFieldOffset: 1, maxFrameLength: 5 }).encode(overlong)).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', frameLength: 6, maxFrameLength: 5 }),
    )
  })

  it('encodes nothing that its decoder would refuse', () => {
    expect(() => varintLength({ maxBytes: 1 }).encode(new Uint8Array(128))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }),
    )
    fc.assert(
      fc.property(layouts, fc.uint8Array({ maxLength: 30, size: 'max' }), (layout, frame) => {
        const codec = varintLength(layout)
        let encoded: Uint8Array
        try {
          encoded = codec.encode(frame)
        } catch (error) {
          if (!isFrameError(error)) throw error
          return
        }
        const came = layout.lengthFieldOffset > 0 ? encoded : frame
        expect(outcomeOf(codec, [encoded])).toEqual({ frames: [came], skipped: [] })
      }),
    )
  })

  it.each([
    [{ maxBytes: 10 }, RangeError, 'maxBytes must be an integer from 1 to 9, received 10'],
    [{ encoding: 'utf8' }, RangeError, 'encoding must be "leb128" or "quic" or "vlq"'],
    [{ encodng: 'quic' }, TypeError, 'varintLength has no option "encodng": did you mean encoding?'],
    [{ lengthFieldOffset: -1 }, RangeError, 'lengthFieldOffset must be an integer of at least 0, received -1'],
    [{ lengthFieldOffset: 4, maxFrameLength: 4 }, RangeError, 'maxFrameLength must be an integer of at least 5'],
    [{ minimal: 'yes' }, TypeError, 'minimal must be true or false, received "yes"'],
    [{ oversize: 'drop' }, RangeError, 'oversize must be "error" or "skip", received "drop"'],
  ])('misuse is reported when the codec is made: %j', (options, kind, message) => {
    expect(() => varintLength(options as never)).toThrow(kind)
    expect(() => varintLength(options as never)).toThrow(message)
  })
})

describe('published varints', () => {
  const published: [source: string, encoding: VarintEncoding, vectors: [number, string][]][] = [
    [
      'RFC 9000, appendix A.1',
      'quic',
      [
        [494878333, '9d7f3e7d'],
        [15293, '7bbd'],
        [37, '25'],
      ],
    ],
    [
      'Standard MIDI Files 1.0, variable-length quantities',
      'vlq',
      [
        [0, '00'],
        [0x40, '40'],
        [0x7f, '7f'],
        [0x80, '8100'],
        [0x2000, 'c000'],
        [0x3fff, 'ff7f'],
        [0x4000, '818000'],
        [0x100000, 'c08000'],
        [0x1fffff, 'ffff7f'],
        [0x200000, '81808000'],
        [0x8000000, 'c0808000'],
        [0xfffffff, 'ffffff7f'],
      ],
    ],
    [
      'Bitcoin developer reference, compactSize unsigned integers',
      'compactSize',
      [
        [252, 'fc'],
        [253, 'fdfd00'],
        [515, 'fd0302'],
        [0xffff, 'fdffff'],
        [0x10000, 'fe00000100'],
        [0xffffffff, 'feffffffff'],
        [0x100000000, 'ff0000000001000000'],
      ],
    ],
    [
      'X.690, section 8.1.3',
      'ber',
      [
        [38, '26'],
        [201, '81c9'],
      ],
    ],
    [
      'Protocol Buffers, encoding: base 128 varints',
      'leb128',
      [
        [1, '01'],
        [150, '9601'],
        [300, 'ac02'],
      ],
    ],
    [
      'DWARF 5, appendix C: unsigned LEB128',
      'leb128',
      [
        [2, '02'],
        [127, '7f'],
        [128, '8001'],
        [129, '8101'],
        [12857, 'b964'],
      ],
    ],
  ]

  it.each(published)('%s', (_source, encoding, vectors) => {
    const codec = varintLength({ encoding, lengthFieldOffset: 1, maxFrameLength: Number.MAX_SAFE_INTEGER })
    for (const [value, digits] of vectors) {
      const varint = new Uint8Array(Buffer.from(digits, 'hex'))
      expect(readVarint(varint, 0, encoding)).toBe(value)
      expect(varintSize(value, encoding)).toBe(varint.length)
      if (value > 1e6) continue
      const [header] = codec.encodeParts(u8(9, 0, ...new Uint8Array(value)))
      expect(Buffer.from(header!.subarray(1, 1 + varint.length)).toString('hex')).toBe(digits)
    }
  })

  it('RFC 9000, appendix A.1: a longer form of the same value, and a value beyond 2^53-1', () => {
    expect(readVarint(u8(0x40, 0x25), 0, 'quic')).toBe(37)
    const beyond = new Uint8Array(Buffer.from('c2197c5eff14e88c', 'hex'))
    expect(() => readVarint(beyond, 0, 'quic')).toThrow(expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID' }))
  })
})

describe('readVarint and varintSize', () => {
  it.each<[VarintEncoding, [bound: number, size: number][], last: number]>([
    ['leb128', [1, 2, 3, 4, 5, 6, 7].map((size) => [2 ** (7 * size), size]), 8],
    ['vlq', [1, 2, 3, 4, 5, 6, 7].map((size) => [2 ** (7 * size), size]), 8],
    [
      'quic',
      [
        [2 ** 6, 1],
        [2 ** 14, 2],
        [2 ** 30, 4],
      ],
      8,
    ],
    [
      'compactSize',
      [
        [253, 1],
        [2 ** 16, 3],
        [2 ** 32, 5],
      ],
      9,
    ],
    [
      'ber',
      [
        [128, 1],
        [2 ** 8, 2],
        [2 ** 16, 3],
        [2 ** 24, 4],
        [2 ** 32, 5],
        [2 ** 40, 6],
        [2 ** 48, 7],
      ],
      8,
    ],
  ])('%s: every form ends with the largest value that fits into it', (encoding, forms, last) => {
    for (const [index, [bound, size]] of forms.entries()) {
      expect(varintSize(bound - 1, encoding)).toBe(size)
      expect(varintSize(bound, encoding)).toBe(forms[index + 1]?.[1] ?? last)
    }
  })

  it('agree with the codec for every value and encoding', () => {
    const values = fc.oneof(fc.nat(300), fc.nat(1 << 17))
    fc.assert(
      fc.property(fc.constantFrom(...encodings), values, fc.nat(3), (encoding, value, offset) => {
        const frame = varintLength({ encoding, lengthFieldOffset: offset + 1 }).encode(
          new Uint8Array(offset + 2 + value),
        )
        expect(readVarint(frame, offset + 1, encoding)).toBe(value)
        expect(varintSize(value, encoding)).toBe(frame.length - value - offset - 1)
      }),
      { numRuns: 200 },
    )
  })

  it.each<[VarintEncoding, string, number]>([
    ['leb128', 'ffffffffffffff0f', 8],
    ['quic', 'c01fffffffffffff', 8],
    ['vlq', '8fffffffffffff7f', 8],
    ['compactSize', 'ffffffffffffff1f00', 9],
    ['ber', '871fffffffffffff', 8],
  ])('%s: 2^53-1 is the largest value', (encoding, digits, size) => {
    const largest = new Uint8Array(Buffer.from(digits, 'hex'))
    expect(readVarint(largest, 0, encoding)).toBe(Number.MAX_SAFE_INTEGER)
    expect(varintSize(Number.MAX_SAFE_INTEGER, encoding)).toBe(size)
  })

  it.each<[VarintEncoding, string, string]>([
    ['leb128', '', 'ERR_FRAME_TRUNCATED'],
    ['leb128', '80', 'ERR_FRAME_TRUNCATED'],
    ['leb128', '80808080808080808000', 'ERR_FRAME_LENGTH_INVALID'],
    ['leb128', '8080808080808010', 'ERR_FRAME_LENGTH_INVALID'],
    ['vlq', '9080808080808000', 'ERR_FRAME_LENGTH_INVALID'],
    ['quic', '40', 'ERR_FRAME_TRUNCATED'],
    ['quic', 'c020000000000000', 'ERR_FRAME_LENGTH_INVALID'],
    ['compactSize', 'fd00', 'ERR_FRAME_TRUNCATED'],
    ['compactSize', 'ff00000000000020ff', 'ERR_FRAME_LENGTH_INVALID'],
    ['ber', '80', 'ERR_FRAME_LENGTH_INVALID'],
    ['ber', '89', 'ERR_FRAME_LENGTH_INVALID'],
    ['ber', '82ff', 'ERR_FRAME_TRUNCATED'],
    ['ber', 'ff', 'ERR_FRAME_LENGTH_INVALID'],
  ])('%s: %s is %s', (encoding, digits, code) => {
    const bytes = new Uint8Array(Buffer.from(digits, 'hex'))
    expect(() => readVarint(bytes, 0, encoding)).toThrow(expect.objectContaining({ code }))
    expect(outcomeOf(varintLength({ encoding, maxBytes: 9 }), [bytes]).error?.code).toBe(
      digits === '' ? undefined : code,
    )
  })

  it('refuse misuse', () => {
    expect(() => readVarint(u8(1), -1)).toThrow('start must be an integer of at least 0, received -1')
    expect(() => readVarint(u8(1), 0, 'utf8' as never)).toThrow(RangeError)
    for (const value of [-1, 1.5, 2 ** 53, Number.NaN]) {
      expect(() => varintSize(value)).toThrow(RangeError)
      expect(() => varintSize(value)).toThrow('value must be an integer of at least 0, received ')
    }
    expect(() => readVarint(u8(0x80), 0)).toThrow('readVarint: the bytes end inside the varint')
    expect(() => readVarint(u8(0x80), 0, 'ber')).toThrow('readVarint: the length is of the indefinite form')
    expect(() => readVarint(new Uint8Array(10).fill(0x80), 0)).toThrow('readVarint: the varint has more than 9 bytes')
    expect(() => readVarint(new Uint8Array(8).fill(0xff), 0, 'quic')).toThrow(
      'readVarint: the length is not an integer from 0 to 2^53-1',
    )
    expect(() => varintSize(1, 'utf8' as never)).toThrow(RangeError)
  })
})
