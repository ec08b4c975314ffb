import { runInNewContext } from 'node:vm'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  defineCodec,
  drop,
  ENDLESS,
  FrameError,
  gap,
  isFrameError,
  mapCodec,
  NO_FRAME,
  UNKNOWN,
  type CodecDefinition,
  type FrameCodec,
  type FrameDecoder,
  type FrameSearch,
  type Skipped,
} from '../src/index.ts'
import { copiedBy } from './copied.ts'
import { byteLength, cut, endedBy12, findByteLength, findEndedBy123 } from './oracle.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

/** The frames, skips and error of decoding these chunks to the end, in order. */
function eventsOf(codec: FrameCodec<unknown>, chunks: Uint8Array[], method: 'decode' | 'scan' = 'decode'): unknown[] {
  const events: unknown[] = []
  const decoder = codec.decoder({
    onSkip: ({ offset, length, reason }) => events.push(`${reason} ${length} at ${offset}`),
  })
  try {
    for (const chunk of chunks) {
      if (method === 'decode') for (const frame of decoder.decode(chunk)) events.push(frame)
      else decoder.scan(chunk, (bytes, start, end) => events.push(bytes.slice(start, end)))
    }
    for (const frame of decoder.end()) events.push(frame)
  } catch (error) {
    if (!isFrameError(error)) throw error
    events.push(...(error.frames ?? []))
    const { code, offset, frameLength } = error
    events.push({ code, offset, ...(frameLength === undefined ? {} : { frameLength }) })
  }
  return events
}

/** The stream whole, byte by byte, and cut once at each position. */
const everyCut = (stream: Uint8Array): Uint8Array[][] => [
  [stream],
  [...stream].map((byte) => u8(byte)),
  ...Array.from({ length: stream.length }, (_, at) => cut(stream, [at])),
]

const [GARBAGE, SPACE, BAD, LAST] = [200, 201, 202, 203]

/**
 * Frames of a length byte and a payload of as many bytes; 200 is garbage, 201 white space, 202 a corrupt frame of two
 * bytes, 203 n announces that the next n bytes are garbage.
 */
function noisy(overrides: Partial<CodecDefinition> = {}): FrameCodec {
  return defineCodec({
    name: 'noisy',
    maxFrameLength: 10,
    find(bytes, start, end, search) {
      if (start === end) return start + 1
      const first = bytes[start]!
      if (first === GARBAGE) return gap(search, start + 1)
      if (first === SPACE) return drop(search, start + 1)
      if (first === BAD) throw new FrameError('ERR_FRAME_CORRUPT', 'noisy: 202', { frameLength: 2 })
      if (first === LAST) return start + 1 < end ? gap(search, start + 2 + bytes[start + 1]!, 'corrupt') : start + 2
      search.payloadStart = start + 1
      return start + 1 + first
    },
    ...overrides,
  })
}

describe('gaps', () => {
  it.each([
    [[200, 200], 'garbage'],
    [[200, 201], 'corrupt'],
    [[201, 200], 'corrupt'],
    [[200, 201, 200], 'corrupt'],
  ])('that are joined are corrupt where one of them is: %j', (gaps, reason) => {
    const codec = byteLength({
      find: (bytes, start, end, search) =>
        start < end && bytes[start]! >= 200
          ? gap(search, start + 1, bytes[start] === 201 ? 'corrupt' : 'garbage')
          : findByteLength(bytes, start, end, search),
    })
    for (const chunks of everyCut(u8(...gaps, 1, 9))) {
      expect(eventsOf(codec, chunks)).toEqual([`${reason} ${gaps.length} at 0`, u8(9)])
    }
  })

  it('are joined and reported once, before the next frame, however the stream is cut', () => {
    const stream = u8(200, 200, 1, 7, 200, 201, 200, 200, 0, 203, 3, 9, 9, 9, 200, 1, 8, 201)
    for (const chunks of everyCut(stream)) {
      for (const method of ['decode', 'scan'] as const) {
        expect(eventsOf(noisy(), chunks, method)).toEqual([
          'garbage 2 at 0',
          u8(7),
          'garbage 1 at 4',
          'garbage 2 at 6',
          u8(),
          'corrupt 6 at 9',
          u8(8),
        ])
      }
    }
  })

  it('are reported before an error, before a skipped frame, and at the end', () => {
    for (const chunks of everyCut(u8(200, 202, 0))) {
      expect(eventsOf(noisy(), chunks)).toEqual([
        'garbage 1 at 0',
        { code: 'ERR_FRAME_CORRUPT', offset: 1, frameLength: 2 },
      ])
      expect(eventsOf(noisy({ corrupt: 'skip' }), chunks)).toEqual(['garbage 1 at 0', 'corrupt 2 at 1'])
    }
    for (const chunks of everyCut(u8(0, 200, 200))) expect(eventsOf(noisy(), chunks)).toEqual([u8(), 'garbage 2 at 1'])
    for (const chunks of everyCut(u8(0, 200, 5, 1))) {
      expect(eventsOf(noisy(), chunks)).toEqual([
        u8(),
        'garbage 1 at 1',
        { code: 'ERR_FRAME_TRUNCATED', offset: 2, frameLength: 6 },
      ])
    }
  })

  it('that extend beyond the end of the stream end with the stream', () => {
    for (const chunks of everyCut(u8(0, 203, 100, 9, 9)))
      expect(eventsOf(noisy(), chunks)).toEqual([u8(), 'corrupt 4 at 1'])
  })

  it('are forgotten by reset and takeRemaining, with bytes still to be dropped', () => {
    for (const forget of ['reset', 'takeRemaining'] as const) {
      for (const oversize of ['error', 'skip'] as const) {
        const decoder = noisy({ oversize }).decoder()
        expect([...decoder.decode(oversize === 'skip' ? u8(100, 1) : u8(LAST, 100, 1))]).toEqual([])
        decoder[forget]()
        expect([...decoder.decode(u8(1, 5, 1, 6))]).toEqual([u8(5), u8(6)])
        expect(decoder.bufferedLength).toBe(0)
      }
    }
  })

  it('are not inside a frame', () => {
    const decoder = noisy().decoder()
    expect([...decoder.decode(u8(203, 3, 9))]).toEqual([])
    expect([decoder.bufferedLength, decoder.frameOffset]).toEqual([0, undefined])
    expect([...decoder.decode(u8(9, 9, 4))]).toEqual([])
    expect([decoder.bufferedLength, decoder.frameOffset]).toEqual([1, 5])
  })

  it('are reported by takeRemaining, whose bytes begin after them', () => {
    const skipped: Skipped[] = []
    const decoder = noisy().decoder({ onSkip: (skip) => skipped.push(skip) })
    expect([...decoder.decode(u8(200, 200, 4, 1))]).toEqual([])
    expect([...decoder.takeRemaining()]).toEqual([4, 1])
    expect(skipped).toEqual([{ offset: 0, length: 2, reason: 'garbage' }])
  })

  it('of any number between long refused candidates cost linear time', () => {
    // A candidate is a 1 and the next 4095 bytes, refused unless the last one is a 2.
    let calls = 0
    const codec = defineCodec({
      name: 'candidates',
      maxFrameLength: 4096,
      find(bytes, start, end, search) {
        calls++
        if (bytes[start] !== 1) return gap(search, start + 1)
        search.payloadEnd = start + 4096
        return end < search.payloadEnd || bytes[search.payloadEnd - 1] === 2
          ? search.payloadEnd
          : gap(search, start + 1)
      },
    })
    for (const size of [1, 100, 100_000]) {
      calls = 0
      const decoder = codec.decoder()
      const chunk = new Uint8Array(size).fill(1)
      const copied = copiedBy(() => {
        let frames = 0
        for (let sent = 0; sent < 100_000; sent += size) if (!decoder.decode(chunk).next().done) frames++
        expect(frames).toBe(0)
      })
      expect(calls).toBeLessThan(3 * 100_000)
      expect(copied).toBeLessThan(8 * 100_000)
    }
  })
})

type Answer = (start: number, end: number, search: FrameSearch) => number

const NO_NUMBERS = [
  ['a symbol', Symbol('1')],
  ['a bigint', 1n],
  ['a string', '1'],
  ['null', null],
  ['undefined', undefined],
  ['bytes', u8(1)],
  ['an object without a prototype', Object.create(null)],
].map(([what, value]) => [what as string, value as never] as const)

