import { isFrameError } from '@unstick/core'
import { chunkings, oracles, outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentLength, headerBlock, type HeaderBlock, type HeaderBlockOptions } from '../src/index.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))
const text = (content: Uint8Array): string => Buffer.from(content).toString('latin1')

function blocksOf(stream: string, options?: HeaderBlockOptions): [HeaderBlock['headers'], string][] {
  return [...headerBlock(options).decoder().decode(bytes(stream))].map(({ headers, body }) => [headers, text(body)])
}

/** The code and message of the error that decoding or encoding throws. */
function errorOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (isFrameError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no error'
}

const layouts: fc.Arbitrary<HeaderBlockOptions> = fc.record(
  {
    required: fc.boolean(),
    maxHeaderLength: fc.integer({ min: 21, max: 60 }),
    maxFrameLength: fc.integer({ min: 21, max: 80 }),
    oversize: fc.constantFrom('error' as const, 'skip' as const),
  },
  { requiredKeys: [] },
)
const streams = fc
  .array(
    fc.constantFrom(
      'Content-Length: 2\r\n',
      'content-length:0\r\n',
      'Content-Length: 70\r\n',
      'X: y\r\n',
      '\r\nab',
      '\r\n',
      'X:\t y \t\r\n',
      'ab',
      ' ',
      '\n',
      '\r',
      ':',
    ),
    { maxLength: 14 },
  )
  .map((pieces) => bytes(pieces.join('')))
const cutStreams = streams.chain((stream) => fc.tuple(fc.constant(stream), chunkings(stream)))

