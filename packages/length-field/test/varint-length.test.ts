import { isFrameError } from '@unstick/core'
import { chunkings, oracles, outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { varintLength } from '../src/index.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

const layouts = fc
  .record({
    lengthFieldOffset: fc.nat(3),
    maxBytes: fc.integer({ min: 1, max: 8 }),
    minimal: fc.boolean(),
    room: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(1000)),
    oversize: fc.constantFrom('error' as const, 'skip' as const),
  })
  .map(({ room, ...layout }) => ({ ...layout, maxFrameLength: layout.lengthFieldOffset + room }))
const streams = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.nat(6) }, fc.constantFrom(0x80, 0x81, 0xff), fc.nat(255)), {
    maxLength: 80,
  })
  .map((bytes) => u8(...bytes))
const cutStreams = streams.chain((stream) => fc.tuple(fc.constant(stream), chunkings(stream)))
const roads = fc.constantFrom('decode' as const, 'scan' as const)

describe('varintLength', () => {
  it('gives the frames, skips, error and offset that the rules give for the whole stream, whatever the chunks', () => {
    fc.assert(
      fc.property(layouts, cutStreams, roads, (layout, [stream, chunks], road) => {
        const expected = oracles.varintLength(layout)(stream)
        expect(outcomeOf(varintLength(layout), chunks, road)).toEqual(expected)
      }),
      { numRuns: 500 },
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

  it('refuses a varint of too many bytes at its last byte allowed, not after it', () => {
    const decoder = varintLength({ maxBytes: 3 }).decoder()
    expect([...decoder.decode(u8(0x80, 0x80))]).toEqual([])
    expect(() => [...decoder.decode(u8(0x80))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 }),
    )
  })

  it('takes an overlong varint unless told to refuse it', () => {
    const stream = u8(0x82, 0x80, 0x00, 5, 6)
    expect([...varintLength().decoder().decode(stream)]).toEqual([u8(5, 6)])
    expect(() => [...varintLength({ minimal: true }).decoder().decode(stream)]).toThrow('longer than it need be')
  })

  it('behind a type byte frames keep their header, as in MQTT, and only a right one is encoded', () => {
    const codec = varintLength({ lengthFieldOffset: 1, maxBytes: 4 })
    const publish = u8(0x30, 3, 1, 2, 3)
    expect([...codec.decoder().decode(u8(...publish, 0xc0, 0))]).toEqual([publish, u8(0xc0, 0)])
    expect(codec.encode(publish)).toEqual(publish)
    for (const wrong of [u8(), u8(0x30), u8(0x30, 2, 1, 2, 3), u8(0x30, 4, 1, 2, 3), u8(0x30, 128, 128, 128, 128, 1)]) {
      expect(() => codec.encode(wrong)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
    }
  })

  it('encodes nothing that its decoder would refuse', () => {
    expect(() => varintLength({ maxBytes: 1 }).encode(new Uint8Array(128))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }),
    )
    fc.assert(
      fc.property(layouts, fc.uint8Array({ maxLength: 30 }), (layout, frame) => {
        const codec = varintLength(layout)
        let encoded: Uint8Array
        try {
          encoded = codec.encode(frame)
        } catch (error) {
          if (!isFrameError(error)) throw error
          return
        }
        expect(outcomeOf(codec, [encoded])).toEqual({ frames: [frame], skipped: [] })
      }),
    )
  })

  it.each([
    [{ maxBytes: 9 }, RangeError, 'maxBytes must be an integer from 1 to 8, received 9'],
    [{ lengthFieldOffset: -1 }, RangeError, 'lengthFieldOffset must be an integer of at least 0, received -1'],
    [{ lengthFieldOffset: 4, maxFrameLength: 4 }, RangeError, 'maxFrameLength must be an integer of at least 5'],
    [{ minimal: 'yes' }, TypeError, 'minimal must be true or false, received "yes"'],
    [{ oversize: 'drop' }, RangeError, 'oversize must be "error" or "skip", received "drop"'],
  ])('misuse is told when the codec is made: %j', (options, kind, message) => {
    expect(() => varintLength(options as never)).toThrow(kind)
    expect(() => varintLength(options as never)).toThrow(message)
  })
})
