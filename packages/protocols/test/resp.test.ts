import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resp, type RespValue } from '../src/resp.ts'
import { ascii, record, testPreset } from './preset.ts'

const text = fc.string({ maxLength: 6 }).filter((each) => !/[\r\n]/.test(each))
const bytes = fc.uint8Array({ maxLength: 6 })
const { value } = fc.letrec<{ value: RespValue; pairs: [RespValue, RespValue][] }>((tie) => ({
  pairs: fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 2 }),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    record({ type: fc.constantFrom('+' as const, '-' as const), value: text }),
    record({ type: fc.constant(':'), value: fc.oneof(fc.integer(), fc.constant(2n ** 63n - 1n)) }),
    record({ type: fc.constant('$'), value: fc.option(bytes) }),
    record({ type: fc.constantFrom('!', '='), value: bytes }),
    record({ type: fc.constant('#'), value: fc.boolean() }),
    fc.constant<RespValue>({ type: '_', value: null }),
    record({ type: fc.constant(','), value: fc.double() }),
    record({ type: fc.constant('('), value: fc.bigInt() }),
    record({ type: fc.constant('*'), value: fc.option(fc.array(tie('value'), { maxLength: 3 })) }),
    record({ type: fc.constantFrom('~', '>'), value: fc.array(tie('value'), { maxLength: 3 }) }),
    record({ type: fc.constant('%'), value: tie('pairs') }),
    record({ type: fc.constant('|'), attributes: tie('pairs'), value: tie('value') }),
  ),
}))

const bulk = (string: string): RespValue => ({ type: '$', value: ascii(string) })

