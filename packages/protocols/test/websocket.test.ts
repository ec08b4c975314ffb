import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { websocket, type WebsocketMessage, type WebsocketOptions } from '../src/websocket.ts'
import { bytesOf, codePoint, joined, payloads, record, testPreset, withCode } from './preset.ts'

const anyMessage = fc.oneof(
  record({ type: fc.constant('text' as const), text: fc.string({ maxLength: 6, unit: codePoint }) }),
  record({ type: fc.constant('binary' as const), payload: payloads }),
  record({ type: fc.constantFrom('ping' as const, 'pong' as const), payload: payloads }),
  record({
    type: fc.constant('close' as const),
    code: fc.constantFrom(1000, 1011, 4999),
    reason: fc.string({ maxLength: 4 }),
  }),
  fc.constant<WebsocketMessage>({ type: 'close', code: undefined, reason: '' }),
)
/** Few kinds of frames, so that fragments sometimes fit together. */
const anyFragments = fc
  .array(fc.constantFrom('01 01 "a"', '02 01 "b"', '00 01 "c"', '80 01 "d"', '89 00', '81 00', '00 00'), {
    maxLength: 8,
  })
  .map((frames) => bytesOf(frames.join(' ')))
const maskKey = (): Uint8Array => bytesOf('37 fa 21 3d')

