import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nats } from '../src/nats.ts'
import { ascii, bytesOf, payloads, record, testPreset, outcomeOfAnyCut, withCode } from './preset.ts'

const word = fc.string({ unit: fc.constantFrom('a', '.', '*'), minLength: 1, maxLength: 4 })

testPreset('nats', nats, {
  frame: fc.oneof(
    record({ op: fc.constantFrom('PING', 'PONG', '+OK'), args: fc.constant(''), payload: fc.constant(undefined) }),
    record({ op: fc.constantFrom('SUB', 'INFO', '-ERR'), args: word, payload: fc.constant(undefined) }),
    fc
      .tuple(fc.constantFrom('PUB', 'MSG'), word, payloads)
      .map(([op, subject, payload]) => ({ op, args: `${subject} ${payload.length}`, payload })),
  ),
  frameOf: (payload) => ({ op: 'PUB', args: `a ${payload.length}`, payload }),
  examples: [
    {
      title: 'the examples of the documentation',
      bytes: ascii(
        'PUB FRONT.DOOR JOKE.22 11\r\nKnock Knock\r\nMSG FOO.BAR 9 0\r\n\r\nHPUB FOO 22 33\r\nNATS/1.0\r\nBar: Baz\r\n\r\nHello NATS!\r\nPING\r\n',
      ),
      frames: [
        { op: 'PUB', args: 'FRONT.DOOR JOKE.22 11', payload: ascii('Knock Knock') },
        { op: 'MSG', args: 'FOO.BAR 9 0', payload: bytesOf('') },
        { op: 'HPUB', args: 'FOO 22 33', payload: ascii('NATS/1.0\r\nBar: Baz\r\n\r\nHello NATS!') },
        { op: 'PING', args: '', payload: undefined },
      ],
    },
    {
      title: 'operations in lower case',
      bytes: ascii('ping\r\n'),
      frames: [{ op: 'PING', args: '', payload: undefined }],
      isRead: true,
    },
    {
      title: 'an operation with letters that have no upper case of one byte',
      bytes: ascii('\xdf\xff x\r\n'),
      frames: [{ op: '\xdf\xff', args: 'x', payload: undefined }],
    },
  ],
  refused: [
    { title: 'a message without length', bytes: ascii('PUB a\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'an empty line', bytes: ascii('\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a space before the operation', bytes: ascii(' PING\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'headers longer than their message', bytes: ascii('HPUB a 3 2\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'headers without length', bytes: ascii('HMSG a 2\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a payload without CR LF', bytes: ascii('PUB a 1\r\nabc'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a bare LF', bytes: ascii('PING\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a line of more than 64 KiB', bytes: new Uint8Array(65_538).fill(97), code: 'ERR_FRAME_TOO_LONG' },
    { title: 'an end inside a payload', bytes: ascii('PUB a 1\r\n'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    {
      title: 'a message whose length is not that of its payload',
      frame: { op: 'PUB', args: 'a 2', payload: ascii('a') },
    },
    { title: 'a payload for an operation without one', frame: { op: 'PING', args: '', payload: ascii('a') } },
    { title: 'no operation', frame: { op: '', args: 'a', payload: undefined } },
    { title: 'a line break', frame: { op: 'SUB', args: 'a\r\nb', payload: undefined } },
  ],
})

it('skips a line over the limit, but not bytes that look like its payload', () => {
  const stream = ascii(`INFO ${'x'.repeat(40)} MSG a 1 3\r\nPING\r\n`)
  for (const size of [1, 5, stream.length]) {
    const skipped: number[] = []
    const decoder = nats({ maxLineLength: 20, oversize: 'skip' }).decoder({
      onSkip: ({ offset, length }) => skipped.push(offset, length),
    })
    const ops: string[] = []
    for (let at = 0; at < stream.length; at += size)
      for (const { op } of decoder.decode(stream.slice(at, at + size))) ops.push(op)
    expect(ops).toEqual(['PING'])
    expect(skipped).toEqual([0, stream.length - 6])
  }
})

it.each([
  ['PUB a\t1\t', 'a\t1'],
  ['pub  a  1 ', 'a  1'],
  ['MSG 1', '1'],
])('reads the length at the end of %j', (line, args) => {
  expect(outcomeOfAnyCut(nats(), ascii(`${line}\r\nx\r\nPING\t\r\n`)).frames).toEqual([
    { op: line.slice(0, 3).toUpperCase(), args, payload: ascii('x') },
    { op: 'PING', args: '', payload: undefined },
  ])
})

it.each(['PUB', 'PUB ', 'PUB a1', 'PUB 1a', 'PUB -1', 'PUB 1000000000000000'])('finds no length in %j', (line) => {
  expect(outcomeOfAnyCut(nats(), ascii(`${line}\r\n`))).toMatchObject({
    error: { code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 },
  })
})

it.each([
  ['ping', ''],
  ['PING ', ''],
  ['A B', ''],
  ['SUB', ' a'],
  ['SUB', 'a\t'],
])('does not write %j and %j', (op, args) => {
  expect(() => nats().encode({ op, args, payload: undefined })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})