describe('the finder', () => {
  it('gets its state back, from call to call and from frame to frame, and 0 in a new stream', () => {
    const seen: number[] = []
    const codec = defineCodec({
      name: 'counting',
      maxFrameLength: 9,
      find(_bytes, start, end, search) {
        seen.push(search.state)
        search.state += 1
        return end - start < 2 ? UNKNOWN : start + 2
      },
    })
    const decoder = codec.decoder()
    for (const chunk of [u8(1), u8(2, 3, 4), u8(5)]) expect([...decoder.decode(chunk)].length).toBeGreaterThanOrEqual(0)
    // Core may call the finder again with the same state.
    expect(seen.filter((state, index) => state !== seen[index - 1])).toEqual([0, 1, 2, 3])
    decoder.reset()
    seen.length = 0
    expect([...decoder.decode(u8(1, 2))]).toEqual([u8(1, 2)])
    expect(seen).toEqual([0])
    decoder.takeRemaining()
    seen.length = 0
    expect([...decoder.decode(u8(1, 2))]).toEqual([u8(1, 2)])
    expect(seen).toEqual([0])
  })

  it('gets large and negative states back as they are', () => {
    const states = [2 ** 40, -(2 ** 40), Number.MAX_SAFE_INTEGER, -1, 2 ** 31]
    for (const state of states) {
      const seen: number[] = []
      const codec = defineCodec({
        name: 'large',
        maxFrameLength: 9,
        find(_bytes, start, _end, search) {
          seen.push(search.state)
          search.state = state
          return start + 1
        },
      })
      expect(eventsOf(codec, [u8(1, 2), u8(3)])).toEqual([u8(1), u8(2), u8(3)])
      expect(new Set(seen.slice(1).filter((each) => each !== 0))).toEqual(new Set([state]))
    }
  })

  it('may be called again with the same arguments, and its state counts only once', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60, size: 'max', max: 4 }),
        fc.array(fc.nat(7), { maxLength: 40, size: 'max' }),
        (stream, cuts) => {
          // Frames are as long as the number of frames before them, and no payload is as it was: the state is in it.
          const codec = defineCodec({
            name: 'growing',
            maxFrameLength: 100,
            find(_bytes, start, end, search) {
              const length = 1 + (search.state % 7)
              if (start + length > end) return start + length
              search.state += 1
              return start + length
            },
          })
          const lengths = (chunks: Uint8Array[]): number[] =>
            eventsOf(codec, chunks).map((event) => (event instanceof Uint8Array ? event.length : -1))
          expect(lengths(cut(stream, cuts))).toEqual(lengths([stream]))
        },
      ),
    )
  })

  it('starts the frame after a refused one in the state that it left, however the stream is cut', () => {
    const codec = defineCodec({
      name: 'parens',
      maxFrameLength: 100,
      corrupt: 'skip',
      find(bytes, start, end, search) {
        let { state } = search
        for (let at = search.resumeAt; at < end; at++) {
          const byte = bytes[at]
          if (state === 0 && byte !== 40) return at + 1
          if (state === 0) state = 1
          else if (byte === 120) state = 2
          else if (byte === 41) {
            search.state = 0
            if (state === 2) throw new FrameError('ERR_FRAME_CORRUPT', 'x', { frameLength: at + 1 - start })
            return at + 1
          }
        }
        search.state = state
        search.resumeAt = end
        return UNKNOWN
      },
    })
    for (const chunks of everyCut(new Uint8Array(Buffer.from('(x)a(b)')))) {
      expect(eventsOf(codec, chunks)).toEqual(['corrupt 3 at 0', u8(97), u8(40, 98, 41)])
    }
  })

  it('may leave `resumeAt` beyond the bytes it was shown', () => {
    // A backslash escapes the next byte; a quote ends the frame.
    const codec = defineCodec({
      name: 'quoted',
      maxFrameLength: 100,
      find(bytes, _start, end, search) {
        for (let at = search.resumeAt; ; at++) {
          search.resumeAt = at
          if (at >= end) return UNKNOWN
          if (bytes[at] === 34) return at + 1
          if (bytes[at] === 92) at++
        }
      },
    })
    for (const chunks of everyCut(new Uint8Array(Buffer.from('a\\"b"\\\\"')))) {
      expect(eventsOf(codec, chunks).map(String)).toEqual(
        ['a\\"b"', '\\\\"'].map((text) => String(u8(...Buffer.from(text)))),
      )
    }
  })

  it('is shown no more of a frame than the limit and the overhead', () => {
    let most = 0
    const codec = defineCodec({
      name: 'shown',
      maxFrameLength: 5,
      overhead: 2,
      find(bytes, start, end) {
        most = Math.max(most, end - start)
        const at = bytes.subarray(0, end).indexOf(9, start)
        return at < 0 ? UNKNOWN : at + 1
      },
    })
    for (const length of [6, 7, 8, 100]) {
      const stream = new Uint8Array(length)
      stream[length - 1] = 9
      for (const chunks of everyCut(stream)) {
        const expected = length <= 7 ? [stream] : [{ code: 'ERR_FRAME_TOO_LONG', offset: 0 }]
        expect(eventsOf(codec, chunks)).toEqual(expected)
      }
    }
    expect(most).toBe(7)
  })

  it('reports a lower bound over the limit as too long without a length, and an exact end with one', () => {
    const asking = (isExact: boolean, oversize: 'error' | 'skip'): FrameCodec =>
      defineCodec({
        name: 'asking',
        maxFrameLength: 4,
        oversize,
        find(bytes, start, end, search) {
          if (start === end) return start + 1
          const needed = start + bytes[start]!
          if (isExact) search.payloadEnd = needed
          else if (needed > end) search.resumeAt = needed
          return needed
        },
      })
    for (const chunks of everyCut(u8(2, 0, 6, 0, 0, 0, 0, 0, 1))) {
      const tooLong = { code: 'ERR_FRAME_TOO_LONG', offset: 2 }
      expect(eventsOf(asking(false, 'error'), chunks)).toEqual([u8(2, 0), tooLong])
      expect(eventsOf(asking(true, 'error'), chunks)).toEqual([u8(2, 0), { ...tooLong, frameLength: 6 }])
      expect(eventsOf(asking(true, 'skip'), chunks)).toEqual([u8(2, 0), 'too-long 6 at 2', u8(1)])
      // While the frame is being skipped, the finder is called from its `resumeAt` on.
      expect(eventsOf(asking(false, 'skip'), chunks)).toEqual([u8(2, 0), 'too-long 7 at 2'])
    }
  })

  it.each<[string, Answer]>([
    ['no progress', (start) => start],
    ['an index before the frame', (start) => start - 1 - 10],
    ['a fraction', (start) => start + 0.5],
    ['an index that is not exact', (start) => start + 2 ** 53],
    ['no number', () => Number.NaN],
    ['a payload that starts before its frame', (start, _end, search) => ((search.payloadStart = start - 1), start + 1)],
    ['a payload that ends after its frame', (start, _end, search) => ((search.payloadEnd = start + 2), start + 1)],
    [
      'a payload that ends before it starts',
      (start, _end, search) => {
        search.payloadStart = start + 1
        search.payloadEnd = start
        return start + 1
      },
    ],
    ['a fractional payload', (start, _end, search) => ((search.payloadStart = start + 0.5), start + 1)],
    ['a payload outside a frame that is incomplete', (_start, end, search) => ((search.payloadEnd = end + 9), end + 5)],
    ['a fractional state', (start, _end, search) => ((search.state = 0.5), start + 1)],
    ['a state that is not safe', (start, _end, search) => ((search.state = 2 ** 53), start + 1)],
    ['resumeAt before the frame', (start, _end, search) => ((search.resumeAt = start - 1), UNKNOWN)],
    ['a gap of no byte', (start, _end, search) => gap(search, start)],
    ['a gap of half a byte', (start, _end, search) => gap(search, start + 0.5)],
    ['a gap in a fractional state', (start, _end, search) => ((search.state = 0.5), gap(search, start + 1))],
    ['a drop backwards', (start, _end, search) => drop(search, start - 1)],
    ['a drop of no byte', (start, _end, search) => drop(search, start)],
    ['a drop of half a byte', (start, _end, search) => drop(search, start + 0.5)],
    ['a drop in a fractional state', (start, _end, search) => ((search.state = 0.5), drop(search, start + 1))],
    ['half a byte more than there is', (_start, end) => end + 0.5],
    ['a fractional resumeAt', (start, _end, search) => ((search.resumeAt = start + 0.5), UNKNOWN)],
    ['a fractional state in a frame that goes on', (_start, _end, search) => ((search.state = 0.5), UNKNOWN)],
    ['a fractional state in a frame that needs more', (_start, end, search) => ((search.state = 0.5), end + 1)],
    ...NO_NUMBERS.flatMap(([what, value]): [string, Answer][] => [
      [what, () => value],
      [
        `${what} with a payload`,
        (start, _end, search) => ((search.payloadStart = start), (search.payloadEnd = start + 1), value),
      ],
      [`${what} as the start of the payload`, (start, _end, search) => ((search.payloadStart = value), start + 1)],
      [`${what} as the end of the payload`, (start, _end, search) => ((search.payloadEnd = value), start + 1)],
      [`${what} as the end of a payload that goes on`, (_start, end, search) => ((search.payloadEnd = value), end + 1)],
      [`${what} as the end of a gap`, (_start, _end, search) => gap(search, value)],
      [`${what} as the end of a drop`, (_start, _end, search) => drop(search, value)],
      [`${what} as the state`, (start, _end, search) => ((search.state = value), start + 1)],
      [`${what} as the state after a drop`, (start, _end, search) => ((search.state = value), drop(search, start + 1))],
      [`${what} as the state in a frame that goes on`, (_start, _end, search) => ((search.state = value), UNKNOWN)],
      [`${what} as resumeAt`, (_start, _end, search) => ((search.resumeAt = value), UNKNOWN)],
    ]),
  ])('that answers %s is a bug that names the codec, and final until reset', (_what, answer) => {
    for (const chunks of [[u8(1, 2, 3)], [u8(1), u8(2), u8(3)]]) {
      for (const method of ['decode', 'scan'] as const) {
        let isWrong = true
        const codec = defineCodec({
          name: 'buggy',
          maxFrameLength: 50,
          find: (_bytes, start, end, search) => (isWrong ? answer(start, end, search) : start + 1),
        })
        const decoder = codec.decoder()
        const feed = (chunk: Uint8Array): void => {
          if (method === 'scan') decoder.scan(chunk, () => {})
          else for (const frame of decoder.decode(chunk)) expect(frame).toHaveLength(1)
        }
        let error: unknown
        try {
          for (const chunk of chunks) feed(chunk)
          decoder.end()
        } catch (thrown) {
          error = thrown
        }
        expect(error).toBeInstanceOf(Error)
        expect(isFrameError(error)).toBe(false)
        expect((error as Error).message).toMatch(/^buggy: the finder answered /)
        expect(() => feed(u8())).toThrow(error)
        isWrong = false
        decoder.reset()
        feed(u8(7))
        expect(decoder.bufferedLength).toBe(0)
      }
    }
  })

  it.each(NO_NUMBERS)(
    'that leaves %s where core reads nothing is right: as resumeAt after a frame, as a bound of UNKNOWN',
    (_what, value) => {
      const codec = defineCodec({
        name: 'careless',
        maxFrameLength: 50,
        find(_bytes, start, end, search) {
          if (end - start < 2) return UNKNOWN
          search.resumeAt = value
          return start + 2
        },
      })
      for (const chunks of everyCut(u8(1, 2, 3, 4))) {
        for (const method of ['decode', 'scan'] as const)
          expect(eventsOf(codec, chunks, method)).toEqual([u8(1, 2), u8(3, 4)])
      }
    },
  )

  it.each<[string, (start: number, search: FrameSearch) => unknown]>([
    ...NO_NUMBERS.flatMap(([what, value]): [string, (start: number, search: FrameSearch) => unknown][] => [
      [`${what} as resumeAt`, (_start, search) => (search.resumeAt = value)],
      [`${what} as the state`, (_start, search) => (search.state = value)],
    ]),
    ['resumeAt before it', (start, search) => (search.resumeAt = start - 1)],
    ['a fractional resumeAt', (start, search) => (search.resumeAt = start + 0.5)],
    ['a fractional state', (_start, search) => (search.state = 0.5)],
  ])('that answers %s with the last of many small chunks of a frame is a bug that names the codec', (_what, spoil) => {
    const codec = defineCodec({
      name: 'buggy',
      maxFrameLength: 50,
      find(_bytes, start, end, search) {
        if (end - start === 20) spoil(start, search)
        return UNKNOWN
      },
    })
    const decoder = codec.decoder()
    for (let count = 1; count < 20; count++) expect([...decoder.decode(u8(count))]).toEqual([])
    const loop = decoder.decode(u8(20))
    expect(() => loop.next()).toThrow(/^buggy: the finder answered /)
  })

  it('never shows memory outside the frame, of the chunk or of another frame', () => {
    const memory = u8(9, 9, 9, 1, 9, 9)
    const codec = defineCodec({
      name: 'wide',
      maxFrameLength: 50,
      find: (_bytes, start, _end, search) => ((search.payloadStart = start - 2), start + 1),
    })
    expect(() => [...codec.decoder().decode(memory.subarray(3, 4))]).toThrow(/^wide: /)
    expect(() => codec.decoder().scan(memory.subarray(3, 4), () => {})).toThrow(/^wide: /)
  })

  it('and visitors see bytes of the class of the chunks, however the stream is cut', () => {
    const classes = new Set<unknown>()
    const codec = byteLength({
      find(bytes, start, end, search) {
        classes.add(bytes.constructor)
        search.payloadStart = start + 1
        return start === end ? start + 1 : start + 1 + bytes[start]!
      },
    })
    for (const chunks of everyCut(u8(3, 1, 2, 3, 2, 5, 6, 0))) {
      const decoder = codec.decoder()
      for (const chunk of chunks) decoder.scan(Buffer.from(chunk), (bytes) => classes.add(bytes.constructor))
      for (const chunk of chunks) for (const frame of decoder.decode(Buffer.from(chunk))) classes.add(frame.constructor)
    }
    expect(classes).toEqual(new Set([Buffer]))
  })

  it('may ignore resumeAt, as for a delimiter, and its frames can still be skipped', () => {
    const codec = defineCodec({
      name: 'simple',
      maxFrameLength: 3,
      overhead: 1,
      oversize: 'skip',
      find(bytes, start, end, search) {
        const at = bytes.subarray(0, end).indexOf(10, start)
        if (at < 0) return UNKNOWN
        search.payloadEnd = at
        return at + 1
      },
    })
    for (const chunks of everyCut(u8(1, 10, 1, 2, 3, 4, 5, 6, 10, 2, 2, 2, 10))) {
      expect(eventsOf(codec, chunks)).toEqual([u8(1), 'too-long 7 at 2', u8(2, 2, 2)])
    }
  })

  it('is called with views beyond 2 GiB, since `indexOf` accepts no larger index', () => {
    const length = 2 ** 30
    const chunk = Object.defineProperty(u8(1), 'length', { value: 8 * length })
    const codec = defineCodec({
      name: 'large',
      maxFrameLength: 8 * length,
      find(bytes, start, end, search) {
        search.resumeAt = end
        if ((start > 0 || bytes !== chunk) && end > 0x7fffffff) return UNKNOWN
        return (search.payloadEnd = start + length)
      },
    })
    const visited: number[][] = []
    codec.decoder().scan(chunk, (_bytes, start, end) => visited.push([start, end]))
    expect(visited).toEqual(Array.from({ length: 8 }, (_, at) => [at * length, (at + 1) * length]))
  })

  it('finds frames of more than 2 GiB at the start of a chunk', () => {
    const length = 2 ** 32
    const chunk = Object.defineProperty(u8(1), 'length', { value: length })
    const codec = defineCodec({ name: 'large', maxFrameLength: length, find: (_bytes, start) => start + length })
    const visited: number[][] = []
    codec.decoder().scan(chunk, (_bytes, start, end) => visited.push([start, end]))
    expect(visited).toEqual([[0, length]])
  })

  it('may answer a length up to 2^53-1, which is exact wherever the frame starts', () => {
    const codec = defineCodec({
      name: 'huge',
      maxFrameLength: 100,
      find(bytes, start, end, search) {
        if (start === end) return start + 1
        return (search.payloadEnd = start + (bytes[start] === 9 ? Number.MAX_SAFE_INTEGER : 1))
      },
    })
    for (const chunks of everyCut(u8(1, 2, 3, 9, 1))) {
      const tooLong = { code: 'ERR_FRAME_TOO_LONG', offset: 3, frameLength: Number.MAX_SAFE_INTEGER }
      expect(eventsOf(codec, chunks)).toEqual([u8(1), u8(2), u8(3), tooLong])
    }
  })

  it('that answers the end of an incomplete frame and the state after it gets that state for the next frame', () => {
    const codec = defineCodec({
      name: 'growing',
      maxFrameLength: 9,
      find(_bytes, start, _end, search) {
        search.state++
        return (search.payloadEnd = start + search.state)
      },
    })
    for (const chunks of everyCut(u8(1, 2, 3, 4, 5, 6))) {
      expect(eventsOf(codec, chunks)).toEqual([u8(1), u8(2, 3), u8(4, 5, 6)])
    }
  })

  it.each(['gap', 'error'])('that answers the end of a frame may still refuse it once it is whole, by a %s', (how) => {
    // A length byte, as many bytes, and a byte that is their sum.
    const codec = defineCodec({
      name: 'summed',
      maxFrameLength: 9,
      find(bytes, start, end, search) {
        if (start === end) return start + 1
        const sumAt = start + 1 + bytes[start]!
        search.payloadStart = start + 1
        search.payloadEnd = sumAt
        if (sumAt >= end) return sumAt + 1
        let sum = 0
        for (let at = start + 1; at < sumAt; at++) sum += bytes[at]!
        if (sum === bytes[sumAt]) return sumAt + 1
        if (how === 'gap') return gap(search, start + 1, 'corrupt')
        throw new FrameError('ERR_FRAME_CORRUPT', 'summed: a wrong sum', { frameLength: sumAt + 1 - start })
      },
    })
    const found =
      how === 'gap' ? ['corrupt 1 at 4', u8(7), u8()] : [{ code: 'ERR_FRAME_CORRUPT', offset: 4, frameLength: 5 }]
    for (const chunks of everyCut(u8(2, 5, 6, 11, 3, 1, 7, 7, 0, 0))) {
      expect(eventsOf(codec, chunks)).toEqual([u8(5, 6), ...found])
    }
  })

  it('that tells other bounds once the frame is whole is believed, unless they lie outside the frame', () => {
    const decode = (payloadEnd: number, frameEnd: number): number[][] => {
      const codec = defineCodec({
        name: 'undecided',
        maxFrameLength: 9,
        find(_bytes, start, end, search) {
          const isWhole = end - start >= 4
          search.payloadStart = start + 1
          search.payloadEnd = start + (isWhole ? payloadEnd : 4)
          return start + (isWhole ? frameEnd : 4)
        },
      })
      const decoder = codec.decoder()
      return [u8(1, 2), u8(3, 4)].flatMap((chunk) => [...decoder.decode(chunk)].map((frame) => [...frame]))
    }
    expect(decode(4, 4)).toEqual([[2, 3, 4]])
    expect(decode(2, 2)).toEqual([[2]])
    expect(() => decode(5, 4)).toThrow('undecided: the finder answered a payload from 1 to 5 in a frame from 0 to 4')
  })

  it('that sets bounds and answers UNKNOWN has found no end, but keeps its state and position', () => {
    const codec = defineCodec({
      name: 'bounded',
      maxFrameLength: 9,
      find(bytes, start, end, search) {
        search.payloadStart = start + 1
        for (let at = search.resumeAt; at < end; at++) {
          search.state += bytes[at]!
          if (search.state < 10) continue
          search.state = 0
          return at + 1
        }
        search.resumeAt = end
        return UNKNOWN
      },
    })
    for (const chunks of everyCut(u8(1, 9, 3, 3, 3, 3, ...new Array<number>(10).fill(0)))) {
      const tooLong = { code: 'ERR_FRAME_TOO_LONG', offset: 6 }
      expect(eventsOf(codec, chunks)).toEqual([u8(9), u8(3, 3, 3), tooLong])
    }
  })

  it('is never shown more bytes than were received', () => {
    for (const chunks of everyCut(u8(GARBAGE, 1, 5, GARBAGE, SPACE, 2, 6, 7, GARBAGE, 4, 8, 8))) {
      let received = 0
      let given = 0
      const decoder = noisy({
        find(bytes, start, end, search) {
          expect(end - start).toBeLessThanOrEqual(received - given)
          if (start === end) return start + 1
          if (bytes[start]! >= GARBAGE) return gap(search, start + 1)
          search.payloadStart = start + 1
          return start + 1 + bytes[start]!
        },
      }).decoder()
      for (const chunk of chunks) {
        received += chunk.length
        for (const frame of decoder.decode(chunk)) given += 1 + frame.length
      }
      expect(decoder.bufferedLength).toBe(3)
    }
  })

  it('is called at the end even without bytes, and may refuse the end', () => {
    const codec = defineCodec({
      name: 'pairs',
      maxFrameLength: 1,
      find: (_bytes, start, _end, search) => ((search.state = 1 - search.state), start + 1),
      findAtEnd(_bytes, _start, _end, search) {
        if (search.state === 1) throw new FrameError('ERR_FRAME_TRUNCATED', 'pairs: half a pair')
        return UNKNOWN
      },
    })
    for (const chunks of everyCut(u8(1, 2))) expect(eventsOf(codec, chunks)).toEqual([u8(1), u8(2)])
    for (const chunks of everyCut(u8(1, 2, 3))) {
      expect(eventsOf(codec, chunks)).toEqual([u8(1), u8(2), u8(3), { code: 'ERR_FRAME_TRUNCATED', offset: 3 }])
    }
    expect(eventsOf(codec, [])).toEqual([])
  })
})

