import fc from 'fast-check'
import { expect, it } from 'vitest'
import { imap, type ImapMessage } from '../src/imap.ts'
import { ascii, bytesOf, outcomeOfAnyCut, payloads, testPreset } from './preset.ts'

const anyText = fc
  .string({ unit: fc.constantFrom('a', '{', '}', '1', ' '), maxLength: 5 })
  .filter((each) => !/\{\d+\}$/.test(each))

testPreset<ImapMessage>('imap', imap, {
  frame: fc.tuple(fc.array(fc.tuple(anyText, payloads), { maxLength: 2 }), anyText).map(([literals, last]) => ({
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

const read = (text: string): ImapMessage[] => [...imap().decoder().decode(ascii(text))]

it.each<[text: string, parts: ImapMessage['parts']]>([
  ['{1}\r\na\r\n', ['{1}', ascii('a'), '']],
  ['~{1}\r\n\0\r\n', ['~{1}', bytesOf('00'), '']],
  ['a {000000000000001+}\r\nab\r\n', ['a {000000000000001+}', ascii('a'), 'b']],
  ['a {0}\r\n{0}\r\n\r\n', ['a {0}', ascii(''), '{0}', ascii(''), '']],
  ['a {00000000000000000001}\r\n', ['a {00000000000000000001}']],
  ['a {1} \r\n', ['a {1} ']],
  ['a {}\r\n', ['a {}']],
  ['a {+}\r\n', ['a {+}']],
  ['a {1++}\r\n', ['a {1++}']],
  ['a 1}\r\n', ['a 1}']],
  ['\r\n', ['']],
])('reads the literals that %j announces, at the end of a line and in up to 19 digits', (text, parts) => {
  expect(read(text + text)).toEqual([{ parts }, { parts }])
  const bytes = ascii(text)
  for (const at of bytes.keys()) {
    const decoder = imap().decoder()
    expect([bytes.subarray(0, at), bytes.subarray(at)].flatMap((chunk) => [...decoder.decode(chunk)])).toEqual([
      { parts },
    ])
  }
})

it.each(['\n', 'a\n', 'a {1}\r\nb\n', 'a {1}\n', 'a\rb\r\n', '\r\r\n', '{1}\r\r\n', 'a {1}\r\nb\rc\r\n', '\n\r\n'])(
  'refuses the bare CR or LF in %j, wherever it is cut',
  (text) => {
    const error = { code: 'ERR_FRAME_CORRUPT', offset: 0 }
    expect(outcomeOfAnyCut(imap(), ascii(text))).toMatchObject({ frames: [], error })
  },
)

it('takes CR and LF in a literal', () => {
  expect(read('{3}\r\n\r\n\n\r\n')).toEqual([{ parts: ['{3}', ascii('\r\n\n'), ''] }])
})

it.each<[title: string, parts: ImapMessage['parts']]>([
  ['a literal first', [ascii('a'), '']],
  ['two literals after one announcement', ['{1}', ascii('a'), ascii('b'), '']],
  ['a literal that is shorter than announced', ['{2}', ascii('a'), '']],
  ['an announcement without literal', ['{1}']],
  ['text after text', ['a', 'b']],
  ['CR', ['a\r']],
  ['LF', ['a\nb']],
])('does not write %s', (_title, parts) => {
  expect(() => imap().encode({ parts })).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
})

it('finds an announcement that follows a long text and arrives in many chunks', () => {
  const text = `${'a'.repeat(100)} {3+}`
  const decoder = imap().decoder()
  const frames = Array.from(ascii(`${text}\r\nxyz\r\n`), (byte) => [...decoder.decode(new Uint8Array([byte]))]).flat()
  expect(frames).toEqual([{ parts: [text, ascii('xyz'), ''] }])
})
