import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stomp, type StompFrame } from '../src/stomp.ts'
import { bytesOf, record, testPreset, outcomeOfAnyCut, withCode } from './preset.ts'

const anyText = fc.string({ unit: fc.constantFrom('a', ':', '\\', '\n', 'é'), minLength: 1, maxLength: 4 })

testPreset<StompFrame>('stomp', stomp, {
  limit: 16_384,
  frame: record({
    command: fc.constantFrom('SEND', 'MESSAGE'),
    headers: fc.array(fc.tuple(anyText, anyText), { maxLength: 2 }),
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
      title: 'a length with a leading zero',
      bytes: bytesOf('"SEND" 0a "content-length:03" 0a 0a "abc" 00'),
      frames: [{ command: 'SEND', headers: [['content-length', '03']], body: bytesOf('"abc"') }],
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
    {
      title: 'a frame without an empty line, at its zero byte',
      bytes: bytesOf('"RECEIPT" 0a "receipt-id:1" 0a 00'),
      code: 'ERR_FRAME_CORRUPT',
    },
    { title: 'a bare CR in a header', bytes: bytesOf('"CONNECT" 0a "a:b" 0d "c" 0a 0a 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a header in place of the command', bytes: bytesOf('"a:b" 0a 0a 00'), code: 'ERR_FRAME_CORRUPT' },
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
    {
      title: 'a header that is a string',
      frame: { command: 'SEND', headers: ['ab' as never], body: bytesOf('') },
    },
    {
      title: 'a header of three',
      frame: { command: 'SEND', headers: [['a', 'b', 'c'] as never], body: bytesOf('') },
    },
    {
      title: 'a header with a zero byte, at which others end the frame',
      frame: { command: 'SEND', headers: [['a', '\0']], body: bytesOf('') },
    },
    {
      title: 'a header of CONNECT without value',
      frame: { command: 'CONNECT', headers: [['a']] as never, body: bytesOf('') },
    },
    { title: 'no command', frame: { command: undefined as never, headers: [], body: bytesOf('') } },
    { title: 'an empty command', frame: { command: '', headers: [], body: bytesOf('') } },
  ],
})

const encoder = new TextEncoder()
const frameOf = (fields: Partial<StompFrame>): StompFrame => ({
  command: 'SEND',
  headers: [],
  body: bytesOf(''),
  ...fields,
})

const read = (text: string) => outcomeOfAnyCut(stomp(), encoder.encode(text))

describe('a head', () => {
  it.each<[text: string, fields: Partial<StompFrame>]>([
    ['SEND\n\n\0', {}],
    ['SEND\r\n\r\n\0', {}],
    ['SEND\n\r\n\0', {}],
    ['SEND\r\n\n\0', {}],
    ['SEND\na:b\r\n\na\0', { headers: [['a', 'b']], body: bytesOf('"a"') }],
    ['SEND\na\\c\\n\\r\\\\:\\c:\n\n\0', { headers: [['a:\n\r\\', '::']] }],
    ['SEND\n:\n\n\0', { headers: [['', '']] }],
    [
      'SEND\na:1\na:2\n\n\0',
      {
        headers: [
          ['a', '1'],
          ['a', '2'],
        ],
      },
    ],
    ['CONNECT\na:\\n:\\\n\n\0', { command: 'CONNECT', headers: [['a', '\\n:\\']] }],
    ['SEND\na:é\n\n\0', { headers: [['a', 'é']] }],
    [
      'SEND\ncontent-length:2\ncontent-length:9\n\n\n\0\0',
      {
        headers: [
          ['content-length', '2'],
          ['content-length', '9'],
        ],
        body: bytesOf('0a 00'),
      },
    ],
    [
      'SEND\ncontent-length:000000000000001\n\n\0\0',
      { headers: [['content-length', '000000000000001']], body: bytesOf('00') },
    ],
    ['SEND\nx-content-length:9\n\n\0', { headers: [['x-content-length', '9']] }],
    ['SEND\n\n\r\n\0', { body: bytesOf('0d 0a') }],
  ])('is read: %j', (text, fields) => {
    expect(read(text + text).frames).toEqual([frameOf(fields), frameOf(fields)])
  })

  it.each([
    'SEND\na\n\n\0',
    'SEND\na:\\t\n\n\0',
    'SEND\na:\\\n\n\0',
    'SEND\n\\x:a\n\n\0',
    '\rSEND\n\n\0',
    '\r\rSEND\n\n\0',
  ])('is not read: %j', (text) => {
    expect(read(text)).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_CORRUPT', offset: 0 } })
  })

  it.each(['', 'x', '-1', ' 1', '1 ', '1000000000000000'])('has no content-length of %j', (digits) => {
    expect(read(`SEND\ncontent-length:${digits}\n\n`)).toMatchObject({
      frames: [],
      error: { code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 },
    })
  })

  it('has at most 16 KiB, both ways', () => {
    const headOf = (length: number) => frameOf({ headers: [['a', 'b'.repeat(length - 9)]] })
    expect([
      ...stomp()
        .decoder()
        .decode(stomp().encode(headOf(16_384))),
    ]).toEqual([headOf(16_384)])
    expect(() => stomp().encode(headOf(16_385))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    const long = encoder.encode(`SEND\na:${'b'.repeat(16_384)}`)
    expect([...stomp().decoder().decode(long.subarray(0, 16_383))]).toEqual([])
    expect(() => [...stomp().decoder().decode(long.subarray(0, 16_384))]).toThrow(withCode('ERR_FRAME_CORRUPT'))
  })

  it('that is not UTF-8 is corrupt', () => {
    expect(() => [...stomp().decoder().decode(bytesOf('"SEND" 0a "a:" ff 0a 0a 00'))]).toThrow(
      withCode('ERR_FRAME_CORRUPT'),
    )
  })
})

it('tells the length of a frame whose body has no zero byte after it', () => {
  const text = 'SEND\ncontent-length:1\n\nab'
  expect(() => [...stomp().decoder().decode(encoder.encode(text))]).toThrow(
    expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', frameLength: text.length }),
  )
})

it.each<Partial<StompFrame>>([
  { command: '' },
  { command: 'A\n' },
  { command: 'A\r' },
  { command: 'A\0' },
  { command: 'A:' },
  { headers: [['content-length', '1']] },
  { body: bytesOf('01 00') },
  { command: 'CONNECT', headers: [['a:', 'b']] },
  { command: 'CONNECT', headers: [['a\n', 'b']] },
  { command: 'CONNECTED', headers: [['a', 'b\r']] },
  { command: 'CONNECTED', headers: [['a', 'b\n']] },
  { command: 'CONNECTED', headers: [['a', 'b\0']] },
])('does not write %j', (fields) => {
  expect(() => stomp().encode(frameOf(fields))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it('writes escapes, but not for CONNECT and CONNECTED', () => {
  const headers: StompFrame['headers'] = [['a:\n', '\r\\b:']]
  expect(stomp().encode(frameOf({ headers }))).toEqual(encoder.encode('SEND\na\\c\\n:\\r\\\\b\\c\n\n\0'))
  for (const command of ['CONNECT', 'CONNECTED']) {
    const plain = stomp().encode(frameOf({ command, headers: [['a', '\\b:']] }))
    expect(plain).toEqual(encoder.encode(`${command}\na:\\b:\n\n\0`))
  }
})
