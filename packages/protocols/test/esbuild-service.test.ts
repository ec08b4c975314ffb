import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { esbuildService, type EsbuildPacket, type EsbuildValue } from '../src/esbuild-service.ts'
import { bytesOf, joined, record, streamsAfter, testPreset, outcomeOfAnyCut, withCode } from './preset.ts'

const anyValue = fc.letrec<{ value: EsbuildValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).filter((each) => !Object.is(each, -0)),
    fc.string({ maxLength: 4 }),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value
const anyPacket = record({ id: fc.nat(2 ** 31 - 1), isRequest: fc.boolean(), value: anyValue })
const client = (): FrameCodec<EsbuildPacket> => esbuildService({ from: 'client' })
const service = (): FrameCodec<EsbuildPacket> => esbuildService({ from: 'service' })

testPreset<EsbuildPacket>('esbuildService from the client', (limits) => esbuildService({ from: 'client', ...limits }), {
  frame: anyPacket,
  frameOf: (payload) => ({ id: 1, isRequest: true, value: payload }),
  examples: [
    {
      title: 'a request with every type of value',
      bytes: bytesOf(
        '34 00 00 00   02 00 00 00   06 03 00 00 00   01 00 00 00 "a" 05 05 00 00 00   00   01 01   02 ff ff ff ff' +
          '03 01 00 00 00 "x"   04 01 00 00 00 07   01 00 00 00 "b" 01 00   01 00 00 00 "c" 00',
      ),
      frames: [{ id: 1, isRequest: true, value: { a: [null, true, -1, 'x', bytesOf('07')], b: false, c: null } }],
    },
  ],
  refused: [
    { title: 'a packet without value', bytes: bytesOf('04 00 00 00 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a packet of two values', bytes: bytesOf('06 00 00 00 00 00 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'a string beyond its packet',
      bytes: bytesOf('09 00 00 00 00 00 00 00 03 ff 00 00 00'),
      code: 'ERR_FRAME_CORRUPT',
    },
    { title: 'a value of type 7', bytes: bytesOf('05 00 00 00 00 00 00 00 07'), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'arrays nested deeper than 512',
      bytes: joined([
        bytesOf('0e 0a 00 00'),
        bytesOf('00 00 00 00'),
        ...Array.from({ length: 514 }, () => bytesOf('05 01 00 00 00')),
      ]),
      code: 'ERR_FRAME_CORRUPT',
    },
  ],
  unencodable: [
    { title: 'a version', frame: { version: '0' } },
    { title: 'a number that is not a 32-bit integer', frame: { id: 0, isRequest: true, value: 0.5 } },
    { title: 'a bigint', frame: { id: 0, isRequest: true, value: 5n as never } },
    { title: 'a function in an array', frame: { id: 0, isRequest: true, value: [(() => null) as never] } },
    { title: 'an id of 1.5', frame: { id: 1.5, isRequest: true, value: null } },
    { title: 'an id of 2^31', frame: { id: 2 ** 31, isRequest: true, value: null } },
    { title: 'no word about requests', frame: { id: 0, isRequest: undefined as never, value: null } },
  ],
})

testPreset<EsbuildPacket>(
  'esbuildService from the service',
  (limits) => esbuildService({ from: 'service', ...limits }),
  {
    // The first frame occurs only once, so a long stream cannot be made by repetition.
    without: ['linear work'],
    stream: streamsAfter(service, { version: '0.28.2' }, anyPacket),
    examples: [
      {
        title: 'the version, then a response',
        bytes: bytesOf('06 00 00 00 "0.28.2"   05 00 00 00 01 00 00 00 00'),
        frames: [{ version: '0.28.2' }, { id: 0, isRequest: false, value: null }],
      },
    ],
  },
)

it('exchanges packets with the API of esbuild', () => {
  const bytes = service().encode({ version: '0.28.2' })
  expect([...bytes]).toEqual([...bytesOf('06 00 00 00 "0.28.2"')])
})

it('writes bytes of another realm as bytes', () => {
  const foreign = runInNewContext('new Uint8Array([7])') as Uint8Array
  expect(foreign).not.toBeInstanceOf(Uint8Array)
  const bytes = esbuildService({ from: 'client' }).encode({ id: 0, isRequest: true, value: { a: foreign } })
  expect(bytes.slice(-6)).toEqual(bytesOf('04 01 00 00 00 07'))
})

const from = (value: unknown): EsbuildPacket => ({ id: 0, isRequest: true, value: value as null })
/** The bytes of a value alone, in a packet. */
const packetOf = (text: string): Uint8Array => {
  const bytes = bytesOf(text)
  return joined([new Uint8Array([4 + bytes.length, 0, 0, 0, 0, 0, 0, 0]), bytes])
}

it.each<[text: string, value: unknown]>([
  ['00', null],
  ['01 00', false],
  ['01 01', true],
  ['02 ff ff ff 7f', 2 ** 31 - 1],
  ['02 00 00 00 80', -(2 ** 31)],
  ['03 02 00 00 00 c3 a9', 'é'],
  ['04 02 00 00 00 01 02', Uint8Array.of(1, 2)],
  ['05 00 00 00 00', []],
  ['05 02 00 00 00 00 01 01', [null, true]],
  ['06 00 00 00 00', {}],
  ['06 01 00 00 00 01 00 00 00 "a" 06 00 00 00 00', { a: {} }],
])('reads and writes %s', (text, value) => {
  const bytes = packetOf(text)
  expect(outcomeOfAnyCut(client(), bytes).frames).toEqual([from(value)])
  expect(client().encode(from(value))).toEqual(bytes)
})

it.each([
  '',
  '01',
  '02 00 00 00',
  '03 01 00 00',
  '03 02 00 00 00 "a"',
  '04 01 00 00 00',
  '05 01 00 00 00',
  '06 01 00 00 00 01 00 00 00 "a"',
  '06 01 00 00 00 02 00 00 00 "a"',
  '07',
  '00 00',
  '03 01 00 00 00 ff',
])('reads no value from [%s]', (text) => {
  expect(() => [...client().decoder().decode(packetOf(text))]).toThrow(withCode('ERR_FRAME_CORRUPT'))
})

it('reads a member called __proto__ as any other', () => {
  const bytes = packetOf('06 01 00 00 00 09 00 00 00 "__proto__" 00')
  const [packet] = [...client().decoder().decode(bytes)] as [EsbuildPacket & { value: object }]
  expect(Object.entries(packet.value)).toEqual([['__proto__', null]])
})

it('says with an odd id that a packet is a response', () => {
  const bytes = client().encode({ id: 2 ** 31 - 1, isRequest: false, value: null })
  expect(bytes).toEqual(bytesOf('05 00 00 00 ff ff ff ff 00'))
  expect([...client().decoder().decode(bytes)]).toEqual([{ id: 2 ** 31 - 1, isRequest: false, value: null }])
})

it('nests values up to 512 deep, both ways', () => {
  const nested = (depth: number): unknown =>
    depth === 0 ? null : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) }
  expect([
    ...client()
      .decoder()
      .decode(client().encode(from(nested(512)))),
  ]).toEqual([from(nested(512))])
  expect(() => client().encode(from(nested(513)))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it.each([2 ** 31, -(2 ** 31) - 1, -0, NaN])('does not write the number %d', (value) => {
  expect(() => client().encode(from(value))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})
