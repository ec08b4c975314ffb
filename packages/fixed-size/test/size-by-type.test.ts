import { runInNewContext } from 'node:vm'
import { chunkings, oracles, outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sizeByType } from '../src/index.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

const layouts = fc.nat(3).chain((typeOffset) =>
  fc.record({
    typeOffset: fc.constant(typeOffset),
    sizes: fc.dictionary(fc.constantFrom('0', '1', '2', '255'), fc.integer({ min: typeOffset + 1, max: 9 }), {
      minKeys: 1,
    }),
  }),
)
const streams = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 2, 255), fc.nat(255)), { maxLength: 60 })
  .map((bytes) => u8(...bytes))
const cutStreams = streams.chain((stream) => fc.tuple(fc.constant(stream), chunkings(stream)))

describe('sizeByType', () => {
  it('gives the records, error and offset of the oracle for every layout, stream and cut', () => {
    fc.assert(
      fc.property(layouts, cutStreams, (layout, [stream, chunks]) => {
        const expected = oracles.sizeByType(layout)(stream)
        expect(outcomeOf(sizeByType(layout), chunks)).toEqual(expected)
        expect(outcomeOf(sizeByType(layout), chunks, 'scan')).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('gives each record the size of its type, from an object or a Map', () => {
    for (const sizes of [
      { 1: 2, 2: 3 },
      new Map([
        [1, 2],
        [2, 3],
      ]),
    ]) {
      const codec = sizeByType({ sizes })
      expect([...codec.decoder().decode(u8(1, 9, 2, 8, 8, 1, 7))]).toEqual([u8(1, 9), u8(2, 8, 8), u8(1, 7)])
      expect(codec.maxFrameLength).toBe(3)
    }
  })

  it('refuses an unknown type as soon as it has arrived, after the good records', () => {
    const decoder = sizeByType({ typeOffset: 1, sizes: { 1: 3 } }).decoder()
    expect([...decoder.decode(u8(0, 1, 5, 0))]).toEqual([u8(0, 1, 5)])
    expect(() => [...decoder.decode(u8(2))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 3, message: 'sizeByType: an unknown type' }),
    )
  })

  it('reports an end inside a record as truncated, with its size once the type has arrived', () => {
    for (const [stream, frameLength] of [
      [u8(0), undefined],
      [u8(0, 1), 4],
    ] as const) {
      const decoder = sizeByType({ typeOffset: 1, sizes: { 1: 4 } }).decoder()
      Array.from(decoder.decode(stream))
      let error: unknown
      try {
        decoder.end()
      } catch (thrown) {
        error = thrown
      }
      expect(error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: 0 })
      expect((error as { frameLength?: number }).frameLength).toBe(frameLength)
    }
  })

  it('encodes a record as it is, and refuses an unknown type and any other size', () => {
    const codec = sizeByType({ typeOffset: 1, sizes: { 1: 3 } })
    const record = u8(9, 1, 8)
    expect(codec.encodeParts(record)).toEqual([record])
    for (const [wrong, message] of [
      [u8(), 'sizeByType: a record must have a known type, received 0 bytes'],
      [u8(9), 'sizeByType: a record must have a known type, received 1 bytes'],
      [u8(9, 2, 8), 'sizeByType: a record must have a known type, received 3 bytes'],
      [u8(9, 1), 'sizeByType: a record of its type must have 3 bytes, received 2 bytes'],
    ] as const) {
      expect(() => codec.encode(wrong)).toThrow(
        expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', message, frameLength: wrong.length }),
      )
    }
  })

  it('takes a Map of another realm', () => {
    const codec = sizeByType({ sizes: runInNewContext('new Map([[1, 2]])') as Map<number, number> })
    expect([...codec.decoder().decode(u8(1, 9))]).toEqual([u8(1, 9)])
  })

  it.each([
    [undefined, TypeError, 'sizes must map types to sizes, received undefined'],
    [{ sizes: null }, TypeError, 'sizes must have a value or be left out'],
    [{ sizes: [1, 2] }, TypeError, 'sizes must map types to sizes, received an instance of Array'],
    [{ sizes: {} }, RangeError, 'sizes must have at least 1 type, received none'],
    [{ sizes: { 256: 1 } }, RangeError, 'a type of sizes must be an integer from 0 to 255, received 256'],
    [{ sizes: { a: 1 } }, TypeError, 'a type of sizes must be an integer from 0 to 255, received "a"'],
    [{ sizes: { '': 1 } }, TypeError, 'a type of sizes must be an integer from 0 to 255, received ""'],
    [{ sizes: { 1: 1, '01': 2 } }, TypeError, 'a type of sizes must be an integer from 0 to 255, received "01"'],
    [{ sizes: new Map([['1', 1]]) }, TypeError, 'a type of sizes must be an integer from 0 to 255, received "1"'],
    [{ sizes: { 1: 0 } }, RangeError, 'sizes[1] must be an integer of at least 1, received 0'],
    [{ sizes: { 1: '2' } }, TypeError, 'sizes[1] must be an integer of at least 1, received "2"'],
    [{ typeOffset: 2, sizes: { 1: 2 } }, RangeError, 'sizes[1] must be an integer of at least 3, received 2'],
    [{ typeOffset: -1, sizes: { 1: 2 } }, RangeError, 'typeOffset must be an integer of at least 0, received -1'],
    [{ sizes: { 1: 2 }, typeOfset: 1 }, TypeError, 'sizeByType has no option "typeOfset": did you mean typeOffset?'],
  ])('misuse is reported when the codec is made: %#', (options, kind, message) => {
    expect(() => sizeByType(options as never)).toThrow(kind)
    expect(() => sizeByType(options as never)).toThrow(message)
  })
})
