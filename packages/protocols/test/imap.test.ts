import fc from 'fast-check'
import { imap, type ImapMessage } from '../src/imap.ts'
import { ascii, bytesOf, payloads, testPreset } from './preset.ts'

const text = fc
  .string({ unit: fc.constantFrom('a', '{', '}', '1', ' '), maxLength: 5 })
  .filter((each) => !/\{\d+\}$/.test(each))

testPreset<ImapMessage>('imap', imap, {
  frame: fc.tuple(fc.array(fc.tuple(text, payloads), { maxLength: 2 }), text).map(([literals, last]) => ({
    parts: [...literals.flatMap(([before, literal]) => [`${before}{${literal.length}}`, literal]), last],
  })),
  frameOf: (payload) => ({ parts: [`{${payload.length}}`, payload, ''] }),
  examples: [
    {
      title: 'a login with two literals, one of which does not wait',
      bytes: ascii('A001 LOGIN {11}\r\nFRED FOOBAR {7+}\r\nfat man\r\n'),
      frames: [{ parts: ['A001 LOGIN {11}', ascii('FRED FOOBAR'), ' {7+}', ascii('fat man'), ''] }],
    },
    {
      title: 'a literal that looks like an announcement, and an untagged response',
      bytes: ascii('* 1 FETCH (BODY[] {3}\r\n{1})\r\n* OK {x}\r\n'),
      frames: [{ parts: ['* 1 FETCH (BODY[] {3}', ascii('{1}'), ')'] }, { parts: ['* OK {x}'] }],
    },
    {
      title: 'the longest announcement, of a literal8 whose length has leading zeros',
      bytes: ascii('a APPEND b ~{0000000000000000003+}\r\na\r\n\r\n* OK {00000000000000000003}\r\n'),
      frames: [
        { parts: ['a APPEND b ~{0000000000000000003+}', ascii('a\r\n'), ''] },
        { parts: ['* OK {00000000000000000003}'] },
      ],
    },
  ],
  refused: [
    { title: 'a literal of 19 digits', bytes: ascii('a {9223372036854775807}\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a bare LF', bytes: ascii('a1 NOOP\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a literal over the limit', bytes: ascii('a {99999999}\r\n'), code: 'ERR_FRAME_TOO_LONG' },
    { title: 'an end inside a literal', bytes: ascii('a {2}\r\na'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    { title: 'a literal that is not announced', frame: { parts: ['a', bytesOf('00'), ''] } },
    { title: 'a line break', frame: { parts: ['a\r\nb'] } },
    { title: 'a literal before any text', frame: { parts: [bytesOf('00'), bytesOf('00'), ''] } },
    {
      title: 'a literal after another one',
      frame: { parts: ['{1}', bytesOf('00'), bytesOf('00'), bytesOf('00'), ''] },
    },
    { title: 'text after text', frame: { parts: ['{1}', 'a', ''] } },
    { title: 'nothing after a literal', frame: { parts: ['{1}', bytesOf('00')] } },
    { title: 'no part', frame: { parts: [] } },
  ],
})