describe('skipped frames', () => {
  it('that the finder refuses with a known end are skipped exactly, and report why', () => {
    const codec = defineCodec({
      name: 'refusing',
      maxFrameLength: 9,
      oversize: 'skip',
      corrupt: 'skip',
      find(bytes, start, end) {
        if (end - start < 2) return start + 2
        const [kind, frameLength] = [bytes[start], 2 + bytes[start + 1]!]
        if (kind === 1) throw new FrameError('ERR_FRAME_CORRUPT', 'refusing: 1', { frameLength })
        if (kind === 2) throw new FrameError('ERR_FRAME_TOO_LONG', 'refusing: 2', { frameLength })
        return start + frameLength
      },
    })
    const skipped: Skipped[] = []
    for (const chunks of everyCut(u8(0, 0, 1, 3, 9, 9, 9, 2, 1, 9, 0, 1, 5))) {
      expect(eventsOf(codec, chunks)).toEqual([u8(0, 0), 'corrupt 5 at 2', 'too-long 3 at 7', u8(0, 1, 5)])
    }
    const decoder = codec.decoder({ onSkip: (skip) => skipped.push(skip) })
    expect([...decoder.decode(u8(1, 0))]).toEqual([])
    expect(skipped).toEqual([{ offset: 0, length: 2, reason: 'corrupt', error: expect.any(FrameError) }])
    expect(skipped[0]!.error).toMatchObject({
      code: 'ERR_FRAME_CORRUPT',
      offset: 0,
      frameLength: 2,
      message: 'refusing: 1',
    })
  })

  it('keep the bytes from resumeAt on if the finder sets a state', () => {
    // Frames end with a line of one dot; lines are read whole. The state is 1 while a frame is skipped.
    const codec = defineCodec({
      name: 'dot',
      maxFrameLength: 8,
      oversize: 'skip',
      find(bytes, start, end, search) {
        let line = search.resumeAt
        for (let lf = bytes.indexOf(10, line); lf >= 0 && lf < end; lf = bytes.indexOf(10, line)) {
          if (lf - line === 1 && bytes[line] === 46) {
            search.state = 0
            return lf + 1
          }
          line = lf + 1
        }
        search.resumeAt = line
        if (search.state === 0 && end - start < 8) return UNKNOWN
        const isSkipping = search.state === 1
        search.state = 1
        return isSkipping ? UNKNOWN : ENDLESS
      },
    })
    for (const chunks of everyCut(new Uint8Array(Buffer.from('abc\ndef\nghi\n.\nx\n.\n')))) {
      expect(eventsOf(codec, chunks)).toEqual(['too-long 14 at 0', new Uint8Array(Buffer.from('x\n.\n'))])
    }
  })

  it('are searched further if the finder throws that they are too long, with its own error', () => {
    const codec = defineCodec({
      name: 'thrower',
      maxFrameLength: 100,
      oversize: 'skip',
      find(bytes, start, end, search) {
        const head = bytes.subarray(search.resumeAt, Math.min(end, start + 3))
        if (search.state === 0 && !head.includes(10) && end - start > 3) {
          search.state = 1
          search.resumeAt = start + 3
          throw new FrameError('ERR_FRAME_TOO_LONG', 'thrower: a head of more than 3 bytes')
        }
        const at = bytes.subarray(0, end).indexOf(10, search.resumeAt)
        if (at < 0) return UNKNOWN
        search.state = 0
        return at + 1
      },
    })
    for (const chunks of everyCut(u8(1, 2, 10, 1, 2, 3, 4, 5, 6, 10, 7, 10))) {
      expect(eventsOf(codec, chunks)).toEqual([u8(1, 2, 10), 'too-long 7 at 3', u8(7, 10)])
    }
    const skipped: Skipped[] = []
    const decoder = codec.decoder({ onSkip: (skip) => skipped.push(skip) })
    expect([...decoder.decode(u8(1, 2, 3, 4, 5, 10))]).toEqual([])
    expect(skipped).toEqual([{ offset: 0, length: 6, reason: 'too-long', error: expect.any(FrameError) }])
    expect(skipped[0]!.error!.message).toBe('thrower: a head of more than 3 bytes')
  })

  it('stay too long if their rest turns out to be a gap', () => {
    const codec = defineCodec({
      name: 'giving up',
      maxFrameLength: 3,
      oversize: 'skip',
      find(bytes, start, end, search) {
        if (search.state === 0 && bytes[start] !== 9) return start + 1
        if (search.state === 0 && end - start < 3) return UNKNOWN
        if (search.state === 0) {
          search.state = 1
          return ENDLESS
        }
        if (bytes[start] !== 9) return gap(search, start + 1, 'corrupt')
        search.state = 0
        return (search.payloadEnd = start + 1)
      },
    })
    for (const chunks of everyCut(u8(1, 9, 1, 1, 2, 3, 9, 4))) {
      expect(eventsOf(codec, chunks)).toEqual([u8(1), 'too-long 6 at 1', u8(4)])
    }
  })

  it('continue if the finder sets bounds and answers UNKNOWN', () => {
    const codec = defineCodec({
      name: 'bounded',
      maxFrameLength: 3,
      oversize: 'skip',
      find(bytes, start, end, search) {
        search.payloadStart = start + 1
        const at = bytes.subarray(0, end).indexOf(9, start)
        return at < 0 ? UNKNOWN : at + 1
      },
    })
    for (const chunks of everyCut(u8(1, 1, 1, 1, 1, 1, 9, 2, 9))) {
      expect(eventsOf(codec, chunks)).toEqual(['too-long 7 at 0', u8(9)])
    }
  })

  it('have an error, and gaps have none', () => {
    const skipped: Skipped[] = []
    const decoder = noisy({ corrupt: 'skip' }).decoder({ onSkip: (skip) => skipped.push(skip) })
    expect([...decoder.decode(u8(GARBAGE, BAD, 0, 0))]).toHaveLength(1)
    expect(skipped.map((skip) => Object.keys(skip))).toEqual([
      ['offset', 'length', 'reason'],
      ['offset', 'length', 'reason', 'error'],
    ])
  })

  it.each([1, 3])(
    'of a limit of %i bytes end at their delimiter, and are not kept, though no place to continue is left',
    (max) => {
      // Frames end with 1, 2, 3; a state that is not 0 does not matter.
      const codec = (state: number): FrameCodec =>
        defineCodec({
          name: 'ended',
          maxFrameLength: max,
          overhead: 3,
          oversize: 'skip',
          find(bytes, start, end, search) {
            search.state = state
            return findEndedBy123(bytes, start, end, search)
          },
        })
      for (const state of [0, 1]) {
        for (const length of [max + 1, max + 2, 9]) {
          for (const chunks of everyCut(u8(1, 2, 3, ...new Array<number>(length).fill(1), 1, 2, 3, 7, 1, 2, 3))) {
            expect(eventsOf(codec(state), chunks)).toEqual([u8(), `too-long ${length + 3} at 3`, u8(7)])
          }
        }
      }
      const decoder = codec(0).decoder()
      expect([...decoder.decode(new Uint8Array(max + 4))]).toEqual([])
      for (let count = 0; count < 9; count++) {
        expect([...decoder.decode(u8(0))]).toEqual([])
        expect(decoder.bufferedLength).toBeLessThanOrEqual(2)
      }
    },
  )

  it('continue in the state that the finder left, even if nothing can be dropped yet', () => {
    // A frame ends with 8; one of more than 3 bytes, which is too long, with 9.
    const codec = defineCodec({
      name: 'two ends',
      maxFrameLength: 3,
      overhead: 9,
      oversize: 'skip',
      find(bytes, start, end, search) {
        const at = bytes.subarray(0, end).indexOf(search.state === 0 ? 8 : 9, start)
        if (at >= 0 && (search.state === 1 || at < start + 3)) {
          search.state = 0
          return at + 1
        }
        if (search.state === 1 || end - start < 4) return UNKNOWN
        search.state = 1
        return ENDLESS
      },
    })
    for (const chunks of everyCut(u8(5, 8, 1, 1, 1, 1, 1, 8, 9, 6, 8))) {
      expect(eventsOf(codec, chunks)).toEqual([u8(5, 8), 'too-long 7 at 2', u8(6, 8)])
    }
  })

  it.each([0, -1, 0.5, Number.NaN, Number.MAX_VALUE])(
    'are none where a refused frame is said to have %d bytes',
    (frameLength) => {
      const codec = defineCodec({
        name: 'refusing',
        maxFrameLength: 3,
        corrupt: 'skip',
        find() {
          throw new FrameError('ERR_FRAME_CORRUPT', 'refusing', { frameLength })
        },
      })
      expect(eventsOf(codec, [u8(1)])).toEqual([{ code: 'ERR_FRAME_CORRUPT', offset: 0, frameLength }])
    },
  )

  it('that are too long are described by the hint, which sees the same bytes as the finder', () => {
    const hinting = defineCodec({
      name: 'hinting',
      maxFrameLength: 4,
      find: (bytes, start) => start + (bytes[start] === 1 ? 1 : 100),
      hint: (bytes, start, end) => `this has ${bytes.subarray(start, end).join(' and ')}`,
    })
    for (const first of [[], [1]]) {
      expect(() => [...hinting.decoder().decode(u8(...first, 7, 8, 9))]).toThrow(/; this has 7 and 8 and 9$/)
    }
  })

  it('must leave an integer state, like every frame', () => {
    const codec = defineCodec({
      name: 'half',
      maxFrameLength: 3,
      corrupt: 'skip',
      find(_bytes, _start, _end, search) {
        search.state = 0.5
        throw new FrameError('ERR_FRAME_CORRUPT', 'half: corrupt', { frameLength: 1 })
      },
    })
    expect(() => [...codec.decoder().decode(u8(1))]).toThrow(/^half: the finder answered the state 0\.5$/)
  })

  it('are reported once and whole, even if the finder throws repeatedly that they are too long', () => {
    const codec = defineCodec({
      name: 'thrower',
      maxFrameLength: 9,
      oversize: 'skip',
      find(bytes, start, end) {
        const at = bytes.subarray(0, end).indexOf(10, start)
        if (at < 0 && end - start > 3) throw new FrameError('ERR_FRAME_TOO_LONG', 'more than 3')
        return at < 0 ? UNKNOWN : at + 1
      },
    })
    for (const stream of [u8(...new Array<number>(14).fill(1), 10, 7, 10)]) {
      const [, bytewise, ...others] = everyCut(stream)
      for (const chunks of [bytewise!, ...others.slice(4, 11)]) {
        expect(eventsOf(codec, chunks)).toEqual(['too-long 15 at 0', u8(7, 10)])
      }
    }
  })

  it('do not occur with oversize: error if the finder throws that a frame is too long', () => {
    const codec = (oversize: 'error' | 'skip'): FrameCodec =>
      defineCodec({
        name: 'thrower',
        maxFrameLength: 9,
        oversize,
        corrupt: oversize === 'error' ? 'skip' : 'error',
        find(bytes, start) {
          if (bytes[start] === 1) throw new FrameError('ERR_FRAME_TOO_LONG', '1', { frameLength: 2, maxFrameLength: 5 })
          if (bytes[start] === 2) throw new FrameError('ERR_FRAME_CORRUPT', '2', { frameLength: 2 })
          return start + 1
        },
      })
    for (const [oversize, bad] of [
      ['error', 1],
      ['skip', 2],
    ] as const) {
      const code = bad === 1 ? 'ERR_FRAME_TOO_LONG' : 'ERR_FRAME_CORRUPT'
      for (const chunks of everyCut(u8(0, 3 - bad, 0, bad, 0, 0))) {
        const reason = bad === 1 ? 'corrupt' : 'too-long'
        expect(eventsOf(codec(oversize), chunks)).toEqual([
          u8(0),
          `${reason} 2 at 1`,
          { code, offset: 3, frameLength: 2 },
        ])
      }
    }
    expect(() => [...codec('error').decoder().decode(u8(1))]).toThrow(expect.objectContaining({ maxFrameLength: 5 }))
  })

  it('do not occur for an invalid length, which does not give the end of the frame', () => {
    const codec = defineCodec({
      name: 'invalid',
      maxFrameLength: 9,
      corrupt: 'skip',
      find() {
        throw new FrameError('ERR_FRAME_LENGTH_INVALID', 'no', { frameLength: 1 })
      },
    })
    expect(eventsOf(codec, [u8(1, 2)])).toEqual([{ code: 'ERR_FRAME_LENGTH_INVALID', offset: 0, frameLength: 1 }])
  })

  it('report their known length if the stream ends inside them', () => {
    for (const chunks of everyCut(u8(0, 60, 1, 2, 3))) {
      expect(eventsOf(noisy({ oversize: 'skip' }), chunks)).toEqual([
        u8(),
        { code: 'ERR_FRAME_TRUNCATED', offset: 1, frameLength: 61 },
      ])
    }
  })

  it('of a long refused frame with many small ones after it cost linear time', () => {
    const decoder = endedBy12(1 << 20, { oversize: 'skip' }).decoder()
    const small = byteLength({ maxFrameLength: 60_000 }).decoder()
    let frames = 0
    expect([...decoder.decode(new Uint8Array(100))]).toEqual([])
    for (const _frame of small.decode(u8(1))) frames++
    small.scan(new Uint8Array(60_000), () => void frames++)
    expect(frames).toBe(60_000)
  })
})

