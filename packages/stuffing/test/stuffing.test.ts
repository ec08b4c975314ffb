// Properties that all stuffed framings share.

import type { FrameCodec } from '@unstick/core'
import { chunkings, oracles, type Outcome } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cobs, dotStuffed, hdlc, slip } from '../src/index.ts'
import { byteByByte, decode, hex } from './outcomes.ts'

type Make = (options: {
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
  corrupt?: 'error' | 'skip'
}) => FrameCodec

interface Framing {
  name: string
  make: Make
  oracle: (rules: object) => (stream: Uint8Array) => Outcome
  /** Bytes with a meaning. */
  bytes: number[]
  /** Content that can be stuffed. */
  content: string
  /** Flags that `encode` writes before a frame. */
  lead: number
}

const framings: Framing[] = [
  {
    name: 'slip',
    make: slip,
    oracle: oracles.slip,
    bytes: [0xc0, 0xdb, 0xdc, 0xdd],
    content: '01c0dbdcdd02',
    lead: 1,
  },
  {
    name: 'hdlc',
    make: hdlc,
    oracle: oracles.hdlc,
    bytes: [0x7e, 0x7d, 0x5e],
    content: '017e7d115e02',
    lead: 1,
  },
  {
    name: 'cobs',
    make: cobs,
    oracle: oracles.cobs,
    bytes: [0, 1, 2, 3, 255],
    content: '01000002ff00',
    lead: 0,
  },
  {
    name: 'dotStuffed',
    make: ({ corrupt: _corrupt, ...options }) => dotStuffed(options),
    oracle: oracles.dotStuffed,
    bytes: [0x2e, 13, 10],
    content: '2e0d0a2e2e0d0a610d0a',
    lead: 0,
  },
]

