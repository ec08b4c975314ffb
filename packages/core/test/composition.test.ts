// Wrapped codecs give the results of their parts, in every combination and three deep.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chooseCodec,
  defineCodec,
  FrameError,
  joinFragments,
  mapCodec,
  UNKNOWN,
  type FrameCodec,
} from '../src/index.ts'
import { anyCodec, anyStream, expectedOf, outcomeOf as outcomeOfTree } from './naive-composition.ts'
import { cut } from './oracle.ts'

/** One byte says how many follow, and none follows 255: the end inside a pair of frames is refused. */
function counted(maxFrameLength = 64): FrameCodec {
  return defineCodec({
    name: 'counted',
    maxFrameLength,
    find: (bytes, start, end, search) => {
      const frameEnd = start + 1 + bytes[start]!
      search.payloadStart = start + 1
      search.payloadEnd = frameEnd
      search.state = frameEnd <= end ? 1 - search.state : search.state
      return frameEnd
    },
    findAtEnd: (bytes, start, end, search) => {
      if (start === end && search.state === 1) throw new FrameError('ERR_FRAME_TRUNCATED', 'counted: an odd frame')
      return start === end ? UNKNOWN : start + 1 + bytes[start]!
    },
    encodeParts: (frame) => [Uint8Array.of(frame.length), frame],
  })
}

/** How a codec is wrapped; `unwrap` takes the frames of the wrapped codec to those of the codec alone. */
interface Wrapper {
  name: string
  wrap: (codec: FrameCodec<unknown>) => FrameCodec<unknown>
  unwrap: (frame: unknown) => unknown
}

const WRAPPERS: readonly Wrapper[] = [
  {
    name: 'mapCodec',
    wrap: (codec) =>
      mapCodec(codec, { decode: (frame) => ({ frame }), encode: (made: { frame: unknown }) => made.frame }),
    unwrap: (frame) => (frame as { frame: unknown }).frame,
  },
  {
    name: 'mapCodec with a memory',
    wrap: (codec) =>
      mapCodec(codec, {
        decoder: () => {
          let number = 0
          return { decode: (frame: unknown) => ({ frame, number: number++ }) }
        },
        encode: (made: { frame: unknown }) => made.frame,
      }),
    unwrap: (frame) => (frame as { frame: unknown }).frame,
  },
  {
    name: 'chooseCodec',
    wrap: (codec) => chooseCodec({ choose: () => 'only', codecs: { other: counted(), only: codec } }),
    unwrap: (frame) => (frame as { frame: unknown }).frame,
  },
]

/** The results of decoding a stream, by every method. */
function outcomeOf(codec: FrameCodec<unknown>, chunks: readonly Uint8Array[]) {
  const frames: unknown[] = []
  const decoder = codec.decoder()
  const places: unknown[] = []
  try {
    for (const chunk of chunks) {
      for (const frame of decoder.decode(chunk)) frames.push(frame)
      places.push([decoder.bufferedLength, decoder.frameOffset])
    }
    frames.push(...decoder.end())
    return { frames, places, error: undefined }
  } catch (error) {
    const { code, offset, frameLength } = error as FrameError
    return { frames, places, error: { code, offset, frameLength } }
  }
}

function scanned(codec: FrameCodec<unknown>, chunks: readonly Uint8Array[]) {
  const slices: number[][] = []
  const decoder = codec.decoder()
  try {
    for (const chunk of chunks) decoder.scan(chunk, (bytes, start, end) => slices.push([...bytes.subarray(start, end)]))
    return { slices, rest: [...decoder.takeRemaining()] }
  } catch (error) {
    return { slices, code: (error as FrameError).code }
  }
}

const anyWrappers = fc.array(fc.constantFrom(...WRAPPERS), { minLength: 1, maxLength: 3 })
const anyChunks = fc.array(
  fc
    .array(fc.oneof(fc.nat(4), fc.constantFrom(70)), { maxLength: 12, size: 'max' })
    .map((bytes) => Uint8Array.from(bytes)),
  { maxLength: 6 },
)

