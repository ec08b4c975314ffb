import { crc } from '@unstick/packet'
import { chunkings, outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { modbusRtu, type ModbusRtuFrame } from '../src/modbus-rtu.ts'
import { byte, bytesOf, joined, record, testPreset, outcomeOfAnyCut, withCode } from './preset.ts'

const checksumOf = crc('CRC-16/MODBUS')

/** The bytes of a frame, with its checksum appended. */
function framed(text: string): Uint8Array {
  const bytes = bytesOf(text)
  const checksum = checksumOf(bytes)
  return joined([bytes, new Uint8Array([checksum & 0xff, checksum >> 8])])
}

function withCount(before: number, count: fc.Arbitrary<number>): fc.Arbitrary<Uint8Array> {
  return count.chain((length) =>
    fc
      .tuple(
        fc.uint8Array({ minLength: before, maxLength: before }),
        fc.uint8Array({ minLength: length, maxLength: length }),
      )
      .map(([head, rest]) => joined([head, new Uint8Array([length]), rest])),
  )
}

function frames(functions: number[], payload: fc.Arbitrary<Uint8Array>): fc.Arbitrary<ModbusRtuFrame> {
  return record({ unitId: byte, function: fc.constantFrom(...functions), payload })
}

const of = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })

const requests = fc.oneof(
  frames([1, 3, 6, 8], of(4)),
  frames([7, 11, 17], of(0)),
  frames([15, 16], withCount(4, fc.nat(5))),
  frames([22], of(6)),
  frames([23], withCount(8, fc.nat(5))),
)
const responses = fc.oneof(
  frames([1, 3, 12, 17, 20, 23], withCount(0, fc.nat(9))),
  frames([5, 16], of(4)),
  frames([0x81, 0x83, 0x90], of(1)),
)

for (const corrupt of ['error', 'resync'] as const) {
  // Later bytes can refuse earlier ones, so a prefix of the stream may decode differently.
  const without = corrupt === 'error' ? [] : ['frames before an error', 'takeRemaining is exact']

  testPreset<ModbusRtuFrame>(
    `modbusRtu from the client, corrupt '${corrupt}'`,
    () => modbusRtu({ from: 'client', corrupt }),
    {
      limit: 256,
      without,
      frame: requests,
      examples: [
        {
          title: 'requests to read registers and to write them',
          bytes: joined([framed('11 03 00 6b 00 03'), framed('01 10 00 01 00 02 04 00 0a 01 02')]),
          frames: [
            { unitId: 17, function: 3, payload: bytesOf('00 6b 00 03') },
            { unitId: 1, function: 16, payload: bytesOf('00 01 00 02 04 00 0a 01 02') },
          ],
        },
        {
          title: 'a request whose bytes are printed in many manuals',
          bytes: bytesOf('11 03 00 6b 00 03 76 87'),
          frames: [{ unitId: 17, function: 3, payload: bytesOf('00 6b 00 03') }],
        },
        {
          title: 'a request for a device identification',
          bytes: framed('01 2b 0e 01 00'),
          frames: [{ unitId: 1, function: 43, payload: bytesOf('0e 01 00') }],
        },
      ],
      unencodable: [
        {
          title: 'a payload that is not as long as its function',
          frame: { unitId: 1, function: 3, payload: bytesOf('00') },
        },
        {
          title: 'a count that is not that of what follows',
          frame: { unitId: 1, function: 16, payload: bytesOf('00 01 00') },
        },
        { title: 'a function of no known length', frame: { unitId: 1, function: 65, payload: bytesOf('') } },
      ],
    },
  )

  testPreset<ModbusRtuFrame>(
    `modbusRtu from the server, corrupt '${corrupt}'`,
    () => modbusRtu({ from: 'server', corrupt }),
    {
      limit: 256,
      without,
      frame: responses,
      frameOf: (payload) => ({ unitId: 1, function: 3, payload: joined([new Uint8Array([payload.length]), payload]) }),
      examples: [
        {
          title: 'registers, an exception, a FIFO and a device identification',
          bytes: joined([
            framed('11 03 06 ae 41 56 52 43 40'),
            framed('0a 81 02'),
            framed('01 18 00 04 00 01 12 34'),
            framed('01 2b 0e 01 01 00 00 02 00 03 "abc" 01 01 "d"'),
          ]),
          frames: [
            { unitId: 17, function: 3, payload: bytesOf('06 ae 41 56 52 43 40') },
            { unitId: 10, function: 0x81, payload: bytesOf('02') },
            { unitId: 1, function: 24, payload: bytesOf('00 04 00 01 12 34') },
            { unitId: 1, function: 43, payload: bytesOf('0e 01 01 00 00 02 00 03 "abc" 01 01 "d"') },
          ],
        },
        {
          title: 'a response whose bytes are printed in many manuals',
          bytes: bytesOf('11 03 06 ae 41 56 52 43 40 49 ad'),
          frames: [{ unitId: 17, function: 3, payload: bytesOf('06 ae 41 56 52 43 40') }],
        },
      ],
      unencodable: [
        {
          title: 'a device identification that lacks an object',
          frame: { unitId: 1, function: 43, payload: bytesOf('0e 01 01 00 00 02 00 03 "abc"') },
        },
      ],
    },
  )
}

it('refuses a wrong checksum and an unknown function', () => {
  const codec = modbusRtu({ from: 'client', corrupt: 'error' })
  for (const bytes of [bytesOf('11 03 00 6b 00 03 76 88'), bytesOf('11 41')]) {
    expect(outcomeOf(codec, [bytes]).error).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 0 })
  }
})

