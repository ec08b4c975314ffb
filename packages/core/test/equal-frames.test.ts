import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineCodec, mapCodec, type CodecDefinition, type FrameCodec, type FrameDecoder } from '../src/index.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

/** Frames of 3 bytes. */
function triples(overrides: Partial<CodecDefinition> = {}): FrameCodec {
  return defineCodec({ name: 'triples', maxFrameLength: 3, find: 3, encodeParts: (frame) => [frame], ...overrides })
}

/** The same by a finder. */
function foundTriples(overrides: Partial<CodecDefinition> = {}): FrameCodec {
  return triples({ find: (_bytes, start, _end, search) => (search.payloadEnd = start + 3), ...overrides })
}

function scanned(decoder: FrameDecoder<unknown>, chunks: readonly Uint8Array[]): number[][] {
  const frames: number[][] = []
  for (const chunk of chunks) {
    decoder.scan(chunk, (bytes, start, end) => frames.push([...bytes.subarray(start, end)]))
  }
  return frames
}

/** The result of a call: the error's code and details, or the frames. */
function outcomeOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return { ...(error as object) }
  }
}

describe('a codec whose find is a length', () => {
  const variants: Record<string, (codec: (overrides?: Partial<CodecDefinition>) => FrameCodec) => FrameCodec<unknown>> =
    {
      plain: (codec) => codec(),
      'with isFrame': (codec) =>
        codec({ isFrame: (bytes, start, _end, index) => bytes[start] !== 0 && index % 5 !== 4 }),
      'with a mapping': (codec) => mapCodec(codec(), { decode: (frame) => [...frame] }),
      "with atEnd: 'emit'": (codec) => codec({ atEnd: 'emit' }),
    }

  it.each(Object.entries(variants))(
    'gives the same frames as a finder that answers this length, for every stream: %s',
    (_, make) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 60, size: 'max', max: 3 }),
          fc.array(fc.nat(12), { maxLength: 20, size: 'max' }),
          (stream, cuts) => {
            const chunks: Uint8Array[] = []
            let at = 0
            for (const length of [...cuts, stream.length]) chunks.push(stream.slice(at, (at += length)))
            const [equal, found] = [make(triples).decoder(), make(foundTriples).decoder()]
            expect(scanned(equal, chunks)).toEqual(scanned(found, chunks))
            expect([equal.bufferedLength, equal.frameOffset]).toEqual([found.bufferedLength, found.frameOffset])
            expect(outcomeOf(() => equal.end())).toEqual(outcomeOf(() => found.end()))
            equal.reset()
            found.reset()
            for (const chunk of chunks) expect([...equal.decode(chunk)]).toEqual([...found.decode(chunk)])
            expect(outcomeOf(() => equal.end())).toEqual(outcomeOf(() => found.end()))
          },
        ),
      )
    },
  )

  it('scan continues after a frame whose visitor throws', () => {
    const decoder = triples().decoder()
    const chunk = u8(1, 1, 1, 2, 2, 2, 3, 3, 3)
    const seen: number[] = []
    const visit = (bytes: Uint8Array, start: number): void => {
      seen.push(bytes[start]!)
      if (seen.length === 2) throw new Error('mine')
    }
    expect(() => decoder.scan(chunk, visit)).toThrow('mine')
    decoder.scan(u8(4, 4, 4), visit)
    expect(seen).toEqual([1, 2, 3, 4])
  })

  it.each<[string, (decoder: FrameDecoder, chunk: Uint8Array) => unknown, number[]]>([
    ['resets the decoder', (decoder) => decoder.reset(), [1]],
    ['takes what remains', (decoder) => decoder.takeRemaining(), [1]],
    ['takes the next frame itself', (decoder) => decoder.decode(u8()).next(), [1, 3]],
    [
      'gives another chunk and takes a frame of it',
      (decoder) => {
        decoder.takeRemaining()
        return decoder.decode(u8(7, 7, 7, 8, 8, 8)).next()
      },
      [1, 8],
    ],
    [
      'resets the decoder and takes as many frames of another chunk',
      (decoder) => {
        decoder.reset()
        return decoder.decode(u8(7, 7, 7, 8, 8, 8, 9, 9, 9)).next()
      },
      [1, 8, 9],
    ],
    [
      'resets the decoder and gives it the same chunk again',
      (decoder, chunk) => {
        decoder.reset()
        decoder.decode(chunk)
      },
      [1, 1, 2, 3],
    ],
  ])('a visitor that %s decides what is visited next', (_, act, expected) => {
    // Of a codec that has no finder, and of one that has.
    for (const codec of [triples(), triples({ find: (_bytes, start) => start + 3 })]) {
      const decoder = codec.decoder()
      const seen: number[] = []
      const chunk = u8(1, 1, 1, 2, 2, 2, 3, 3, 3)
      decoder.scan(chunk, (bytes, start) => {
        seen.push(bytes[start]!)
        if (seen.length === 1) act(decoder, chunk)
      })
      expect(seen).toEqual(expected)
    }
  })

  it('scan continues with a chunk that a visitor decodes while a frame is incomplete', () => {
    for (const codec of [triples(), foundTriples()]) {
      const decoder = codec.decoder()
      const frames: number[][] = []
      decoder.scan(u8(1, 1, 1, 2, 2), (bytes, start, end) => {
        if (frames.push([...bytes.subarray(start, end)]) === 1) decoder.decode(u8(2, 3, 3, 3, 4, 4, 4))
      })
      expect(frames).toEqual([
        [1, 1, 1],
        [2, 2, 2],
        [3, 3, 3],
        [4, 4, 4],
      ])
    }
  })

  it('reports a chunk that a visitor transfers as an error', () => {
    const decoder = triples().decoder()
    let count = 0
    const visit = (bytes: Uint8Array): void => {
      count++
      structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })
    }
    expect(() => decoder.scan(u8(1, 1, 1, 2, 2, 2), visit)).toThrow(/^triples: the chunk was transferred/)
    expect(count).toBe(1)
  })

  it('counts scanned frames in the index of a mapping', () => {
    const indexed = mapCodec(triples(), { decode: (_frame, index) => index })
    const decoder = indexed.decoder()
    decoder.scan(new Uint8Array(9), () => {})
    expect([...decoder.decode(new Uint8Array(6))]).toEqual([3, 4])
  })

  it.each([
    [0, RangeError, 'find must be an integer from 1 to 3, received 0'],
    [4, RangeError, /find must be .*3, received 4/],
    [1.5, RangeError, /find must be .*received 1.5/],
    [NaN, RangeError, /find must be .*received NaN/],
    ['3', TypeError, 'find must be a function or a length, received "3"'],
    [undefined, TypeError, 'find must be a function or a length, received undefined'],
  ])('refuses a length that no frame can have when the codec is made: %s', (find, kind, message) => {
    expect(() => triples({ find: find as number })).toThrow(kind)
    expect(() => triples({ find: find as number })).toThrow(message)
  })

  it('accepts the limit and the overhead together', () => {
    const codec = triples({ maxFrameLength: 2, overhead: 1 })
    expect(scanned(codec.decoder(), [u8(1, 2, 3)])).toEqual([[1, 2, 3]])
  })
})