describe('callbacks that throw', () => {
  const failing = (skips: string[]) => ({
    onSkip({ offset, length }: Skipped): void {
      skips.push(`${length} at ${offset}`)
      throw new Error('mine')
    },
  })

  /** Feeds everything, continuing after each throw. */
  function persist(codec: FrameCodec, chunks: Uint8Array[], method: 'decode' | 'scan'): unknown[] {
    const skips: string[] = []
    const frames: unknown[] = []
    const decoder = codec.decoder(failing(skips))
    const attempt = (act: () => void, chunk?: Uint8Array): void => {
      for (let tries = 0; tries < 20; tries++) {
        try {
          act()
          return
        } catch (error) {
          expect((error as Error).message).toBe('mine')
          // The loop is over, so the chunk may be overwritten.
          chunk?.fill(99)
          act = tries === 0 && method === 'scan' ? () => decoder.scan(u8(), take) : act
        }
      }
      throw new Error('it never stops throwing')
    }
    const take = (bytes: Uint8Array, start: number, end: number): void =>
      void frames.push([...bytes.subarray(start, end)])
    for (const chunk of chunks) {
      let given: Uint8Array = chunk
      attempt(() => {
        const next = given
        given = u8()
        if (method === 'scan') decoder.scan(next, take)
        else for (const frame of decoder.decode(next)) frames.push([...frame])
      }, chunk)
      chunk.fill(99)
    }
    attempt(() => {
      for (const frame of decoder.end()) frames.push([...frame])
    })
    return [frames, skips]
  }

  it('lose no frame, and no skip is reported twice', () => {
    const skipping = byteLength({
      maxFrameLength: 4,
      oversize: 'skip',
      corrupt: 'skip',
      toFrame(payload) {
        if (payload[0] === 9) throw new Error('nine')
        return payload
      },
    })
    const stream = [1, 7, 5, 0, 0, 0, 0, 0, 1, 8, 1, 9, 1, 6, 2, 9, 9, 0]
    for (const method of ['decode', 'scan'] as const) {
      for (const chunks of everyCut(u8(...stream))) {
        const copies = chunks.map((chunk) => chunk.slice())
        const all = method === 'scan' ? [[7], [8], [9], [6], [9, 9], []] : [[7], [8], [6], []]
        const skips = method === 'scan' ? ['6 at 2'] : ['6 at 2', '2 at 10', '3 at 14']
        expect(persist(skipping, copies, method)).toEqual([all, skips])
      }
      for (const chunks of everyCut(u8(200, 1, 7, 200, 200, 0, 203, 2, 5, 5))) {
        const copies = chunks.map((chunk) => chunk.slice())
        expect(persist(noisy(), copies, method)).toEqual([
          [[7], []],
          ['1 at 0', '2 at 3', '4 at 6'],
        ])
      }
    }
  })

  it('in `end` keep the frames before them for the second call', () => {
    const skips: string[] = []
    const decoder = noisy().decoder(failing(skips))
    decoder.decode(u8(1, 7, 1, 8, 200, 200))
    expect(() => decoder.end()).toThrow('mine')
    expect(decoder.end()).toEqual([u8(7), u8(8)])
    expect(skips).toEqual(['2 at 4'])
    expect(decoder.end()).toEqual([])
  })
})