it('finds requests between noise and damage, however the stream is cut', () => {
  const good = framed('11 03 00 6b 00 03')
  const damaged = framed('11 03 00 6b 00 03').with(3, 0x6a)
  const codec = modbusRtu({ from: 'client' })
  const frame = { unitId: 17, function: 3, payload: bytesOf('00 6b 00 03') }
  fc.assert(
    fc.property(
      fc
        .array(fc.oneof(fc.constant(good), fc.constant(damaged), fc.uint8Array({ maxLength: 5 })), { maxLength: 8 })
        // Noise may look like the beginning of a frame, which has at most 256 bytes.
        .map((parts) => joined([...parts, new Uint8Array(256), good, good]))
        .chain((stream) => fc.tuple(fc.constant(stream), chunkings(stream))),
      ([stream, chunks]) => {
        const whole = outcomeOf(codec, [stream])
        expect(outcomeOf(codec, chunks)).toEqual(whole)
        expect(whole.error).toBeUndefined()
        expect(whole.frames.slice(-2)).toEqual([frame, frame])
      },
    ),
  )
})

it('decodes the functions in payloadLengths, and their exceptions', () => {
  const codec = modbusRtu({ from: 'server', payloadLengths: { 65: 2 } })
  const stream = joined([framed('01 41 07 08'), framed('01 c1 01')])
  expect(outcomeOf(codec, [stream])).toEqual({
    frames: [
      { unitId: 1, function: 65, payload: bytesOf('07 08') },
      { unitId: 1, function: 0xc1, payload: bytesOf('01') },
    ],
    skipped: [],
  })
})

it('decodes an exception to any function, since it has one byte', () => {
  const codec = modbusRtu({ from: 'server', corrupt: 'error' })
  const exceptions = Array.from({ length: 127 }, (_, index) => ({
    unitId: 1,
    function: 0x81 + index,
    payload: bytesOf('01'),
  }))
  const stream = joined(exceptions.map((frame) => codec.encode(frame)))
  expect(outcomeOf(codec, [stream])).toEqual({ frames: exceptions, skipped: [] })
})

it('refuses payloadLengths that are no object', () => {
  expect(() => modbusRtu({ from: 'client', payloadLengths: 4 as never })).toThrow(TypeError)
})

it.each([{ 0: 1 }, { 128: 1 }, { 65: -1 }, { 65: 253 }, { 65: 1.5 }])('refuses payloadLengths %j', (payloadLengths) => {
  expect(() => modbusRtu({ from: 'client', payloadLengths })).toThrow(RangeError)
})

it.each<[from: 'client' | 'server', functions: number[], payload: string]>([
  ['client', [1, 2, 3, 4, 5, 6, 8], '00 01 02 03'],
  ['client', [7, 11, 12, 17], ''],
  ['client', [15, 16], '00 01 00 02 02 ff ff'],
  ['client', [20, 21], '02 ff ff'],
  ['client', [22], '00 01 02 03 04 05'],
  ['client', [23], '00 01 02 03 04 05 06 07 01 ff'],
  ['client', [24], '00 01'],
  ['client', [43], '0e 01 00'],
  ['server', [1, 2, 3, 4, 12, 17, 20, 21, 23], '02 ff ff'],
  ['server', [5, 6, 8, 11, 15, 16], '00 01 02 03'],
  ['server', [7], '01'],
  ['server', [22], '00 01 02 03 04 05'],
  ['server', [24], '00 02 ff ff'],
  ['server', [43], '0e 01 01 00 00 01 00 01 "a"'],
  ['server', [0x81, 0x98, 0xab], '02'],
])('knows the payload from the %s of the functions %j: %s', (from, functions, text) => {
  const codec = modbusRtu({ from, corrupt: 'error' })
  for (const code of functions) {
    const frame = { unitId: 1, function: code, payload: bytesOf(text) }
    const bytes = codec.encode(frame)
    expect(outcomeOfAnyCut(codec, joined([bytes, bytes])).frames).toEqual([frame, frame])
    for (const payload of [joined([bytesOf(text), bytesOf('00')]), bytesOf(text).subarray(1)]) {
      if (payload.length === bytesOf(text).length) continue
      expect(() => codec.encode({ unitId: 1, function: code, payload })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    }
  }
})

it('has frames of up to 256 bytes', () => {
  const codec = modbusRtu({ from: 'server', corrupt: 'error' })
  const frame = (count: number) => ({
    unitId: 1,
    function: 24,
    payload: joined([new Uint8Array([0, count]), new Uint8Array(count)]),
  })
  expect([...codec.decoder().decode(codec.encode(frame(250)))]).toEqual([frame(250)])
  expect(() => codec.encode(frame(251))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  expect(() => [...codec.decoder().decode(bytesOf('01 18 00 fb'))]).toThrow(withCode('ERR_FRAME_CORRUPT'))
})

it.each([{ 0: 1 }, { 128: 1 }, { 1: -1 }, { 1: 253 }, { 1: 0.5 }, { x: 1 }])(
  'refuses payloadLengths %j',
  (payloadLengths) => {
    expect(() => modbusRtu({ from: 'client', payloadLengths })).toThrow(/^payloadLengths must have /)
  },
)

it.each([{ 1: 0 }, { 127: 252 }])('takes payloadLengths %j', (payloadLengths) => {
  const [[code, length]] = Object.entries(payloadLengths) as [[string, number]]
  const frame = { unitId: 1, function: Number(code), payload: new Uint8Array(length) }
  const codec = modbusRtu({ from: 'client', payloadLengths, corrupt: 'error' })
  expect([...codec.decoder().decode(codec.encode(frame))]).toEqual([frame])
})
