import fc from 'fast-check'
import { expect, it } from 'vitest'
import { syslog } from '../src/syslog.ts'
import { ascii, bytesOf, joined, testPreset, outcomeOfAnyCut } from './preset.ts'

const line = ascii('<34>1 2003-10-11T22:14:15.003Z host su - - - failed')

testPreset('syslog', syslog, {
  frame: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  frameOf: (payload) => payload,
  stream: fc
    .array(fc.constantFrom('<1>a\n', '4 <1>b', '10 <1>c\n<1>d\n', '<'), { maxLength: 5 })
    .map((parts) => ascii(parts.join(''))),
  examples: [
    { title: 'octet counting', bytes: joined([ascii('51 '), line]), frames: [line] },
    {
      title: 'both framings in one stream',
      bytes: joined([line, ascii('\n5 <1>a\n'), line, ascii('\n')]),
      frames: [line, ascii('<1>a\n'), line],
      isRead: true,
    },
  ],
  refused: [
    { title: 'a message that begins with a letter', bytes: ascii('hello\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a leading zero', bytes: ascii('05 <1>a'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a length without space', bytes: ascii('5<1>a'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'an end inside a line', bytes: ascii('<1>a'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [{ title: 'an empty message', frame: bytesOf('') }],
})

it('skips a line over the limit whole', () => {
  const stream = ascii(`<1>${'5 '.repeat(30)}\n<1>a\n`)
  for (const size of [1, 7, stream.length]) {
    const decoder = syslog({ maxFrameLength: 20, oversize: 'skip' }).decoder()
    const frames: Uint8Array[] = []
    for (let at = 0; at < stream.length; at += size) frames.push(...decoder.decode(stream.slice(at, at + size)))
    expect(frames).toEqual([ascii('<1>a')])
  }
})

const read = (text: string) => outcomeOfAnyCut(syslog(), ascii(text))

it.each([
  ['1 a', ['a']],
  ['10 0123456789', ['0123456789']],
  ['9 <1>a\nb 2 ', ['<1>a\nb 2 ']],
  ['<\n<1>\n1 \n', ['<', '<1>', '\n']],
])('counts octets or ends at LF: %j', (text, messages) => {
  expect(read(text).frames).toEqual(messages.map(ascii))
})

it.each(['0 a', '01 a', '1a', '1:', '1/', '12345678901', '1234567890a'])('has no length like that of %j', (text) => {
  expect(read(text)).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 } })
})

it.each([' 1 a', '/', ':', 'a', '\n'])('does not begin with %j', (text) => {
  expect(read(`1 a${text}`)).toMatchObject({ frames: [ascii('a')], error: { code: 'ERR_FRAME_CORRUPT', offset: 3 } })
})

it('has a length of up to 10 digits', () => {
  expect(read('9999999999 ')).toMatchObject({ error: { code: 'ERR_FRAME_TOO_LONG', offset: 0 } })
  expect(read('9999999999')).toMatchObject({ error: { code: 'ERR_FRAME_TRUNCATED', offset: 0 } })
})
