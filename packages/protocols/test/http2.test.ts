import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { http2, type Http2Frame } from '../src/http2.ts'
import { byte, bytesOf, payloads, record, streamsAfter, testPreset } from './preset.ts'

const frame = record({
  type: fc.constantFrom(0, 1, 5, 7, 9, 200),
  flags: byte,
  streamId: fc.nat(2 ** 31 - 1),
  payload: payloads,
})
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
      title: 'a frame with its reserved bit set, which is ignored',
      bytes: bytesOf('00 00 00 00 01 80 00 00 01'),
      frames: [{ type: 0, flags: 1, streamId: 1, payload: bytesOf('') }],
      isRead: true,
    },
  ],
  refused: [
    { title: 'a PING of 7 bytes', bytes: bytesOf('00 00 07 06 00 00 00 00 00'), code: 'ERR_FRAME_LENGTH_INVALID' },
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
