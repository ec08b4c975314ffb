import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resp, type RespValue } from '../src/resp.ts'
import { ascii, joined, record, testPreset, outcomeOfAnyCut } from './preset.ts'

const anyText = fc.string({ maxLength: 6 }).filter((each) => !/[\r\n]/.test(each))
const anyBytes = fc.uint8Array({ maxLength: 6 })
const { value: anyValue } = fc.letrec<{ value: RespValue; pairs: [RespValue, RespValue][] }>((tie) => ({
  pairs: fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 2 }),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    record({ type: fc.constantFrom('+' as const, '-' as const), value: anyText }),
    record({ type: fc.constant(':'), value: fc.oneof(fc.integer(), fc.constant(2n ** 63n - 1n)) }),
    record({ type: fc.constant('$'), value: fc.option(anyBytes) }),
    record({ type: fc.constantFrom('!', '='), value: anyBytes }),
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
  frame: anyValue,
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
    {
      title: 'a big number whose digits would take long to convert',
      bytes: ascii(`(${'9'.repeat(64 * 1024 + 1)}\r\n`),
      code: 'ERR_FRAME_CORRUPT',
    },
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
    { title: 'a big number of more than 64 Ki digits', frame: { type: '(', value: 10n ** 65_536n } },
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

const decoded = (text: string): RespValue[] => [...resp().decoder().decode(ascii(text))]

/** Arrays of one value each, around `inner`. */
const nested = (depth: number, inner: RespValue): RespValue =>
  depth === 0 ? inner : { type: '*', value: [nested(depth - 1, inner)] }

describe('a value of one line', () => {
  it.each<[text: string, value: RespValue]>([
    [':0', { type: ':', value: 0 }],
    [':-1000', { type: ':', value: -1000 }],
    [':999999999999999', { type: ':', value: 999_999_999_999_999 }],
    [':1000000000000000', { type: ':', value: 1e15 }],
    [':9007199254740991', { type: ':', value: 2 ** 53 - 1 }],
    [':9007199254740992', { type: ':', value: 2n ** 53n }],
    [':-9223372036854775808', { type: ':', value: -(2n ** 63n) }],
    ['_', { type: '_', value: null }],
    ['#t', { type: '#', value: true }],
    ['#f', { type: '#', value: false }],
    [',-10.25', { type: ',', value: -10.25 }],
    [',1e+21', { type: ',', value: 1e21 }],
    [',1.5e-12', { type: ',', value: 1.5e-12 }],
    [',-0', { type: ',', value: -0 }],
    [',nan', { type: ',', value: NaN }],
    [',inf', { type: ',', value: Infinity }],
    [',-inf', { type: ',', value: -Infinity }],
    ['(-12', { type: '(', value: -12n }],
    ['+', { type: '+', value: '' }],
    ['+é', { type: '+', value: 'é' }],
    ['', { type: 'inline', value: '' }],
    ['A', { type: 'inline', value: 'A' }],
    ['é', { type: 'inline', value: 'Ã©' }],
  ])('%j is read and written', (text, value) => {
    const bytes = new Uint8Array(Buffer.from(`${text}\r\n`))
    expect([...resp().decoder().decode(bytes)]).toEqual([value])
    expect(resp().encode(value)).toEqual(bytes)
  })

  it.each<[text: string, value: RespValue]>([
    [':+15\r\n', { type: ':', value: 15 }],
    [':+9223372036854775807\r\n', { type: ':', value: 2n ** 63n - 1n }],
    [',+12.\r\n', { type: ',', value: 12 }],
    [',12E10\r\n', { type: ',', value: 12e10 }],
    [',-nan\r\n', { type: ',', value: NaN }],
    ['(+12\r\n', { type: '(', value: 12n }],
    ['\n', { type: 'inline', value: '' }],
    ['$000000000000002\r\nab\r\n', { type: '$', value: ascii('ab') }],
    ['*000000000000000\r\n', { type: '*', value: [] }],
  ])('%j is read, though it is written in another way', (text, value) => {
    expect(decoded(text)).toEqual([value])
  })

  it.each(
    [
      [':', ':+', ':1.5', ': 1', ':1 ', ':x1', ':123456789012345678901'],
      ['_x', '#', '#tt', '#ff', '(', '(x1', '(1x', '(1.5'],
      [',', ',.5', ',1e', ',x1', ',1x', ',1.x', ',nanx', ',xnan', ',--nan', ',infx', ',xinf', ',NaN'],
    ].flat(),
  )('%j is malformed', (text) => {
    expect(() => decoded(`${text}\r\n`)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }))
  })

  it.each(['+', '-', ':', '_', '#', ',', '(', '$', '*'])('%j must end with CR LF', (type) => {
    expect(() => decoded(`${type}1\n`)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }))
  })

  it.each<RespValue>([
    ...Array.from('+-:_#,($!=*~>%|', (type): RespValue => ({ type: 'inline', value: `${type}A` })),
    { type: 'inline', value: 'A\rB' },
    { type: 'inline', value: 'A\nB' },
    { type: 'inline', value: 'Ā' },
    { type: '+', value: 'A\rB' },
    { type: '-', value: 'A\nB' },
    { type: ':', value: 2 ** 53 },
    { type: ':', value: 0.5 },
  ])('%j is not encodable', (value) => {
    expect(() => resp().encode(value)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
  })

  it.each([
    ['OK', 'resp: a value must be an object { type, value }, received a string'],
    [null, 'resp: a value must be an object { type, value }, received null'],
    [{ type: '*', value: ['GET', 'key'] }, 'resp: a value must be an object { type, value }, received a string'],
    [{ type: '$', value: 'GET' }, 'resp: the value of a string must be a Uint8Array, received a string'],
    [{ type: '$' }, 'resp: the value of a string must be a Uint8Array, received undefined'],
    [{ type: ':', value: '5' }, 'resp: a value of type : must be an integer of 64 bits'],
    [{ type: 'toString', value: 1 }, 'resp: a value must have a type of RESP'],
  ])('the error for %j says what a value must be', (value, message) => {
    expect(() => resp().encode(value as never)).toThrow(message)
  })
})

