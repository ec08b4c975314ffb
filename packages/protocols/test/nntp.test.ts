import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Command } from '../src/framing/commands.ts'
import { nntp, type NntpResponse } from '../src/nntp.ts'
import { ascii, bytesOf, joined, record, testPreset, withCode } from './preset.ts'

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
    {
      title: 'a verb with letters that have no upper case of one byte',
      bytes: ascii('\xdf\xff\xb5 a\r\n'),
      frames: [{ verb: '\xdf\xff\xb5', args: 'a' }],
    },
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
    { title: 'a bare CR', bytes: ascii('200 a\rb\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a line of more than 512 bytes', bytes: ascii(`200 ${'a'.repeat(508)}`), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an end inside an article', bytes: ascii('220 0\r\na\r\n.'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    { title: 'an article without body', frame: { code: 220, text: '', body: undefined } },
    { title: 'text that is none', frame: { code: 200, text: undefined as never, body: undefined } },
    { title: 'a code that is text', frame: { code: '200' as never, text: '', body: undefined } },
    { title: 'a body whose last line does not end', frame: { code: 220, text: '', body: ascii('a') } },
  ],
})

it('decodes a body after 211 if listGroup is set', () => {
  const decoder = nntp({ from: 'server', listGroup: true }).decoder()
  expect([...decoder.decode(ascii('211 1 1 1 a\r\n1\r\n.\r\n'))]).toEqual([
    { code: 211, text: '1 1 1 a', body: ascii('1\r\n') },
  ])
})

it('takes and writes lines of up to 512 bytes, CR LF included', () => {
  const [client, server] = [nntp({ from: 'client' }), nntp({ from: 'server' })]
  const command = (length: number): Command => ({ verb: 'GROUP', args: 'a'.repeat(length - 8) })
  const response = (length: number): NntpResponse => ({ code: 200, text: 'a'.repeat(length - 6), body: undefined })
  expect([...client.decoder().decode(client.encode(command(512)))]).toEqual([command(512)])
  expect([...server.decoder().decode(server.encode(response(512)))]).toEqual([response(512)])
  const unencodable = withCode('ERR_FRAME_NOT_ENCODABLE')
  expect(() => client.encode(command(513))).toThrow(unencodable)
  expect(() => server.encode(response(513))).toThrow(unencodable)
  const long = ascii(`200 ${'a'.repeat(507)}\r\n`)
  expect(() => [...client.decoder().decode(long)]).toThrow('maxLineLength (510 bytes)')
  expect(() => [...server.decoder().decode(long)]).toThrow(withCode('ERR_FRAME_CORRUPT'))
})

it.each([100, 101, 215, 220, 221, 222, 224, 225, 230, 231, 282])('takes a body after %i', (code) => {
  const server = nntp({ from: 'server' })
  const frame = { code, text: 'a', body: ascii('.\r\n') }
  expect([...server.decoder().decode(server.encode(frame))]).toEqual([frame])
  expect(() => server.encode({ ...frame, body: undefined })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it.each([200, 211, 223, 281, 335])('takes no body after %i', (code) => {
  const server = nntp({ from: 'server' })
  expect([...server.decoder().decode(ascii(`${code}\r\n${code} b\r\n`))]).toEqual([
    { code, text: '', body: undefined },
    { code, text: 'b', body: undefined },
  ])
  expect(() => server.encode({ code, text: '', body: bytesOf('') })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it.each(['099 a', '600 a', '20 a', '2000 a', '200a', 'a200 a', '20x a', '200\ta'])('knows no code in %j', (line) => {
  expect(() => [
    ...nntp({ from: 'server' })
      .decoder()
      .decode(ascii(`${line}\r\n`)),
  ]).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }))
})

it.each([
  { code: 99, text: '' },
  { code: 600, text: '' },
  { code: 1200, text: '' },
  { code: 200.5, text: '' },
  { code: 200, text: 'a\r' },
  { code: 200, text: 'a\nb' },
])('cannot write $code and $text', ({ code, text: words }) => {
  expect(() => nntp({ from: 'server' }).encode({ code, text: words, body: undefined })).toThrow(
    withCode('ERR_FRAME_NOT_ENCODABLE'),
  )
})
