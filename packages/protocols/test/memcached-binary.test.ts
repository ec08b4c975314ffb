import fc from 'fast-check'
import { memcachedBinary, type MemcachedPacket } from '../src/memcached-binary.ts'
import { byte, bytesOf, joined, payloads, record, testPreset, uint16, uint32 } from './preset.ts'

const frame = record({
  opcode: byte,
  dataType: byte,
  status: uint16,
  opaque: uint32,
  cas: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  extras: payloads,
  key: payloads,
  value: payloads,
})

const frameOf = (value: Uint8Array): MemcachedPacket => ({
  opcode: 1,
  dataType: 0,
  status: 0,
  opaque: 0,
  cas: new Uint8Array(8),
  extras: bytesOf(''),
  key: bytesOf(''),
  value,
})

testPreset('memcachedBinary', (limits) => memcachedBinary({ from: 'client', ...limits }), {
  isHeaded: true,
  frame,
  frameOf,
  examples: [
    {
      title: 'the get request of the documentation',
      bytes: bytesOf('80 00 00 05 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 00 "Hello"'),
      frames: [
        {
          opcode: 0,
          dataType: 0,
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

testPreset('memcachedBinary from the server', (limits) => memcachedBinary({ from: 'server', ...limits }), {
  isHeaded: true,
  frame,
  frameOf,
  examples: [
    {
      title: 'a value of Couchbase that is JSON in Snappy, with its flags',
      bytes: bytesOf('81 00 00 00 04 03 00 00 00 00 00 06 00 00 00 07 00 00 00 00 00 00 00 01 02 00 00 00 "ab"'),
      frames: [
        {
          opcode: 0,
          dataType: 3,
          status: 0,
          opaque: 7,
          cas: bytesOf('00 00 00 00 00 00 00 01'),
          extras: bytesOf('02 00 00 00'),
          key: bytesOf(''),
          value: bytesOf('"ab"'),
        },
      ],
    },
  ],
  refused: [{ title: 'a request', bytes: joined([bytesOf('80'), new Uint8Array(23)]), code: 'ERR_FRAME_CORRUPT' }],
})
