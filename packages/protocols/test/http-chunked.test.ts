import fc from 'fast-check'
import { expect, it } from 'vitest'
import { httpChunked, type HttpChunk } from '../src/http-chunked.ts'
import { ascii, bytesOf, record, testPreset } from './preset.ts'

const extensions = fc.constantFrom('', ';a', ';a=b;c="d"')

testPreset<HttpChunk>('httpChunked', httpChunked, {
  limit: 8_192,
  frame: fc.oneof(
    record({
      type: fc.constant('chunk' as const),
      extensions,
      payload: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    }),
    record({
      type: fc.constant('last' as const),
      extensions,
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
    { title: 'an empty chunk', frame: { type: 'chunk', extensions: '', payload: bytesOf('') } },
    { title: 'extensions with NUL', frame: { type: 'chunk', extensions: ';\0', payload: ascii('a') } },
    { title: 'a trailer with NUL', frame: { type: 'last', extensions: '', trailers: [['A', '\0']] } },
    { title: 'a trailer without name', frame: { type: 'last', extensions: '', trailers: [[undefined as never, 'b']] } },
    { title: 'a trailer with a line break', frame: { type: 'last', extensions: '', trailers: [['A', 'b\r\nC: d']] } },
  ],
})

it('leaves the bytes after the last chunk to the next message', () => {
  const decoder = httpChunked().decoder()
  expect(decoder.decode(ascii('0\r\n\r\nHTTP/1.1 200')).next().value).toMatchObject({ type: 'last' })
  expect(decoder.takeRemaining()).toEqual(ascii('HTTP/1.1 200'))
})