testPreset<WebsocketMessage>('websocket from the server', (limits) => websocket({ from: 'server', ...limits }), {
  // Fragments already taken in are not handed over.
  without: ['takeRemaining is exact', 'frames before an error'],
  frame: anyMessage,
  stream: anyFragments,
  frameOf: (payload) => ({ type: 'binary', payload }),
  examples: [
    {
      title: 'the examples of RFC 6455, section 5.7',
      bytes: bytesOf('81 05 48 65 6c 6c 6f   89 05 48 65 6c 6c 6f'),
      frames: [
        { type: 'text', text: 'Hello' },
        { type: 'ping', payload: bytesOf('"Hello"') },
      ],
    },
    {
      title: 'a fragmented message, with a control frame between its fragments',
      bytes: bytesOf('01 03 48 65 6c   89 00   80 02 6c 6f'),
      frames: [
        { type: 'ping', payload: bytesOf('') },
        { type: 'text', text: 'Hello' },
      ],
      isRead: true,
    },
    {
      title: '256 bytes of binary data, with a length of two bytes',
      bytes: joined([bytesOf('82 7e 01 00'), new Uint8Array(256)]),
      frames: [{ type: 'binary', payload: new Uint8Array(256) }],
    },
    {
      title: 'a close with its code and reason, and one without',
      bytes: bytesOf('88 05 03 e8 "bye"   88 00'),
      frames: [
        { type: 'close', code: 1000, reason: 'bye' },
        { type: 'close', code: undefined, reason: '' },
      ],
    },
    {
      title: 'a character cut by fragments',
      bytes: bytesOf('01 01 c3   80 01 a9'),
      frames: [{ type: 'text', text: 'é' }],
      isRead: true,
    },
  ],
  refused: [
    { title: 'a frame that is masked', bytes: bytesOf('81 85 37 fa 21 3d'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a reserved bit', bytes: bytesOf('c1 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a reserved opcode', bytes: bytesOf('83 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a fragmented control frame', bytes: bytesOf('09 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a control frame of 126 bytes', bytes: bytesOf('89 7e 00 7e'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a continuation of no message', bytes: bytesOf('80 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a message inside another one', bytes: bytesOf('01 00 81 00'), code: 'ERR_FRAME_CORRUPT', offset: 2 },
    { title: 'a length that is longer than need be', bytes: bytesOf('82 7e 00 7d'), code: 'ERR_FRAME_LENGTH_INVALID' },
    {
      title: 'a length beyond 2^53-1',
      bytes: bytesOf('82 7f 80 00 00 00 00 00 00 00'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    { title: 'text that is not UTF-8', bytes: bytesOf('81 01 ff'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a close with half a code', bytes: bytesOf('88 01 03'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a close code that is never sent', bytes: bytesOf('88 02 03 ed'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an end inside a message', bytes: bytesOf('89 00 01 01 "a"'), code: 'ERR_FRAME_TRUNCATED', offset: 2 },
  ],
  unencodable: [
    { title: 'a ping of 126 bytes', frame: { type: 'ping', payload: new Uint8Array(126) } },
    { title: 'a close code that is never sent', frame: { type: 'close', code: 1006, reason: '' } },
    { title: 'a close code that is no integer', frame: { type: 'close', code: 3000.5, reason: '' } },
    { title: 'another type', frame: { type: 'continuation', payload: bytesOf('') } as never },
    { title: 'a reason without code', frame: { type: 'close', code: undefined, reason: 'bye' } },
    { title: 'a lone surrogate', frame: { type: 'text', text: '\ud800' } },
  ],
})

testPreset<WebsocketMessage>(
  'websocket from the client',
  (limits) => websocket({ from: 'client', maskKey, ...limits }),
  {
    // Fragments already taken in are not handed over.
    without: ['takeRemaining is exact', 'frames before an error'],
    frame: anyMessage,
    frameOf: (payload) => ({ type: 'binary', payload }),
    examples: [
      {
        title: 'the masked example of RFC 6455, section 5.7',
        bytes: bytesOf('81 85 37 fa 21 3d 7f 9f 4d 51 58'),
        frames: [{ type: 'text', text: 'Hello' }],
      },
    ],
    refused: [{ title: 'a frame that is not masked', bytes: bytesOf('81 05'), code: 'ERR_FRAME_CORRUPT' }],
  },
)

it('masks with random keys, without changing its argument', () => {
  const codec = websocket({ from: 'client' })
  const payload = new Uint8Array(64)
  const written = [codec.encode({ type: 'binary', payload }), codec.encode({ type: 'binary', payload })]
  expect(written[0]).not.toEqual(written[1])
  expect(payload).toEqual(new Uint8Array(64))
  expect([...codec.decoder().decode(written[0]!)]).toEqual([{ type: 'binary', payload }])
})

it.each([{ key: undefined }, { key: new Uint8Array(3) }, { key: [1, 2, 3, 4] }])(
  'refuses $key as a masking key',
  ({ key }) => {
    const codec = websocket({ from: 'client', maskKey: () => key as never })
    expect(() => codec.encode({ type: 'text', text: 'a' })).toThrow('maskKey must return 4 bytes')
  },
)

it.each([
  ['maxMessageLength', { maxMessageLength: 3 }, '02 02 "ab" 00 02 "cd"'],
  ['maxFragments', { maxFragments: 2 }, '02 00 00 00 00 00'],
])('keeps %s, at the offset of the message', (_option, options, text) => {
  const decoder = websocket({ from: 'server', ...options }).decoder()
  expect(() => [...decoder.decode(bytesOf(text))]).toThrow(
    expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: 0 }),
  )
})

it.each([0, 3, 95, 96, 97, 1000])('masks and unmasks %i bytes at any alignment', (length) => {
  const key = bytesOf('01 80 ff 10')
  const codec = websocket({ from: 'client', maskKey: () => key })
  const payload = Uint8Array.from({ length }, (_, index) => index * 7)
  const bytes = codec.encode({ type: 'binary', payload })
  expect(bytes.subarray(bytes.length - length)).toEqual(payload.map((byte, index) => byte ^ key[index % 4]!))
  for (let before = 0; before < 4; before++) {
    const memory = joined([new Uint8Array(before), bytes])
    expect([...codec.decoder().decode(memory.subarray(before))]).toEqual([{ type: 'binary', payload }])
  }
})

const server = (options: Partial<WebsocketOptions> = {}): FrameCodec<WebsocketMessage> =>
  websocket({ from: 'server', ...options })
const client = (options: Partial<WebsocketOptions> = {}): FrameCodec<WebsocketMessage> =>
  websocket({ from: 'client', maskKey, ...options })
const read = (codec: FrameCodec<WebsocketMessage>, bytes: Uint8Array): WebsocketMessage[] => [
  ...codec.decoder().decode(bytes),
]
const binary = (length: number): WebsocketMessage => ({ type: 'binary', payload: new Uint8Array(length).fill(7) })
const refusal = (code: string, offset = 0): Error => expect.objectContaining({ code, offset }) as Error

describe('the header', () => {
  it.each([
    [0, '82 00', '82 80'],
    [125, '82 7d', '82 fd'],
    [126, '82 7e 00 7e', '82 fe 00 7e'],
    [65_535, '82 7e ff ff', '82 fe ff ff'],
    [65_536, '82 7f 00 00 00 00 00 01 00 00', '82 ff 00 00 00 00 00 01 00 00'],
    [70_000, '82 7f 00 00 00 00 00 01 11 70', '82 ff 00 00 00 00 00 01 11 70'],
  ])('of %i bytes has the shortest length, and from a client the mask bit and key', (length, plain, masked) => {
    const payload = new Uint8Array(length).fill(7)
    const message = { type: 'binary' as const, payload }
    const [fromServer, fromClient] = [server().encode(message), client().encode(message)]
    expect(fromServer.subarray(0, -length || undefined)).toEqual(bytesOf(plain))
    expect(fromClient.subarray(0, -length || undefined)).toEqual(joined([bytesOf(masked), maskKey()]))
    // Not `toEqual`, which takes a second for so many bytes.
    const isSame = (messages: WebsocketMessage[]): boolean =>
      messages.length === 1 && Buffer.from(payload).equals((messages[0] as typeof message).payload)
    expect(isSame(read(server(), fromServer))).toBe(true)
    for (const at of [1, 2, 3, 9, 10, 13]) {
      const decoder = client().decoder()
      const messages = [fromClient.subarray(0, at), fromClient.subarray(at)].flatMap((each) => [
        ...decoder.decode(each),
      ])
      expect(isSame(messages)).toBe(true)
    }
  })

  it.each(['82 7e 00 00', '82 7e 00 7d', '82 7f 00 00 00 00 00 00 00 7e', '82 7f 00 00 00 00 00 00 ff ff'])(
    'must not have a longer length: %s',
    (text) => {
      expect(() => read(server(), bytesOf(text))).toThrow(refusal('ERR_FRAME_LENGTH_INVALID'))
    },
  )

  it('has a length of up to 2^53-1 with all of the header', () => {
    const most = '82 7f 00 1f ff ff ff ff ff f1'
    expect(() => read(server(), bytesOf(most))).toThrow(refusal('ERR_FRAME_TOO_LONG'))
    expect(() => read(server(), bytesOf(most.replace('f1', 'f2')))).toThrow(refusal('ERR_FRAME_LENGTH_INVALID'))
  })

  it.each(['c1', 'a1', '91', 'f1', '83', '84', '85', '86', '87', '8b', '8c', '8d', '8e', '8f'])(
    'has no reserved bit or opcode: %s',
    (first) => {
      expect(() => read(server(), bytesOf(`${first} 00`))).toThrow(refusal('ERR_FRAME_CORRUPT'))
    },
  )

  it.each(['08', '09', '0a', '88 7e', '89 7e', '8a 7f'])(
    'of a control frame has FIN, and a short length: %s',
    (text) => {
      expect(() => read(server(), bytesOf(`${text} 00`))).toThrow(refusal('ERR_FRAME_CORRUPT'))
    },
  )

  it.each([
    ['00 00', 0],
    ['80 00', 0],
    ['81 00 80 00', 2],
    ['01 00 80 00 80 00', 4],
    ['01 00 01 00', 2],
    ['02 00 00 00 82 00', 4],
    ['02 00 89 00 81 00', 4],
  ])('says whether a message goes on: %s does not', (text, offset) => {
    expect(() => read(server(), bytesOf(text))).toThrow(refusal('ERR_FRAME_CORRUPT', offset))
  })
})

describe('fragments', () => {
  it('make one message each time, in memory of its own', () => {
    const two = '02 01 "a" 00 00 00 02 "bc" 80 01 "d"   01 02 "ef" 8a 01 "g" 80 00   82 01 "h"'
    expect(read(server(), bytesOf(two))).toEqual([
      { type: 'binary', payload: bytesOf('"abcd"') },
      { type: 'pong', payload: bytesOf('"g"') },
      { type: 'text', text: 'ef' },
      { type: 'binary', payload: bytesOf('"h"') },
    ])
  })

  it('are joined in at most twice their memory, and that of the limit', () => {
    const fragments = joined([bytesOf('02 40'), new Uint8Array(64), bytesOf('80 01 00')])
    for (const [maxMessageLength, memory] of [
      [1000, 128],
      [100, 100],
    ] as const) {
      const [message] = read(server({ maxMessageLength }), fragments)
      expect(message).toEqual({ type: 'binary', payload: new Uint8Array(65) })
      expect((message as { payload: Uint8Array }).payload.buffer.byteLength).toBe(memory)
    }
  })

  it('have the class of the chunks', () => {
    for (const text of ['82 01 "a"', '02 01 "a" 80 00']) {
      const [message] = read(server(), Buffer.from(bytesOf(text)))
      expect(Buffer.isBuffer((message as { payload: Uint8Array }).payload)).toBe(true)
    }
    const [unmasked] = read(client(), Buffer.from(client().encode(binary(3))))
    expect(Buffer.isBuffer((unmasked as { payload: Uint8Array }).payload)).toBe(true)
  })

  it('that wait for the last one are told by frameOffset, and by the error at the end', () => {
    const decoder = server().decoder()
    expect([...decoder.decode(bytesOf('81 00 01 01 "a" 89 00'))]).toHaveLength(2)
    expect(decoder.frameOffset).toBe(2)
    expect(() => decoder.end()).toThrow(withCode('ERR_FRAME_TRUNCATED'))
    decoder.reset()
    void [...decoder.decode(bytesOf('01 01 "a" 80 00'))]
    expect(decoder.frameOffset).toBeUndefined()
    expect(decoder.end()).toEqual([])
  })
})

describe('limits', () => {
  it('maxMessageLength is that of all fragments, and of each message that is written', () => {
    const codec = server({ maxMessageLength: 3 })
    expect(codec.encode(binary(3))).toHaveLength(5)
    expect(() => codec.encode(binary(4))).toThrow(withCode('ERR_FRAME_TOO_LONG'))
    expect(read(codec, bytesOf('82 03 "abc" 02 02 "ab" 80 01 "c" 02 03 "abc" 80 00'))).toHaveLength(3)
    for (const text of ['82 04 "abcd"', '02 02 "ab" 80 02 "cd"', '02 04 "abcd"']) {
      expect(() => read(codec, bytesOf(text))).toThrow(
        expect.objectContaining({
          code: 'ERR_FRAME_TOO_LONG',
          message: 'websocket: the message exceeds maxMessageLength (3)',
          maxFrameLength: 3,
        }),
      )
    }
  })

  it('maxMessageLength is maxFrameLength by default, and may be 0', () => {
    const half = joined([bytesOf('02 0c'), new Uint8Array(12)])
    const last = (length: number): Uint8Array => joined([half, new Uint8Array([128, length]), new Uint8Array(length)])
    expect(read(server({ maxFrameLength: 20 }), last(8))).toHaveLength(1)
    expect(() => read(server({ maxFrameLength: 20 }), last(9))).toThrow('maxMessageLength (20)')
    expect(read(server({ maxMessageLength: 0 }), bytesOf('82 00'))).toHaveLength(1)
    expect(() => server({ maxMessageLength: -1 })).toThrow(RangeError)
  })

  it('maxFragments is the number that a message may have, 65,536 by default', () => {
    expect(read(server({ maxFragments: 2 }), bytesOf('02 00 80 00 02 00 80 00 82 00'))).toHaveLength(3)
    const few = bytesOf('02 00 00 00 80 00')
    expect(() => read(server({ maxFragments: 2 }), few)).toThrow('websocket: the message exceeds maxFragments (2)')
    const many = new Uint8Array(2 * 65_536)
    many[0] = 2
    expect(read(server(), joined([many.subarray(0, -2), bytesOf('80 00')]))).toHaveLength(1)
    expect(() => read(server(), joined([many, bytesOf('80 00')]))).toThrow('maxFragments (65536)')
    expect(read(server({ maxFragments: 1 }), bytesOf('82 00'))).toHaveLength(1)
    expect(() => server({ maxFragments: 0 })).toThrow(RangeError)
  })
})

describe('close', () => {
  it.each([1000, 1003, 1007, 1014, 3000, 4999])('takes and writes the code %i', (code) => {
    const message: WebsocketMessage = { type: 'close', code, reason: 'é' }
    expect(read(server(), server().encode(message))).toEqual([message])
    const short: WebsocketMessage = { type: 'close', code, reason: '' }
    expect(read(server(), server().encode(short))).toEqual([short])
  })

  it.each([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535])('knows no code %i', (code) => {
    const bytes = joined([bytesOf('88 02'), new Uint8Array([code >> 8, code & 255])])
    expect(() => read(server(), bytes)).toThrow(refusal('ERR_FRAME_CORRUPT'))
    const error = withCode('ERR_FRAME_NOT_ENCODABLE')
    expect(() => server().encode({ type: 'close', code, reason: '' })).toThrow(error)
  })

  it('has a reason of up to 123 bytes of UTF-8', () => {
    const close = (length: number): WebsocketMessage => ({ type: 'close', code: 1000, reason: 'a'.repeat(length) })
    expect(read(server(), server().encode(close(123)))).toEqual([close(123)])
    expect(() => server().encode(close(124))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    expect(() => read(server(), bytesOf('88 03 03 e8 ff'))).toThrow(withCode('ERR_FRAME_CORRUPT'))
  })
})

it('writes and takes pings and pongs of up to 125 bytes', () => {
  for (const type of ['ping', 'pong'] as const) {
    const longest: WebsocketMessage = { type, payload: new Uint8Array(125).fill(1) }
    expect(read(server(), server().encode(longest))).toEqual([longest])
    const code = 'ERR_FRAME_NOT_ENCODABLE'
    const longer: WebsocketMessage = { type, payload: new Uint8Array(126) }
    expect(() => server().encode(longer)).toThrow(expect.objectContaining({ code }))
  }
})

it.each([0, 3, 5])('refuses a maskKey of %i bytes, and one that is no function', (length) => {
  const codec = client({ maskKey: () => new Uint8Array(length) })
  expect(() => codec.encode(binary(1))).toThrow('maskKey must return 4 bytes')
  expect(() => client({ maskKey: new Uint8Array(4) as never })).toThrow(TypeError)
})