describe('onSkip, called for the gap before a frame or error, may use the decoder:', () => {
  const roads = ['decode', 'scan'] as const

  /** What is given out of these chunks if `use` is called in the first report. */
  function given(
    stream: Uint8Array[],
    road: (typeof roads)[number],
    use: (decoder: FrameDecoder, take: (frame: Uint8Array) => void) => void,
  ): unknown[] {
    const seen: unknown[] = []
    const take = (frame: Uint8Array): void => void seen.push([...frame])
    let isUsed = false
    const decoder = noisy({ oversize: 'skip' }).decoder({
      onSkip({ offset, length }) {
        seen.push(`${length} at ${offset}`)
        if (!isUsed) use(decoder, take)
        isUsed = true
      },
    })
    try {
      for (const chunk of stream) {
        if (road === 'scan') decoder.scan(chunk, (bytes, start, end) => take(bytes.subarray(start, end)))
        else for (const frame of decoder.decode(chunk)) take(frame)
      }
    } catch (error) {
      seen.push((error as FrameError).code)
    }
    return seen
  }

  it.each(roads)('what it takes comes first, and %s goes on behind it', (road) => {
    for (const chunks of everyCut(u8(GARBAGE, 1, 7, 2, 8, 8, GARBAGE, 1, 9))) {
      const next = (decoder: FrameDecoder, take: (frame: Uint8Array) => void): void => {
        for (const frame of decoder.decode(u8())) {
          take(frame)
          break
        }
      }
      expect(given(chunks, road, next)).toEqual(['1 at 0', [7], [8, 8], '1 at 6', [9]])
    }
  })

  it.each(roads)('%s reports the next gap where it is, if the callback takes that in', (road) => {
    const all = (decoder: FrameDecoder, take: (frame: Uint8Array) => void): void => {
      for (const frame of decoder.decode(u8())) take(frame)
    }
    const chunks = [u8(GARBAGE, SPACE, GARBAGE, 1, 7), u8(GARBAGE, 1, 9)]
    expect(given(chunks, road, all)).toEqual(['1 at 0', '1 at 2', [7], '1 at 5', [9]])
  })

  it.each(roads)('%s ends with the bytes that it removes', (road) => {
    for (const rest of [
      [1, 7],
      [BAD, 1],
      [20, 1, 1],
    ]) {
      const stream = u8(0, GARBAGE, ...rest)
      expect(given([stream], road, (decoder) => decoder.reset())).toEqual([[], '1 at 1'])
      expect(given([stream], road, (decoder, take) => take(decoder.takeRemaining()))).toEqual([[], '1 at 1', rest])
    }
  })

  it('end as well', () => {
    const decoder = noisy().decoder({ onSkip: () => void decoder.takeRemaining() })
    expect([...decoder.decode(u8(GARBAGE, 5, 1))]).toEqual([])
    expect(decoder.end()).toEqual([])
  })
})

