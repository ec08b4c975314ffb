import { protobufDelimited } from '../src/protobuf-delimited.ts'
import { bytesOf, payloads, testPreset } from './preset.ts'

testPreset('protobufDelimited', protobufDelimited, {
  frame: payloads,
  examples: [
    {
      title: 'Test1 { a: 150 } of the encoding guide, and an empty message',
      bytes: bytesOf('03 08 96 01   00'),
      frames: [bytesOf('08 96 01'), bytesOf('')],
    },
  ],
  refused: [
    { title: 'a varint of 6 bytes', bytes: bytesOf('80 80 80 80 80 01'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a message of more than 64 MiB', bytes: bytesOf('ff ff ff 7f'), code: 'ERR_FRAME_TOO_LONG' },
  ],
})
