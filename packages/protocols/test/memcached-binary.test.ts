import fc from 'fast-check'
import { memcachedBinary } from '../src/memcached-binary.ts'
import { byte, bytesOf, joined, payloads, record, testPreset, uint16, uint32 } from './preset.ts'

testPreset('memcachedBinary', (limits) => memcachedBinary({ from: 'client', ...limits }), {
  isHeaded: true,
  frame: record({
    opcode: byte,
    status: uint16,
    opaque: uint32,
    cas: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    extras: payloads,
    key: payloads,
    value: payloads,
  }),
  frameOf: (value) => ({
    opcode: 1,
    status: 0,
    opaque: 0,
    cas: new Uint8Array(8),
    extras: bytesOf(''),
    key: bytesOf(''),
    value,
  }),
  examples: [
    {
      title: 'the get request of the documentation',
      bytes: bytesOf('80 00 00 05 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 00 "Hello"'),
      frames: [
        {
          opcode: 0,
          status: 0,
          opaque: 0,
          cas: new Uint8Array(8),
          extras: bytesOf(''),
          key: bytesOf('"Hello"'),
          value: bytesOf(''),
        },
      ],
    },
  ],
  refused: [
    { title: 'a packet of the server', bytes: joined([bytesOf('81'), new Uint8Array(23)]), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'a key longer than the packet',
      bytes: joined([bytesOf('80 00 00 05'), new Uint8Array(20)]),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
  ],
})