describe('errors of others', () => {
  const inner = byteLength()
  const nested = mapCodec(byteLength(), {
    decode(frame) {
      const decoder = inner.decoder()
      return [...decoder.decode(frame), ...decoder.end()].map((part) => part.length)
    },
  })

  it('an error of another decoder becomes the cause; its offset and frames are not used', () => {
    for (const chunks of everyCut(u8(3, 0, 1, 7, 4, 0, 5, 0, 0))) {
      const decoder = nested.decoder()
      const frames: unknown[] = []
      let error: unknown
      try {
        for (const chunk of chunks) for (const frame of decoder.decode(chunk)) frames.push(frame)
        frames.push(...decoder.end())
      } catch (thrown) {
        error = thrown
      }
      expect(frames).toEqual([[0, 1]])
      expect(error).toMatchObject({ code: 'ERR_FRAME_CORRUPT', offset: 4, frameLength: 5 })
      expect(error).not.toHaveProperty('frames')
      expect((error as FrameError).cause).toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: 1 })
    }
  })

  it('an error of another decoder becomes the cause of ERR_FRAME_NOT_ENCODABLE when encoding', () => {
    const codec = mapCodec(byteLength(), {
      decode: (frame) => frame,
      encode(): Uint8Array {
        inner.decoder().decode(u8(255)).next()
        return u8()
      },
    })
    expect(() => codec.encode(u8())).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', cause: expect.objectContaining({ offset: 0 }) }),
    )
  })

  it('one error object thrown for every connection gets the offset of each', () => {
    const shared = Object.freeze(new FrameError('ERR_FRAME_CORRUPT', 'shared'))
    const codec = byteLength({
      find(bytes, start) {
        if (bytes[start] === 0) throw shared
        return start + 1
      },
    })
    expect(eventsOf(codec, [u8(1, 1, 0)]).at(-1)).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 2 })
    expect(eventsOf(codec, [u8(1, 0)]).at(-1)).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 1 })
  })

  it('anything that a mapping throws is a cause, even undefined', () => {
    for (const cause of [undefined, null, 'text', 1]) {
      const codec = mapCodec(byteLength(), {
        decode() {
          throw cause
        },
      })
      expect(() => [...codec.decoder().decode(u8(0))]).toThrow(
        expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0, cause }),
      )
    }
  })
})

