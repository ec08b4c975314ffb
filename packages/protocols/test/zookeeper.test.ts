import { zookeeper } from '../src/zookeeper.ts'
import { bytesOf, payloads, testPreset } from './preset.ts'

testPreset('zookeeper', zookeeper, {
  isHeaded: true,
  frame: payloads,
  frameOf: (payload) => payload,
  examples: [
    { title: 'two frames', bytes: bytesOf('00 00 00 02 "hi" 00 00 00 00'), frames: [bytesOf('"hi"'), bytesOf('')] },
  ],
  refused: [
    { title: 'a negative length', bytes: bytesOf('ff ff ff ff'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a frame over the limit', bytes: bytesOf('00 10 00 00'), code: 'ERR_FRAME_TOO_LONG' },
  ],
})