/** Fragments that are the last of their message if they are shorter than 3 bytes. */
function joined(codec: FrameCodec): FrameCodec {
  return joinFragments(codec, {
    isLast: (fragment) => fragment.length < 3,
    maxMessageLength: 1000,
    *split(message) {
      for (let at = 0; ; at += 3) {
        const part = message.subarray(at, at + 3)
        yield part
        if (part.length < 3) return
      }
    },
  })
}

const BASES: readonly (readonly [string, () => FrameCodec])[] = [
  ['counted', () => counted()],
  ['joinFragments', () => joined(counted(11))],
  [
    'joinFragments over chooseCodec',
    () => {
      const chosen = chooseCodec({ choose: () => 'only', codecs: { only: counted(11) } })
      const bytes = mapCodec(chosen, {
        decode: ({ frame }) => frame,
        encode: (frame: Uint8Array) => ({ kind: 'only' as const, frame }),
      })
      return joined(bytes)
    },
  ],
]

describe('codecs made of codecs', () => {
  for (const [name, base] of BASES) {
    test(`${name}: three wrappers deep, frames, offsets, errors, slices and the rest are those of the codec alone`, () => {
      fc.assert(
        fc.property(anyWrappers, anyChunks, (wrappers, chunks) => {
          const codec = wrappers.reduce<FrameCodec<unknown>>((inner, { wrap }) => wrap(inner), base())
          const { frames, ...outcome } = outcomeOf(codec, chunks)
          const unwrapped = frames.map((frame) => wrappers.reduceRight((made, { unwrap }) => unwrap(made), frame))
          expect({ frames: unwrapped, ...outcome }).toEqual(outcomeOf(base(), chunks))
          expect(scanned(codec, chunks)).toEqual(scanned(base(), chunks))
        }),
      )
    })

    test(`${name}: three wrappers deep, encode writes and refuses what the codec alone does`, () => {
      const encoded = (codec: FrameCodec<unknown>, frame: unknown) => {
        try {
          return [...codec.encode(frame)]
        } catch (error) {
          return (error as FrameError).code
        }
      }
      fc.assert(
        fc.property(anyWrappers, fc.uint8Array({ maxLength: 100, size: 'max' }), (wrappers, frame) => {
          const codec = wrappers.reduce<FrameCodec<unknown>>((inner, { wrap }) => wrap(inner), base())
          const wrapped = wrappers.reduce<unknown>(
            (made, { name: by }) => (by === 'chooseCodec' ? { kind: 'only', frame: made } : { frame: made }),
            frame,
          )
          expect(encoded(codec, wrapped)).toEqual(encoded(base(), frame))
        }),
      )
    })
  }

  test('decoders of a composed codec share no memory', () => {
    const codec = joinFragments(
      mapCodec(chooseCodec({ choose: () => 'a', codecs: { a: joined(counted()) } }), { decode: ({ frame }) => frame }),
      { isLast: (message) => message.length < 5 },
    )
    const [first, second] = [codec.decoder(), codec.decoder()]
    expect([...first.decode(Uint8Array.of(3, 1, 1, 1))]).toEqual([])
    expect([...second.decode(Uint8Array.of(1, 9))]).toEqual([Uint8Array.of(9)])
    expect([...first.decode(Uint8Array.of(1, 2))]).toEqual([Uint8Array.of(1, 1, 1, 2)])
  })

  test('an error of one kind has its own offset while a message of another kind waits', () => {
    const codec = chooseCodec({
      choose: (bytes, start) => (bytes[start] === 2 ? 'strict' : 'joined'),
      codecs: {
        joined: joined(counted()),
        strict: mapCodec(counted(), {
          decode: (): never => {
            throw new Error('refused')
          },
        }),
      },
    })
    const { error } = outcomeOf(codec, [Uint8Array.of(3, 1, 1, 1, 2, 5, 5)])
    expect(error).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 4, frameLength: 3 })
  })

  test('joinFragments encodes no fragments that its decoder refuses', () => {
    const isLast = (fragment: Uint8Array) => fragment.length < 3
    const tooLong = joinFragments(counted(4), { isLast, maxMessageLength: 100, split: (message) => [message] })
    expect(() => tooLong.encode(new Uint8Array(10))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }))
    const tooMany = joinFragments(counted(), {
      isLast,
      maxFragments: 1,
      split: (message) => [message.subarray(0, 3), message.subarray(3)],
    })
    expect(() => tooMany.encode(new Uint8Array(4))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }))
  })
})

