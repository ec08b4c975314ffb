import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  defineCodec,
  drop,
  FrameError,
  gap,
  mapCodec,
  NO_FRAME,
  type CodecDefinition,
  type FindMany,
  type FoundFrames,
  type FrameCodec,
  type FrameDecoder,
} from '../src/index.ts'
import { byteLength, cut, findByteLength, outcomeOf } from './oracle.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

const MAX = 20
const INVALID = 255

/** Frames of one length byte and a payload, as long as they are complete, within the limit and not corrupt. */
const findMany: FindMany = (bytes, start, end, { bounds }) => {
  let count = 0
  for (let at = start; at < end && 3 * count < bounds.length;) {
    const next = at + 1 + bytes[at]!
    if (bytes[at] === INVALID || next > end || next - at > MAX) break
    bounds.set([at + 1, next, next], 3 * count++)
    at = next
  }
  return count
}

const oneByOne = (overrides: Partial<CodecDefinition> = {}): FrameCodec =>
  byteLength({ maxFrameLength: MAX, ...overrides })
const atOnce = (overrides: Partial<CodecDefinition> = {}): FrameCodec => oneByOne({ findMany, ...overrides })

/** Long enough for many searches; some frames are too long or corrupt. */
const streams = fc
  .array(
    fc.oneof(
      { weight: 60, arbitrary: fc.uint8Array({ maxLength: MAX - 1 }).map((payload) => u8(payload.length, ...payload)) },
      { weight: 1, arbitrary: fc.constantFrom(u8(MAX, ...new Uint8Array(MAX)), u8(INVALID), u8(MAX - 1)) },
    ),
    { minLength: 20, maxLength: 150, size: 'max' },
  )
  .map((parts) => u8(...parts.flatMap((part) => [...part])))
const sizes = fc.array(fc.oneof(fc.nat(3), fc.integer({ min: 200, max: 900 })), { maxLength: 12, size: 'max' })

/** Payloads as hex, made for all frames of a batch at once, or one by one. */
const text = (payload: Uint8Array): string => Buffer.from(payload).toString('hex')
function hexes(overrides: Partial<CodecDefinition<string>> = {}): FrameCodec<string> {
  return defineCodec<string>({
    name: 'hexes',
    maxFrameLength: MAX,
    find: findByteLength,
    findMany,
    toFrame: text,
    toFrames: (bytes, { bounds }, count) =>
      Array.from({ length: count }, (_, index) => text(bytes.subarray(bounds[3 * index], bounds[3 * index + 1]))),
    ...overrides,
  })
}

/** A payload that does not occur in `pairs`. */
const BAD = 250

/** `count` frames of two bytes: 1, then the number of the frame modulo 200. */
const pairs = (count: number): Uint8Array => u8(...Array.from({ length: count }, (_, index) => [1, index % 200]).flat())