describe('mappings with a memory', () => {
  /** Pairs of frames; the last one may be single. */
  const pairs = (): FrameCodec<number[]> =>
    mapCodec(byteLength(), {
      decoder() {
        let held: number[] | undefined
        return {
          decode(frame) {
            if (held === undefined) {
              held = [...frame]
              return NO_FRAME
            }
            const pair = [...held, ...frame]
            held = undefined
            return pair
          },
          end: () => (held === undefined ? [] : [held]),
        }
      },
    })

  it('belong to one decoder each, give their last frames at the end, and are renewed by reset', () => {
    const codec = pairs()
    const [first, second] = [codec.decoder(), codec.decoder()]
    expect([...first.decode(u8(1, 1))]).toEqual([])
    expect([...second.decode(u8(1, 2, 1, 3))]).toEqual([[2, 3]])
    expect([...first.decode(u8(1, 4, 1, 5))]).toEqual([[1, 4]])
    expect(first.end()).toEqual([[5]])
    first.reset()
    expect([...first.decode(u8(1, 6, 1, 7))]).toEqual([[6, 7]])
    expect(first.end()).toEqual([])
  })

  it('compose: the last frames of one go through the next', () => {
    const sums = mapCodec(pairs(), { decode: (pair) => pair.reduce((sum, each) => sum + each, 0) })
    const decoder = sums.decoder()
    expect([...decoder.decode(u8(1, 1, 1, 2, 1, 9))]).toEqual([3])
    expect(decoder.end()).toEqual([9])
  })

  it('are skipped frame by frame with `corrupt: skip`', () => {
    const codec = mapCodec(byteLength(), {
      corrupt: 'skip',
      decode(frame) {
        if (frame.length === 0) throw new Error('empty')
        return frame[0]
      },
    })
    for (const chunks of everyCut(u8(1, 5, 0, 1, 6))) expect(eventsOf(codec, chunks)).toEqual([5, 'corrupt 1 at 2', 6])
  })

  it('are checked when the codec is made, mappers when a decoder is made', () => {
    expect(() => mapCodec(byteLength(), {} as never)).toThrow(/decode must be a function/)
    expect(() => mapCodec(byteLength(), { decode: () => 1, decoder: () => 1 } as never)).toThrow(/received both/)
    expect(() => mapCodec(byteLength(), { decoder: 1 } as never)).toThrow(/decoder must be a function/)
    expect(() => mapCodec(byteLength(), { decoder: () => ({}) } as never).decoder()).toThrow(
      /decode must be a function/,
    )
    expect(() => mapCodec(byteLength(), { decode: () => 1, encdoe: () => u8() } as never)).toThrow(
      /did you mean encode/,
    )
  })
})

describe('memory of others', () => {
  const transferred = (): Uint8Array => {
    const bytes = u8(1, 7)
    structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })
    return bytes
  }

  it.each<[string, (decoder: FrameDecoder, chunk: Uint8Array) => unknown]>([
    ['decode', (decoder, chunk) => [...decoder.decode(chunk)]],
    ['scan', (decoder, chunk) => decoder.scan(chunk, () => {})],
  ])('%s refuses a chunk that was transferred before, and can go on with its bytes', (_name, take) => {
    for (const begun of [u8(), u8(1, 7, 2, 8)]) {
      const decoder = byteLength().decoder()
      expect([...decoder.decode(begun)]).toEqual(begun.length === 0 ? [] : [u8(7)])
      expect(() => take(decoder, transferred())).toThrow(
        new TypeError('byteLength: a chunk was transferred or resized before it was read'),
      )
      expect([...decoder.decode(begun.length === 0 ? u8(1, 9) : u8(9))]).toHaveLength(1)
      expect(decoder.end()).toEqual([])
    }
  })

  it('encode refuses a frame, or a part of one, that was transferred', () => {
    expect(() => byteLength().encode(transferred())).toThrow(
      new TypeError('byteLength: a frame was transferred or resized before it was read'),
    )
    const parts = defineCodec<{ body: Uint8Array }>({
      name: 'parts',
      find: (_bytes, start) => start + 1,
      maxFrameLength: 9,
      toFrame: (body) => ({ body }),
      encodeParts: ({ body }) => [u8(1), body],
    })
    expect(() => parts.encode({ body: transferred() })).toThrow(
      new TypeError('parts: each of header, payload and trailer was transferred or resized before it was read'),
    )
    expect(parts.encode({ body: u8() })).toEqual(u8(1))
  })

  it('a chunk that was transferred away is an error', () => {
    const transfer = (bytes: Uint8Array): void =>
      void structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })
    for (const rest of [[1, 8], [3, 1], [1]]) {
      const decoder = byteLength().decoder()
      const chunk = u8(1, 7, ...rest)
      const loop = decoder.decode(chunk)
      expect(loop.next().value).toEqual(u8(7))
      transfer(chunk)
      expect(() => loop.next()).toThrow(/^byteLength: the chunk was transferred or resized/)
      expect(() => decoder.decode(u8(1))).toThrow(/transferred/)
      decoder.reset()
      expect([...decoder.decode(u8(1, 9))]).toEqual([u8(9)])

      const scanned = byteLength().decoder()
      const visited: number[] = []
      const second = u8(1, 7, ...rest)
      const visit = (bytes: Uint8Array, start: number): void => {
        visited.push(bytes[start]!)
        transfer(bytes)
      }
      expect(() => scanned.scan(second, visit)).toThrow(/transferred/)
      expect(visited).toEqual([7])

      const left = byteLength().decoder()
      const third = u8(1, 7, ...rest)
      left.decode(third).next()
      transfer(third)
      expect(() => left.decode(u8())).toThrow(/transferred/)
    }
    const whole = byteLength().decoder()
    const chunk = u8(1, 7)
    expect([...whole.decode(chunk)]).toEqual([u8(7)])
    transfer(chunk)
    expect([...whole.decode(u8(1, 8))]).toEqual([u8(8)])
  })

  it('a chunk that was transferred after its first frame is an error, even if its finder reads no byte', () => {
    const codec = defineCodec({ name: 'pairs', maxFrameLength: 2, find: (_bytes, start) => start + 2 })
    for (const copy of [false, true]) {
      const chunk = u8(1, 2, 3, 4)
      const loop = codec.decoder({ copy }).decode(chunk)
      expect(loop.next().value).toEqual(u8(1, 2))
      structuredClone(chunk.buffer, { transfer: [chunk.buffer as ArrayBuffer] })
      expect(() => loop.next()).toThrow(/^pairs: the chunk was transferred/)
    }
  })

  it.each<[string, (decoder: FrameDecoder) => unknown]>([
    ['the loop is left', (decoder) => (decoder as unknown as Required<Iterator<Uint8Array>>).return()],
    ['its iterator is asked on', (decoder) => (decoder as unknown as Iterator<Uint8Array>).next()],
    ['the next chunk comes', (decoder) => [...decoder.decode(u8(1, 7))]],
    ['what remains is taken', (decoder) => decoder.takeRemaining()],
    ['the stream ends', (decoder) => decoder.end()],
  ])('a chunk that was transferred after its last frame was taken is no error when %s', (_what, go) => {
    const chunk = u8(1, 2)
    const decoder = byteLength().decoder()
    expect(decoder.decode(chunk).next().value).toEqual(u8(2))
    structuredClone(chunk.buffer, { transfer: [chunk.buffer as ArrayBuffer] })
    expect(() => go(decoder)).not.toThrow()
  })

  it('a chunk that a mapping transferred before it threw is an error if bytes of it are left', () => {
    const chunk = u8(1, 5, 1, 6)
    const decoder = mapCodec(byteLength(), {
      decode: (): never => {
        structuredClone(chunk.buffer, { transfer: [chunk.buffer as ArrayBuffer] })
        throw new Error('refused')
      },
    }).decoder()
    expect(() => [...decoder.decode(chunk)]).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }))
    expect(() => decoder.takeRemaining()).toThrow(/^byteLength: the chunk was transferred/)
  })

  it.each<[string, (decoder: FrameDecoder, chunk: Uint8Array) => unknown]>([
    ['decode', (decoder, chunk) => [...decoder.decode(chunk)]],
    ['scan', (decoder, chunk) => decoder.scan(chunk, () => {})],
    ['end', (decoder, chunk) => (decoder.decode(chunk), decoder.end())],
    ['takeRemaining', (decoder, chunk) => (decoder.decode(chunk), decoder.takeRemaining())],
  ])('a chunk that onSkip transferred before %s has read it is an error', (_what, take) => {
    for (const skipped of [u8(GARBAGE), u8(BAD, 9)]) {
      const chunk = u8(...skipped, GARBAGE, 1, 8)
      const decoder = noisy({ corrupt: 'skip' }).decoder({
        onSkip: () => void structuredClone(chunk.buffer, { transfer: [chunk.buffer as ArrayBuffer] }),
      })
      decoder.decode(u8(GARBAGE)).next()
      expect(() => take(decoder, chunk)).toThrow(/^noisy: the chunk was transferred or resized/)
    }
  })

  it('a chunk that onSkip transferred after all of it was copied is no error', () => {
    const codec = defineCodec({
      name: 'zeroEnded',
      maxFrameLength: 9,
      find(bytes, start, end, search) {
        if (bytes[start] === GARBAGE) return gap(search, start + 1)
        const at = bytes.subarray(start, end).indexOf(0)
        return at < 0 ? UNKNOWN : start + at + 1
      },
    })
    for (const method of ['decode', 'scan'] as const) {
      const chunk = u8(0, 6, 0, 7, 0)
      const decoder = codec.decoder({
        onSkip: () => void structuredClone(chunk.buffer, { transfer: [chunk.buffer as ArrayBuffer] }),
      })
      const frames: Uint8Array[] = []
      expect([...decoder.decode(u8(GARBAGE, 5))]).toEqual([])
      if (method === 'decode') frames.push(...decoder.decode(chunk))
      else decoder.scan(chunk, (bytes, start, end) => frames.push(bytes.slice(start, end)))
      expect(frames).toEqual([u8(5, 0), u8(6, 0), u8(7, 0)])
      expect(decoder.end()).toEqual([])
    }
  })

  it('transferring a frame that spans chunks does not affect later frames', () => {
    for (const size of [3, 60, 200, 400, 2000]) {
      const codec = byteLength({
        maxFrameLength: 5000,
        find(bytes, start, end, search) {
          if (end - start < 2) return start + 2
          search.payloadStart = start + 2
          return start + 2 + bytes[start]! * 256 + bytes[start + 1]!
        },
      })
      const frame = u8(size >> 8, size & 255, ...new Uint8Array(size).fill(7))
      const decoder = codec.decoder()
      const stream = Buffer.concat([frame, frame, frame, frame, frame])
      let frames = 0
      for (let at = 0; at < stream.length; at += size - 1) {
        for (const got of decoder.decode(new Uint8Array(stream.subarray(at, at + size - 1)))) {
          expect([...got]).toEqual([...frame.subarray(2)])
          structuredClone(got, { transfer: [got.buffer] })
          frames++
        }
      }
      expect(frames).toBe(5)
    }
  })

  it('frames that span chunks overlap nothing, and are never written to again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 90, size: 'max', max: 9 }), { maxLength: 20, size: 'max' }),
        fc.integer({ min: 1, max: 99 }),
        (payloads, size) => {
          const codec = byteLength()
          const stream = u8(...payloads.flatMap((payload) => [payload.length, ...payload]))
          const decoders = [codec.decoder(), codec.decoder()]
          const frames: [Uint8Array, Uint8Array][] = []
          for (let at = 0; at < stream.length; at += size) {
            for (const decoder of decoders) {
              const chunk = stream.slice(at, at + size)
              for (const frame of decoder.decode(chunk)) {
                frames.push([frame, frame.slice()])
                // Changes by the caller affect nothing else.
                frame.fill(255)
                frames.at(-1)![1].fill(255)
              }
            }
          }
          for (const [frame, expected] of frames) expect(frame).toEqual(expected)
          expect(frames).toHaveLength(2 * payloads.length)
        },
      ),
    )
  })

  it('takeRemaining and encode give memory that belongs to the caller', () => {
    const first = byteLength().decoder().takeRemaining()
    const second = byteLength().decoder().takeRemaining()
    expect(first).toHaveLength(0)
    expect(first.buffer).not.toBe(second.buffer)
    const codec = byteLength()
    expect(codec.encode(u8()).buffer).not.toBe(codec.encode(u8()).buffer)
  })
})

