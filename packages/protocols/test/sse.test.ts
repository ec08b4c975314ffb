import { outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sse, type ServerSentEvent } from '../src/sse.ts'
import { ascii, bytesOf, joined, record, testPreset } from './preset.ts'

const line = fc.string({ unit: fc.constantFrom('a', ' ', ':', 'é'), maxLength: 4 })

testPreset<ServerSentEvent>('sse', sse, {
  frame: record({
    event: fc.constantFrom('message', 'add'),
    data: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
    id: fc.option(line, { nil: undefined }),
    retry: fc.option(fc.nat(9999), { nil: undefined }),
  }),
  stream: fc
    .array(fc.constantFrom('data:a', '\r', '\n', ':c', 'id'), { maxLength: 10 })
    .map((parts) => ascii(parts.join(''))),
  atEnd: 'drop',
  frameOf: (payload) => ({ event: 'message', data: 'a'.repeat(payload.length), id: undefined, retry: undefined }),
  examples: [
    {
      title: 'the examples of the HTML standard',
      bytes: ascii(
        'data: YHOO\ndata: +2\ndata: 10\n\n: test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n' +
          'data\n\ndata\ndata\n\ndata:test\n\ndata: test\n\ndata:',
      ),
      frames: [
        { event: 'message', data: 'YHOO\n+2\n10', id: undefined, retry: undefined },
        { event: 'message', data: 'first event', id: '1', retry: undefined },
        { event: 'message', data: 'second event', id: '', retry: undefined },
        { event: 'message', data: ' third event', id: undefined, retry: undefined },
        { event: 'message', data: '', id: undefined, retry: undefined },
        { event: 'message', data: '\n', id: undefined, retry: undefined },
        { event: 'message', data: 'test', id: undefined, retry: undefined },
        { event: 'message', data: 'test', id: undefined, retry: undefined },
      ],
      isRead: true,
    },
    {
      title: 'a byte order mark, CR and CR LF as line ends, and a reconnection time',
      bytes: joined([
        bytesOf('ef bb bf'),
        ascii('event: add\r\ndata: 1\r\n\r\ndata: 2\r\rretry: 10\r\nretry: x\r\n\r\n'),
      ]),
      frames: [
        { event: 'add', data: '1', id: undefined, retry: undefined },
        { event: 'message', data: '2', id: undefined, retry: undefined },
        { event: 'message', data: undefined, id: undefined, retry: 10 },
      ],
      isRead: true,
    },
    {
      title: 'an ID without data, which a client sends when it connects again',
      bytes: ascii('id: 7\n\n'),
      frames: [{ event: 'message', data: undefined, id: '7', retry: undefined }],
    },
    {
      title: 'malformed UTF-8, and an ID with a zero byte, which is ignored',
      bytes: bytesOf('"data:" ff 0a "id:" 00 0a 0a'),
      frames: [{ event: 'message', data: '\ufffd', id: undefined, retry: undefined }],
      isRead: true,
    },
  ],
  unencodable: [
    { title: 'data with CR', frame: { event: 'message', data: 'a\rb', id: undefined, retry: undefined } },
    { title: 'an event with a line break', frame: { event: 'a\ndata: b', data: '', id: undefined, retry: undefined } },
    { title: 'no field', frame: { event: 'a', data: undefined, id: undefined, retry: undefined } },
  ],
})

it('drops blank lines after a byte order mark', () => {
  const data = Array.from({ length: 60 }, (_, at) => ({
    event: 'message',
    data: `${at}`,
    id: undefined,
    retry: undefined,
  }))
  const events = ascii(data.map((event) => `data: ${event.data}\n\n`).join(''))
  for (const blank of ['\n', '\n\n', '\r\n\r\n']) {
    const stream = joined([bytesOf('ef bb bf'), ascii(blank), events])
    expect(outcomeOf(sse(), [stream]).frames).toEqual(data)
    expect(outcomeOf(sse(), bytewise(stream)).frames).toEqual(data)
  }
})

it('decodes a batch of events like single events', () => {
  const pieces = [
    'data: a',
    'data',
    'data:é',
    ': c',
    'event: x',
    'id: 1',
    'id: \0',
    'retry: 5',
    'retry: x',
    'dat',
    '\u2028',
  ]
  const ends = ['\n', '\n\n', '\n\n', '\n\n']
  const endings = fc.constantFrom(ends, [...ends, '\r', '\r\n', '\uFEFF'])
  const stream = endings.chain((all) =>
    fc.array(fc.oneof(fc.constantFrom(...pieces), fc.constantFrom(...all)), { minLength: 100, maxLength: 200 }),
  )
  fc.assert(
    fc.property(stream, fc.constantFrom('', '\uFEFF'), fc.constantFrom([], [0xff], [0xe2, 0x82]), (parts, bom, bad) => {
      const half = new TextEncoder().encode(bom + parts.slice(50).join(''))
      const rest = new TextEncoder().encode(parts.slice(0, 50).join(''))
      const bytes = joined([half, new Uint8Array(bad), rest])
      expect(outcomeOf(sse(), [bytes])).toEqual(outcomeOf(sse(), bytewise(bytes)))
    }),
  )
})