describe('a chunk that was transferred before all of it was read', () => {
  const ways = {
    decode: (decoder: ReturnType<FrameCodec['decoder']>) => [...decoder.decode(Uint8Array.of(1))],
    scan: (decoder: ReturnType<FrameCodec['decoder']>) => decoder.scan(Uint8Array.of(1), () => {}),
    takeAll: (decoder: ReturnType<FrameCodec['decoder']>) => decoder.takeAll([]),
    takeRemaining: (decoder: ReturnType<FrameCodec['decoder']>) => decoder.takeRemaining(),
    end: (decoder: ReturnType<FrameCodec['decoder']>) => decoder.end(),
  }
  for (const [name, call] of Object.entries(ways)) {
    for (const before of [[], [5, 1]]) {
      test(`is the codec's own error from ${name}, after ${before.length} bytes of an unfinished frame`, () => {
        const decoder = counted().decoder()
        for (const _ of decoder.decode(Uint8Array.from(before)));
        const chunk = new Uint8Array([1, 2, 3, 4, 1, 9])
        decoder.decode(chunk)
        structuredClone(chunk.buffer, { transfer: [chunk.buffer] })
        expect(() => call(decoder)).toThrow(/^counted: the chunk was transferred/)
        decoder.reset()
        expect([...decoder.decode(Uint8Array.of(1, 7))]).toEqual([Uint8Array.of(7)])
      })
    }
  }
})

test('null for an option is a TypeError that names it, not its default', () => {
  const isLast = () => true
  const makers: Record<string, (name: string) => unknown> = {
    'maxFrameLength overhead find findMany findAtEnd atEnd oversize corrupt isFrame toFrame toFrames hint encodeParts name':
      (name) => defineCodec({ name: 'a', maxFrameLength: 1, find: () => UNKNOWN, [name]: null }),
    'copy onSkip': (name) => counted().decoder({ [name]: null }),
    'decode encode corrupt decoder': (name) => mapCodec(counted(), { decode: (frame) => frame, [name]: null }),
    'isLast body maxMessageLength maxFragments split': (name) => joinFragments(counted(), { isLast, [name]: null }),
    'choose codecs': (name) => chooseCodec({ choose: () => 'a', codecs: { a: counted() }, [name]: null }),
  }
  for (const [names, make] of Object.entries(makers)) {
    for (const name of names.split(' ')) {
      expect(() => make(name)).toThrow(TypeError)
      expect(() => make(name)).toThrow(new RegExp(`^${name} must .* received null`))
    }
  }
})

describe('codecs made of codecs at random', () => {
  for (const method of ['decode', 'takeAll', 'scan'] as const) {
    test(`${method} gives each frame with its last byte, and the skips and the error of a reading of the whole stream`, () => {
      fc.assert(
        fc.property(anyCodec, anyStream, fc.array(fc.nat(300), { maxLength: 8 }), ({ tree, rules }, stream, sizes) => {
          const chunks = cut(stream, sizes)
          let received = 0
          const boundaries = chunks.map((chunk) => (received += chunk.length))
          const expected = expectedOf(tree, rules, method === 'scan', stream, boundaries)
          expect(outcomeOfTree(tree, rules, method, chunks)).toEqual(expected)
        }),
        { numRuns: 300 },
      )
    })
  }
})
