import fc from 'fast-check'
import { expect, it } from 'vitest'
import { irc, type IrcMessage } from '../src/irc.ts'
import { ascii, bytesOf, outcomeOfAnyCut, record, testPreset } from './preset.ts'

const word = fc.string({ unit: fc.constantFrom('a', '#', 'é', '0'), minLength: 1, maxLength: 4 })
const last = fc.string({ unit: fc.constantFrom('a', ' ', ':'), maxLength: 4 })

testPreset<IrcMessage>('irc', irc, {
  frame: record({
    tags: fc.option(word, { nil: undefined }),
    source: fc.option(word, { nil: undefined }),
    command: fc.constantFrom('PRIVMSG', '001'),
    params: fc.oneof(fc.array(word, { maxLength: 3 }), fc.tuple(word, last)),
  }),
  frameOf: (payload) => ({ tags: undefined, source: undefined, command: 'A', params: ['a'.repeat(payload.length)] }),
  examples: [
    {
      title: 'the examples of the Modern IRC Client Protocol',
      bytes: ascii(
        ":irc.example.com CAP LS * :multi-prefix extended-join\r\n@id=234AB :dan!d@localhost PRIVMSG #chan :Hey what's up!\r\nCAP REQ :sasl\r\n",
      ),
      frames: [
        {
          tags: undefined,
          source: 'irc.example.com',
          command: 'CAP',
          params: ['LS', '*', 'multi-prefix extended-join'],
        },
        { tags: 'id=234AB', source: 'dan!d@localhost', command: 'PRIVMSG', params: ['#chan', "Hey what's up!"] },
        { tags: undefined, source: undefined, command: 'CAP', params: ['REQ', 'sasl'] },
      ],
      isRead: true,
    },
    {
      title: 'Latin-1 where it is not UTF-8, LF alone, and blank lines, which are not messages',
      bytes: bytesOf('0d 0a "A " e9 0a "A " c3 a9 0d 0a'),
      frames: [
        { tags: undefined, source: undefined, command: 'A', params: ['é'] },
        { tags: undefined, source: undefined, command: 'A', params: ['é'] },
      ],
      isRead: true,
    },
  ],
  refused: [{ title: 'a line without command', bytes: ascii(':source\r\n'), code: 'ERR_FRAME_CORRUPT' }],
  unencodable: [
    {
      title: 'a space in a parameter that is not the last',
      frame: { tags: undefined, source: undefined, command: 'A', params: ['a b', 'c'] },
    },
    { title: 'a line break', frame: { tags: undefined, source: undefined, command: 'A', params: ['a\r\nQUIT'] } },
  ],
})

const messageOf = (fields: Partial<IrcMessage>): IrcMessage => ({
  tags: undefined,
  source: undefined,
  command: 'A',
  params: [],
  ...fields,
})
const read = (line: string): IrcMessage[] => [
  ...irc()
    .decoder()
    .decode(new TextEncoder().encode(`${line}\r\n`)),
]

it.each<[line: string, fields: Partial<IrcMessage>]>([
  ['A', {}],
  ['A b', { params: ['b'] }],
  ['A :', { params: [''] }],
  ['A ::b', { params: [':b'] }],
  ['A b :c d', { params: ['b', 'c d'] }],
  ['A b : c', { params: ['b', ' c'] }],
  ['@t A', { tags: 't' }],
  [':s A', { source: 's' }],
  ['@t :s A b', { tags: 't', source: 's', params: ['b'] }],
  ['@ : A', { tags: '', source: '' }],
  ['A é', { params: ['é'] }],
])('reads and writes %j', (line, fields) => {
  expect(read(line)).toEqual([messageOf(fields)])
  expect(irc().encode(messageOf(fields))).toEqual(new TextEncoder().encode(`${line}\r\n`))
})

it.each<[line: string, fields: Partial<IrcMessage>]>([
  ['A  b   c', { params: ['b', 'c'] }],
  ['@t   :s   A', { tags: 't', source: 's' }],
  ['A b ', { params: ['b'] }],
  ['A :b', { params: ['b'] }],
])('reads %j, with more than need be', (line, fields) => {
  expect(read(line)).toEqual([messageOf(fields)])
})

it.each(['', ' ', '\t', ' \t '])('takes the blank line %j for no message', (line) => {
  expect(read(line)).toEqual([])
})

it.each(['@t', ':s', '@t :s', '@t ', ' A'])('finds no command in %j', (line) => {
  expect(() => read(line)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }))
})

it.each(['A :b\rQUIT', 'A b\r', '\r', '\rA'])('refuses the CR in %j, at which others would end the line', (line) => {
  expect(outcomeOfAnyCut(irc(), ascii(`A\r\n${line}\r\n`))).toEqual({
    frames: [messageOf({})],
    skipped: [],
    error: { code: 'ERR_FRAME_CORRUPT', offset: 3 },
  })
})

it.each<Partial<IrcMessage>>([
  { command: '' },
  { command: 'A b' },
  { command: 'A ' },
  { command: ':A' },
  { command: '@A' },
  { tags: 'a b' },
  { tags: 'a ' },
  { source: 'a b' },
  { source: 'a ' },
  { params: ['', 'b'] },
  { params: ['a ', 'b'] },
  { params: [':a', 'b'] },
  { params: ['a b', 'c'] },
  { params: ['a\n'] },
  { params: ['a\rb'] },
])('does not write %j', (fields) => {
  expect(() => irc().encode(messageOf(fields))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
})