it('scan gives the slices of the events, and none of an LF that follows a CR', () => {
  const slices: string[] = []
  const decoder = sse().decoder()
  for (const chunk of ['data: a\r\n\r', '\ndata: b\r\r\n', 'data: c\n\n']) {
    decoder.scan(ascii(chunk), (memory, start, end) => slices.push(Buffer.from(memory).toString('latin1', start, end)))
  }
  expect(slices).toEqual(['data: a\r\n\r', 'data: b\r\r', 'data: c\n\n'])
})

it('gives an event out at the byte that completes it', () => {
  const decoder = sse().decoder()
  expect([...decoder.decode(ascii('data: a\r\n\r'))]).toHaveLength(1)
  expect(decoder.bufferedLength).toBe(0)
  expect([...decoder.decode(ascii('\ndata: b\r\r'))]).toHaveLength(1)
})

function bytewise(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => new Uint8Array([byte]))
}

const eventOf = (fields: Partial<ServerSentEvent>): ServerSentEvent => ({
  event: 'message',
  data: undefined,
  id: undefined,
  retry: undefined,
  ...fields,
})

it.each<[text: string, fields: Partial<ServerSentEvent>]>([
  ['data', { data: '' }],
  ['data:', { data: '' }],
  ['data: ', { data: '' }],
  ['data:  a ', { data: ' a ' }],
  ['data::a', { data: ':a' }],
  ['data: a\ndata', { data: 'a\n' }],
  ['event:\ndata', { data: '' }],
  ['event: x\nevent: y\ndata', { event: 'y', data: '' }],
  ['event: x\nevent\ndata', { data: '' }],
  ['id: 1\nid: 2\ndata', { id: '2', data: '' }],
  ['id: 1\nid: \0\ndata', { id: '1', data: '' }],
  ['retry: 999999999999999', { retry: 999_999_999_999_999 }],
  ['retry: 12\nretry: 1x\nretry: x1\nretry\nretry: 1000000000000000\nretry: -1', { retry: 12 }],
  [': data: a\ndata', { data: '' }],
])('reads the fields of %j', (text, fields) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const bytes = ascii(`${text}\n\n`.replaceAll('\n', end))
    expect(outcomeOf(sse(), [bytes]).frames).toEqual([eventOf(fields)])
    expect(outcomeOf(sse(), bytewise(bytes)).frames).toEqual([eventOf(fields)])
  }
})

it.each(['Data', ' data', 'dat', 'datas', 'dbta', 'daxa', 'datx', 'xata', 'data\u00a0'])(
  'reads no data from the field %j',
  (name) => {
    expect(outcomeOf(sse(), [ascii(`${name}: a\n\ndata: b\n\n`)]).frames).toEqual([eventOf({ data: 'b' })])
  },
)

it.each(['events', 'even', 'evend', 'exent', 'ids', 'iD', 'i', 'retryx', 'retr', 'retrx', 'rxtry'])(
  'ignores the field %j',
  (name) => {
    expect(outcomeOf(sse(), [ascii(`${name}: 7\ndata: b\n\n`)]).frames).toEqual([eventOf({ data: 'b' })])
  },
)

it('has no byte order mark but the first', () => {
  const bom = bytesOf('ef bb bf')
  const event = ascii('data: a\n\n')
  for (const stream of [joined([bom, event, bom, event, event]), joined([bom, bom, event, event, event])]) {
    const frames = [eventOf({ data: 'a' }), eventOf({ data: 'a' })]
    expect(outcomeOf(sse(), [stream]).frames).toEqual(frames)
    expect(outcomeOf(sse(), bytewise(stream)).frames).toEqual(frames)
  }
})

it('refuses the event of many that is too long', () => {
  const event = (length: number): string => `data: ${'a'.repeat(length - 8)}\n\n`
  const most = event(20).repeat(30)
  for (const [last, error] of [
    [event(20), undefined],
    [event(21), { code: 'ERR_FRAME_TOO_LONG', offset: most.length }],
  ] as const) {
    const outcome = outcomeOf(sse({ maxFrameLength: 20 }), [ascii(most + last)])
    expect(outcome.frames).toHaveLength(error === undefined ? 31 : 30)
    expect(outcome.error).toEqual(error)
  }
})

it.each<[text: string, fields: Partial<ServerSentEvent>]>([
  ['data: a\ndata: \ndata:  b\n\n', { data: 'a\n\n b' }],
  ['event: x\nid: 1\nretry: 2\ndata: a\n\n', { event: 'x', id: '1', retry: 2, data: 'a' }],
  ['id: \ndata: \n\n', { id: '', data: '' }],
  ['retry: 0\n\n', { retry: 0 }],
])('writes %j', (text, fields) => {
  expect(sse().encode(eventOf(fields))).toEqual(ascii(text))
})

it.each<Partial<ServerSentEvent>>([
  { event: '', data: '' },
  { event: 'a\rb', data: '' },
  { id: 'a\nb', data: '' },
  { id: '\0', data: '' },
  { retry: -1 },
  { retry: 0.5 },
  { retry: 1e15 },
  { data: 'a\r' },
  {},
])('does not write %j', (fields) => {
  expect(() => sse().encode(eventOf(fields))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
})
