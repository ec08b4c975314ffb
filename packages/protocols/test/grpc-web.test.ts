import fc from 'fast-check'
import { grpcWeb } from '../src/grpc-web.ts'
import { bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('grpcWeb', grpcWeb, {
  isHeaded: true,
  frame: record({
    type: fc.constantFrom('message' as const, 'trailers' as const),
    compressed: fc.boolean(),
    payload: payloads,
  }),
  frameOf: (payload) => ({ type: 'message', compressed: false, payload }),
  examples: [
    {
      title: 'a message and trailers',
      bytes: bytesOf('00 00 00 00 01 07   80 00 00 00 0f "grpc-status:0" 0d 0a'),
      frames: [
        { type: 'message', compressed: false, payload: bytesOf('07') },
        { type: 'trailers', compressed: false, payload: bytesOf('"grpc-status:0" 0d 0a') },
      ],
    },
  ],
  refused: [
    { title: 'reserved flags', bytes: bytesOf('40 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'the text of grpc-web-text', bytes: bytesOf('"AAAAAAI="'), code: 'ERR_FRAME_CORRUPT' },
  ],
  unencodable: [
    { title: 'an unknown type', frame: { type: 'trailer', compressed: false, payload: bytesOf('') } },
    { title: 'no flag', frame: { type: 'message', compressed: undefined as never, payload: bytesOf('') } },
  ],
})
