import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pop3, type Pop3Response } from '../src/pop3.ts'
import { ascii, record, testPreset, outcomeOfAnyCut, withCode } from './preset.ts'

const anyText = fc.string({ unit: fc.constantFrom('a', ' ', '+', '.'), maxLength: 5 })
const anyStatus = record<Extract<Pop3Response, { type: 'status' }>>({
  type: fc.constant('status'),
  status: fc.constantFrom('+OK', '-ERR', '+'),
  text: anyText,
})
/** Bodies that begin with one of `first`: with 'auto', a body that begins like a status line cannot be encoded. */
const bodies = (...first: string[]): fc.Arbitrary<Extract<Pop3Response, { type: 'body' }>> =>
  fc
    .array(fc.constantFrom('.', '..', 'a', '\r\n', '\n', '+OK'), { maxLength: 6 })
    .chain((parts) => fc.constantFrom(...first).map((start) => `${start}${parts.join('')}\r\n`))
    .map((lines) => ({ type: 'body', body: ascii(lines === '\r\n' ? '' : lines) }))

testPreset('pop3 from the client', (limits) => pop3({ from: 'client', ...limits }), {
  limit: 128,
  frame: record({ verb: fc.constantFrom('RETR', 'QUIT'), args: anyText }),
  frameOf: (payload) => ({ verb: 'RETR', args: 'a'.repeat(payload.length) }),
  examples: [{ title: 'a command', bytes: ascii('RETR 1\r\n'), frames: [{ verb: 'RETR', args: '1' }] }],
  refused: [{ title: 'a bare LF', bytes: ascii('QUIT\n'), code: 'ERR_FRAME_CORRUPT' }],
})

testPreset<Pop3Response>('pop3 from the server', (limits) => pop3({ from: 'server', ...limits }), {
  limit: 128,
  frame: fc.oneof(anyStatus, bodies('', 'a', '.', '+OKa', '-E')),
  frameOf: (payload) => ({ type: 'status', status: '+OK', text: 'a'.repeat(payload.length) }),
  examples: [
    {
      title: 'the answers to RETR and LIST of RFC 1939, with a line that is stuffed',
      bytes: ascii(
        '+OK 120 octets\r\nSubject: a\r\n\r\n..b\r\n.\r\n+OK 1 messages\r\n1 120\r\n.\r\n-ERR no such message\r\n',
      ),
      frames: [
        { type: 'status', status: '+OK', text: '120 octets' },
        { type: 'body', body: ascii('Subject: a\r\n\r\n.b\r\n') },
        { type: 'status', status: '+OK', text: '1 messages' },
        { type: 'body', body: ascii('1 120\r\n') },
        { type: 'status', status: '-ERR', text: 'no such message' },
      ],
    },
    {
      title: 'an empty list, and a challenge without text',
      bytes: ascii('+OK\r\n.\r\n+\r\n'),
      frames: [
        { type: 'status', status: '+OK', text: '' },
        { type: 'body', body: ascii('') },
        { type: 'status', status: '+', text: '' },
      ],
    },
  ],
  refused: [
    {
      title: 'a status line that ends with a bare LF',
      bytes: ascii('+OK\r\n+OK a\n'),
      code: 'ERR_FRAME_CORRUPT',
      offset: 5,
    },
    { title: 'a status with a CR before its CR LF', bytes: ascii('+OK\r\r\n'), code: 'ERR_FRAME_CORRUPT', offset: 0 },
    { title: 'a status line with a CR inside', bytes: ascii('+OK a\rb\r\n'), code: 'ERR_FRAME_CORRUPT', offset: 0 },
    { title: 'an end inside a body', bytes: ascii('+OK\r\na\r\n'), code: 'ERR_FRAME_TRUNCATED', offset: 5 },
  ],
  unencodable: [
    { title: 'another type', frame: { type: 'line', status: '+OK', text: '' } as never },
    { title: 'text that is none', frame: { type: 'status', status: '+OK', text: undefined as never } },
    { title: 'a body that begins like a status line', frame: { type: 'body', body: ascii('+OK a\r\n') } },
    { title: 'a body that does not end with CR LF', frame: { type: 'body', body: ascii('a') } },
    { title: 'text with CR LF', frame: { type: 'status', status: '+OK', text: 'a\r\nb' } },
  ],
})

testPreset<Pop3Response>("pop3 with expect 'body'", (limits) => pop3({ from: 'server', expect: 'body', ...limits }), {
  limit: 128,
  frame: bodies('', 'a', '.', '+OK ', '-ERR\r\n'),
  examples: [
    {
      title: 'a body that begins like a status line',
      bytes: ascii('+OK is no header\r\n.\r\n'),
      frames: [{ type: 'body', body: ascii('+OK is no header\r\n') }],
    },
  ],
  unencodable: [{ title: 'a status line', frame: { type: 'status', status: '+OK', text: '' } }],
})

