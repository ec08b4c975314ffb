import { netstring } from '../src/netstring.ts'
import { ascii, bytesOf, payloads, testPreset } from './preset.ts'

testPreset('netstring', netstring, {
  frame: payloads,
  examples: [
    {
      title: 'the examples of the document',
      bytes: ascii('12:hello world!,0:,'),
      frames: [ascii('hello world!'), bytesOf('')],
    },
  ],
  refused: [
    { title: 'a leading zero', bytes: ascii('01:a,'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'no comma', bytes: ascii('1:ab'), code: 'ERR_FRAME_CORRUPT' },
  ],
})
