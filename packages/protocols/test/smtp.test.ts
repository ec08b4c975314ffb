import fc from 'fast-check'
import { smtp } from '../src/smtp.ts'
import { ascii, payloads, record, testPreset } from './preset.ts'

const args = fc.string({ unit: fc.constantFrom('a', ':', '<', ' '), maxLength: 5 })

testPreset('smtp from the client', (limits) => smtp({ from: 'client', ...limits }), {
  frame: fc.oneof(
    record({ verb: fc.constantFrom('EHLO', 'MAIL', 'NOOP'), args, payload: fc.constant(undefined) }),
    payloads.map((payload) => ({ verb: 'BDAT', args: `${payload.length} LAST`, payload })),
  ),
  frameOf: (payload) => ({ verb: 'BDAT', args: String(payload.length), payload }),
  examples: [
    {
      title: 'commands, and a chunk of RFC 3030',
      bytes: ascii('EHLO relay.example\r\nMAIL FROM:<a@example.org>\r\nBDAT 5 LAST\r\nhelloQUIT\r\n'),
      frames: [
        { verb: 'EHLO', args: 'relay.example', payload: undefined },
        { verb: 'MAIL', args: 'FROM:<a@example.org>', payload: undefined },
        { verb: 'BDAT', args: '5 LAST', payload: ascii('hello') },
        { verb: 'QUIT', args: '', payload: undefined },
      ],
    },
  ],
  refused: [
    { title: 'a bare LF', bytes: ascii('NOOP\nQUIT\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a bare CR', bytes: ascii('NOOP\rQUIT\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'BDAT without length', bytes: ascii('BDAT LAST\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
  ],
  unencodable: [
    { title: 'a verb in lower case', frame: { verb: 'noop', args: '', payload: undefined } },
    { title: 'no arguments', frame: { verb: 'NOOP', args: undefined as never, payload: undefined } },
    { title: 'arguments with CR LF', frame: { verb: 'MAIL', args: 'a\r\nDATA', payload: undefined } },
  ],
})

testPreset('smtp from the server', (limits) => smtp({ from: 'server', ...limits }), {
  limit: 256,
  frame: record({ code: fc.integer({ min: 100, max: 999 }), lines: fc.array(args, { minLength: 1, maxLength: 3 }) }),
  frameOf: (payload) => ({ code: 250, lines: ['a'.repeat(payload.length)] }),
  examples: [
    {
      title: 'a greeting, and a reply of three lines',
      bytes: ascii('220 mail.example.org ESMTP\r\n250-mail.example.org\r\n250-SIZE 10240000\r\n250 CHUNKING\r\n'),
      frames: [
        { code: 220, lines: ['mail.example.org ESMTP'] },
        { code: 250, lines: ['mail.example.org', 'SIZE 10240000', 'CHUNKING'] },
      ],
    },
    { title: 'a code alone', bytes: ascii('250\r\n'), frames: [{ code: 250, lines: [''] }], isRead: true },
  ],
  refused: [
    { title: 'a reply without code', bytes: ascii('hello\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a reply with two codes', bytes: ascii('250-a\r\n251 b\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a bare LF', bytes: ascii('250 a\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a bare CR', bytes: ascii('250-a\rb\r\n250 c\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'two CR at the end of a line', bytes: ascii('250 a\r\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an end inside a reply', bytes: ascii('250-a\r\n'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    { title: 'a code of two digits', frame: { code: 99, lines: [''] } },
    { title: 'no line', frame: { code: 250, lines: [] } },
  ],
})