describe('finding many frames at once', () => {
  it('gives the same frames, skips, error and offset as finding one by one, however the stream is cut', () => {
    fc.assert(
      fc.property(streams, sizes, fc.constantFrom('error', 'skip'), (stream, cuts, oversize) => {
        const expected = outcomeOf(oneByOne({ oversize }), [stream])
        expect(outcomeOf(atOnce({ oversize }), cut(stream, cuts))).toEqual(expected)
        expect(outcomeOf(atOnce({ oversize }), cut(stream, cuts), 'scan')).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  it('loses nothing if loops are left early and chunks are overwritten', () => {
    fc.assert(
      fc.property(streams, sizes, fc.array(fc.nat(40), { minLength: 1 }), (stream, cuts, counts) => {
        const expected = outcomeOf(oneByOne({ oversize: 'skip' }), [stream])
        const decoder = atOnce({ oversize: 'skip' }).decoder()
        const frames: number[][] = []
        let turn = 0
        const takeSome = (chunk: Uint8Array): void => {
          let left = counts[turn++ % counts.length]!
          for (const frame of decoder.decode(chunk)) {
            frames.push([...frame])
            if (left-- === 0) break
          }
        }
        let error: unknown
        try {
          for (const chunk of cut(stream, cuts)) {
            takeSome(chunk)
            chunk.fill(INVALID)
          }
          frames.push(...decoder.end().map((frame) => [...frame]))
        } catch (thrown) {
          error = thrown
          for (const frame of (thrown as { frames?: Uint8Array[] }).frames ?? []) frames.push([...frame])
        }
        expect(frames).toEqual(expected.frames)
        expect((error as { offset?: number } | undefined)?.offset).toBe(expected.error?.offset)
      }),
      { numRuns: 200 },
    )
  })

  it('hands over exactly the bytes after the last frame taken', () => {
    fc.assert(
      fc.property(fc.integer({ min: 130, max: 700 }), fc.nat(129), (count, taken) => {
        const decoder = atOnce().decoder()
        const stream = pairs(count)
        const loop = decoder.decode(stream)
        for (let index = 0; index < taken; index++) loop.next()
        expect(decoder.bufferedLength).toBe(2 * (count - taken))
        expect(decoder.frameOffset).toBe(2 * taken)
        expect(decoder.takeRemaining()).toEqual(stream.subarray(2 * taken))
        expect(loop.next().done).toBe(true)
      }),
    )
  })

  it('lets a visitor throw, reset the decoder or take the remaining bytes in the middle of a batch', () => {
    const acts: ((decoder: FrameDecoder) => void)[] = [
      (decoder) => decoder.reset(),
      (decoder) => expect(decoder.takeRemaining()).toHaveLength(600 - 2 * 7),
    ]
    for (const act of acts) {
      const decoder = atOnce().decoder()
      let visits = 0
      decoder.scan(pairs(300), () => {
        if (++visits === 7) act(decoder)
      })
      expect(visits).toBe(7)
      expect([...decoder.decode(u8(1, 5))]).toEqual([u8(5)])
    }
    const decoder = atOnce().decoder()
    let visits = 0
    expect(() =>
      decoder.scan(pairs(300), () => {
        if (++visits === 7) throw new Error('mine')
      }),
    ).toThrow('mine')
    expect(Array.from(decoder.decode(u8()), ([byte]) => byte).slice(0, 2)).toEqual([7, 8])
  })

  it.each([
    ['many at once', () => atOnce()],
    ['one by one', () => oneByOne()],
  ])(
    '%s: a visitor may give a decoder that it resets a chunk, the same or another, whose frames then follow',
    (_what, codecOf) => {
      const chunk = pairs(300)
      const visits = (restart: (decoder: FrameDecoder) => void): number[] => {
        const seen: number[] = []
        const decoder = codecOf().decoder()
        decoder.scan(chunk, (bytes, start) => {
          if (seen.push(bytes[start]!) === 7) restart(decoder)
        })
        return seen
      }
      const first = [0, 1, 2, 3, 4, 5, 6]
      const again = visits((decoder) => {
        decoder.reset()
        decoder.decode(chunk)
      })
      expect(again).toEqual([...first, ...Array.from({ length: 300 }, (_, index) => index % 200)])
      // Take enough frames for its position to equal that of the first chunk.
      const another = visits((decoder) => {
        decoder.reset()
        const loop = decoder.decode(pairs(150).fill(1))
        for (let count = 0; count < 7; count++) loop.next()
      })
      expect(another).toEqual([...first, ...Array<number>(143).fill(1)])
    },
  )

  it.each([
    ['many at once', () => atOnce()],
    ['one by one', () => oneByOne()],
  ])(
    '%s: a visitor may reset a decoder, overwrite its chunk and decode that up to the same frame',
    (_what, codecOf) => {
      const longer = Array.from({ length: 200 }, (_, index) => [2, index, index]).flat()
      const overwritten = u8(...pairs(7), ...longer).subarray(0, 600)
      const codec = codecOf()
      const decoder = codec.decoder()
      const other = codec.decoder()
      const chunk = pairs(300)
      const seen: Uint8Array[] = []
      decoder.scan(chunk, (bytes, start, end) => {
        if (seen.push(bytes.slice(start, end)) !== 7) return
        decoder.reset()
        expect(other.decode(pairs(200)).next().value).toEqual(u8(0))
        chunk.set(overwritten)
        const loop = decoder.decode(chunk)
        for (let count = 0; count < 7; count++) expect(loop.next().value).toEqual(u8(count))
      })
      expect(seen.slice(7)).toEqual([...oneByOne().decoder().decode(overwritten)].slice(7))
      expect([...other.decode(u8())]).toEqual(Array.from({ length: 199 }, (_, index) => u8(index + 1)))
    },
  )

  it('lets onSkip take a frame of the chunk in which the next one was being found', () => {
    const codec = atOnce({
      find: (bytes, start, end, search) =>
        bytes[start] === 254 ? gap(search, start + 1) : findByteLength(bytes, start, end, search),
    })
    const taken: number[] = []
    const decoder = codec.decoder({ onSkip: () => taken.push((loop.next().value as Uint8Array)[0]!) })
    const loop: IterableIterator<Uint8Array> = decoder.decode(u8(254))
    expect([...loop]).toEqual([])
    for (const frame of decoder.decode(pairs(150))) taken.push(frame[0]!)
    expect(taken).toEqual(Array.from({ length: 150 }, (_, index) => index))
  })

  it('lets a visitor reset a decoder, overwrite its chunk and take the same number of frames, now found at once', () => {
    // Frames from the first payload 77 on are found one by one; 254 is garbage.
    const codec = atOnce({
      find: (bytes, start, end, search) =>
        bytes[start] === 254 ? gap(search, start + 1) : findByteLength(bytes, start, end, search),
      findMany: (bytes, start, end, found) => {
        const stop = bytes.subarray(start, end).indexOf(77)
        return findMany(bytes, start, stop < 0 ? end : start + stop - 1, found)
      },
    })
    const decoder = codec.decoder()
    const chunk = pairs(140).fill(77, 41, 42)
    chunk.set([1, 78], 2 * 77)
    chunk.set([254, 0], 2 * 100)
    const seen: (number | undefined)[] = []
    decoder.scan(chunk, (bytes, start, end) => {
      if (seen.push(bytes.slice(start, end)[0]) !== 30) return
      decoder.reset()
      chunk[41] = 20
      const loop = decoder.decode(chunk)
      for (let count = 0; count < 30; count++) loop.next()
    })
    const numbers = Array.from({ length: 140 }, (_, index) => (index === 100 ? undefined : index === 77 ? 78 : index))
    expect(seen).toEqual([...numbers.slice(0, 20), 77, ...numbers.slice(21, 30), ...numbers.slice(30)])
  })

  it('lets a visitor run another decoder of the same codec', () => {
    const codec = atOnce()
    const outer = codec.decoder()
    const seen: number[] = []
    outer.scan(pairs(150), (bytes, start) => {
      if (seen.length % 50 === 0) expect([...codec.decoder().decode(pairs(140))]).toHaveLength(140)
      seen.push(bytes[start]!)
    })
    expect(seen).toEqual(Array.from({ length: 150 }, (_, index) => index))
  })

  it('finds no frame inside a skipped one', () => {
    const chunks = [u8(MAX, 0), u8(...new Uint8Array(MAX - 1), ...pairs(300))]
    const outcome = outcomeOf(atOnce({ oversize: 'skip' }), chunks)
    expect(outcome.frames).toHaveLength(300)
    expect(outcome.skipped).toEqual([{ offset: 0, length: MAX + 1 }])
  })

  it('is called once for up to 1024 frames, instead of the other finder', () => {
    for (const method of ['decode', 'scan'] as const) {
      const asked: [number, room: number][] = []
      let others = 0
      const codec = atOnce({
        find: (...given) => {
          others++
          return findByteLength(...given)
        },
        findMany: (bytes, start, end, found) => {
          asked.push([start, found.bounds.length])
          return findMany(bytes, start, end, found)
        },
      })
      expect(outcomeOf(codec, [pairs(2048)], method).frames).toHaveLength(2048)
      expect(asked).toEqual([
        [0, 3 * 1024],
        [2048, 3 * 1024],
      ])
      expect(others).toBe(0)
    }
  })

  it('writes to the same memory for successive decoders', () => {
    const written = new Set<Int32Array>()
    const codec = oneByOne({
      findMany: (bytes, start, end, found) => {
        written.add(found.bounds)
        return findMany(bytes, start, end, found)
      },
    })
    for (let count = 0; count < 3; count++) {
      expect([...codec.decoder().decode(pairs(300))]).toHaveLength(300)
      expect([...codec.decoder().decode(pairs(3))]).toHaveLength(3)
    }
    expect(written.size).toBe(1)
  })

  it('is not called for chunks whose indexes are not 32-bit integers', () => {
    for (const [length, times] of [
      [2 ** 31 - 1, 1],
      [2 ** 31, 0],
    ] as const) {
      let asked = 0
      const decoder = oneByOne({ findMany: () => ((asked += 1), 0) }).decoder()
      decoder.decode(Object.defineProperty(u8(1, 5), 'length', { value: length })).next()
      expect(asked).toBe(times)
    }
  })

  it('is not called for few bytes, nor soon after it found nothing', () => {
    const asked: number[] = []
    const codec = oneByOne({
      findMany: (_bytes, start) => {
        asked.push(start)
        return 0
      },
    })
    expect([...codec.decoder().decode(pairs(127))]).toHaveLength(127)
    expect(asked).toEqual([])
    expect([...codec.decoder().decode(pairs(128))]).toHaveLength(128)
    expect(asked.splice(0)).toEqual([0])
    expect([...codec.decoder().decode(new Uint8Array(160_000).fill(1))]).toHaveLength(80_000)
    expect(asked).toEqual([0, 65_536, 131_072])
  })

  it('is called again for the chunk after a gap', () => {
    const asked: number[] = []
    const codec = defineCodec({
      name: 'gapped',
      maxFrameLength: 9,
      find: (bytes, start, _end, search) => (bytes[start] === 0 ? gap(search, start + 1) : start + 1),
      findMany: (bytes, start, end, { bounds }) => {
        asked.push(start)
        let count = 0
        for (let at = start; at < end && bytes[at] !== 0 && count < 300; at++)
          bounds.set([at, at + 1, at + 1], 3 * count++)
        return count
      },
    })
    const chunk = new Uint8Array(600).fill(1)
    const decoder = codec.decoder()
    expect([...decoder.decode(u8(0, 1))]).toHaveLength(1)
    expect([...decoder.decode(chunk)]).toHaveLength(600)
    expect(asked).toEqual([0, 300])
  })

  it('is called for each chunk, even if it found nothing in the previous one', () => {
    const asked: number[] = []
    const decoder = oneByOne({ findMany: (_bytes, start) => (asked.push(start), 0) }).decoder()
    for (let count = 0; count < 3; count++) {
      const loop = decoder.decode(pairs(128))
      for (let frames = 0; frames < 128; frames++) expect(loop.next().done).toBe(false)
    }
    expect(asked).toEqual([0, 0, 0])
  })

  it('leaves out, but counts, slices for which isFrame is false', () => {
    const counted = (indexes: number[]): Partial<CodecDefinition> => ({
      isFrame: (bytes, start, _end, index) => indexes.push(index) > 0 && bytes[start]! % 2 === 0,
    })
    const [decoded, scanned]: [number[], number[]] = [[], []]
    const frames = [...atOnce(counted(decoded)).decoder().decode(pairs(200))].map(([byte]) => byte)
    const visited: number[] = []
    atOnce(counted(scanned))
      .decoder()
      .scan(pairs(200), (bytes, start) => visited.push(bytes[start]!))
    expect(frames).toEqual(Array.from({ length: 100 }, (_, index) => 2 * index))
    expect(visited).toEqual(frames)
    expect(decoded).toEqual(Array.from({ length: 200 }, (_, index) => index))
    expect(scanned).toEqual(decoded)
  })

  it('reports a chunk that was transferred between two frames as an error', () => {
    const lost = 'byteLength: the chunk was transferred or resized before all of it was decoded'
    const transfer = ({ buffer }: Uint8Array): void =>
      void structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
    const decoded = pairs(200)
    expect(() => {
      for (const frame of atOnce().decoder().decode(decoded)) if (frame[0] === 5) transfer(decoded)
    }).toThrow(new Error(lost))
    let visits = 0
    const scanned = pairs(200)
    expect(() =>
      atOnce()
        .decoder()
        .scan(scanned, () => {
          visits++
          if (visits === 6) transfer(scanned)
        }),
    ).toThrow(new Error(lost))
    expect(visits).toBe(6)
  })

  it.each(['decode', 'scan'] as const)('reports in %s which frame does not follow the previous one', (method) => {
    for (const [bounds, frames] of [
      [[1, 2, 2, 1, 4, 4, 5, 6, 6], 2],
      [[1, 2, 2, 3, 4, 4, 5, 5, 3, 5, 6, 6], 2],
    ] as const) {
      for (const codec of [
        atOnce({ findMany: (_bytes, _start, _end, found) => (found.bounds.set(bounds), bounds.length / 3) }),
        hexes({
          name: 'byteLength',
          findMany: (_bytes, _start, _end, found) => (found.bounds.set(bounds), bounds.length / 3),
        }) as FrameCodec<unknown>,
      ]) {
        let seen = 0
        const decoder = codec.decoder()
        const position = bounds[1] === 2 && bounds[3] === 1 ? 2 : 4
        expect(() => {
          if (method === 'scan') decoder.scan(pairs(200), () => seen++)
          else for (const _frame of decoder.decode(pairs(200))) seen++
        }).toThrow(
          new Error(
            `byteLength: findMany, asked at ${position}, found ${frames} frames, ` +
              'which do not lie one after the other in the chunk',
          ),
        )
        expect(seen).toBe(position / 2)
      }
    }
  })

  it.each([
    ['more frames than there is room for', () => 1_000_000],
    ['a symbol instead of a number of frames', () => Symbol('1') as never],
    ['a bigint instead of a number of frames', () => 1n as never],
    ['undefined instead of a number of frames', () => undefined as never],
    [
      'a frame beyond the end',
      (_bytes: Uint8Array, _start: number, end: number, { bounds }: FoundFrames) => {
        bounds[2] = end + 1
        return 1
      },
    ],
    [
      'a frame without a byte',
      (_bytes: Uint8Array, start: number, _end: number, { bounds }: FoundFrames) => {
        bounds[2] = start
        return 1
      },
    ],
  ] satisfies [string, FindMany][])('%s is a bug that is told with the name of the codec', (_what, wrong) => {
    const decoder = oneByOne({ findMany: wrong }).decoder()
    expect(() => [...decoder.decode(pairs(200))]).toThrow(/^byteLength: findMany, asked at 0, found /)
    expect(() => decoder.end()).toThrow(/^byteLength: findMany/)
  })
})

/** Between frames: it is dropped. */
const FILL = 254

/**
 * Like `byteLength`, but every other frame has one more byte than its length: `state` distinguishes them.
 */
function alternating(many?: FindMany): FrameCodec {
  return defineCodec({
    name: 'alternating',
    maxFrameLength: MAX,
    find(bytes, start, end, search) {
      let at = start
      while (at < end && bytes[at] === FILL) at++
      if (at > start) return drop(search, at)
      const answer = findByteLength(bytes, start, end, search)
      const next = answer + search.state
      search.payloadEnd = next
      search.state = 1 - search.state
      return next
    },
    findMany: many,
  })
}

const findAlternating: FindMany = (bytes, start, end, { bounds, between, state }) => {
  let count = 0
  for (let at = start; 3 * count < bounds.length;) {
    while (at < end && bytes[at] === FILL) at++
    const next = at + 1 + bytes[at]! + state
    if (at >= end || bytes[at] === INVALID || next > end || next - at > MAX) break
    state = 1 - state
    between.set([at, state], 2 * count)
    bounds.set([at + 1, next, next], 3 * count++)
    at = next
  }
  return count
}

describe('finding many frames with bytes between them and a state', () => {
  const parts = fc
    .tuple(streams, fc.array(fc.nat(3), { minLength: 1, maxLength: 20, size: 'max' }))
    .map(([stream, fills]) =>
      u8(...[...stream].flatMap((byte, at) => [byte, ...new Array<number>(fills[at % fills.length]!).fill(FILL)])),
    )

  it('gives the same frames, error and offset as finding one by one, however the stream is cut', () => {
    fc.assert(
      fc.property(parts, sizes, (stream, cuts) => {
        const expected = outcomeOf(alternating(), [stream])
        const codec = alternating(findAlternating)
        expect(outcomeOf(codec, cut(stream, cuts))).toEqual(expected)
        expect(outcomeOf(codec, cut(stream, cuts), 'scan')).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  const framed = (index: number): number[] => [1, ...new Array<number>(1 + (index % 2)).fill(index), FILL, FILL]
  const stream = u8(...Array.from({ length: 200 }, (_, index) => framed(index)).flat())
  const payloads = Array.from({ length: 200 }, (_, index) => framed(index).slice(1, -2))

  it('continues in the state of the last frame taken if a loop is left and frames are overwritten', () => {
    for (let taken = 0; taken < 6; taken++) {
      const decoder = alternating(findAlternating).decoder()
      const chunk = stream.slice()
      const frames: number[][] = []
      for (const frame of taken > 0 ? decoder.decode(chunk) : []) {
        frames.push([...frame])
        chunk.fill(INVALID, 0, chunk.length - decoder.bufferedLength)
        if (frames.length === taken) break
      }
      for (const frame of decoder.decode(taken > 0 ? u8() : chunk)) frames.push([...frame])
      expect(frames).toEqual(payloads)
    }
  })

  it('counts the bytes before a frame as buffered until the frame is taken', () => {
    for (const codec of [alternating(), alternating(findAlternating)]) {
      const decoder = codec.decoder()
      const loop = decoder.decode(stream)
      loop.next()
      expect([decoder.frameOffset, decoder.bufferedLength]).toEqual([2, stream.length - 2])
      loop.next()
      expect(decoder.takeRemaining()).toEqual(stream.subarray(2 + 2 + 3))
    }
  })

  it("reports a frame that overlaps the previous one as a bug, with the codec's name", () => {
    const wrong: FindMany = (bytes, start, end, found) => {
      const count = findAlternating(bytes, start, end, found)
      found.between[2]! -= 3
      return count
    }
    expect(() => [...alternating(wrong).decoder().decode(stream)]).toThrow(/^alternating: findMany, asked at/)
  })
})

describe('frames that do not hold the payload', () => {
  const sums = (holdsPayload: boolean): { codec: FrameCodec<number>; buffers: Set<ArrayBufferLike> } => {
    const buffers = new Set<ArrayBufferLike>()
    const codec = defineCodec<number>({
      name: 'sums',
      maxFrameLength: 300,
      find: findByteLength,
      holdsPayload,
      toFrame(payload) {
        buffers.add(payload.buffer)
        return payload.reduce((sum, byte) => sum + byte, 0)
      },
    })
    return { codec, buffers }
  }

  it('are made from memory that is reused', () => {
    const stream = u8(...Array.from({ length: 50 }, () => [100, ...new Array<number>(100).fill(1)]).flat())
    const chunks = Array.from({ length: Math.ceil(stream.length / 70) }, (_, at) => stream.slice(70 * at, 70 * at + 70))
    const sumsIn = ({ codec }: ReturnType<typeof sums>): number[] => {
      const decoder = codec.decoder()
      return chunks.flatMap((chunk) => [...decoder.decode(chunk)])
    }
    const [held, used] = [sums(true), sums(false)]
    expect(sumsIn(held)).toEqual(new Array(50).fill(100))
    expect(sumsIn(used)).toEqual(new Array(50).fill(100))
    const ofChunks = (buffer: ArrayBufferLike): boolean => chunks.some((chunk) => chunk.buffer === buffer)
    expect([...used.buffers].filter((buffer) => !ofChunks(buffer)).length).toBeLessThan(3)
  })

  it('must be marked by true or false', () => {
    const definition = { name: 'sums', maxFrameLength: 300, find: findByteLength, holdsPayload: 1 as never }
    expect(() => defineCodec(definition)).toThrow(/holdsPayload/)
  })
})

/** Their characters are compared as bytes are. */
const asBytes = (overrides: Partial<CodecDefinition<string>>): FrameCodec => hexes(overrides) as unknown as FrameCodec

describe('making many frames at once', () => {
  it('needs no batch finder: frames are found one by one, however the stream is cut', () => {
    fc.assert(
      fc.property(streams, sizes, fc.constantFrom('error', 'skip'), (stream, cuts, oversize) => {
        const expected = outcomeOf(asBytes({ oversize, findMany: undefined, toFrames: undefined }), [stream])
        const codec = asBytes({ oversize, findMany: undefined })
        expect(outcomeOf(codec, cut(stream, cuts))).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves out NO_FRAME, with and without a mapping', () => {
    const codec = hexes({
      toFrame: (payload) => (payload[0] === BAD ? NO_FRAME : text(payload)),
      toFrames: (bytes, { bounds }, count) =>
        Array.from({ length: count }, (_, index) =>
          bytes[bounds[3 * index]!] === BAD ? NO_FRAME : text(bytes.subarray(bounds[3 * index], bounds[3 * index + 1])),
        ),
    })
    const stream = pairs(200)
    stream[101] = stream[301] = BAD
    const expected = Array.from({ length: 200 }, (_, at) => at)
      .filter((at) => at !== 50 && at !== 150)
      .map((at) => text(u8(at)))
    expect([...codec.decoder().decode(stream)]).toEqual(expected)
    const upper = mapCodec(codec, { decode: (hex) => `x${hex}` })
    expect([...upper.decoder().decode(stream)]).toEqual(expected.map((hex) => `x${hex}`))
  })

  it('gives the same frames as making them one by one, however the stream is cut', () => {
    fc.assert(
      fc.property(streams, sizes, (stream, cuts) => {
        const codec = mapCodec(hexes({ oversize: 'skip' }), {
          decode: (hex): Uint8Array => Buffer.from(hex, 'hex'),
          encode: text,
        })
        expect(outcomeOf(codec, cut(stream, cuts))).toEqual(outcomeOf(oneByOne({ oversize: 'skip' }), [stream]))
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['undefined', () => undefined],
    [
      'an error',
      () => {
        throw new Error('not these')
      },
    ],
    [
      'one frame less',
      (_bytes: Uint8Array, _found: FoundFrames, count: number) => new Array<string>(count - 1).fill(''),
    ],
  ])('%s instead of the frames has them made one by one', (_what, toFrames) => {
    const stream = pairs(600)
    expect([...hexes({ toFrames }).decoder().decode(stream)]).toEqual([...hexes().decoder().decode(stream)])
  })

  it('makes each frame once, and adds those of a batch at once', () => {
    let alone = 0
    const codec = hexes({ toFrame: (payload) => (alone++, text(payload)) })
    expect([...codec.decoder().decode(pairs(1024))]).toHaveLength(1024)
    const added: number[] = []
    const frames: string[] = []
    frames.push = (...more) => added.push(more.length)
    const decoder = codec.decoder()
    decoder.decode(pairs(2048))
    decoder.takeAll(frames)
    expect(added).toEqual([1024, 1024])
    expect(alone).toBe(0)
  })

  it('tries only once to make all at once', () => {
    let asked = 0
    const decoder = hexes({ toFrames: () => ((asked += 1), undefined) }).decoder()
    expect([...decoder.decode(pairs(1024))]).toHaveLength(1024)
    expect(asked).toBe(1)
  })

  it('leaves out slices for which isFrame is false', () => {
    const codec = hexes({ isFrame: (bytes, start) => bytes[start]! % 2 === 0 })
    const expected = Array.from({ length: 100 }, (_, index) => text(u8(2 * index)))
    expect([...codec.decoder().decode(pairs(200))]).toEqual(expected)
    const frames: string[] = []
    const decoder = codec.decoder()
    decoder.decode(pairs(200))
    decoder.takeAll(frames)
    expect(frames).toEqual(expected)
  })

  it('counts the bytes not given out as buffered, after each frame', () => {
    const decoder = hexes().decoder()
    const buffered: number[] = []
    for (const _frame of decoder.decode(pairs(130))) buffered.push(decoder.bufferedLength)
    expect(buffered).toEqual(Array.from({ length: 130 }, (_, index) => 2 * (129 - index)))
  })

  it('lets a visitor take the frames after the one it visits, with their numbers', () => {
    const numbers: number[] = []
    const codec = hexes({
      toFrames: (bytes, { bounds }, count, first) =>
        Array.from({ length: count }, (_, at) => {
          numbers.push(first + at)
          return text(bytes.subarray(bounds[3 * at], bounds[3 * at + 1]))
        }),
    })
    const decoder = codec.decoder()
    const frames: string[] = []
    let visits = 0
    decoder.scan(pairs(200), () => {
      visits++
      if (visits === 3) decoder.takeAll(frames)
    })
    expect(visits).toBe(3)
    expect(frames).toEqual(Array.from({ length: 197 }, (_, index) => text(u8(index + 3))))
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => index))
  })

  it('makes no frames in scan', () => {
    let made = 0
    const codec = hexes({ toFrames: () => void made++, toFrame: (payload) => (made++, text(payload)) })
    let visits = 0
    codec.decoder().scan(pairs(300), () => visits++)
    expect([visits, made]).toEqual([300, 0])
  })

  it('passes the number of frames before each, however they are made and taken', () => {
    const toFrames: CodecDefinition<string>['toFrames'] = (_bytes, _bounds, count, index) =>
      Array.from({ length: count }, (_, each) => String(index + each))
    const numbered = { name: 'numbered', maxFrameLength: MAX, find: findByteLength, findMany }
    for (const more of [{}, { toFrames }]) {
      const decoder = defineCodec<string>({
        ...numbered,
        ...more,
        toFrame: (_payload, index) => String(index),
      }).decoder()
      const numbers: string[] = []
      decoder.scan(pairs(600), () => {})
      const loop = decoder.decode(pairs(1300))
      for (let count = 0; count < 9; count++) numbers.push(loop.next().value as string)
      decoder.takeAll(numbers)
      numbers.push(...decoder.decode(pairs(700)), ...decoder.decode(pairs(3)))
      expect(numbers).toEqual(Array.from({ length: 2003 }, (_, index) => String(600 + index)))
    }
  })

  it('reports which frame could not be made, after those before it, or drops exactly that one', () => {
    const stream = pairs(300)
    stream[2 * 150 + 1] = BAD
    const turn = (payload: Uint8Array): string => {
      if (payload[0] === BAD) throw new Error('bad')
      return text(payload)
    }
    const bad = {
      toFrame: turn,
      toFrames: (bytes: Uint8Array, { bounds }: FoundFrames, count: number) =>
        Array.from({ length: count }, (_, index) => turn(bytes.subarray(bounds[3 * index], bounds[3 * index + 1]))),
    }
    const frames: string[] = []
    expect(() => {
      for (const frame of hexes(bad).decoder().decode(stream)) frames.push(frame)
    }).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 300 }))
    expect(frames).toHaveLength(150)
    const skipped: unknown[] = []
    const decoder = hexes({ ...bad, corrupt: 'skip' }).decoder({ onSkip: (skip) => skipped.push(skip) })
    expect([...decoder.decode(stream)]).toHaveLength(299)
    expect(skipped).toEqual([{ offset: 300, length: 2, reason: 'corrupt', error: expect.any(FrameError) }])
  })

  it('adds in takeAll the frames that a loop would still give, and those before an error', () => {
    const decoder = hexes().decoder()
    const frames: string[] = []
    const loop = decoder.decode(pairs(700))
    for (let index = 0; index < 10; index++) frames.push(loop.next().value as string)
    decoder.takeAll(frames)
    expect(frames).toEqual([...hexes().decoder().decode(pairs(700))])
    expect(decoder.bufferedLength).toBe(0)
    decoder.takeAll(frames)
    expect(frames).toHaveLength(700)
    decoder.decode(u8(...pairs(200), MAX, 0))
    expect(() => decoder.takeAll(frames)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: 1800 }))
    expect(frames).toHaveLength(900)
  })

  it('applies a mapping to each frame when it is taken, with the number of frames before it', () => {
    const turned: number[] = []
    const codec = mapCodec(hexes(), {
      decode: (hex, index) => {
        turned.push(index)
        return index % 3 === 0 ? NO_FRAME : `${index}:${hex}`
      },
      encode: (_frame: string) => '',
    })
    const decoder = codec.decoder()
    const loop = decoder.decode(pairs(400))
    expect(loop.next().value).toBe('1:01')
    expect(loop.next().value).toBe('2:02')
    expect(loop.next().value).toBe('4:04')
    expect(turned).toEqual([0, 1, 2, 3, 4])
    const rest: string[] = []
    decoder.takeAll(rest)
    expect(rest).toHaveLength(266 - 3)
    expect(turned).toHaveLength(400)
  })

  it.each<[string, () => never | typeof NO_FRAME]>([
    ['leaves its own out', () => NO_FRAME],
    [
      'refuses its own',
      () => {
        throw new Error('refused')
      },
    ],
  ])('lets a mapping decode a chunk, of which it takes a frame, when it %s', (_what, leave) => {
    const codec = mapCodec(hexes(), {
      decode: (hex) => {
        if (hex !== 'ff') return hex
        inner.push(decoder.decode(pairs(150)).next().value as string)
        return leave()
      },
      corrupt: 'skip',
    })
    const decoder: FrameDecoder<string> = codec.decoder()
    const inner: string[] = []
    const outer = [...decoder.decode(u8(1, 0xff))]
    const all = [...hexes().decoder().decode(pairs(150))]
    expect([inner, outer]).toEqual([all.slice(0, 1), all.slice(1)])
  })

  it('keeps the faulty frame if a mapping throws, and throws again', () => {
    let turned = 0
    const codec = mapCodec(hexes(), {
      decode: (hex, index) => {
        turned++
        if (index === 30) throw new Error('30')
        return hex
      },
      encode: (frame: string) => frame,
    })
    const decoder = codec.decoder()
    const chunk = pairs(300)
    const frames: string[] = []
    const read = (): void => {
      for (const frame of decoder.decode(chunk)) frames.push(frame)
    }
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 60 }))
    expect(() => decoder.takeAll(frames)).toThrow(expect.objectContaining({ offset: 60 }))
    expect(frames).toHaveLength(30)
    expect(turned).toBe(31)
    expect(decoder.takeRemaining()).toEqual(chunk.subarray(60))
  })

  it('refuses toFrames without toFrame when the codec is made', () => {
    const definition = { name: 'x', maxFrameLength: 9, find: findByteLength }
    expect(() => defineCodec({ ...definition, toFrames: () => [] })).toThrow(
      'toFrame must be a function if toFrames is given, received undefined',
    )
    expect(() => defineCodec({ ...definition, findMany: 1 as never })).toThrow(
      'findMany must be a function, received 1',
    )
  })
})

describe('frames made at once that hold the payload', () => {
  const codec = defineCodec<{ payload: Uint8Array }>({
    name: 'views',
    maxFrameLength: MAX,
    find: findByteLength,
    findMany,
    holdsPayload: true,
    toFrame: (payload) => ({ payload }),
    toFrames: (bytes, { bounds }, count) =>
      Array.from({ length: count }, (_, index) => ({
        payload: bytes.subarray(bounds[3 * index], bounds[3 * index + 1]),
      })),
  })
  const stream = (): Uint8Array => u8(...Array.from({ length: 200 }, (_, at) => [2, at, at]).flat())

  it('are views of the chunk', () => {
    const chunk = stream()
    const frames = [...codec.decoder().decode(chunk)]
    expect(frames.map(({ payload }) => payload)).toEqual(Array.from({ length: 200 }, (_, at) => u8(at, at)))
    expect(new Set(frames.map(({ payload }) => payload.buffer))).toEqual(new Set([chunk.buffer]))
  })

  it('are copies with copy: true', () => {
    const chunk = stream()
    const frames = [...codec.decoder({ copy: true }).decode(chunk)]
    chunk.fill(0)
    expect(frames.map(({ payload }) => payload)).toEqual(Array.from({ length: 200 }, (_, at) => u8(at, at)))
    expect(new Set(frames.map(({ payload }) => payload.buffer)).size).toBe(200)
  })

  it('are not given out once the chunk has been transferred', () => {
    const chunk = stream()
    const taken: number[] = []
    expect(() => {
      for (const { payload } of codec.decoder().decode(chunk)) {
        taken.push(payload[0]!)
        if (payload[0] === 5) structuredClone(chunk.buffer, { transfer: [chunk.buffer as ArrayBuffer] })
      }
    }).toThrow(/^views: the chunk was transferred/)
    expect(taken).toEqual([0, 1, 2, 3, 4, 5])
  })
})
