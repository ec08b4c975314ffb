import { describe, expect, it } from 'vitest'
import { chooseCodec, joinFragments, mapCodec, type FrameCodec, type FrameError } from '../src/index.ts'
import { copiedBy } from './copied.ts'
import { byteLength, cut } from './oracle.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

/** Frames of a length byte; the first byte of the payload marks the last fragment of a message. */
const messages = (options: object = {}): FrameCodec =>
  joinFragments(byteLength(), {
    isLast: (fragment) => fragment[0] === 1,
    body: (fragment) => fragment.subarray(1),
    split: (message) => [u8(0), u8(1, ...message)],
    ...options,
  })

describe('joinFragments', () => {
  it('joins fragments up to the last one, however the stream is cut', () => {
    const stream = u8(2, 0, 5, 3, 0, 6, 7, 1, 1, 2, 1, 9, 1, 0, 1, 1)
    for (let at = 0; at <= stream.length; at++) {
      for (const chunks of [
        cut(stream, [at]),
        cut(
          stream,
          Array.from({ length: at }, () => 1),
        ),
      ]) {
        const decoder = messages().decoder()
        const frames = chunks.flatMap((chunk) => {
          const taken = [...decoder.decode(chunk)]
          chunk.fill(77)
          return taken.map((frame) => frame.length)
        })
        expect(frames).toEqual([3, 1, 0])
        expect(decoder.end()).toEqual([])
      }
    }
    const chunks = [...messages().decoder().decode(Buffer.from(stream))]
    expect(chunks).toEqual([Buffer.from([5, 6, 7]), Buffer.from([9]), Buffer.from([])])
  })

  it('copies the bytes it holds, so that chunks may be overwritten', () => {
    const decoder = messages().decoder()
    const chunk = u8(2, 0, 5)
    expect([...decoder.decode(chunk)]).toEqual([])
    chunk.fill(99)
    expect([...decoder.decode(u8(2, 1, 6))]).toEqual([u8(5, 6)])
  })

  it('counts a message that waits for more fragments as buffered, from its first byte', () => {
    const decoder = messages().decoder()
    expect([...decoder.decode(u8(1, 1, 2, 0, 5, 2))]).toEqual([u8()])
    expect([decoder.bufferedLength, decoder.frameOffset]).toEqual([4, 2])
    expect([...decoder.decode(u8(0, 6))]).toEqual([])
    expect([decoder.bufferedLength, decoder.frameOffset]).toEqual([6, 2])
    expect([...decoder.decode(u8(1, 1))]).toEqual([u8(5, 6)])
    expect([decoder.bufferedLength, decoder.frameOffset]).toEqual([0, undefined])
  })

  it('reports an end inside a message as truncated, at the offset of the message', () => {
    const truncated = expect.objectContaining({ code: 'ERR_FRAME_TRUNCATED', offset: 2 })
    const between = messages().decoder()
    expect([...between.decode(u8(1, 1, 2, 0, 5))]).toEqual([u8()])
    expect(() => between.end()).toThrow(truncated)
    const inside = messages().decoder()
    expect([...inside.decode(u8(1, 1, 2, 0, 5, 2))]).toEqual([u8()])
    expect(() => inside.end()).toThrow(truncated)
    // A header gives the length of its fragment, not that of the message.
    expect(() => inside.end()).toThrow(expect.not.objectContaining({ frameLength: 3 }))
  })

  it('refuses a message over a limit at the offset of the message', () => {
    for (const [options, stream] of [
      [{ maxMessageLength: 3 }, u8(1, 1, 3, 0, 5, 5, 3, 1, 6, 6)],
      [{ maxFragments: 2 }, u8(1, 1, 1, 0, 1, 0, 1, 1)],
    ] as const) {
      for (let at = 0; at <= stream.length; at++) {
        const decoder = messages(options).decoder()
        const frames: Uint8Array[] = []
        expect(() => {
          for (const chunk of cut(stream, [at])) for (const frame of decoder.decode(chunk)) frames.push(frame)
        }).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: 2 }))
        expect(frames).toEqual([u8()])
      }
    }
    expect([
      ...messages({ maxMessageLength: 2 })
        .decoder()
        .decode(u8(2, 0, 5, 2, 1, 6)),
    ]).toEqual([u8(5, 6)])
  })

  it('reports a fragment that a mapping refuses as corrupt, at the offset of the message and without a length', () => {
    const refusing = mapCodec(byteLength(), {
      decode: (fragment) => {
        if (fragment[0] === 9) throw new Error('refused')
        return fragment
      },
    })
    const detailsOf = (...stream: number[]): unknown => {
      try {
        return [
          ...joinFragments(refusing, { isLast: ([first]) => first === 1 })
            .decoder()
            .decode(u8(...stream)),
        ]
      } catch (error) {
        const { code, offset, frameLength } = error as FrameError
        return { code, offset, frameLength }
      }
    }
    expect(detailsOf(1, 1, 2, 0, 5, 1, 9)).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 2, frameLength: undefined })
    expect(detailsOf(1, 1, 2, 9, 5)).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 2, frameLength: 3 })
  })

  it('refuses a codec that skips frames, since a message would lose a fragment', () => {
    const message = 'corrupt must be "error" over joinFragments, since skipped fragments would leave holes in messages'
    const mapping = { decode: (frame: unknown) => frame, corrupt: 'skip' as const }
    const choosing = chooseCodec({ choose: () => 'a', codecs: { a: byteLength(), b: messages() } })
    for (const codec of [messages(), mapCodec(messages(), { decode: (frame) => frame }), choosing]) {
      expect(() => mapCodec<unknown, unknown>(codec, mapping)).toThrow(new TypeError(message))
    }
  })

  it('names the limit that a message exceeded, and its value', () => {
    const errorOf = (options: object, stream: Uint8Array): unknown => {
      try {
        return [...messages(options).decoder().decode(stream)]
      } catch (error) {
        return error
      }
    }
    expect(errorOf({ maxMessageLength: 3 }, u8(3, 0, 5, 5, 3, 1, 6, 6))).toMatchObject({
      message: 'byteLength: the message exceeds maxMessageLength (3 bytes)',
      maxFrameLength: 3,
    })
    expect(errorOf({ maxMessageLength: 3, maxFragments: 2 }, u8(1, 0, 1, 0, 1, 1))).toMatchObject({
      message: 'byteLength: the message exceeds maxFragments (2)',
      maxFrameLength: 3,
    })
    const decoder = messages().decoder()
    expect([...decoder.decode(u8(1, 0))]).toEqual([])
    expect(() => decoder.end()).toThrow('byteLength: the stream ended inside a message of fragments')
  })

  it('uses the fragment itself as its body by default', () => {
    const codec = joinFragments(byteLength(), { isLast: (fragment) => fragment[0] === 1 })
    expect([...codec.decoder().decode(u8(2, 0, 5, 2, 1, 6))]).toEqual([u8(0, 5, 1, 6)])
  })

  it('gives a message of one fragment without a copy, and holds at most twice the bytes of another', () => {
    const chunk = u8(2, 1, 5, 3, 0, 1, 2, 3, 1, 3, 4)
    const [single, joined] = [...messages({ maxMessageLength: 50 }).decoder().decode(chunk)]
    expect(single!.buffer).toBe(chunk.buffer)
    expect(joined).toEqual(u8(1, 2, 3, 4))
    expect(joined!.buffer.byteLength).toBe(4)
  })

  it('refuses a body and a message to encode that are not bytes', () => {
    const cause = new TypeError('body must return a Uint8Array, returned a string')
    const decoder = messages({ body: () => 'hidden' }).decoder()
    expect(() => [...decoder.decode(u8(1, 1))]).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', cause }))
    expect(() => messages().encode('hidden' as never)).toThrow(
      new TypeError('byteLength: a message must be a Uint8Array, received a string'),
    )
  })

  it('begins takeRemaining after the last fragment taken in, and forgets the message', () => {
    const decoder = messages().decoder()
    expect([...decoder.decode(u8(2, 0, 5, 2, 1))]).toEqual([])
    expect([...decoder.takeRemaining()]).toEqual([2, 1])
    expect(decoder.bufferedLength).toBe(0)
    expect([...decoder.decode(u8(2, 1, 6))]).toEqual([u8(6)])
  })

  it('shares no message between decoders, and forgets it on reset', () => {
    const codec = messages()
    const [first, second] = [codec.decoder(), codec.decoder()]
    expect([...first.decode(u8(2, 0, 5))]).toEqual([])
    expect([...second.decode(u8(2, 1, 6))]).toEqual([u8(6)])
    first.reset()
    expect([...first.decode(u8(2, 1, 7))]).toEqual([u8(7)])
  })

  it('encodes the fragments that `split` returns, and only decodes without it', () => {
    const codec = messages()
    expect([...codec.encode(u8(5, 6))]).toEqual([1, 0, 3, 1, 5, 6])
    expect([...codec.decoder().decode(codec.encode(u8(5, 6)))]).toEqual([u8(5, 6)])
    expect(() => messages({ split: undefined }).encode(u8())).toThrow(/only decodes/)
    expect([...messages({ maxMessageLength: 2 }).encode(u8(5, 6))]).toEqual([1, 0, 3, 1, 5, 6])
    expect(() => messages({ maxMessageLength: 1 }).encode(u8(1, 2))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }),
    )
  })

  it('joins 100,000 fragments of one byte in linear time and space', () => {
    const lengths: number[] = []
    const [few, many] = [25_000, 100_000].map((count) =>
      copiedBy(() => {
        const decoder = messages({ maxFragments: 200_000, maxMessageLength: 200_000 }).decoder()
        const fragment = u8(2, 0, 5)
        let early = 0
        for (let index = 0; index < count; index++) if (!decoder.decode(fragment).next().done) early++
        expect(early).toBe(0)
        lengths.push(decoder.decode(u8(1, 1)).next().value!.length)
      }),
    )
    expect(lengths).toEqual([25_000, 100_000])
    expect(many! / few!).toBeLessThan(5)
  })

  it('joins the bodies of mapped fragments, and visits the fragments in scan', () => {
    const typed = mapCodec(byteLength(), { decode: (frame) => ({ last: frame[0] === 1, frame }) })
    const codec = joinFragments(typed, { isLast: ({ last }) => last, body: ({ frame }) => frame.subarray(1) })
    expect([...codec.decoder().decode(u8(2, 0, 5, 2, 1, 6))]).toEqual([u8(5, 6)])
    const slices: number[][] = []
    codec.decoder().scan(u8(2, 0, 5, 2, 1, 6), (bytes, start, end) => slices.push([...bytes.subarray(start, end)]))
    expect(slices).toEqual([
      [0, 5],
      [1, 6],
    ])
  })

  it('names the option that is wrong', () => {
    expect(() => messages({ isLast: undefined })).toThrow(/isLast must be a function/)
    expect(() => messages({ maxFragments: 0 })).toThrow(/maxFragments must be an integer of at least 1/)
    expect(() => messages({ maxMessageLenght: 1 })).toThrow(/did you mean maxMessageLength/)
    expect(() => joinFragments(byteLength({ oversize: 'skip' }), { isLast: () => true })).toThrow(/skips no frames/)
    expect(() => joinFragments(byteLength({ corrupt: 'skip' }), { isLast: () => true })).toThrow(/skips no frames/)
    expect(() => messages({ body: 1 })).toThrow(/^body must be a function/)
    expect(() => messages({ split: 1 })).toThrow(/^split must be a function/)
    expect(() => messages({ maxMessageLength: -1 })).toThrow(/^maxMessageLength must be an integer of at least 0/)
    expect(() => messages({ size: 1 })).toThrow(/^joinFragments has no option "size"/)
    expect(() => joinFragments({} as never, { isLast: () => true })).toThrow(
      /^joinFragments takes a codec made by defineCodec/,
    )
  })
})