testPreset<RespValue>('resp', resp, {
  frame: value,
  frameOf: (payload) => ({ type: '$', value: payload }),
  examples: [
    {
      title: 'a command, as an array of bulk strings',
      bytes: ascii('*2\r\n$4\r\nLLEN\r\n$6\r\nmylist\r\n'),
      frames: [{ type: '*', value: [bulk('LLEN'), bulk('mylist')] }],
    },
    {
      title: 'the examples of the specification of RESP2',
      bytes: ascii(
        '+OK\r\n-ERR unknown\r\n:1000\r\n$5\r\nhello\r\n$0\r\n\r\n$-1\r\n*0\r\n*-1\r\n*2\r\n*1\r\n:1\r\n*1\r\n+a\r\n',
      ),
      frames: [
        { type: '+', value: 'OK' },
        { type: '-', value: 'ERR unknown' },
        { type: ':', value: 1000 },
        bulk('hello'),
        bulk(''),
        { type: '$', value: null },
        { type: '*', value: [] },
        { type: '*', value: null },
        {
          type: '*',
          value: [
            { type: '*', value: [{ type: ':', value: 1 }] },
            { type: '*', value: [{ type: '+', value: 'a' }] },
          ],
        },
      ],
    },
    {
      title: 'the examples of the specification of RESP3',
      bytes: ascii(
        '_\r\n#t\r\n,1.23\r\n,inf\r\n,nan\r\n(3492890328409238509324850943850943825024385\r\n!5\r\nERR x\r\n=7\r\ntxt:abc\r\n' +
          '%1\r\n+first\r\n:1\r\n~2\r\n:1\r\n:2\r\n>1\r\n+a\r\n|1\r\n+ttl\r\n:3600\r\n+value\r\n',
      ),
      frames: [
        { type: '_', value: null },
        { type: '#', value: true },
        { type: ',', value: 1.23 },
        { type: ',', value: Infinity },
        { type: ',', value: NaN },
        { type: '(', value: 3492890328409238509324850943850943825024385n },
        { type: '!', value: ascii('ERR x') },
        { type: '=', value: ascii('txt:abc') },
        {
          type: '%',
          value: [
            [
              { type: '+', value: 'first' },
              { type: ':', value: 1 },
            ],
          ],
        },
        {
          type: '~',
          value: [
            { type: ':', value: 1 },
            { type: ':', value: 2 },
          ],
        },
        { type: '>', value: [{ type: '+', value: 'a' }] },
        {
          type: '|',
          attributes: [
            [
              { type: '+', value: 'ttl' },
              { type: ':', value: 3600 },
            ],
          ],
          value: { type: '+', value: 'value' },
        },
      ],
    },
    { title: 'an inline command', bytes: ascii('PING\r\n'), frames: [{ type: 'inline', value: 'PING' }] },
    {
      title: 'an inline command that ends with LF',
      bytes: ascii('PING\n'),
      frames: [{ type: 'inline', value: 'PING' }],
      isRead: true,
    },
    {
      title: 'an error that repeats bytes of the command which are no UTF-8',
      bytes: ascii("-ERR unknown command '\xff\xc3'\r\n"),
      frames: [{ type: '-', value: "ERR unknown command '\uFFFD\uFFFD'" }],
      isRead: true,
    },
    {
      title: 'the least and the greatest integer',
      bytes: ascii(':-9223372036854775808\r\n:9223372036854775807\r\n'),
      frames: [
        { type: ':', value: -(2n ** 63n) },
        { type: ':', value: 2n ** 63n - 1n },
      ],
    },
  ],
  refused: [
    { title: 'a string without CR LF', bytes: ascii('$1\r\nabc'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a length with a sign', bytes: ascii('$+1\r\na\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a length of -2', bytes: ascii('*-2\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a length of 16 digits', bytes: ascii('*1000000000000000\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a length without end', bytes: ascii('*000000000000000000000'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'streamed strings', bytes: ascii('$?\r\n'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a malformed integer', bytes: ascii(':1x\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an integer of more than 64 bits', bytes: ascii(':9223372036854775808\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a CR in a simple string', bytes: ascii('+a\rb\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a CR in an inline command', bytes: ascii('PING\rPING\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an inline command inside an array', bytes: ascii('*1\r\nPING\r\n'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a malformed boolean', bytes: ascii('#1\r\n'), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'values nested deeper than 128',
      bytes: ascii('*1\r\n'.repeat(129) + ':1\r\n'),
      code: 'ERR_FRAME_CORRUPT',
    },
    { title: 'an end inside an array', bytes: ascii('*2\r\n:1\r\n'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    { title: 'a simple string with LF', frame: { type: '+', value: 'a\nb' } },
    { title: 'an inline command that begins like a value', frame: { type: 'inline', value: '*1' } },
    { title: 'a simple string that is no text', frame: { type: '+', value: undefined as never } },
    { title: 'an integer of more than 64 bits', frame: { type: ':', value: 2n ** 63n } },
    { title: 'text with CR LF as an integer', frame: { type: ':', value: '1\r\n+OK' as never } },
    { title: 'text with CR LF as a big number', frame: { type: '(', value: '1\r\n+OK' as never } },
    { title: 'text with CR LF as a double', frame: { type: ',', value: '1\r\n+OK' as never } },
    { title: 'a boolean that is none', frame: { type: '#', value: 'f' as never } },
    { title: 'an unknown type', frame: { type: 'x', value: 'OK' } as never },
    { title: 'a bulk error of null', frame: { type: '!', value: null as never } },
    { title: 'a push of null', frame: { type: '>', value: null as never } },
    { title: 'a map of single values', frame: { type: '%', value: [[{ type: ':', value: 1 }]] as never } },
    { title: 'an inline command inside an array', frame: { type: '*', value: [{ type: 'inline', value: 'PING' }] } },
    { title: 'an integer that is not safe', frame: { type: ':', value: 2 ** 60 } },
  ],
})

it('scans 200,000 nested arrays without overflowing the stack', () => {
  const decoder = resp().decoder()
  const lengths: number[] = []
  decoder.scan(ascii('*1\r\n'.repeat(200_000) + ':1\r\n'), (_bytes, start, end) => lengths.push(end - start))
  expect(lengths).toEqual([800_004])
})

it('skips a reply over the limit whole, and continues after it', () => {
  const skipped: unknown[] = []
  const codec = resp({ maxFrameLength: 20, oversize: 'skip' })
  const long = [
    '*3\r\n:1\r\n$30\r\n' + 'a'.repeat(30) + '\r\n:2\r\n',
    `+${'b'.repeat(40)}\r\n`,
    '$40\r\n' + 'c'.repeat(40) + '\r\n',
  ]
  for (const reply of long) {
    const stream = ascii(`${reply}+OK\r\n`)
    for (const size of [1, 7, stream.length]) {
      skipped.length = 0
      const decoder = codec.decoder({
        onSkip: ({ offset, length, reason }) => skipped.push({ offset, length, reason }),
      })
      const frames: RespValue[] = []
      for (let at = 0; at < stream.length; at += size) frames.push(...decoder.decode(stream.slice(at, at + size)))
      expect(frames).toEqual([{ type: '+', value: 'OK' }])
      expect(skipped).toEqual([{ offset: 0, length: reply.length, reason: 'too-long' }])
    }
  }
})
