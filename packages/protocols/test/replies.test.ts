// Replies of several lines, as servers of SMTP and FTP write them.

import type { FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import type { Reply } from '../src/framing/replies.ts'
import { ftp, smtp } from '../src/index.ts'
import { ascii, outcomeOfAnyCut, withCode } from './preset.ts'

const codecs: Record<string, () => FrameCodec<Reply>> = {
  smtp: () => smtp({ from: 'server' }),
  ftp: () => ftp({ from: 'server' }),
}

const read = (name: string, text: string) => outcomeOfAnyCut(codecs[name]!(), ascii(text))

describe.each(['smtp', 'ftp'])('%s', (name) => {
  it.each([
    ['250 a\r\n', { code: 250, lines: ['a'] }],
    ['100 \r\n', { code: 100, lines: [''] }],
    ['999\r\n', { code: 999, lines: [''] }],
    ['250-\r\n250 b\r\n', { code: 250, lines: ['', 'b'] }],
    ['250-a\r\n250-b\r\n250 c\r\n', { code: 250, lines: ['a', 'b', 'c'] }],
    ['250-a\r\n250\r\n', { code: 250, lines: ['a', ''] }],
    ['250-250 a\r\n250 250-b\r\n', { code: 250, lines: ['250 a', '250-b'] }],
  ])('reads %j', (text, reply) => {
    expect(read(name, text + text).frames).toEqual([reply, reply])
  })

  it.each(['099 a', '1000 a', '25 a', '2500', '250:a', '250\ta', '25a a', '/50 a', ':50 a', '2/0 a', '25: a', 'hello'])(
    'knows no code in %j',
    (line) => {
      expect(read(name, `250 a\r\n${line}\r\n`)).toEqual({
        frames: [{ code: 250, lines: ['a'] }],
        skipped: [],
        error: { code: 'ERR_FRAME_CORRUPT', offset: 7 },
      })
    },
  )

  it.each(['250 a\n', '250-a\n250 b\r\n', '250-a\r\n250 b\n'])('ends no line with LF alone: %j', (text) => {
    expect(read(name, text)).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_CORRUPT', offset: 0 } })
  })

  it.each([99, 1000, 250.5, NaN])('does not write the code %d', (code) => {
    expect(() => codecs[name]!().encode({ code, lines: [''] })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  })

  it('does not write a line with CR or LF', () => {
    for (const lines of [['a\r'], ['a', 'b\nc'], []]) {
      expect(() => codecs[name]!().encode({ code: 250, lines })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    }
  })

  it.each([100, 999])('writes the code %i', (code) => {
    expect(codecs[name]!().encode({ code, lines: ['a'] })).toEqual(ascii(`${code} a\r\n`))
  })

  it('writes the code before each line', () => {
    expect(codecs[name]!().encode({ code: 250, lines: ['a', '', 'b'] })).toEqual(ascii('250-a\r\n250-\r\n250 b\r\n'))
  })
})

it.each([
  ['smtp', 994],
  ['ftp', 8188],
])('%s writes lines of up to %i bytes after their code', (name, most) => {
  const codec = codecs[name]!()
  expect(codec.encode({ code: 250, lines: ['a'.repeat(most)] })).toHaveLength(most + 6)
  expect(() => codec.encode({ code: 250, lines: ['', 'a'.repeat(most + 1)] })).toThrow(
    withCode('ERR_FRAME_NOT_ENCODABLE'),
  )
})

it.each(['250-a\r\n251 b\r\n', '250-a\r\nabcd\r\n', '250-a\r\n 250 b\r\n'])(
  'smtp needs the code in each line: %j',
  (text) => {
    expect(read('smtp', text)).toMatchObject({ frames: [], error: { code: 'ERR_FRAME_CORRUPT', offset: 0 } })
  },
)

it.each([
  ['123-a\r\n124 b\r\n123 c\r\n', ['a', '124 b', 'c']],
  ['123-a\r\n124-b\r\n123 c\r\n', ['a', '124-b', 'c']],
  ['123-a\r\n1234\r\n\r\n 123 b\r\n123 c\r\n', ['a', '1234', '', ' 123 b', 'c']],
  ['123-a\r\n123-b\r\n123 c\r\n', ['a', 'b', 'c']],
])('ftp takes any line between the first and the last: %j', (text, lines) => {
  expect(read('ftp', text).frames).toEqual([{ code: 123, lines }])
})