describe('codecs', () => {
  it('print as one line', () => {
    expect(inspect(byteLength())).toBe("FrameCodec { name: 'byteLength', maxFrameLength: 100 }")
  })
})

describe('decoders', () => {
  it('print as one line', () => {
    const decoder = byteLength().decoder()
    decoder.decode(u8(5, 1, 2)).next()
    expect(inspect(decoder)).toBe('FrameDecoder { bufferedLength: 3, frameOffset: 0 }')
    expect(inspect(endedBy12(4).decoder()).split('\n')).toHaveLength(1)
  })

  it('work under yield* with throw, and lose nothing', () => {
    const decoder = byteLength().decoder()
    function* delegate(): Generator<Uint8Array> {
      yield* decoder.decode(u8(1, 7, 1, 8, 1, 9))
    }
    const generator = delegate()
    expect(generator.next().value).toEqual(u8(7))
    expect(() => generator.throw(new Error('mine'))).toThrow('mine')
    expect([...decoder.decode(u8())]).toEqual([u8(8), u8(9)])
  })

  it('drop the NO_FRAME of another copy of the module', () => {
    const foreign = runInNewContext("Symbol.for('unstick.NO_FRAME')") as symbol
    expect(
      eventsOf(byteLength({ toFrame: (payload) => (payload.length === 0 ? (foreign as typeof NO_FRAME) : payload) }), [
        u8(0, 1, 5),
      ]),
    ).toEqual([u8(5)])
  })

  it('refuse unknown options, and suggest the nearest name', () => {
    expect(() => byteLength().decoder({ onskip: () => {} } as never)).toThrow(
      /decoder has no option "onskip": did you mean onSkip\?/,
    )
    expect(() => byteLength({ maxFrameLenght: 3 } as never)).toThrow(/did you mean maxFrameLength\?/)
  })

  it('read each option once', () => {
    let reads = 0
    const given = {
      name: 'once',
      find: (_bytes: Uint8Array, start: number) => start + 1,
      get maxFrameLength() {
        reads++
        return 9
      },
    }
    const codec = defineCodec(given)
    expect(codec.maxFrameLength + codec.decoder().bufferedLength).toBe(9)
    expect(reads).toBe(1)
  })

  it('leave out, but count, slices for which isFrame is false, in decode and scan', () => {
    const codec = byteLength({
      isFrame: (bytes, start, end) => end - start !== 1 || bytes[start] !== 0,
      toFrame: (payload, index) => u8(...payload, index),
    })
    for (const chunks of everyCut(u8(1, 7, 1, 0, 1, 8))) {
      expect(eventsOf(codec, chunks)).toEqual([u8(7, 0), u8(8, 2)])
      expect(eventsOf(codec, chunks, 'scan')).toEqual([u8(7), u8(8)])
    }
  })
})

describe('encode', () => {
  it('refuses frames that the decoder would refuse, for every codec', () => {
    const codec = byteLength({ maxFrameLength: 5 })
    expect(codec.encode(new Uint8Array(4))).toHaveLength(5)
    for (const encode of [codec.encode.bind(codec), codec.encodeParts.bind(codec)]) {
      expect(() => encode(new Uint8Array(5))).toThrow(
        expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', frameLength: 6, maxFrameLength: 5 }),
      )
    }
    const mapped = mapCodec(codec, { decode: String, encode: (text: string) => u8(...Buffer.from(text)) })
    expect(() => mapped.encode('hello')).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }))
  })

  it('names the part of a codec that is not bytes', () => {
    const codec = byteLength({ encodeParts: () => ['secret'] as never })
    expect(() => codec.encode(u8())).toThrow(
      'byteLength: each of header, payload and trailer must be a Uint8Array, received a string',
    )
  })

  it('never quotes the bytes or frame in an error', () => {
    for (const act of [
      () => byteLength().encode('secret' as never),
      () =>
        byteLength()
          .decoder()
          .decode('secret' as never),
      () => byteLength({ encodeParts: () => ['secret'] as never }).encode(u8()),
    ]) {
      expect(act).toThrow(TypeError)
      expect(act).not.toThrow(/secret/)
    }
  })
})
