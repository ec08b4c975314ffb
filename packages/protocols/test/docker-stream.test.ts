import { dockerStream } from '../src/docker-stream.ts'
import { byte, bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('dockerStream', dockerStream, {
  isHeaded: true,
  frame: record({ type: byte, payload: payloads }),
  frameOf: (payload) => ({ type: 1, payload }),
  examples: [
    {
      title: 'a line to stdout and one to stderr',
      bytes: bytesOf('01 00 00 00 00 00 00 03 "hi" 0a   02 00 00 00 00 00 00 03 "no" 0a'),
      frames: [
        { type: 1, payload: bytesOf('"hi" 0a') },
        { type: 2, payload: bytesOf('"no" 0a') },
      ],
    },
  ],
  refused: [{ title: 'the output of a TTY', bytes: bytesOf('"root@host:/# "'), code: 'ERR_FRAME_CORRUPT' }],
  unencodable: [{ title: 'type 256', frame: { type: 256, payload: bytesOf('') } }],
})
