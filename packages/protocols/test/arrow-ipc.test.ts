import type { FrameErrorCode } from '@unstick/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { arrowIpc, type ArrowIpcMessage } from '../src/arrow-ipc.ts'
import { bytesOf, joined, payloads, testPreset, withCode } from './preset.ts'

/**
 * A flatbuffer of a Message: the offset of the table, a vtable of four fields, and the table with the body length at 8.
 */
function metadataOf(bodyLength: number): Uint8Array {
  const bytes = bytesOf(
    '10 00 00 00   0c 00 10 00 00 00 00 00 00 00 08 00   0c 00 00 00 00 00 00 00   00 00 00 00 00 00 00 00',
  )
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(24, bodyLength, true)
  return bytes
}

const EMPTY = bytesOf('')

testPreset<ArrowIpcMessage>('arrowIpc', arrowIpc, {
  frame: fc.oneof(
    payloads.map((body) => ({ metadata: metadataOf(body.length), body })),
    fc.constant({ metadata: EMPTY, body: EMPTY }),
  ),
  frameOf: (body) => ({ metadata: metadataOf(body.length), body }),
  examples: [
    {
      title: 'a message with a body, and the end of the stream',
      bytes: joined([
        bytesOf('ff ff ff ff 20 00 00 00'),
        metadataOf(8),
        new Uint8Array(8),
        bytesOf('ff ff ff ff 00 00 00 00'),
      ]),
      frames: [
        { metadata: metadataOf(8), body: new Uint8Array(8) },
        { metadata: EMPTY, body: EMPTY },
      ],
    },
  ],
  refused: [
    { title: 'no leading ff ff ff ff', bytes: bytesOf('10 00 00 00 00 00 00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'metadata of 4 bytes', bytes: bytesOf('ff ff ff ff 04 00 00 00'), code: 'ERR_FRAME_LENGTH_INVALID' },
    {
      title: 'metadata of a negative length',
      bytes: bytesOf('ff ff ff ff f8 ff ff ff'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'metadata that is not a flatbuffer',
      bytes: joined([bytesOf('ff ff ff ff 08 00 00 00'), new Uint8Array(8).fill(255)]),
      code: 'ERR_FRAME_CORRUPT',
    },
  ],
  unencodable: [{ title: 'a body of another length', frame: { metadata: metadataOf(1), body: EMPTY } }],
})

/** The metadata with 32-bit integers written over its own. */
function metadataWith(...fields: [at: number, value: number][]): Uint8Array {
  const metadata = metadataOf(0)
  const view = new DataView(metadata.buffer, metadata.byteOffset)
  for (const [at, value] of fields) view.setUint32(at, value, true)
  return metadata
}
const messageOf = (metadata: Uint8Array): Uint8Array =>
  joined([bytesOf('ff ff ff ff'), new Uint8Array([metadata.length, 0, 0, 0]), metadata])

it.each<[what: string, fields: [number, number][]]>([
  [
    'a vtable of three fields',
    [
      [4, 0x0010_000a],
      [24, 9],
    ],
  ],
  [
    'no field for the length of a body',
    [
      [12, 0],
      [24, 9],
    ],
  ],
  ['a length of 0', []],
])('takes a message with %s for one without body', (_what, fields) => {
  const metadata = metadataWith(...fields)
  const message = { metadata, body: EMPTY }
  expect([...arrowIpc().decoder().decode(messageOf(metadata))]).toEqual([message])
  expect(arrowIpc().encode(message)).toEqual(messageOf(metadata))
  expect(() => arrowIpc().encode({ metadata, body: bytesOf('00') })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it.each<[code: FrameErrorCode, what: string, fields: [number, number][]]>([
  ['ERR_FRAME_CORRUPT', 'a table that begins beyond it', [[0, 29]]],
  ['ERR_FRAME_CORRUPT', 'a vtable that begins before it', [[16, 17]]],
  ['ERR_FRAME_CORRUPT', 'a vtable that begins beyond it', [[16, 0xffff_fff0]]],
  ['ERR_FRAME_CORRUPT', 'a field beyond it', [[12, 0x0009_0000]]],
  ['ERR_FRAME_TOO_LONG', 'a body of 4 GiB', [[28, 1]]],
  ['ERR_FRAME_TOO_LONG', 'a body of nearly 2^52 bytes', [[28, 2 ** 20 - 1]]],
  ['ERR_FRAME_LENGTH_INVALID', 'a body of 2^52 bytes', [[28, 2 ** 20]]],
  ['ERR_FRAME_LENGTH_INVALID', 'a body of a negative length', [[28, 0xffff_ffff]]],
])('refuses with %s metadata with %s', (code, _what, fields) => {
  const metadata = metadataWith(...fields)
  expect(() => [...arrowIpc().decoder().decode(messageOf(metadata))]).toThrow(withCode(code))
  expect(() => arrowIpc().encode({ metadata, body: EMPTY })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it.each([
  ['ff ff ff 7f', 'ERR_FRAME_LENGTH_INVALID'],
  ['f8 ff ff 7f', 'ERR_FRAME_TOO_LONG'],
  ['00 00 00 80', 'ERR_FRAME_LENGTH_INVALID'],
] as const)('refuses metadata of a length of %s with %s', (length, code) => {
  expect(() => [
    ...arrowIpc()
      .decoder()
      .decode(bytesOf(`ff ff ff ff ${length}`)),
  ]).toThrow(withCode(code))
})

it('skips a body over the limit, and no metadata, which would tell how long the body is', () => {
  const codec = arrowIpc({ maxFrameLength: 40, oversize: 'skip' })
  const long = joined([messageOf(metadataOf(9)), new Uint8Array(9)])
  const last = bytesOf('ff ff ff ff 00 00 00 00')
  expect([...codec.decoder().decode(joined([long, last]))]).toEqual([{ metadata: EMPTY, body: EMPTY }])
  expect([...codec.decoder().decode(bytesOf('ff ff ff ff 20 00 00 00'))]).toEqual([])
  expect(() => [...codec.decoder().decode(bytesOf('ff ff ff ff 28 00 00 00'))]).toThrow(
    withCode('ERR_FRAME_LENGTH_INVALID'),
  )
})

it.each([
  [4, 0],
  [0, 1],
])('does not write metadata of %i bytes and a body of %i', (metadata, body) => {
  const message = { metadata: new Uint8Array(metadata), body: new Uint8Array(body) }
  expect(() => arrowIpc().encode(message)).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})