describe('headerBlock', () => {
  it('gives the frames, skips, error and offset of the oracle for every layout, stream and cut', () => {
    fc.assert(
      fc.property(layouts, cutStreams, (layout, [stream, chunks]) => {
        expect(outcomeOf(headerBlock(layout), chunks)).toEqual(oracles.headerBlock(layout)(stream))
        const bodies = oracles.contentLength(layout)(stream)
        expect(outcomeOf(contentLength(layout), chunks)).toEqual(bodies)
        expect(outcomeOf(contentLength(layout), chunks, 'scan')).toEqual(bodies)
      }),
      { numRuns: 300 },
    )
  })

  it('gives headers in order: names as written, values trimmed, both in Latin-1', () => {
    const stream =
      'Content-Type: a; b=c:d\r\nCONTENT-length:2\r\nX-\xe9:\t\xfc \t\r\nEmpty:\r\n\r\nhiContent-Length: 0\r\n\r\n'
    expect(blocksOf(stream)).toEqual([
      [
        [
          ['Content-Type', 'a; b=c:d'],
          ['CONTENT-length', '2'],
          ['X-\xe9', '\xfc'],
          ['Empty', ''],
        ],
        'hi',
      ],
      [[['Content-Length', '0']], ''],
    ])
  })

  it('counts bytes, not characters or UTF-16 code units', () => {
    const body = new TextEncoder().encode('{"a":"é😀"}')
    expect(body).toHaveLength(14)
    const codec = contentLength()
    expect(text(codec.encode(body)).startsWith('Content-Length: 14\r\n\r\n')).toBe(true)
    expect([...codec.decoder().decode(codec.encode(body))]).toEqual([body])
  })

  it('reads the length from another header, and needs none if it is not required', () => {
    expect(blocksOf('l: 1\r\n\r\nx', { lengthHeader: 'L' })).toEqual([[[['l', '1']], 'x']])
    expect(blocksOf('X: y\r\n\r\n\r\n', { required: false })).toEqual([
      [[['X', 'y']], ''],
      [[], ''],
    ])
  })

  it('accepts the same length twice, and refuses two different ones as corrupt', () => {
    expect(blocksOf('Content-Length: 1\r\nContent-Length: 01\r\n\r\nx')[0]![1]).toBe('x')
    expect(errorOf(() => blocksOf('Content-Length: 1\r\ncontent-length: 2\r\n'))).toBe(
      'ERR_FRAME_CORRUPT: headerBlock: two different values of Content-Length',
    )
  })

  it.each([
    ['Content-Length: \r\n', 'ERR_FRAME_CORRUPT: headerBlock: a malformed Content-Length'],
    ['Content-Length: +1\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a malformed Content-Length'],
    ['Content-Length: -1\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a malformed Content-Length'],
    ['Content-Length: 1.0\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a malformed Content-Length'],
    ['Content-Length: 1e3\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a malformed Content-Length'],
    ['Content-Length: 0x10\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a malformed Content-Length'],
    ['Content-Length: 1, 1\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a malformed Content-Length'],
    ['Content-Length: 1\xa0\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a malformed Content-Length'],
    ['X: y\r\n\r\n', 'ERR_FRAME_CORRUPT: headerBlock: no Content-Length'],
    ['\r\n', 'ERR_FRAME_CORRUPT: headerBlock: no Content-Length'],
    ['Content-Length 1\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a line that is not a header ended by CRLF'],
    [': 1\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a line that is not a header ended by CRLF'],
    ['Content-Length : 1\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a line that is not a header ended by CRLF'],
    [' Content-Length: 1\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a line that is not a header ended by CRLF'],
    ['X: y\r\n folded\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a line that is not a header ended by CRLF'],
    ['X: y\rz\r\n', 'ERR_FRAME_CORRUPT: headerBlock: a line that is not a header ended by CRLF'],
    ['Content-Length: 1\n', 'ERR_FRAME_CORRUPT: headerBlock: a line that is not a header ended by CRLF'],
    ['\n', 'ERR_FRAME_CORRUPT: headerBlock: a line that is not a header ended by CRLF'],
    [
      'Content-Length: 9007199254740992\r\n',
      'ERR_FRAME_LENGTH_INVALID: headerBlock: the length is not an integer from 0 to 2^53-1',
    ],
    [
      `Content-Length: ${'9'.repeat(400)}\r\n`,
      'ERR_FRAME_LENGTH_INVALID: headerBlock: the length is not an integer from 0 to 2^53-1',
    ],
  ])('%j is reported at the end of its line, after a good frame', (faulty, message) => {
    const decoder = headerBlock().decoder()
    const good = 'Content-Length: 1\r\n\r\nx'
    expect([...decoder.decode(bytes(good + faulty.slice(0, -1)))]).toHaveLength(1)
    expect(errorOf(() => [...decoder.decode(bytes(faulty.slice(-1)))])).toBe(message)
    expect(() => decoder.end()).toThrow(expect.objectContaining({ offset: good.length }))
  })

  it('never quotes bytes of the peer in a message', () => {
    expect(errorOf(() => blocksOf('Content-Length: secret\r\n'))).not.toContain('secret')
    expect(errorOf(() => blocksOf('secret\r\n'))).not.toContain('secret')
  })

  it('reports an end inside the header, right after it or inside the body as truncated', () => {
    for (const [stream, frameLength] of [
      ['Content-Le', undefined],
      ['Content-Length: 5\r\n', undefined],
      ['Content-Length: 5\r\n\r\n', 26],
      ['Content-Length: 5\r\n\r\nhell', 26],
    ] as const) {
      const decoder = contentLength().decoder()
      expect([...decoder.decode(bytes(stream))]).toEqual([])
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

  it('gives the body as a view of its chunk, of the same class, with its last byte', () => {
    const chunk = Buffer.from('Content-Length: 2\r\n\r\nhi')
    const [block] = [...headerBlock().decoder().decode(chunk)]
    expect(block!.body).toBeInstanceOf(Buffer)
    expect(block!.body.buffer).toBe(chunk.buffer)
    const decoder = contentLength().decoder()
    expect([...decoder.decode(chunk.subarray(0, -1))]).toEqual([])
    expect([...decoder.decode(chunk.subarray(-1))]).toEqual([Buffer.from('hi')])
  })
})

describe('the limits of headerBlock', () => {
  // 32 bytes of header.
  const header = 'X: yyyyyyy\r\nContent-Length: 2\r\n\r\n'
  const length = header.length

  it('maxHeaderLength counts the header and its empty line', () => {
    expect(blocksOf(`${header}hi`, { maxHeaderLength: length })).toHaveLength(1)
    const message = `ERR_FRAME_TOO_LONG: headerBlock: the header exceeds maxHeaderLength (${length - 1} bytes)`
    expect(errorOf(() => blocksOf(`${header}hi`, { maxHeaderLength: length - 1 }))).toBe(message)
    // As soon as it cannot end within the limit.
    expect(errorOf(() => blocksOf(header.slice(0, -1), { maxHeaderLength: length - 1 }))).toBe(message)
  })

  it('maxHeaderLength is 8 KiB by default', () => {
    const fill = (size: number): string =>
      `X: ${'y'.repeat(size - 'X: \r\nContent-Length: 0\r\n\r\n'.length)}\r\nContent-Length: 0\r\n\r\n`
    expect(blocksOf(fill(8192))).toHaveLength(1)
    expect(errorOf(() => blocksOf(fill(8193)))).toContain('maxHeaderLength (8192 bytes)')
  })

  it('maxFrameLength counts header and body, and limits the header alone as well', () => {
    expect(blocksOf(`${header}hi`, { maxFrameLength: length + 2 })).toHaveLength(1)
    expect(errorOf(() => blocksOf(`${header}hi`, { maxFrameLength: length + 1 }))).toBe(
      `ERR_FRAME_TOO_LONG: headerBlock: the frame of ${length + 2} bytes at offset 0 exceeds maxFrameLength (${length + 1} bytes)`,
    )
    expect(errorOf(() => blocksOf(header, { maxFrameLength: length - 1 }))).toContain(
      `maxFrameLength (${length - 1} bytes)`,
    )
  })

  it("oversize: 'skip' drops exactly the frame whose body is too long", () => {
    const codec = contentLength({ maxFrameLength: 24, oversize: 'skip' })
    const skips: unknown[] = []
    const decoder = codec.decoder({ onSkip: ({ offset, length: dropped }) => skips.push([offset, dropped]) })
    const stream = bytes('Content-Length: 5\r\n\r\nhelloContent-Length: 2\r\n\r\nhi')
    for (const byte of stream)
      expect([...decoder.decode(new Uint8Array([byte]))].map(text)).toEqual(
        byte === 105 && skips.length > 0 ? ['hi'] : [],
      )
    expect(skips).toEqual([[0, 26]])
  })

  it("oversize: 'skip' drops exactly the frame whose header is too long, wherever the length is in it", () => {
    for (const long of [
      'Content-Length: 5\r\nX: y\r\nY: zzzzzzzzzz\r\n\r\nhello',
      'X: y\r\nY: zzzzzzzzzz\r\nContent-Length: 5\r\n\r\nhello',
      'X: y\r\nX: y\r\nX: y\r\nX: y\r\nX: y\r\nContent-Length: 3\r\nX: y\r\nX: y\r\n\r\nabc',
    ]) {
      const stream = bytes(`${long}Content-Length: 2\r\n\r\nhi`)
      for (const size of [1, 2, 3, 7, 25, stream.length]) {
        const skips: unknown[] = []
        const decoder = contentLength({ maxHeaderLength: 24, oversize: 'skip' }).decoder({
          onSkip: ({ offset, length: dropped, reason }) => skips.push([offset, dropped, reason]),
        })
        const frames: string[] = []
        for (let at = 0; at < stream.length; at += size) {
          for (const frame of decoder.decode(stream.subarray(at, at + size))) frames.push(text(frame))
        }
        decoder.end()
        expect([frames, skips]).toEqual([['hi'], [[0, long.length, 'too-long']]])
      }
    }
  })

  it("oversize: 'skip' drops a single line over the limit, unless it holds the length", () => {
    const options = { maxHeaderLength: 24, oversize: 'skip' } as const
    const cut = (stream: string): Uint8Array[][] => [
      [bytes(stream)],
      Array.from(bytes(stream), (byte) => new Uint8Array([byte])),
    ]
    for (const lines of [
      `X: ${'y'.repeat(30)}\r\nContent-Length: 1\r\n`,
      `Content-Length: 1\r\nX: ${'y'.repeat(30)}\r\n`,
      `Content-Length: 1\r\n${'no header '.repeat(30)}\r\nX: y\r\n`,
    ]) {
      const skipped = [{ offset: 0, length: lines.length + 3 }]
      for (const chunks of cut(`${lines}\r\nxContent-Length: 2\r\n\r\nhi`)) {
        expect(outcomeOf(contentLength(options), chunks)).toEqual({
          frames: [bytes('hi')],
          skipped,
        })
      }
    }
    const long = `Content-Length:${' '.repeat(30)}1\r\n\r\nx`
    for (const stream of [long, `X: y\r\n${long}`]) {
      for (const chunks of cut(stream)) {
        expect(outcomeOf(contentLength(options), chunks)).toEqual({
          frames: [],
          skipped: [],
          error: { code: 'ERR_FRAME_CORRUPT', offset: 0 },
        })
      }
    }
  })

  it('names the limit in the error of a skipped header', () => {
    const errors: unknown[] = []
    const decoder = contentLength({ maxHeaderLength: 24, oversize: 'skip' }).decoder({
      onSkip: ({ error }) => errors.push(error),
    })
    const [frame] = [
      ...decoder.decode(bytes('X: yyyyyyyyyyyyyy\r\nContent-Length: 0\r\n\r\nContent-Length: 0\r\n\r\n')),
    ]
    expect(frame).toHaveLength(0)
    const message = 'contentLength: the header exceeds maxHeaderLength (24 bytes)'
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: 0, message })])
  })
})

