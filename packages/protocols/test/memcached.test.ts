import fc from 'fast-check'
import { expect, it } from 'vitest'
import { memcached, type MemcachedLine } from '../src/memcached.ts'
import { ascii, payloads, record, testPreset, outcomeOfAnyCut, withCode } from './preset.ts'

const value = payloads

testPreset<MemcachedLine>('memcached from the client', (limits) => memcached({ from: 'client', ...limits }), {
  frame: fc.oneof(
    record({
      words: fc.constantFrom<string[]>(['get', 'a', 'b'], ['mg', 'a', 'v'], ['quit']),
      value: fc.constant(undefined),
    }),
    value.map((each) => ({ words: ['set', 'a', '0', '0', String(each.length), 'noreply'], value: each })),
    value.map((each) => ({ words: ['ms', 'a', String(each.length), 'T90'], value: each })),
  ),
  frameOf: (payload) => ({ words: ['set', 'a', '0', '0', String(payload.length)], value: payload }),
  examples: [
    {
      title: 'a set and a get',
      bytes: ascii('set xyzkey 0 0 6\r\nabcdef\r\nget xyzkey\r\n'),
      frames: [
        { words: ['set', 'xyzkey', '0', '0', '6'], value: ascii('abcdef') },
        { words: ['get', 'xyzkey'], value: undefined },
      ],
    },
    {
      title: 'a tab in a key, which the server takes',
      bytes: ascii('set a\tb 0 0 6\r\nabcdef\r\n'),
      frames: [{ words: ['set', 'a\tb', '0', '0', '6'], value: ascii('abcdef') }],
    },
    {
      title: 'a CR in a key, which the server takes',
      bytes: ascii('get a\rb\r\n'),
      frames: [{ words: ['get', 'a\rb'], value: undefined }],
      isRead: true,
    },
    {
      title: 'spaces that separate nothing, and an empty line',
      bytes: ascii(' get  a \r\n\r\n'),
      frames: [
        { words: ['get', 'a'], value: undefined },
        { words: [], value: undefined },
      ],
      isRead: true,
    },
  ],
  refused: [
    { title: 'a value without length', bytes: ascii('set a 0 0\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a length with a sign', bytes: ascii('set a 0 0 -1\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a value without CR LF', bytes: ascii('set a 0 0 1\r\nabc'), code: 'ERR_FRAME_CORRUPT' },
  ],
  unencodable: [
    { title: 'a word with a space', frame: { words: ['get', 'a b'], value: undefined } },
    { title: 'a word that is empty', frame: { words: ['get', ''], value: undefined } },
    { title: 'a word that is a number', frame: { words: ['get', 1 as never], value: undefined } },
    { title: 'a word with a CR', frame: { words: ['get', 'a\rb'], value: undefined } },
    { title: 'a word with a line break', frame: { words: ['get', 'a\r\nquit'], value: undefined } },
    { title: 'a value of another length', frame: { words: ['set', 'a', '0', '0', '2'], value: ascii('a') } },
  ],
})

testPreset<MemcachedLine>('memcached from the server', (limits) => memcached({ from: 'server', ...limits }), {
  frame: fc.oneof(
    fc.constant<MemcachedLine>({ words: ['END'], value: undefined }),
    value.map((each) => ({ words: ['VALUE', 'a', '0', String(each.length)], value: each })),
  ),
  examples: [
    {
      title: 'values and their end, and a meta value',
      bytes: ascii('VALUE xyzkey 0 6\r\nabcdef\r\nEND\r\nVA 2 t-1\r\n\r\n\r\nHD\r\n'),
      frames: [
        { words: ['VALUE', 'xyzkey', '0', '6'], value: ascii('abcdef') },
        { words: ['END'], value: undefined },
        { words: ['VA', '2', 't-1'], value: ascii('\r\n') },
        { words: ['HD'], value: undefined },
      ],
    },
    {
      title: 'a tab in a key',
      bytes: ascii('VALUE a\tb 0 6\r\nabcdef\r\n'),
      frames: [{ words: ['VALUE', 'a\tb', '0', '6'], value: ascii('abcdef') }],
    },
  ],
})

it.each([
  ['client', 'set', 4],
  ['client', 'add', 4],
  ['client', 'replace', 4],
  ['client', 'append', 4],
  ['client', 'prepend', 4],
  ['client', 'cas', 4],
  ['client', 'ms', 2],
  ['server', 'VALUE', 3],
  ['server', 'VA', 1],
] as const)('from the %s, %s has its length in word %i', (from, first, at) => {
  const words = [first, ...Array.from({ length: 4 }, (_, index) => (index + 1 === at ? '1' : '7'))]
  const frame = { words, value: ascii('x') }
  const codec = memcached({ from })
  const bytes = ascii(`${words.join(' ')}\r\nx\r\n`)
  expect(outcomeOfAnyCut(codec, bytes).frames).toEqual([frame])
  expect(codec.encode(frame)).toEqual(bytes)
  expect(() => codec.encode({ words, value: undefined })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it.each(['set a 0 0', 'set a 0 0 x', 'set a 0 0 1x', 'set a 0 0 x1', 'set a 0 0 12345678901', 'set'])(
  'finds no length in %j',
  (line) => {
    expect(outcomeOfAnyCut(memcached({ from: 'client' }), ascii(`${line}\r\n`))).toMatchObject({
      error: { code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 },
    })
  },
)

it('takes words between any spaces, and no words at all', () => {
  expect(outcomeOfAnyCut(memcached({ from: 'client' }), ascii(' get  a  b \r\n\n')).frames).toEqual([
    { words: ['get', 'a', 'b'], value: undefined },
    { words: [], value: undefined },
  ])
})

it.each([[['get', '']], [['']], [['a b']], [['a\n']], [['set', 'a', '0', '0', '1']]])('does not write %j', (words) => {
  expect(() => memcached({ from: 'client' }).encode({ words, value: undefined })).toThrow(
    withCode('ERR_FRAME_NOT_ENCODABLE'),
  )
})
