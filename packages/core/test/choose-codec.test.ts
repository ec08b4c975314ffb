import { describe, expect, it } from 'vitest'
import {
  chooseCodec,
  defineCodec,
  drop,
  ENDLESS,
  FrameError,
  gap,
  joinFragments,
  mapCodec,
  NO_FRAME,
  UNKNOWN,
  type FrameCodec,
  type FrameSearch,
} from '../src/index.ts'
import { byteLength, cut, endedBy12, findByteLength, findEndedBy123 } from './oracle.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

/** Frames that end with 13; a 10 after it is dropped. */
function afterCr(): FrameCodec {
  return defineCodec({
    name: 'afterCr',
    maxFrameLength: 5,
    overhead: 1,
    find(bytes, start, end, search) {
      if (search.state === 1 && bytes[start] === 10) {
        search.state = 0
        return drop(search, start + 1)
      }
      for (let at = search.resumeAt; at < end; at++) {
        if (bytes[at] !== 13) continue
        search.payloadEnd = at
        search.state = 1
        return at + 1
      }
      search.resumeAt = end
      return UNKNOWN
    },
  })
}

/** Frames that begin with 0xc1 are counted by their second byte, others end with 1, 2. */
const mixed = () =>
  chooseCodec({
    choose: (bytes, start, end) => (start === end ? UNKNOWN : bytes[start]! < 100 ? 'counted' : 'ended'),
    codecs: {
      counted: byteLength({ maxFrameLength: 9 }),
      ended: mapCodec(endedBy12(4), {
        decode: (frame) => frame.length,
        encode: (length: number) => new Uint8Array(length).fill(200),
      }),
    },
  })

const outcome = (codec: FrameCodec<unknown>, chunks: Uint8Array[]): unknown[] => {
  const seen: unknown[] = []
  const decoder = codec.decoder()
  try {
    for (const chunk of chunks) for (const frame of decoder.decode(chunk)) seen.push(frame)
    seen.push(...decoder.end())
  } catch (error) {
    const { code, offset, frameLength, maxFrameLength } = error as Record<string, unknown>
    seen.push({ code, offset, frameLength, maxFrameLength })
  }
  return seen
}

const everyCut = (stream: Uint8Array): Uint8Array[][] => [
  [stream],
  [...stream].map((byte) => u8(byte)),
  ...Array.from({ length: stream.length }, (_, at) => cut(stream, [at])),
]

