import { codecLaws, oracles, testLaws } from '@unstick/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { packet, type PacketOptions } from '../src/index.ts'

const sum8 = { algorithm: 'sum8' } as const

/** Options, and the bytes that streams are made of: sync bytes, lengths in range, and others. */
const cases: { options: PacketOptions; bytes: number[]; shortest: number; longest?: number }[] = [
  {
    options: { sync: { bytes: '\u0001' }, lengthFieldLength: 1, maxFrameLength: 8, checksum: sum8 },
    bytes: [1, 2, 3, 4, 5],
    shortest: 3,
    longest: 8,
  },
  {
    options: {
      sync: { bytes: new Uint8Array([0xaa, 0x55]) },
      lengthFieldLength: 1,
      lengthIncludes: 'frame',
      maxFrameLength: 20,
      checksum: { algorithm: 'CRC-16/MODBUS', from: 2, byteOrder: 'little' },
    },
    bytes: [0xaa, 0x55, 5, 6, 7],
    shortest: 5,
  },
  {
    options: { sync: { bytes: new Uint8Array([0xa0]), mask: new Uint8Array([0xf0]) }, size: 4, checksum: sum8 },
    bytes: [0xa0, 0xa1, 0xa2, 0x50, 0xf0],
    shortest: 4,
    longest: 4,
  },
  { options: { sync: { bytes: 'aa' }, size: 5 }, bytes: [97, 98], shortest: 5, longest: 5 },
  {
    options: {
      sync: { bytes: 'ab' },
      lengthFieldOffset: 3,
      lengthFieldLength: 2,
      byteOrder: 'little',
      lengthAdjustment: 2,
      minFrameLength: 9,
      maxFrameLength: 300,
      checksum: { algorithm: 'fletcher16', byteOrder: 'big' },
    },
    bytes: [97, 98, 0, 1, 2, 3],
    shortest: 9,
  },
  {
    options: {
      sync: { bytes: '\u0001' },
      lengthFieldLength: 1,
      maxFrameLength: 8,
      checksum: { algorithm: 'xor8', from: 1 },
      corrupt: 'error',
      oversize: 'skip',
    },
    bytes: [1, 2, 3],
    shortest: 3,
    longest: 8,
  },
  {
    options: { sync: { bytes: '\u0001' }, lengthFieldLength: 8, corrupt: 'error', maxFrameLength: 40 },
    bytes: [1, 0, 0, 0, 0, 0, 0, 9],
    shortest: 9,
  },
]

function subject({ options, bytes, shortest, longest = 20 }: (typeof cases)[number]) {
  const codec = packet(options)
  const unlimited = packet({ ...options, ...(options.maxFrameLength && { maxFrameLength: 1 << 16 }) })
  const sync = options.sync.bytes
  const syncBytes = typeof sync === 'string' ? Buffer.from(sync) : sync
  const ofLength = (length: number): Uint8Array => {
    const whole = new Uint8Array(length).fill(97)
    whole.set(syncBytes.subarray(0, length))
    try {
      return unlimited.encode(whole)
    } catch {
      // The codec refuses it, too.
      return whole
    }
  }
  const frame = fc.uint8Array({ minLength: shortest, maxLength: longest }).map((whole) => {
    whole.set(syncBytes)
    return codec.encode(whole)
  })
  const stream = fc
    .array(
      fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...bytes).map((byte) => [byte]) },
        { weight: 1, arbitrary: fc.nat(255).map((byte) => [byte]) },
        { weight: 2, arbitrary: fc.constant([...syncBytes]) },
        { weight: 1, arbitrary: frame.map((whole) => [...whole]) },
      ),
      { maxLength: 40 },
    )
    .map((pieces) => Uint8Array.from(pieces.flat()))
  return { codec, frame, stream, ofLength }
}

/**
 * Laws that decode a prefix of the stream. If later bytes can refuse earlier ones, the prefix ends while those are
 * still pending; packet.test.ts checks what holds instead.
 */
const OF_PREFIXES = new Set(['frames before an error', 'takeRemaining is exact'])

describe.each(cases)('packet($options)', (each) => {
  const { codec, frame, stream, ofLength } = subject(each)
  const laws = codecLaws(codec, {
    name: `packet(${JSON.stringify(each.options)})`,
    oracle: oracles.packet(each.options as never),
    frame,
    stream,
    frameOfLength: ofLength,
  })
  const isResyncing = each.options.corrupt !== 'error'
  testLaws(isResyncing ? laws.filter((law) => !OF_PREFIXES.has(law.name)) : laws, it)
})
