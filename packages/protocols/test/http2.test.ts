import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { http2, type Http2Frame } from '../src/http2.ts'
import { byte, bytesOf, payloads, record, streamsAfter, testPreset } from './preset.ts'

const streamId = fc.nat(2 ** 31 - 1)
const frame = fc.oneof(
  record({ type: fc.constantFrom(0, 1), flags: fc.constantFrom(0, 1, 4), streamId, payload: payloads }),
  record({ type: fc.constantFrom(9, 200), flags: byte, streamId, payload: payloads }),
  record({
    type: fc.constantFrom(0, 1, 5, 7),
    flags: byte,
    streamId,
    payload: fc.uint8Array({ minLength: 8, maxLength: 12 }),
  }),
)
const PREFACE = '"PRI * HTTP/2.0" 0d 0a 0d 0a "SM" 0d 0a 0d 0a'
const client = (): FrameCodec<Http2Frame> => http2({ from: 'client' })

testPreset<Http2Frame>('http2 from the server', (limits) => http2({ from: 'server', ...limits }), {
  frame,
  frameOf: (payload) => ({ type: 0, flags: 0, streamId: 1, payload }),
  examples: [
    {
      title: 'SETTINGS, its acknowledgement, and GOAWAY',
      bytes: bytesOf(
        '00 00 06 04 00 00 00 00 00 00 03 00 00 00 64   00 00 00 04 01 00 00 00 00   00 00 08 07 00 00 00 00 00 00 00 00 00 00 00 00 00',
      ),
      frames: [
        { type: 4, flags: 0, streamId: 0, payload: bytesOf('00 03 00 00 00 64') },
        { type: 4, flags: 1, streamId: 0, payload: bytesOf('') },
        { type: 7, flags: 0, streamId: 0, payload: bytesOf('00 00 00 00 00 00 00 00') },
      ],
    },
    {
      title: 'the shortest HEADERS and PUSH_PROMISE with all their fields, and an empty HEADERS',
      bytes: bytesOf(
        '00 00 06 01 28 00 00 00 01 00 00 00 00 00 10   00 00 05 05 08 00 00 00 01 00 00 00 00 02   00 00 00 01 04 00 00 00 01',
      ),
      frames: [
        { type: 1, flags: 0x28, streamId: 1, payload: bytesOf('00 00 00 00 00 10') },
        { type: 5, flags: 0x08, streamId: 1, payload: bytesOf('00 00 00 00 02') },
        { type: 1, flags: 4, streamId: 1, payload: bytesOf('') },
      ],
    },
    {
      title: 'a frame with its reserved bit set, which is ignored',
      bytes: bytesOf('00 00 00 00 01 80 00 00 01'),
      frames: [{ type: 0, flags: 1, streamId: 1, payload: bytesOf('') }],
      isRead: true,
    },
  ],
  refused: [
    { title: 'a PING of 7 bytes', bytes: bytesOf('00 00 07 06 00 00 00 00 00'), code: 'ERR_FRAME_LENGTH_INVALID' },
    {
      title: 'a GOAWAY of 7 bytes',
      bytes: bytesOf('00 00 07 07 00 00 00 00 00'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'padded DATA without the length of its padding',
      bytes: bytesOf('00 00 00 00 08 00 00 00 01'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'padded HEADERS with a priority in 5 bytes',
      bytes: bytesOf('00 00 05 01 28 00 00 00 01'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'a padded PUSH_PROMISE of 4 bytes',
      bytes: bytesOf('00 00 04 05 08 00 00 00 01'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    { title: 'SETTINGS of 5 bytes', bytes: bytesOf('00 00 05 04 00 00 00 00 00'), code: 'ERR_FRAME_LENGTH_INVALID' },
    {
      title: 'an acknowledgement that is not empty',
      bytes: bytesOf('00 00 06 04 01 00 00 00 00'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'a frame of more than 16,384 bytes',
      bytes: bytesOf('00 40 01 00 00 00 00 00 01'),
      code: 'ERR_FRAME_TOO_LONG',
    },
  ],
  unencodable: [
    { title: 'a preface', frame: { type: 'preface' } },
    { title: 'a stream id of 2^31', frame: { type: 0, flags: 0, streamId: 2 ** 31, payload: bytesOf('') } },
    { title: 'a RST_STREAM of 3 bytes', frame: { type: 3, flags: 0, streamId: 1, payload: bytesOf('00 00 00') } },
  ],
})

testPreset<Http2Frame>('http2 from the client', (limits) => http2({ from: 'client', ...limits }), {
  // The first frame occurs only once, so a long stream cannot be made by repetition.
  without: ['linear work'],
  stream: streamsAfter<Http2Frame>(client, { type: 'preface' }, frame),
  examples: [
    {
      title: 'the preface, then empty SETTINGS',
      bytes: bytesOf(`${PREFACE} 00 00 00 04 00 00 00 00 00`),
      frames: [{ type: 'preface' }, { type: 4, flags: 0, streamId: 0, payload: bytesOf('') }],
    },
  ],
  refused: [
    { title: 'HTTP/1.1', bytes: bytesOf('"POST / HTTP/1.1"'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'frames without preface', bytes: bytesOf('00 00 00 04 00 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an end inside the preface', bytes: bytesOf('"PRI * "'), code: 'ERR_FRAME_TRUNCATED' },
  ],
})

const server = (): FrameCodec<Http2Frame> => http2({ from: 'server' })

describe('the payload of a type', () => {
  it.each([
    [2, 0, [5], [0, 4, 6]],
    [3, 0, [4], [3, 5]],
    [6, 0, [8], [7, 9]],
    [8, 0, [4], [3, 5]],
    [4, 0, [0, 6, 12], [5, 7]],
    [4, 2, [0, 6], [8]],
    [4, 1, [0], [6]],
    [4, 3, [0], [6]],
  ])('%i with the flags %i has one of its lengths', (type, flags, lengths, wrong) => {
    const frameOf = (length: number): Http2Frame => ({ type, flags, streamId: 1, payload: new Uint8Array(length) })
    for (const length of lengths) {
      expect([
        ...server()
          .decoder()
          .decode(server().encode(frameOf(length))),
      ]).toEqual([frameOf(length)])
    }
    for (const length of wrong) {
      const code = 'ERR_FRAME_NOT_ENCODABLE'
      expect(() => server().encode(frameOf(length))).toThrow(expect.objectContaining({ code }))
      const header = new Uint8Array([0, 0, length, type, flags, 0, 0, 0, 1])
      expect(() => [...server().decoder().decode(header)]).toThrow(
        expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 0, frameLength: 9 + length }),
      )
    }
  })

  it('has at most 16,384 bytes', () => {
    const frameOf = (length: number): Http2Frame => ({
      type: 0,
      flags: 0,
      streamId: 1,
      payload: new Uint8Array(length),
    })
    expect([
      ...server()
        .decoder()
        .decode(server().encode(frameOf(16_384))),
    ]).toHaveLength(1)
    expect(() => server().encode(frameOf(16_385))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }))
  })
})

describe('the preface', () => {
  const preface = bytesOf(PREFACE)

  it('is written by a client, and each of its bytes is checked', () => {
    expect(client().encode({ type: 'preface' })).toEqual(preface)
    for (const at of preface.keys()) {
      const wrong = preface.slice()
      wrong[at]! ^= 1
      const decoder = client().decoder()
      expect([...decoder.decode(wrong.subarray(0, at))]).toEqual([])
      expect(() => [...decoder.decode(wrong.subarray(at, at + 1))]).toThrow(
        expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }),
      )
    }
  })

  it('comes once', () => {
    const data: Http2Frame = { type: 0, flags: 0, streamId: 2 ** 31 - 1, payload: bytesOf('') }
    const decoder = client().decoder()
    const bytes = [preface, client().encode(data), client().encode(data)]
    expect(bytes.flatMap((each) => [...decoder.decode(each)])).toEqual([{ type: 'preface' }, data, data])
    expect(() => [...decoder.decode(preface)]).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }))
  })
})