describe('chooseCodec', () => {
  it('gives each frame with its kind, however the stream is cut', () => {
    const stream = u8(2, 5, 6, 150, 151, 1, 2, 0, 160, 1, 2, 1, 9)
    for (const chunks of everyCut(stream)) {
      expect(outcome(mixed(), chunks)).toEqual([
        { kind: 'counted', frame: u8(5, 6) },
        { kind: 'ended', frame: 2 },
        { kind: 'counted', frame: u8() },
        { kind: 'ended', frame: 1 },
        { kind: 'counted', frame: u8(9) },
      ])
    }
  })

  it('encodes by kind, and refuses an unknown kind', () => {
    expect([...mixed().encode({ kind: 'counted', frame: u8(7) })]).toEqual([1, 7])
    expect(() => mixed().encode({ kind: 'other', frame: u8() } as never)).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }),
    )
    expect(() => mixed().encode({ kind: 'counted', frame: new Uint8Array(9) })).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', maxFrameLength: 9 }),
    )
  })

  it('keeps the limit of each codec, with the offset of the frame', () => {
    for (const chunks of everyCut(u8(1, 5, 9, 0, 0))) {
      expect(outcome(mixed(), chunks).at(-1)).toEqual({
        code: 'ERR_FRAME_TOO_LONG',
        offset: 2,
        frameLength: 10,
        maxFrameLength: 9,
      })
    }
    for (const chunks of everyCut(u8(1, 5, 150, 150, 150, 150, 150, 150, 150))) {
      expect(outcome(mixed(), chunks).at(-1)).toMatchObject({
        code: 'ERR_FRAME_TOO_LONG',
        offset: 2,
        maxFrameLength: 4,
      })
    }
  })

  it('refuses an unknown kind as corrupt', () => {
    const codec = chooseCodec({ choose: () => 'none' as never, codecs: { a: byteLength() } })
    expect(outcome(codec, [u8(1)])).toEqual([expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 })])
    const inherited = chooseCodec({ choose: () => 'toString' as never, codecs: { a: byteLength() } })
    expect(outcome(inherited, [u8(1)])).toEqual([expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 })])
  })

  it('keeps the state of each codec, for each decoder', () => {
    const codec = chooseCodec({
      choose: (bytes, start, end) => (start === end ? UNKNOWN : bytes[start] === 0 ? 'zero' : 'line'),
      codecs: { line: afterCr(), zero: byteLength() },
    })
    // A line, an empty frame, then the 10 that the codec of the first line still expects.
    const stream = u8(7, 13, 0, 10, 8, 13)
    const expected = [
      { kind: 'line', frame: u8(7) },
      { kind: 'zero', frame: u8() },
      { kind: 'line', frame: u8(8) },
    ]
    for (const chunks of everyCut(stream)) expect(outcome(codec, chunks)).toEqual(expected)
    const [first, second] = [codec.decoder(), codec.decoder()]
    expect([...first.decode(u8(7, 13))]).toEqual([{ kind: 'line', frame: u8(7) }])
    expect([...second.decode(u8(10, 13))]).toEqual([{ kind: 'line', frame: u8(10) }])
    expect([...first.decode(u8(10, 9, 13))]).toEqual([{ kind: 'line', frame: u8(9) }])
    first.reset()
    expect([...first.decode(u8(10, 13))]).toEqual([{ kind: 'line', frame: u8(10) }])
  })

  it('keeps the states of the new stream if a visitor resets the decoder and decodes up to the same frame', () => {
    const growing = defineCodec({
      name: 'growing',
      maxFrameLength: 9,
      find: (_bytes, start, _end, search) => (search.payloadEnd = start + ++search.state),
    })
    const codec = chooseCodec({
      choose: () => 'only',
      codecs: { only: mapCodec(growing, { decode: (frame) => [...frame] }) },
    })
    const expected = codec.decoder()
    const chunk = u8(1, 2, 2, 3, 3, 3, 4, 4, 4, 4)
    const next = u8(5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6)
    expect([...expected.decode(chunk), ...expected.decode(next)]).toHaveLength(6)
    const decoder = codec.decoder()
    let visits = 0
    decoder.scan(chunk, () => {
      if (++visits !== 2) return
      decoder.reset()
      const loop = decoder.decode(chunk)
      for (let count = 0; count < 2; count++) loop.next()
    })
    expect(visits).toBe(4)
    expect([...decoder.decode(next)]).toEqual([
      { kind: 'only', frame: [5, 5, 5, 5, 5] },
      { kind: 'only', frame: [6, 6, 6, 6, 6, 6] },
    ])
  })

  it.each<[string, (search: FrameSearch) => unknown]>([
    ['a symbol', () => Symbol('1')],
    ['a bigint', () => 1n],
    ['bytes', () => u8(1)],
    ['the state 0.5', (search) => (search.state = 0.5) + 0.5],
    ['a bigint as the state', (search) => ((search.state = 1n as never), 1)],
  ])('names the codec whose finder answered %s', (_what, find) => {
    const buggy = defineCodec({
      name: 'buggy',
      maxFrameLength: 9,
      find: (_bytes, _start, _end, search) => find(search) as number,
    })
    const codec = chooseCodec({ choose: () => 'only', codecs: { only: buggy } })
    expect(() => [...codec.decoder().decode(u8(1, 2))]).toThrow(/^buggy: the finder answered /)
    expect(() => codec.decoder().scan(u8(1, 2), () => {})).toThrow(/^buggy: the finder answered /)
  })

  it('leaves out slices that are not frames, and passes isFrame the number of frames before', () => {
    const indexes: number[] = []
    const codec = chooseCodec({
      choose: (bytes, start, end) => (start === end ? UNKNOWN : bytes[start] === 0 ? 'empty' : 'even'),
      codecs: {
        empty: mapCodec(byteLength(), { decode: () => NO_FRAME }),
        even: mapCodec(
          byteLength({ isFrame: (bytes, start, _end, index) => indexes.push(index) > 0 && bytes[start]! % 2 === 0 }),
          { decode: ([byte]) => byte },
        ),
      },
    })
    for (const chunks of everyCut(u8(1, 2, 0, 1, 3, 1, 4))) {
      indexes.length = 0
      expect(outcome(codec, chunks)).toEqual([
        { kind: 'even', frame: 2 },
        { kind: 'even', frame: 4 },
      ])
      expect([...new Set(indexes)]).toEqual([0, 2, 3])
    }
  })

  it('counts bytes as buffered from the first waiting message on, whatever its kind', () => {
    const joined = (): FrameCodec => joinFragments(byteLength(), { isLast: (fragment) => fragment[0]! >= 100 })
    const codec = chooseCodec({
      choose: (bytes, start, end) => (start === end ? UNKNOWN : bytes[start] === 1 ? 'short' : 'long'),
      codecs: { short: joined(), long: joined() },
    })
    const decoder = codec.decoder()
    const after = (...bytes: number[]): unknown[] => [
      ...[...decoder.decode(u8(...bytes))].map(({ kind, frame }) => [kind, ...frame]),
      decoder.bufferedLength,
      decoder.frameOffset,
    ]
    expect(after(1, 100)).toEqual([['short', 100], 0, undefined])
    expect(after(1, 5)).toEqual([2, 2])
    expect(after(2, 6, 7)).toEqual([5, 2])
    expect(after(1, 101)).toEqual([['short', 5, 101], 5, 4])
    expect(after(1, 8)).toEqual([7, 4])
    expect(after(2, 102, 9)).toEqual([['long', 6, 7, 102, 9], 5, 9])
    expect(() => decoder.end()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TRUNCATED', offset: 9 }))
  })

  it('gives the last frames of each codec with its kind, even those before an error', () => {
    const ending = (end: () => string[]): FrameCodec<string> =>
      mapCodec(byteLength(), { decoder: () => ({ decode: String, end }) })
    const last = (end: () => string[]): unknown => {
      const codecs = { a: ending(() => ['x', 'y']), b: ending(end), c: ending(() => ['z']) }
      const decoder = chooseCodec({ choose: () => 'a' as const, codecs }).decoder()
      try {
        return decoder.end()
      } catch (error) {
        return (error as { frames: unknown }).frames
      }
    }
    const fromA = [
      { kind: 'a', frame: 'x' },
      { kind: 'a', frame: 'y' },
    ]
    expect(last(() => [])).toEqual([...fromA, { kind: 'c', frame: 'z' }])
    expect(
      last(() => {
        throw new FrameError('ERR_FRAME_TRUNCATED', 'inside')
      }),
    ).toEqual(fromA)
  })

  it('asks each codec by its own state whether the stream may end', () => {
    const codec = chooseCodec({
      choose: () => 'pairs' as const,
      codecs: {
        other: byteLength(),
        pairs: byteLength({
          find(bytes, start, end, search) {
            search.state = 1 - search.state
            return findByteLength(bytes, start, end, search)
          },
          findAtEnd(_bytes, _start, _end, search) {
            if (search.state === 1) throw new FrameError('ERR_FRAME_TRUNCATED', 'half a pair')
            return UNKNOWN
          },
        }),
      },
    })
    expect(outcome(codec, [u8(0, 0)])).toHaveLength(2)
    expect(outcome(codec, [u8(0, 0, 0)]).at(-1)).toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: 3 })
  })

  it('emits at the end no more than the limit of the codec', () => {
    const codec = (max: number): FrameCodec<unknown> =>
      chooseCodec({
        choose: () => 'line' as const,
        codecs: { line: endedBy12(max, { atEnd: 'emit' }), other: endedBy12(99, { atEnd: 'emit' }) },
      })
    for (const chunks of everyCut(u8(5, 6, 1))) {
      expect(outcome(codec(3), chunks)).toEqual([{ kind: 'line', frame: u8(5, 6, 1) }])
      expect(outcome(codec(2), chunks)).toEqual([expect.objectContaining({ code: expect.stringMatching(/^ERR_/) })])
    }
  })

  it('accepts a frame of exactly the limit of its codec, and refuses one more byte', () => {
    for (const chunks of everyCut(u8(8, ...new Uint8Array(8)))) expect(outcome(mixed(), chunks)).toHaveLength(1)
    for (const chunks of everyCut(u8(150, 150, 150, 150, 1, 2))) {
      expect(outcome(mixed(), chunks)).toEqual([{ kind: 'ended', frame: 4 }])
    }
    for (const chunks of everyCut(u8(150, 150, 150, 150, 150, 1, 2))) {
      expect(outcome(mixed(), chunks)).toEqual([
        { code: 'ERR_FRAME_TOO_LONG', offset: 0, frameLength: undefined, maxFrameLength: 4 },
      ])
    }
  })

  it('has the largest limit of its codecs', () => {
    expect(mixed().maxFrameLength).toBe(9)
  })

  it('states what is wrong with a frame to be encoded', () => {
    for (const frame of [undefined, {}, { kind: 'other', frame: u8() }]) {
      expect(() => mixed().encode(frame as never)).toThrow('chooseCodec: the frame has no kind that is among codecs')
    }
    expect(mixed().encode({ kind: 'counted', frame: new Uint8Array(8) })).toHaveLength(9)
    expect(() => mixed().encode({ kind: 'ended', frame: 1 })).toThrow('endedBy12: this codec only decodes')
  })

  it('ends as the codec of the last frame ends', () => {
    const ends = (atEnd: 'emit' | 'drop' | 'error'): unknown[] =>
      outcome(chooseCodec({ choose: () => 'line', codecs: { line: endedBy12(9, { atEnd }) } }), [u8(5, 6)])
    expect(ends('emit')).toEqual([{ kind: 'line', frame: u8(5, 6) }])
    expect(ends('drop')).toEqual([])
    expect(ends('error')).toEqual([expect.objectContaining({ code: 'ERR_FRAME_TRUNCATED', offset: 0 })])
  })

  it('skips long frames if all codecs do, and refuses codecs that do not agree', () => {
    const skip = (name: 'skip' | 'error'): FrameCodec => byteLength({ maxFrameLength: 3, oversize: name })
    const skipped: unknown[] = []
    const codec = chooseCodec({ choose: () => 'a', codecs: { a: skip('skip'), b: skip('skip') } })
    const decoder = codec.decoder({ onSkip: ({ offset, length, reason }) => skipped.push([offset, length, reason]) })
    expect([...decoder.decode(u8(4, 0, 0, 0, 0, 1, 7))]).toEqual([{ kind: 'a', frame: u8(7) }])
    expect(skipped).toEqual([[0, 5, 'too-long']])
    expect(() => chooseCodec({ choose: () => 'a', codecs: { a: skip('skip'), b: skip('error') } })).toThrow(
      /codecs must agree on oversize/,
    )
  })

  it("has the hint of the frame's codec, and its limit, in the error for a frame that is too long", () => {
    const hinting = (oversize: 'error' | 'skip'): FrameCodec =>
      defineCodec({
        name: 'hinting',
        maxFrameLength: 4,
        oversize,
        find: (bytes, start, end) => {
          const at = bytes.subarray(start, end).indexOf(9)
          return at < 0 ? UNKNOWN : start + at + 1
        },
        hint: (bytes, start) => (bytes[start] === 5 ? 'this looks like fives' : undefined),
      })
    const message = 'hinting: the frame exceeds maxFrameLength (4 bytes); this looks like fives'
    for (const chunks of everyCut(u8(5, 5, 5, 5, 5, 5, 5, 9, 7, 9))) {
      const codecs = { other: byteLength(), a: hinting('error') }
      const decoder = chooseCodec({ choose: () => 'a', codecs }).decoder()
      expect(() => chunks.forEach((chunk) => [...decoder.decode(chunk)])).toThrow(message)
    }
    // A skipped frame stays with its codec, whatever its later bytes look like.
    for (const chunks of everyCut(u8(5, 5, 5, 5, 5, 0, 0, 9, 7, 9))) {
      const skipped: unknown[] = []
      const decoder = chooseCodec({
        choose: (bytes, start) => (bytes[start] === 0 ? 'other' : 'a'),
        codecs: { other: byteLength({ oversize: 'skip' }), a: hinting('skip') },
      }).decoder({ onSkip: ({ length, error }) => skipped.push([length, error?.message.replace(' at offset 0', '')]) })
      expect(chunks.flatMap((chunk) => [...decoder.decode(chunk)])).toEqual([{ kind: 'a', frame: u8(7, 9) }])
      expect(skipped).toEqual([[8, message]])
    }
  })

  it('skips a frame to the end that its codec finds from its resumeAt', () => {
    // Frames end with a line of one 46; while one is skipped, the state is 1, and lines are still read whole.
    const dotted = defineCodec({
      name: 'dotted',
      maxFrameLength: 3,
      overhead: 20,
      oversize: 'skip',
      find(bytes, start, end, search) {
        const isSkipping = search.state === 1
        let line = search.resumeAt
        for (let lf = bytes.indexOf(10, line); lf >= 0 && lf < end; lf = bytes.indexOf(10, line)) {
          if (lf - line === 1 && bytes[line] === 46 && (isSkipping || line - start <= 3)) {
            search.state = 0
            search.payloadEnd = line
            return lf + 1
          }
          if (lf - line === 1 && bytes[line] === 46) break
          line = lf + 1
        }
        search.resumeAt = line
        if (isSkipping || end - start < 4) return UNKNOWN
        search.state = 1
        return ENDLESS
      },
    })
    const chosen = chooseCodec({ choose: () => 'dotted', codecs: { dotted, other: byteLength({ oversize: 'skip' }) } })
    for (const chunks of everyCut(u8(1, 10, 46, 10, 1, 2, 3, 4, 46, 10, 5, 10, 46, 10, 46, 10))) {
      for (const codec of [dotted, chosen]) {
        const lengths: number[] = []
        const decoder = codec.decoder({ onSkip: ({ length }) => lengths.push(length) })
        const frames = chunks.flatMap((chunk) => [...decoder.decode(chunk)])
        const bytes = frames.map((frame) => ('kind' in frame ? frame.frame : frame))
        expect([bytes, lengths]).toEqual([[u8(1, 10), u8()], [10]])
      }
    }
  })

  it('waits for as many bytes as choose needs; an end before that is a truncated frame', () => {
    const codec = chooseCodec({
      choose: (bytes, start, end) => (end - start < 2 ? UNKNOWN : bytes[start + 1] === 5 ? 'a' : 'b'),
      codecs: { a: byteLength(), b: joinFragments(byteLength(), { isLast: (fragment) => fragment[0] === 7 }) },
    })
    for (const chunks of everyCut(u8(1, 5, 1, 6, 1, 7, 1))) {
      expect(outcome(codec, chunks)).toEqual([
        { kind: 'a', frame: u8(5) },
        { kind: 'b', frame: u8(6, 7) },
        { code: 'ERR_FRAME_TRUNCATED', offset: 6, frameLength: undefined, maxFrameLength: undefined },
      ])
    }
    expect(outcome(codec, [])).toEqual([])
  })

  it('calls each codec, not choose, at an end between frames', () => {
    const codec = chooseCodec({
      choose: (_bytes, start, end) => (start === end ? UNKNOWN : 'odd'),
      codecs: {
        odd: byteLength({
          find: (bytes, start, end, search) => (
            (search.state = 1 - search.state),
            findByteLength(bytes, start, end, search)
          ),
          findAtEnd(_bytes, _start, _end, search) {
            if (search.state === 0) return UNKNOWN
            throw new FrameError('ERR_FRAME_TRUNCATED', 'an odd frame')
          },
        }),
        other: byteLength(),
      },
    })
    expect(outcome(codec, [u8(0, 0)])).toHaveLength(2)
    expect(outcome(codec, [u8(0)]).at(-1)).toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: 1 })
  })

  it('gives the last frames of all kinds in the order in which they began', () => {
    const gathering = (): FrameCodec<number> =>
      mapCodec(byteLength(), {
        decoder: () => {
          const gathered: number[] = []
          return {
            decode: (frame) => (gathered.push(frame.length), NO_FRAME),
            isInside: () => gathered.length > 0,
            end: () => gathered,
          }
        },
      })
    const choose = (bytes: Uint8Array, start: number): 'a' | 'b' | 'c' => (['a', 'b', 'c'] as const)[bytes[start]!]!
    const codec = chooseCodec({ choose, codecs: { a: gathering(), b: gathering(), c: gathering() } })
    for (const [stream, kinds] of [
      [u8(0, 1, 0, 2, 0, 0), 'abc'],
      [u8(2, 0, 0, 1, 0, 0), 'cba'],
      [u8(1, 0, 2, 0, 0, 0), 'bca'],
    ] as const) {
      expect(
        outcome(codec, [stream])
          .map((frame) => (frame as { kind: string }).kind)
          .join(''),
      ).toBe(kinds)
    }
  })

  it('chooses again after a frame skipped to a known end', () => {
    const codec = chooseCodec({
      choose: (bytes, start) => (bytes[start]! < 3 ? 'refusing' : 'counted'),
      codecs: {
        counted: byteLength({ oversize: 'skip', corrupt: 'skip' }),
        refusing: byteLength({
          oversize: 'skip',
          corrupt: 'skip',
          find(bytes, start) {
            const code = bytes[start] === 1 ? 'ERR_FRAME_TOO_LONG' : 'ERR_FRAME_CORRUPT'
            throw new FrameError(code, 'refused', { frameLength: 2 })
          },
        }),
      },
    })
    for (const chunks of everyCut(u8(1, 0, 3, 7, 7, 7, 2, 0, 4, 8, 8, 8, 8))) {
      expect(outcome(codec, chunks)).toEqual([
        { kind: 'counted', frame: u8(7, 7, 7) },
        { kind: 'counted', frame: u8(8, 8, 8, 8) },
      ])
    }
  })

  it('prefers the findAtEnd of a codec to its atEnd', () => {
    for (const atEnd of ['emit', 'drop'] as const) {
      const codecs = {
        line: endedBy12(9, {
          atEnd,
          findAtEnd(_bytes, start, end, search) {
            if (start === end) return UNKNOWN
            search.payloadStart = end - 1
            return end
          },
        }),
      }
      expect(outcome(chooseCodec({ choose: () => 'line', codecs }), [u8(5, 1, 2, 7, 8)])).toEqual([
        { kind: 'line', frame: u8(5) },
        { kind: 'line', frame: u8(8) },
      ])
    }
  })

  it('emits the rest after other frames as well, up to the limit of the codec', () => {
    const codecs = { line: endedBy12(3, { atEnd: 'emit' }), other: endedBy12(99, { atEnd: 'emit' }) }
    const codec = chooseCodec({ choose: () => 'line', codecs })
    for (const chunks of everyCut(u8(5, 1, 2, 6, 1, 2, 7, 8, 9))) {
      expect(outcome(codec, chunks).at(-1)).toEqual({ kind: 'line', frame: u8(7, 8, 9) })
    }
  })

  it('states its name and what is wrong in its errors', () => {
    const codec = chooseCodec({ choose: () => undefined, codecs: { a: byteLength() } })
    expect(() => [...codec.decoder().decode(u8(1))]).toThrow(
      'chooseCodec: choose returned a kind that is not among codecs',
    )
    const decoder = codec.decoder()
    expect(decoder.end()).toEqual([])
    expect(() => decoder.decode(u8(1))).toThrow(/^chooseCodec: no input is taken after end/)
  })

  it('preserves resumeAt for each codec', () => {
    const lines = defineCodec({
      name: 'lines',
      maxFrameLength: 9,
      find(bytes, start, end, search) {
        expect(search.resumeAt).toBe(start)
        const at = bytes.subarray(0, end).indexOf(10, start)
        return at < 0 ? UNKNOWN : at + 1
      },
    })
    const codec = chooseCodec({
      choose: (bytes, start) => (bytes[start] === 2 ? 'counted' : 'lines'),
      codecs: { lines, counted: byteLength() },
    })
    for (const chunks of everyCut(u8(5, 6, 7, 10, 2, 8, 8, 5, 10))) {
      expect(outcome(codec, chunks)).toEqual([
        { kind: 'lines', frame: u8(5, 6, 7, 10) },
        { kind: 'counted', frame: u8(8, 8) },
        { kind: 'lines', frame: u8(5, 10) },
      ])
    }
  })

  it('reports no length of a frame whose payload has been found, but not its end', () => {
    const bounded = defineCodec({
      name: 'bounded',
      maxFrameLength: 4,
      find: (_bytes, start, _end, search) => ((search.payloadStart = start + 1), UNKNOWN),
      hint: (bytes, start, end) => `this begins with ${bytes.subarray(start, end).join(' and ')}`,
    })
    const codec = chooseCodec({
      choose: (bytes, start) => (bytes[start] === 0 ? 'counted' : 'bounded'),
      codecs: { bounded, counted: byteLength() },
    })
    for (const chunks of everyCut(u8(0, 1, 2, 3, 4, 5, 6, 7))) {
      const decoder = codec.decoder()
      const decode = (): unknown => chunks.map((chunk) => [...decoder.decode(chunk)])
      expect(decode).toThrow(
        'bounded: the frame exceeds maxFrameLength (4 bytes); this begins with 1 and 2 and 3 and 4',
      )
    }
    expect(outcome(codec, [u8(0, 1, 2, 3, 4, 5, 6, 7)]).at(-1)).toEqual({
      code: 'ERR_FRAME_TOO_LONG',
      offset: 1,
      frameLength: undefined,
      maxFrameLength: 4,
    })
  })

  it('refuses a message of fragments at its offset, whatever is between them', () => {
    const codec = chooseCodec({
      choose: (bytes, start) => (bytes[start] === 3 ? 'joined' : 'counted'),
      codecs: {
        counted: byteLength(),
        joined: joinFragments(byteLength(), { isLast: () => false, maxMessageLength: 5 }),
      },
    })
    for (const chunks of everyCut(u8(1, 9, 3, 7, 7, 7, 1, 9, 3, 7, 7, 7))) {
      expect(outcome(codec, chunks).at(-1)).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', offset: 2 })
    }
  })

  it('chooses again after each frame, and after dropped bytes once their codec drops no more', () => {
    const codec = chooseCodec({
      choose: (bytes, start) => (['dropped', 'byte'] as const)[bytes[start]!] ?? 'counted',
      codecs: {
        dropped: defineCodec({
          name: 'dropped',
          maxFrameLength: 9,
          find(bytes, start, _end, search) {
            if (bytes[start] === 0) return drop(search, start + 1)
            throw new FrameError('ERR_FRAME_CORRUPT', 'dropped: not zero')
          },
        }),
        byte: defineCodec({ name: 'byte', maxFrameLength: 1, find: (_bytes, start) => start + 1 }),
        counted: byteLength(),
      },
    })
    for (const chunks of everyCut(u8(3, 7, 7, 7, 0, 0, 1, 0, 2, 0, 0))) {
      expect(outcome(codec, chunks)).toEqual([
        { kind: 'counted', frame: u8(7, 7, 7) },
        { kind: 'byte', frame: u8(1) },
        { kind: 'counted', frame: u8(0, 0) },
      ])
    }
  })

  it('leaves dropped bytes to the codec that dropped those before them, however many of them have arrived', () => {
    // Spaces before a counted frame are dropped at once, as far as they have arrived; those before a byte are bytes.
    const spaced = byteLength({
      find: (bytes, start, end, search) => {
        let at = start
        while (at < end && bytes[at] === 32) at++
        return at > start ? drop(search, at) : findByteLength(bytes, start, end, search)
      },
    })
    const codec = chooseCodec({
      choose: (bytes, start, end) =>
        end - start < 2 ? UNKNOWN : bytes[start] === 32 && bytes[start + 1] === 32 ? 'spaced' : 'byte',
      codecs: { spaced, byte: defineCodec({ name: 'byte', maxFrameLength: 1, find: 1 }) },
    })
    for (const chunks of everyCut(u8(5, 32, 32, 32, 32, 32, 7, 32, 8, 32, 32, 9, 9))) {
      expect(outcome(codec, chunks).slice(0, -1)).toEqual(
        [5, 7, 32, 8, 9].map((byte) => ({ kind: 'byte', frame: u8(byte) })),
      )
    }
  })

  it('leaves the frame after a gap to the codec that found the gap, however much of the gap has arrived', () => {
    // It looks for a 9 as far as the bytes go, so that one gap may be found in several parts.
    const marked = defineCodec({
      name: 'marked',
      maxFrameLength: 2,
      find: (bytes, start, end, search) => {
        const at = bytes.subarray(start, end).indexOf(9)
        return at === 0 ? start + 2 : gap(search, at < 0 ? end : start + at)
      },
    })
    const codec = chooseCodec({
      choose: (bytes, start) => (bytes[start]! > 4 ? 'marked' : 'counted'),
      codecs: { marked, counted: byteLength() },
    })
    for (const chunks of everyCut(u8(5, 2, 6, 1, 9, 8, 2, 7, 7, 9, 3))) {
      const skipped: unknown[] = []
      const decoder = codec.decoder({ onSkip: ({ offset, length }) => skipped.push([offset, length]) })
      expect(chunks.flatMap((chunk) => [...decoder.decode(chunk)])).toEqual([
        { kind: 'marked', frame: u8(9, 8) },
        { kind: 'counted', frame: u8(7, 7) },
        { kind: 'marked', frame: u8(9, 3) },
      ])
      expect(skipped).toEqual([[0, 4]])
    }
  })

  it('chooses again after a skipped frame whose end is known early, but not after a gap inside it', () => {
    // A frame of the kind 'marked' begins with 9 and is too long; its end is 9 bytes after an 8; 7 is a gap.
    const marked = defineCodec({
      name: 'marked',
      maxFrameLength: 3,
      overhead: 20,
      oversize: 'skip',
      find(bytes, start, end, search) {
        if (search.state === 0) {
          search.state = 1
          return ENDLESS
        }
        if (start === end) return UNKNOWN
        if (bytes[start] === 7) return gap(search, start + 1)
        search.resumeAt = start + 1
        if (bytes[start] !== 8) return UNKNOWN
        search.state = 0
        search.payloadStart = start + 1
        return start + 9
      },
    })
    const codec = chooseCodec({
      choose: (bytes, start) => (bytes[start] === 9 ? 'marked' : 'counted'),
      codecs: { marked, counted: byteLength({ oversize: 'skip' }) },
    })
    for (const chunks of everyCut(u8(1, 5, 9, 1, 7, 1, 8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6))) {
      const skipped: unknown[] = []
      const decoder = codec.decoder({ onSkip: ({ offset, length, reason }) => skipped.push([offset, length, reason]) })
      expect(chunks.flatMap((chunk) => [...decoder.decode(chunk)])).toEqual([
        { kind: 'counted', frame: u8(5) },
        { kind: 'counted', frame: u8(6) },
      ])
      expect(skipped).toEqual([[2, 13, 'too-long']])
    }
  })

  it.each([1, 3])('skips by the limit of the chosen codec, %i bytes, and keeps no more bytes than it would', (max) => {
    // Frames end with 1, 2, 3; content without a 1 is found too long at once. A state that is not 0 does not matter.
    const ended = (state: number): FrameCodec =>
      defineCodec({
        name: 'ended',
        maxFrameLength: max,
        overhead: 3,
        oversize: 'skip',
        find(bytes, start, end, search) {
          search.state = state
          const answer = findEndedBy123(bytes, start, end, search)
          if (answer !== UNKNOWN) return answer
          const head = bytes.subarray(start, Math.min(end, start + max + 1))
          if (head.length <= max || head.includes(1)) return UNKNOWN
          search.payloadStart = start + 1
          return ENDLESS
        },
      })
    const codec = (state: number): FrameCodec<unknown> =>
      chooseCodec({
        choose: (bytes, start) => (bytes[start] === 50 ? 'counted' : 'ended'),
        codecs: { ended: ended(state), counted: byteLength({ maxFrameLength: 60, oversize: 'skip' }) },
      })
    for (const state of [0, 1]) {
      for (const fill of [1, 5, 50]) {
        for (const length of [max + 1, max + 2, 9]) {
          const content = [5, ...new Array<number>(length - 1).fill(fill)]
          for (const chunks of everyCut(u8(1, 2, 3, ...content, 1, 2, 3, 7, 1, 2, 3))) {
            const skipped: unknown[] = []
            const decoder = codec(state).decoder({ onSkip: (skip) => skipped.push([skip.offset, skip.length]) })
            expect(chunks.flatMap((chunk) => [...decoder.decode(chunk)])).toEqual([
              { kind: 'ended', frame: u8() },
              { kind: 'ended', frame: u8(7) },
            ])
            expect(skipped).toEqual([[3, length + 3]])
          }
        }
      }
    }
    const decoder = codec(0).decoder()
    for (const chunk of [new Uint8Array(max + 4), ...Array.from({ length: 9 }, () => u8(0))]) {
      expect([...decoder.decode(chunk)]).toEqual([])
      expect(decoder.bufferedLength).toBeLessThanOrEqual(2)
    }
  })

  it('counts frames for isFrame like the decoder for toFrame', () => {
    const seen: string[] = []
    const odd = defineCodec({
      name: 'odd',
      maxFrameLength: 2,
      oversize: 'skip',
      find: (bytes, start) => (search(bytes, start) === 3 ? start + 3 : start + 1),
      isFrame: (bytes, start, _end, index) => {
        seen.push(`is ${index}`)
        return bytes[start] !== 0
      },
      toFrame: (payload, index) => {
        seen.push(`to ${index}`)
        return payload
      },
    })
    const search = (bytes: Uint8Array, start: number): number => (bytes[start] === 3 ? 3 : 1)
    const stream = u8(1, 0, 3, 3, 3, 1, 0, 1)
    const alone = (): string[] => {
      seen.length = 0
      outcome(odd, [stream])
      return [...seen]
    }
    const expected = alone()
    seen.length = 0
    const codecs = { odd, other: byteLength({ oversize: 'skip' }) }
    outcome(chooseCodec({ choose: () => 'odd', codecs }), [stream])
    expect(seen).toEqual(expected)
  })

  it('reports an end inside a frame or message at its beginning', () => {
    const joinedCodec = joinFragments(byteLength(), { isLast: (fragment) => fragment.length === 0 })
    const settled = mapCodec(byteLength(), {
      decoder: () => {
        let waiting = 0
        return {
          decode: (frame: Uint8Array) => (waiting++, frame),
          isInside: () => waiting > 0,
          end: (): Uint8Array[] => [],
        }
      },
    })
    const codec = chooseCodec({
      choose: (bytes, start) => (['settled', 'joined', 'plain'] as const)[bytes[start + 1]!]! ?? UNKNOWN,
      codecs: { plain: byteLength(), joined: joinedCodec, settled },
    })
    const offsetOf = (stream: Uint8Array): unknown => (outcome(codec, [stream]).at(-1) as { offset: number }).offset
    // One kind waits from offset 0 and may end so; the message of another, from 2, may not.
    expect(offsetOf(u8(1, 0, 1, 1))).toBe(2)
    // A frame is cut at 2 while a message of another kind waits.
    expect(outcome(codec, [u8(1, 1, 5, 2)]).at(-1)).toMatchObject({ offset: 2, frameLength: 6 })
  })

  it('names the option that is wrong', () => {
    expect(() => chooseCodec({ choose: 1 as never, codecs: { a: byteLength() } })).toThrow(/choose must be a function/)
    for (const [codecs, received] of [
      [{}, 'an instance of Object'],
      [undefined, 'undefined'],
      [5, '5'],
    ] as const) {
      const message = `codecs must be an object of at least 1 codec, received ${received}`
      expect(() => chooseCodec({ choose: () => 'a', codecs: codecs as never })).toThrow(new TypeError(message))
    }
    expect(() => chooseCodec({ chosen: 1 } as never)).toThrow(/^chooseCodec has no option/)
    const refusing = { a: byteLength(), b: byteLength({ corrupt: 'skip' }) }
    expect(() => chooseCodec({ choose: () => 'a', codecs: refusing })).toThrow(
      new TypeError('codecs must agree on corrupt, received both "error" and "skip"'),
    )
    expect(() => chooseCodec({ choose: () => 'a', codecs: { a: {} as never } })).toThrow(/codecs\.a/)
    expect(() => chooseCodec({ chose: () => 'a', codecs: {} } as never)).toThrow(/did you mean choose/)
  })
})