describe.each(framings)('$name', ({ name, make, oracle, bytes, content, lead }) => {
  const frame = Buffer.from(content, 'hex')

  it('gives frames, skips with their reasons and the error of a naive oracle, for every cut', () => {
    const options = fc.record({
      maxFrameLength: fc.integer({ min: 1, max: 8 }),
      oversize: fc.constantFrom('error' as const, 'skip' as const),
      corrupt: fc.constantFrom('error' as const, 'skip' as const),
    })
    const stream = fc
      .array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...bytes) }, fc.constant(97)), {
        maxLength: 40,
        size: 'max',
      })
      .map((all) => Uint8Array.from(all))
    fc.assert(
      fc.property(
        options,
        stream.chain((whole) => fc.tuple(fc.constant(whole), chunkings(whole))),
        (given, [whole, chunks]) => {
          const expected = oracle(given)(whole)
          const seen = decode(make(given), chunks)
          expect(seen.frames).toEqual(expected.frames.map((each) => hex(each as Uint8Array)))
          expect(seen.skipped).toEqual(expected.skipped)
          expect(seen.error && { code: seen.error.code, offset: seen.error.offset }).toEqual(expected.error)
          expect(seen).toEqual(decode(make(given), [whole]))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('reports a stream that ends inside a frame as truncated, at the first byte of its content', () => {
    const codec = make({})
    const encoded = codec.encode(frame)
    const stream = Buffer.concat([encoded, encoded])
    for (let cut = encoded.length + lead + 1; cut < stream.length; cut++) {
      for (const chunks of [[stream.subarray(0, cut)], byteByByte(stream.subarray(0, cut))]) {
        expect(decode(codec, chunks)).toEqual({
          frames: [content],
          skipped: [],
          error: { code: 'ERR_FRAME_TRUNCATED', offset: encoded.length + lead, frameLength: undefined },
        })
      }
    }
    expect(decode(codec, [stream.subarray(0, encoded.length + lead)])).toEqual({ frames: [content], skipped: [] })
  })

  it('gives a frame out with its last byte', () => {
    const decoder = make({}).decoder()
    const encoded = make({}).encode(frame)
    const given = byteByByte(encoded).map((byte) => [...decoder.decode(byte)].length)
    expect(given).toEqual([...new Array<number>(encoded.length - 1).fill(0), 1])
  })

  it('gives frames that own their bytes, of the class of the chunks', () => {
    const encoded = make({}).encode(frame)
    for (const chunk of [Buffer.from(encoded), new Uint8Array(encoded)]) {
      const [first] = [...make({}).decoder().decode(chunk)]
      chunk.fill(0)
      expect(hex(first!)).toBe(content)
      expect(Object.getPrototypeOf(first)).toBe(Object.getPrototypeOf(chunk))
      expect(first!.buffer.byteLength).toBe(first!.length)
    }
  })

  it('gives the raw slice to scan', () => {
    const codec = make({})
    const encoded = codec.encode(frame)
    const slices: string[] = []
    const decoder = codec.decoder()
    decoder.scan(encoded, (memory, start, end) => slices.push(hex(memory.subarray(start, end))))
    expect(slices).toHaveLength(1)
    expect(hex(encoded)).toContain(slices[0])
    expect(slices[0]!.length).toBeGreaterThan(content.length)
  })

  it('limits the content, exactly, in both directions', () => {
    const exact = make({ maxFrameLength: frame.length })
    const encoded = exact.encode(frame)
    expect(decode(exact, byteByByte(encoded)).frames).toEqual([content])
    const short = make({ maxFrameLength: frame.length - 1 })
    const tooLong = { code: 'ERR_FRAME_TOO_LONG', maxFrameLength: frame.length - 1 }
    expect(() => short.encode(frame)).toThrow(expect.objectContaining({ ...tooLong, frameLength: frame.length }))
    expect(() => [...short.decoder().decode(encoded)]).toThrow(expect.objectContaining({ ...tooLong, offset: lead }))
  })

  it('drops exactly a frame over the limit if asked', () => {
    const codec = make({ maxFrameLength: frame.length, oversize: 'skip' })
    const long = make({}).encode(Buffer.concat([frame, frame]))
    const good = codec.encode(frame)
    const stream = Buffer.concat([good, long, long, good])
    const seen = {
      frames: [content, content],
      skipped: [0, 1].map((index) => ({
        offset: good.length + index * long.length + lead,
        length: long.length - lead,
        reason: 'too-long',
      })),
    }
    expect(decode(codec, [stream])).toEqual(seen)
    expect(decode(codec, byteByByte(stream))).toEqual(seen)
  })

  it('accepts any limit that is an integer of at least 1', () => {
    const roomy = make({ maxFrameLength: Number.MAX_SAFE_INTEGER })
    expect(decode(roomy, [roomy.encode(frame)]).frames).toEqual([content])
    expect(roomy.maxFrameLength).toBe(Number.MAX_SAFE_INTEGER)
    expect(make({}).maxFrameLength).toBe(8 * 1024 * 1024)
  })

  it('refuses to encode content that was transferred, which would look empty', () => {
    const lost = Uint8Array.of(1, 2, 3)
    structuredClone(lost, { transfer: [lost.buffer] })
    expect(() => make({}).encode(lost)).toThrow(`${name}: a frame was transferred`)
  })

  it('refuses to encode anything but bytes, without quoting it', () => {
    for (const value of ['secret', [1], null, undefined, 7]) {
      expect(() => make({}).encode(value as never)).toThrow(TypeError)
      expect(() => make({}).encode(value as never)).toThrow(`${name}: a frame must be a Uint8Array, received `)
      expect(() => make({}).encode(value as never)).not.toThrow('secret')
    }
  })

  it.each([
    [null, TypeError, `${name} takes an object of options, received null`],
    [{ maxFrameLength: 0 }, RangeError, 'maxFrameLength must be an integer of at least 1, received 0'],
    [{ maxFramelength: 1 }, TypeError, 'did you mean maxFrameLength?'],
    [{ oversize: 'drop' }, RangeError, 'oversize must be "error" or "skip", received "drop"'],
  ])('refuses options that are not valid, by name: %j', (options, kind, message) => {
    const codecs: Record<string, (given: never) => FrameCodec> = { slip, hdlc, cobs, dotStuffed }
    expect(() => codecs[name]!(options as never)).toThrow(kind)
    expect(() => codecs[name]!(options as never)).toThrow(message)
  })
})

it.each([slip, hdlc, cobs])('%o accepts only error and skip for corrupt', (make) => {
  expect(() => make({ corrupt: 'resync' as never })).toThrow('corrupt must be "error" or "skip", received "resync"')
})