describe('encode', () => {
  it('adds a missing length after the other headers, and keeps a correct one', () => {
    const body = bytes('hi')
    const encoded = (headers: HeaderBlock['headers'], options?: HeaderBlockOptions): string =>
      text(headerBlock(options).encode({ headers, body }))
    expect(encoded([['X', 'y']])).toBe('X: y\r\nContent-Length: 2\r\n\r\nhi')
    expect(
      encoded([
        ['content-length', '2'],
        ['X', ''],
      ]),
    ).toBe('content-length: 2\r\nX: \r\n\r\nhi')
    expect(encoded([], { required: false, lengthHeader: 'l' })).toBe('l: 2\r\n\r\nhi')
    // This frame has no length, and would not come back as itself with one.
    expect(text(headerBlock({ required: false }).encode({ headers: [], body: bytes('') }))).toBe('\r\n')
  })

  it('does not copy the body', () => {
    const body = bytes('hi')
    expect(headerBlock().encodeParts({ headers: [], body })[1]).toBe(body)
    expect(contentLength().encodeParts(body)[1]).toBe(body)
  })

  it.each<[string, string]>([
    ['X', 'a\r\nY: b'],
    ['X', 'a\nb'],
    ['X', 'a\rb'],
    ['X', ' a'],
    ['X', 'a\t'],
    ['X', '\u0100'],
    ['X\r\nY', 'a'],
    ['X ', 'a'],
    ['X:', 'a'],
    ['', 'a'],
    ['\u20ac', 'a'],
    ['Content-Length', '3'],
    ['Content-Length', '2x'],
    ['Content-Length', ''],
  ])('refuses the header %j: %j, which would not come back as itself', (name, value) => {
    const frame: HeaderBlock = { headers: [[name, value]], body: bytes('hi') }
    const message =
      name === 'Content-Length'
        ? 'the Content-Length is not the length of the body'
        : 'a header must be Latin-1 without CR, LF, outer spaces or tabs, and its name without a colon'
    expect(errorOf(() => headerBlock().encode(frame))).toBe(`ERR_FRAME_NOT_ENCODABLE: headerBlock: ${message}`)
  })

  it('decodes every frame that it encodes', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\t', '\xff', ':', '\r', '\n', '-'), maxLength: 5 })
    const frames = fc.record({
      headers: fc.array(fc.tuple(part, part), { maxLength: 3 }),
      body: fc.uint8Array({ maxLength: 9 }),
    })
    let encoded = 0
    fc.assert(
      fc.property(frames, ({ headers, body }) => {
        const frame: HeaderBlock = { headers: [...headers, ['Content-Length', String(body.length)]], body }
        const codec = headerBlock()
        let stream: Uint8Array
        try {
          stream = codec.encode(frame)
        } catch (error) {
          expect(isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE')).toBe(true)
          return
        }
        encoded++
        expect(outcomeOf(codec, [stream])).toEqual({ frames: [frame], skipped: [] })
      }),
      { numRuns: 1000 },
    )
    expect(encoded).toBeGreaterThan(10)
  })

  it('keeps both limits', () => {
    const frame: HeaderBlock = { headers: [['X', 'y']], body: bytes('hi') }
    expect(errorOf(() => headerBlock({ maxHeaderLength: 26 }).encode(frame))).toBe(
      'ERR_FRAME_TOO_LONG: headerBlock: the header of 27 bytes exceeds maxHeaderLength (26 bytes)',
    )
    expect(headerBlock({ maxHeaderLength: 27 }).encode(frame)).toHaveLength(29)
    expect(errorOf(() => headerBlock({ maxFrameLength: 28 }).encode(frame))).toContain(
      'exceeds maxFrameLength (28 bytes)',
    )
  })

  it('refuses a frame of the wrong kind with a TypeError that does not quote it', () => {
    const frames: [unknown, string][] = [
      [undefined, 'headerBlock: headers must be pairs of strings, received undefined'],
      [{ headers: 'secret', body: bytes('') }, 'headers must be pairs of strings, received a string'],
      [{ headers: [['X']], body: bytes('') }, 'headers must be pairs of strings'],
      [{ headers: [['X', 1]], body: bytes('') }, 'headers must be pairs of strings'],
      [{ headers: [], body: 'secret' }, 'headerBlock: body must be a Uint8Array, received a string'],
    ]
    for (const [frame, message] of frames) {
      expect(() => headerBlock().encode(frame as HeaderBlock)).toThrow(TypeError)
      expect(() => headerBlock().encode(frame as HeaderBlock)).toThrow(message)
    }
  })
})

