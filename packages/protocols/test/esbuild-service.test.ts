import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { esbuildService, type EsbuildPacket, type EsbuildValue } from '../src/esbuild-service.ts'
import { bytesOf, joined, record, streamsAfter, testPreset } from './preset.ts'

const value = fc.letrec<{ value: EsbuildValue }>((tie) => ({
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
const packet = record({ id: fc.nat(2 ** 31 - 1), isRequest: fc.boolean(), value })
const service = (): FrameCodec<EsbuildPacket> => esbuildService({ from: 'service' })

testPreset<EsbuildPacket>('esbuildService from the client', (limits) => esbuildService({ from: 'client', ...limits }), {
  frame: packet,
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
    stream: streamsAfter(service, { version: '0.28.2' }, packet),
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
