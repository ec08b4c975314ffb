import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nntp, type NntpResponse } from '../src/nntp.ts'
import { ascii, bytesOf, joined, record, testPreset } from './preset.ts'

const text = fc.string({ unit: fc.constantFrom('a', ' ', '<'), maxLength: 5 })
const body = fc
  .string({ unit: fc.constantFrom('.', 'a', '\r\n'), maxLength: 6 })
  .map((each) => ascii(each === '' ? '' : `${each}\r\n`))

testPreset('nntp from the client', (limits) => nntp({ from: 'client', ...limits }), {
  limit: 128,
  frame: record({ verb: fc.constantFrom('GROUP', 'QUIT'), args: text }),
  frameOf: (payload) => ({ verb: 'GROUP', args: 'a'.repeat(payload.length) }),
  examples: [
    { title: 'a command', bytes: ascii('GROUP misc.test\r\n'), frames: [{ verb: 'GROUP', args: 'misc.test' }] },
  ],
  refused: [{ title: 'a bare LF', bytes: ascii('QUIT\n'), code: 'ERR_FRAME_CORRUPT' }],
})

testPreset<NntpResponse>('nntp from the server', (limits) => nntp({ from: 'server', ...limits }), {
  frame: fc.oneof(
    record({ code: fc.constantFrom(200, 211, 430), text, body: fc.constant(undefined) }),
    record({ code: fc.constantFrom(220, 101), text, body }),
  ),
  frameOf: (payload) => ({ code: 222, text: '', body: joined([payload, ascii('\r\n')]) }),
  examples: [
    {
      title: 'a group, and an article whose lines begin with dots',
      bytes: ascii('211 1234 3000234 3002322 misc.test\r\n220 0 <a@b>\r\nPath: p\r\n\r\n..dot\r\n...\r\n.\r\n'),
      frames: [
        { code: 211, text: '1234 3000234 3002322 misc.test', body: undefined },
        { code: 220, text: '0 <a@b>', body: ascii('Path: p\r\n\r\n.dot\r\n..\r\n') },
      ],
    },
    {
      title: 'an empty list',
      bytes: ascii('215 list follows\r\n.\r\n'),
      frames: [{ code: 215, text: 'list follows', body: bytesOf('') }],
    },
  ],
  refused: [
    { title: 'a line without code', bytes: ascii('hello\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a bare LF', bytes: ascii('200 hello\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a line of more than 512 bytes', bytes: ascii(`200 ${'a'.repeat(508)}`), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an end inside an article', bytes: ascii('220 0\r\na\r\n.'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    { title: 'an article without body', frame: { code: 220, text: '', body: undefined } },
    { title: 'a body whose last line does not end', frame: { code: 220, text: '', body: ascii('a') } },
  ],
})

it('decodes a body after 211 if listGroup is set', () => {
  const decoder = nntp({ from: 'server', listGroup: true }).decoder()
  expect([...decoder.decode(ascii('211 1 1 1 a\r\n1\r\n.\r\n'))]).toEqual([
    { code: 211, text: '1 1 1 a', body: ascii('1\r\n') },
  ])
})
