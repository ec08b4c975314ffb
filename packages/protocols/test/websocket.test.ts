import fc from 'fast-check'
import { expect, it } from 'vitest'
import { websocket, type WebsocketMessage } from '../src/websocket.ts'
import { bytesOf, joined, payloads, record, testPreset } from './preset.ts'

/**
 * Any code point but surrogates: fast-check's `unit: 'binary'` builds a map of all of them, which takes half a second.
 */
const codePoint = fc
  .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code))
const message = fc.oneof(
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
const fragments = fc
  .array(fc.constantFrom('01 01 "a"', '02 01 "b"', '00 01 "c"', '80 01 "d"', '89 00', '81 00', '00 00'), {
    maxLength: 8,
  })
  .map((frames) => bytesOf(frames.join(' ')))
const maskKey = (): Uint8Array => bytesOf('37 fa 21 3d')

testPreset<WebsocketMessage>('websocket from the server', (limits) => websocket({ from: 'server', ...limits }), {
  // Fragments already taken in are not handed over.
  without: ['takeRemaining is exact', 'frames before an error'],
  frame: message,
  stream: fragments,
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
      title: '64 KiB of binary data, with a length of eight bytes',
      bytes: joined([bytesOf('82 7f 00 00 00 00 00 01 00 00'), new Uint8Array(65_536)]),
      frames: [{ type: 'binary', payload: new Uint8Array(65_536) }],
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
    { title: 'a reason without code', frame: { type: 'close', code: undefined, reason: 'bye' } },
    { title: 'half a surrogate pair', frame: { type: 'text', text: '\ud800' } },
  ],
})

testPreset<WebsocketMessage>(
  'websocket from the client',
  (limits) => websocket({ from: 'client', maskKey, ...limits }),
  {
    // Fragments already taken in are not handed over.
    without: ['takeRemaining is exact', 'frames before an error'],
    frame: message,
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