it("refuses any other line at its first wrong byte if expect is 'status'", () => {
  const decoder = pop3({ from: 'server', expect: 'status' }).decoder()
  expect([...decoder.decode(ascii('+OK POP3 ready\r\n+O'))]).toHaveLength(1)
  expect(() => [...decoder.decode(ascii('x'))]).toThrow(
    expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 16 }),
  )
})

const read = (text: string, expected: 'auto' | 'status' | 'body' = 'auto') =>
  outcomeOfAnyCut(pop3({ from: 'server', expect: expected }), ascii(text))

describe('a line with a status', () => {
  it.each<[text: string, status: string, words: string]>([
    ['+OK', '+OK', ''],
    ['+OK ', '+OK', ''],
    ['+OK  a ', '+OK', ' a '],
    ['-ERR', '-ERR', ''],
    ['-ERR a', '-ERR', 'a'],
    ['+', '+', ''],
    ['+ a', '+', 'a'],
    ['+ OK', '+', 'OK'],
  ])('is %j', (line, status, words) => {
    const frame = { type: 'status', status, text: words }
    for (const expected of ['auto', 'status'] as const) {
      expect(read(`${line}\r\n${line}\r\n`, expected)).toMatchObject({ frames: [frame, frame] })
    }
    const codec = pop3({ from: 'server', expect: 'status' })
    if (line.trim() === line) expect(codec.encode(frame as Pop3Response)).toEqual(ascii(`${line}\r\n`))
  })

  it.each(['+OKa', '+O', '+a', '-ERRa', '-ER', '-', '-a', 'a', ' +OK', '+ok', '.a', '..'])('is not %j', (line) => {
    expect(read(`${line}\r\n.\r\n`).frames).toMatchObject([{ type: 'body' }])
    expect(read(`${line}\r\n`, 'status')).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_CORRUPT', offset: 0 } })
  })

  it.each(['+OK\n', '+OK\n\n', '+\n', '+OK a\n', '+OK a\n\n', '+OK a\rb\r\n', '+OK\r\r\n', '-ERR a\r\r\n'])(
    'ends with CR LF alone, not %j',
    (text) => {
      expect(read(text, 'status')).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_CORRUPT', offset: 0 } })
    },
  )

  it.each<[status: string, words: string]>([
    ['OK', ''],
    ['+OK a', ''],
    ['', 'a'],
    ['+OK', 'a\rb'],
    ['+OK', 'a\nb'],
  ])('is not written as %j and %j', (of, words) => {
    expect(() => pop3({ from: 'server' }).encode({ type: 'status', status: of as '+', text: words })).toThrow(
      withCode('ERR_FRAME_NOT_ENCODABLE'),
    )
  })
})

describe('a body', () => {
  it.each([
    ['.\r\n', ''],
    ['a\r\n.\r\n', 'a\r\n'],
    ['..\r\n.\r\n', '.\r\n'],
    ['.a\r\n.\r\n', 'a\r\n'],
    ['.\ra\r\n.\r\n', '\ra\r\n'],
    ['\r\n.\r\n', '\r\n'],
    ['a\r\n..\r\n.b\r\n.\r\n', 'a\r\n.\r\nb\r\n'],
  ])('is read from %j', (text, body) => {
    const frame = { type: 'body', body: ascii(body) }
    for (const expected of ['auto', 'body'] as const) expect(read(text + text, expected).frames).toEqual([frame, frame])
  })

  it('does not end with part of its last line', () => {
    for (const text of ['.', '.\r', 'a\r\n.', 'a\r\n.\r']) {
      expect(read(text)).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_TRUNCATED', offset: 0 } })
    }
  })

  it("is read as such with expect 'body', whatever it begins with", () => {
    expect(read('+OK\r\n.\r\n', 'body').frames).toEqual([{ type: 'body', body: ascii('+OK\r\n') }])
    expect(() => pop3({ from: 'server', expect: 'status' }).encode({ type: 'body', body: ascii('') })).toThrow(
      withCode('ERR_FRAME_NOT_ENCODABLE'),
    )
  })
})

it('takes commands of up to 12,288 bytes, CR LF included', () => {
  const client = pop3({ from: 'client' })
  const command = (length: number) => ({ verb: 'AUTH', args: 'a'.repeat(length - 7) })
  expect([...client.decoder().decode(client.encode(command(12_288)))]).toEqual([command(12_288)])
  expect(() => client.encode(command(12_289))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  expect(() => pop3({ from: 'server', expect: 'both' as never })).toThrow(RangeError)
})
