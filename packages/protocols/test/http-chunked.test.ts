import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { httpChunked, type HttpChunk } from '../src/http-chunked.ts'
import { ascii, bytesOf, record, testPreset, outcomeOfAnyCut, withCode } from './preset.ts'

const anyExtensions = fc.constantFrom('', ';a', ';a=b;c="d"')

testPreset<HttpChunk>('httpChunked', httpChunked, {
  limit: 8_192,
  frame: fc.oneof(
    record({
      type: fc.constant('chunk' as const),
      extensions: anyExtensions,
      payload: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    }),
    record({
      type: fc.constant('last' as const),
      extensions: anyExtensions,
      trailers: fc.array(fc.tuple(fc.constantFrom('A', 'x-b'), fc.constantFrom('', 'v', 'v w')), { maxLength: 2 }),
    }),
  ),
  frameOf: (payload) => ({ type: 'chunk', extensions: '', payload }),
  examples: [
    {
      title: 'two chunks and the last one',
      bytes: ascii('4\r\nWiki\r\n7\r\npedia i\r\n0\r\n\r\n'),
      frames: [
        { type: 'chunk', extensions: '', payload: ascii('Wiki') },
        { type: 'chunk', extensions: '', payload: ascii('pedia i') },
        { type: 'last', extensions: '', trailers: [] },
      ],
    },
    {
      title: 'extensions, leading zeros, capital digits and trailers',
      bytes: ascii(`000A ; a=1\r\n${'x'.repeat(10)}\r\n00\r\nExpires:  Wed\r\nA:\r\n\r\n`),
      frames: [
        { type: 'chunk', extensions: '; a=1', payload: ascii('x'.repeat(10)) },
        {
          type: 'last',
          extensions: '',
          trailers: [
            ['Expires', 'Wed'],
            ['A', ''],
          ],
        },
      ],
      isRead: true,
    },
  ],
  refused: [
    { title: 'a size that begins with a sign', bytes: ascii('+1\r\na\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a size of 0x1', bytes: ascii('0x1\r\na\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a size beyond 2^53-1', bytes: ascii('fffffffffffffff\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a bare LF after the size', bytes: ascii('1\na\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a bare CR in extensions', bytes: ascii('1;a\rb\r\na\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a chunk without CR LF', bytes: ascii('1\r\nab\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a bare LF in trailers', bytes: ascii('0\r\nA: b\n\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a trailer without name', bytes: ascii('0\r\n: b\r\n\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a trailer with NUL', bytes: ascii('0\r\nA: b\0c\r\n\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'extensions with NUL', bytes: ascii('1;a="\0"\r\na\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'extensions of more than 4096 bytes', bytes: ascii(`1;${'a'.repeat(4094)}`), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'trailers of more than 8192 bytes',
      bytes: ascii(`0\r\nA:${'a'.repeat(8192)}`),
      code: 'ERR_FRAME_CORRUPT',
    },
    { title: 'an end inside a chunk', bytes: ascii('5\r\nab'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    { title: 'an unknown type', frame: { type: 'trailers' as 'last', extensions: '', trailers: [] } },
    { title: 'an empty chunk', frame: { type: 'chunk', extensions: '', payload: bytesOf('') } },
    { title: 'extensions with NUL', frame: { type: 'chunk', extensions: ';\0', payload: ascii('a') } },
    { title: 'a trailer with NUL', frame: { type: 'last', extensions: '', trailers: [['A', '\0']] } },
    { title: 'a trailer that is a string', frame: { type: 'last', extensions: '', trailers: ['ab' as never] } },
    { title: 'a trailer of three', frame: { type: 'last', extensions: '', trailers: [['A', 'b', 'c'] as never] } },
    { title: 'a trailer without name', frame: { type: 'last', extensions: '', trailers: [[undefined as never, 'b']] } },
    { title: 'a trailer with a line break', frame: { type: 'last', extensions: '', trailers: [['A', 'b\r\nC: d']] } },
  ],
})

it('leaves the bytes after the last chunk to the next message', () => {
  const decoder = httpChunked().decoder()
  expect(decoder.decode(ascii('0\r\n\r\nHTTP/1.1 200')).next().value).toMatchObject({ type: 'last' })
  expect(decoder.takeRemaining()).toEqual(ascii('HTTP/1.1 200'))
})

const read = (text: string) => outcomeOfAnyCut(httpChunked(), ascii(text))

describe('a size', () => {
  it.each([
    ['9', 9],
    ['a', 10],
    ['A', 10],
    ['F', 15],
    ['0f', 15],
    ['10', 16],
  ])('of %j is %i', (digits, size) => {
    const chunk = { type: 'chunk', extensions: '', payload: ascii('x'.repeat(size)) }
    for (const after of ['', ' ', '\t', ' \t']) {
      expect(read(`${digits}${after}\r\n${'x'.repeat(size)}\r\n`).frames).toEqual([chunk])
    }
  })

  it.each([
    '',
    ' 1',
    'g',
    'G',
    '/',
    ':',
    '@',
    '`',
    '1g',
    '1@',
    '1:',
    '1x',
    '1,a',
    '-1',
    '20000000000000',
    '1ffffffffff000',
  ])('is none: %j', (digits) => {
    expect(read(`${digits}\r\n`)).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 } })
  })

  it('has up to 2^53-1, without the longest line', () => {
    expect(read('1ffffffffeffff\r\n')).toMatchObject({ error: { code: 'ERR_FRAME_TOO_LONG', offset: 0 } })
  })

  it.each(['1\n', '1\r\r\n', '1;\r\r\n', '1;\ra\r\n'])('ends its line with CR LF alone, not %j', (line) => {
    expect(read(`${line}a\r\n`)).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_CORRUPT', offset: 0 } })
  })

  it.each(['1\r\na\n\n', '1\r\na\r\r', '1\r\nab\r\n'])('counts what comes before CR LF, not in %j', (text) => {
    expect(() => [...httpChunked().decoder().decode(ascii(text))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', frameLength: 6 }),
    )
  })
})

describe('extensions', () => {
  it.each([
    ['1;a', ';a'],
    ['1;', ';'],
    ['1 ;a=b ', ';a=b'],
    ['1\t; a\t', '; a'],
  ])('of %j are without outer blanks', (line, extensions) => {
    expect(read(`${line}\r\nx\r\n`).frames).toEqual([{ type: 'chunk', extensions, payload: ascii('x') }])
    expect(read(`0${line.slice(1)}\r\n\r\n`).frames).toEqual([{ type: 'last', extensions, trailers: [] }])
  })

  it('begin with a semicolon', () => {
    expect(read('1 a\r\nx\r\n')).toMatchObject({ error: { code: 'ERR_FRAME_CORRUPT', offset: 0 } })
  })

  it.each(['a', ' ;a', ';a ', ';a\r', ';a\nb'])('are not written: %j', (extensions) => {
    expect(() => httpChunked().encode({ type: 'chunk', extensions, payload: ascii('x') })).toThrow(
      withCode('ERR_FRAME_NOT_ENCODABLE'),
    )
  })

  it('have a line of up to 4096 bytes, both ways', () => {
    const chunk = (length: number): HttpChunk => ({
      type: 'chunk',
      extensions: `;${'a'.repeat(length - 4)}`,
      payload: ascii('x'),
    })
    expect([
      ...httpChunked()
        .decoder()
        .decode(httpChunked().encode(chunk(4096))),
    ]).toEqual([chunk(4096)])
    expect(() => httpChunked().encode(chunk(4097))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    const long = ascii(`1;${'a'.repeat(4094)}`)
    expect([...httpChunked().decoder().decode(long.subarray(0, 4095))]).toEqual([])
    expect(() => [...httpChunked().decoder().decode(long)]).toThrow(withCode('ERR_FRAME_CORRUPT'))
  })
})

describe('trailers', () => {
  it.each<[text: string, trailers: [string, string][]]>([
    ['A: b\r\n', [['A', 'b']]],
    [
      'A:b\r\nC:\t d:e \r\n',
      [
        ['A', 'b'],
        ['C', 'd:e'],
      ],
    ],
    ["!#$%&'*+-.^_`|~09azAZ:\r\n", [["!#$%&'*+-.^_`|~09azAZ", '']]],
  ])('are read: %j', (text, trailers) => {
    const last = { type: 'last', extensions: '', trailers }
    expect(read(`0\r\n${text}\r\n00\r\n${text}\r\n`).frames).toEqual([last, last])
  })

  it.each(['A\r\n', ':b\r\n', ' A: b\r\n', 'A : b\r\n', 'A: b\n', '\n', 'A: b\rc\r\n', 'A(: b\r\n'])(
    'are not read: %j',
    (text) => {
      expect(read(`0\r\n${text}\r\n`)).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_CORRUPT', offset: 0 } })
    },
  )

  it.each<[string, string]>([
    ['', 'b'],
    ['A b', 'c'],
    ['A:', 'b'],
    ['A', ' b'],
    ['A', 'b\t'],
    ['A', 'b\r'],
    ['A', 'b\nc'],
  ])('are not written: %j and %j', (name, value) => {
    expect(() => httpChunked().encode({ type: 'last', extensions: '', trailers: [[name, value]] })).toThrow(
      withCode('ERR_FRAME_NOT_ENCODABLE'),
    )
  })

  it('have up to 8192 bytes with the rest of the last chunk, both ways', () => {
    const last = (length: number): HttpChunk => ({
      type: 'last',
      extensions: ';a',
      trailers: [
        ['A', 'b'],
        ['C', 'd'.repeat(length - 18)],
      ],
    })
    const bytes = httpChunked().encode(last(8192))
    expect(bytes).toHaveLength(8192)
    expect([...httpChunked().decoder().decode(bytes)]).toEqual([last(8192)])
    expect(() => httpChunked().encode(last(8193))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    const long = ascii(`0\r\nA:${'b'.repeat(8187)}`)
    expect([...httpChunked().decoder().decode(long.subarray(0, 8191))]).toEqual([])
    expect(() => [...httpChunked().decoder().decode(long)]).toThrow(withCode('ERR_FRAME_CORRUPT'))
  })
})