it.each(['+$', '+a$5', '-*1', ':-1', ',1', '(1', 'SET $5 *1', '_'])('reads the line %j wherever it is cut', (line) => {
  expect(outcomeOfAnyCut(resp(), ascii(`${line}\r\n:1\r\n`)).frames).toHaveLength(2)
})

it.each(['$1\r\na\rb', '$1\r\nab\n', '$1\r\n\r\na'])('needs CR LF after a string: %j', (text) => {
  expect(outcomeOfAnyCut(resp(), ascii(`:1\r\n${text}`))).toMatchObject({
    frames: [{ value: 1 }],
    error: { code: 'ERR_FRAME_CORRUPT', offset: 4 },
  })
})

describe('lengths and counts', () => {
  const invalid = expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 })

  it.each([
    '$',
    '$-',
    '$-2',
    '$+1',
    '$a1',
    '$1a',
    '$?',
    '*?',
    '!-1',
    '=-1',
    '~-1',
    '>-1',
    '%-1',
    '|-1',
    '$-11',
    '$/',
    '$:',
  ])('%j is none', (text) => {
    expect(() => decoded(`${text}\r\n`)).toThrow(invalid)
  })

  it.each(['$', '*'])('%s and 17 bytes without an end are refused, and 16 not yet', (type) => {
    expect(decoded(`${type}${'0'.repeat(16)}`)).toEqual([])
    expect(() => decoded(`${type}${'0'.repeat(17)}`)).toThrow(invalid)
    expect(() => decoded(`${type}${'0'.repeat(16)}\r\n`)).toThrow(invalid)
  })

  it.each([
    ['*', 9],
    ['%', 4],
  ])('of %s may add up to 2^53-1 values', (type, most) => {
    const line = `${type}999999999999999\r\n`
    expect(decoded(line.repeat(most))).toEqual([])
    expect(() => decoded(line.repeat(most + 1))).toThrow(invalid)
  })
})

describe('maxDepth', () => {
  it('is how deep values may be nested, both ways, 128 by default', () => {
    const inner: RespValue = { type: ':', value: 1 }
    for (const [codec, most] of [
      [resp(), 128],
      [resp({ maxDepth: 2 }), 2],
    ] as const) {
      const bytes = codec.encode(nested(most, inner))
      expect([...codec.decoder().decode(bytes)]).toEqual([nested(most, inner)])
      const code = 'ERR_FRAME_NOT_ENCODABLE'
      expect(() => codec.encode(nested(most + 1, inner))).toThrow(expect.objectContaining({ code }))
      expect(() => [...codec.decoder().decode(joined([ascii('*1\r\n'), bytes]))]).toThrow('maxDepth')
    }
  })

  it.each<[text: string, value: RespValue]>([
    ['~1', { type: '~', value: [{ type: '*', value: [] }] }],
    ['>1', { type: '>', value: [{ type: '*', value: [] }] }],
  ])('counts sets and pushes: %s', (text, value) => {
    const code = 'ERR_FRAME_NOT_ENCODABLE'
    expect(() => resp({ maxDepth: 1 }).encode(value)).toThrow(expect.objectContaining({ code }))
    expect(() => [
      ...resp({ maxDepth: 1 })
        .decoder()
        .decode(ascii(`${text}\r\n*0\r\n`)),
    ]).toThrow('maxDepth (1)')
  })

  it.each<[text: string, value: RespValue]>([
    [
      '%1\r\n*0\r\n:1',
      {
        type: '%',
        value: [
          [
            { type: '*', value: [] },
            { type: ':', value: 1 },
          ],
        ],
      },
    ],
    [
      '%1\r\n:1\r\n*0',
      {
        type: '%',
        value: [
          [
            { type: ':', value: 1 },
            { type: '*', value: [] },
          ],
        ],
      },
    ],
    ['|0\r\n*0', { type: '|', attributes: [], value: { type: '*', value: [] } }],
  ])('counts keys, values, and values with attributes: %j', (text, value) => {
    const code = 'ERR_FRAME_NOT_ENCODABLE'
    expect(() => resp({ maxDepth: 1 }).encode(value)).toThrow(expect.objectContaining({ code }))
    expect(() => [
      ...resp({ maxDepth: 1 })
        .decoder()
        .decode(ascii(`${text}\r\n`)),
    ]).toThrow('maxDepth (1)')
  })

  it('does not count a null array, which holds nothing', () => {
    const value: RespValue = { type: '*', value: [{ type: '*', value: null }] }
    const codec = resp({ maxDepth: 1 })
    expect([...codec.decoder().decode(codec.encode(value))]).toEqual([value])
  })

  it('is at least 1', () => {
    expect(() => resp({ maxDepth: 0 })).toThrow(RangeError)
  })
})

it('reads many values of one chunk, up to the first that is malformed', () => {
  const decoder = resp().decoder()
  const frames: RespValue[] = []
  const many = '$3\r\nabc\r\n:7\r\n'
  expect(() => {
    for (const frame of decoder.decode(ascii(`${many.repeat(100)}#x\r\n`))) frames.push(frame)
  }).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 100 * many.length }))
  const two: RespValue[] = [bulk('abc'), { type: ':', value: 7 }]
  expect(frames).toEqual(Array.from({ length: 100 }, () => two).flat())
})