describe('misuse is reported when the codec is made', () => {
  it.each([
    [{ lengthHeader: '' }, RangeError, 'lengthHeader must be a string of at least 1 character, received ""'],
    [{ lengthHeader: 'a b:' }, RangeError, 'lengthHeader must be the name of a header in visible ASCII, received'],
    [{ lengthHeader: 'a:' }, RangeError, 'lengthHeader must be the name of a header in visible ASCII, received "a:"'],
    [{ lengthHeader: '\xc4' }, RangeError, 'lengthHeader must be the name of a header in visible ASCII, received'],
    [{ lengthHeader: 5 }, TypeError, 'lengthHeader must be a string of at least 1 character, received 5'],
    [{ required: 1 }, TypeError, 'required must be true or false, received 1'],
    [{ maxHeaderLength: 19 }, RangeError, 'maxHeaderLength must be an integer of at least 20, received 19'],
    [{ maxFrameLength: 19 }, RangeError, 'maxFrameLength must be an integer of at least 20, received 19'],
    [
      { lengthHeader: 'l', maxFrameLength: 6 },
      RangeError,
      'maxFrameLength must be an integer of at least 7, received 6',
    ],
    [{ oversize: 'drop' }, RangeError, 'oversize must be "error" or "skip", received "drop"'],
    [{ maxHeaderLenth: 9 }, TypeError, 'has no option "maxHeaderLenth": did you mean maxHeaderLength?'],
  ])('%j', (options, kind, message) => {
    for (const make of [headerBlock, contentLength]) {
      expect(() => make(options as never)).toThrow(kind)
      expect(() => make(options as never)).toThrow(message)
    }
  })
})
