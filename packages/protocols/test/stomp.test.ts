import fc from 'fast-check'
import { stomp, type StompFrame } from '../src/stomp.ts'
import { bytesOf, record, testPreset } from './preset.ts'

const text = fc.string({ unit: fc.constantFrom('a', ':', '\\', '\n', 'é'), minLength: 1, maxLength: 4 })

testPreset<StompFrame>('stomp', stomp, {
  limit: 16_384,
  frame: record({
    command: fc.constantFrom('SEND', 'MESSAGE'),
    headers: fc.array(fc.tuple(text, text), { maxLength: 2 }),
    body: fc.uint8Array({ maxLength: 6, min: 1 }),
  }),
  frameOf: (body) => ({ command: 'SEND', headers: [['content-length', String(body.length)]], body }),
  examples: [
    {
      title: 'a frame of the specification',
      bytes: bytesOf('"CONNECT" 0a "accept-version:1.2" 0a "host:stomp.github.org" 0a 0a 00'),
      frames: [
        {
          command: 'CONNECT',
          headers: [
            ['accept-version', '1.2'],
            ['host', 'stomp.github.org'],
          ],
          body: bytesOf(''),
        },
      ],
    },
    {
      title: 'a body with a zero byte',
      bytes: bytesOf('"SEND" 0a "content-length:3" 0a 0a "a" 00 "b" 00'),
      frames: [{ command: 'SEND', headers: [['content-length', '3']], body: bytesOf('"a" 00 "b"') }],
    },
    {
      title: 'heart-beats between frames, CR LF, and escapes',
      bytes: bytesOf('0a 0d 0a "SEND" 0d 0a "a\\\\c:b\\\\n" 0d 0a 0d 0a "hi" 00 0a'.replaceAll('\\\\', '\\')),
      frames: [{ command: 'SEND', headers: [['a:', 'b\n']], body: bytesOf('"hi"') }],
      isRead: true,
    },
    {
      title: 'CONNECTED, whose headers have no escapes',
      bytes: bytesOf('"CONNECTED" 0a "session:a\\b" 0a 0a 00'),
      frames: [{ command: 'CONNECTED', headers: [['session', 'a\\b']], body: bytesOf('') }],
    },
  ],
  refused: [
    { title: 'a header without colon', bytes: bytesOf('"SEND" 0a "a" 0a 0a 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an unknown escape', bytes: bytesOf('"SEND" 0a "a:\\t" 0a 0a 00'), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'a malformed length',
      bytes: bytesOf('"SEND" 0a "content-length:x" 0a 0a'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'no zero byte after a body',
      bytes: bytesOf('"SEND" 0a "content-length:1" 0a 0a "ab"'),
      code: 'ERR_FRAME_CORRUPT',
    },
    { title: 'a head of more than 16 KiB', bytes: new Uint8Array(16_384).fill(97), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an end inside a body', bytes: bytesOf('"SEND" 0a 0a "a"'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    {
      title: 'a length that is not that of the body',
      frame: { command: 'SEND', headers: [['content-length', '2']], body: bytesOf('') },
    },
    { title: 'a body with a zero byte and no length', frame: { command: 'SEND', headers: [], body: bytesOf('00') } },
    { title: 'an empty command', frame: { command: '', headers: [], body: bytesOf('') } },
  ],
})
