import { isFrameError, type FrameError, type Skipped } from '@unstick/core'
import { chunkings, oracles } from '@unstick/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc, packet, type PacketOptions } from '../src/index.ts'

const u8 = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

interface Seen {
  frames: string[]
  skipped: Omit<Skipped, 'error'>[]
  error?: { code: string; offset: number | undefined; frameLength: number | undefined }
}

/** The outcome of a stream in these chunks, with the reasons of gaps. */
function decode(options: PacketOptions, chunks: readonly Uint8Array[]): Seen {
  const seen: Seen = { frames: [], skipped: [] }
  const onSkip = ({ offset, length, reason }: Skipped): void => void seen.skipped.push({ offset, length, reason })
  const decoder = packet(options).decoder({ onSkip })
  const take = (frame: Uint8Array): void => void seen.frames.push(hex(frame))
  try {
    for (const chunk of chunks) for (const frame of decoder.decode(chunk)) take(frame)
    decoder.end().forEach(take)
  } catch (error) {
    if (!isFrameError(error)) throw error
    for (const frame of (error.frames ?? []) as Uint8Array[]) take(frame)
    seen.error = { code: error.code, offset: error.offset, frameLength: error.frameLength }
  }
  return seen
}

const byteByByte = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => u8(byte))

/** Sync AA 55, a length that counts the payload alone, and the sum of length and payload. */
const options = {
  sync: { bytes: u8(0xaa, 0x55) },
  lengthFieldLength: 1,
  lengthAdjustment: 1,
  maxFrameLength: 20,
  checksum: { algorithm: 'sum8', from: 2 },
} satisfies PacketOptions
const good = u8(0xaa, 0x55, 2, 1, 2, 5)
const bad = u8(0xaa, 0x55, 2, 1, 2, 0x99)

describe('packet, resynchronising', () => {
  it.each<[string, Uint8Array[], Seen]>([
    ['nothing', [], { frames: [], skipped: [] }],
    ['packets alone', [good, good], { frames: [hex(good), hex(good)], skipped: [] }],
    [
      'noise before a packet is one gap, of garbage',
      [u8(0, 1, 0xaa, 2), good],
      { frames: [hex(good)], skipped: [{ offset: 0, length: 4, reason: 'garbage' }] },
    ],
    [
      'a packet with a wrong checksum is one gap, corrupt',
      [good, bad, good],
      { frames: [hex(good), hex(good)], skipped: [{ offset: 6, length: 6, reason: 'corrupt' }] },
    ],
    [
      'noise and damage in a row are one gap, corrupt',
      [u8(7, 7), bad, u8(8), bad, u8(9), good],
      { frames: [hex(good)], skipped: [{ offset: 0, length: 16, reason: 'corrupt' }] },
    ],
    [
      'a good packet inside a refused one is found',
      [u8(0xaa, 0x55, 9), good, u8(1, 2, 3, 4), good],
      {
        frames: [hex(good), hex(good)],
        skipped: [
          { offset: 0, length: 3, reason: 'corrupt' },
          { offset: 9, length: 4, reason: 'garbage' },
        ],
      },
    ],
    [
      'sync bytes that begin inside a refused packet are found',
      [u8(0xaa, 0xaa, 0x55, 2, 1, 2, 5)],
      { frames: [hex(good)], skipped: [{ offset: 0, length: 1, reason: 'garbage' }] },
    ],
    [
      'a length out of range is refused like a wrong checksum',
      [u8(0xaa, 0x55, 200), good],
      { frames: [hex(good)], skipped: [{ offset: 0, length: 3, reason: 'corrupt' }] },
    ],
    [
      'garbage at the end is a gap, and the end is clean',
      [good, u8(1, 2, 3)],
      { frames: [hex(good)], skipped: [{ offset: 6, length: 3, reason: 'garbage' }] },
    ],
    [
      'a packet that the end cuts short is truncated, with the length that its header tells',
      [good, u8(9), good.subarray(0, 5)],
      {
        frames: [hex(good)],
        skipped: [{ offset: 6, length: 1, reason: 'garbage' }],
        error: { code: 'ERR_FRAME_TRUNCATED', offset: 7, frameLength: 6 },
      },
    ],
    [
      'sync bytes that the end cuts short are a truncated packet',
      [good, u8(0xaa)],
      { frames: [hex(good)], skipped: [], error: { code: 'ERR_FRAME_TRUNCATED', offset: 6, frameLength: undefined } },
    ],
    [
      'at the end, packets in what was waited for are found',
      [u8(0xaa, 0x55, 16), good, u8(3), good],
      {
        frames: [hex(good), hex(good)],
        skipped: [
          { offset: 0, length: 3, reason: 'corrupt' },
          { offset: 9, length: 1, reason: 'garbage' },
        ],
      },
    ],
    [
      'at the end, what follows the last packet and waits is truncated',
      [u8(0xaa, 0x55, 16), good, u8(0xaa, 0x55, 3)],
      {
        frames: [hex(good)],
        skipped: [{ offset: 0, length: 3, reason: 'corrupt' }],
        error: { code: 'ERR_FRAME_TRUNCATED', offset: 9, frameLength: 7 },
      },
    ],
    [
      'at the end, a packet that ends with what was waited for is found',
      [u8(0xaa, 0x55, 16), good],
      { frames: [hex(good)], skipped: [{ offset: 0, length: 3, reason: 'corrupt' }] },
    ],
    [
      'at the end, a packet is found whole, and not the one inside of it',
      [u8(0xaa, 0x55, 16), u8(0xaa, 0x55, 6), good, u8(0x0f)],
      { frames: [`aa5506${hex(good)}0f`], skipped: [{ offset: 0, length: 3, reason: 'corrupt' }] },
    ],
    [
      'at the end, where several wait, the first one is truncated',
      [u8(0xaa, 0x55, 16), u8(0xaa, 0x55, 5, 0)],
      { frames: [], skipped: [], error: { code: 'ERR_FRAME_TRUNCATED', offset: 0, frameLength: 20 } },
    ],
    [
      'at the end, bytes with a right checksum and no sync bytes are no packet',
      [u8(0xaa, 0x55, 16), u8(0xaa, 0, 1, 7, 8), u8(0, 0, 1, 7, 8)],
      { frames: [], skipped: [], error: { code: 'ERR_FRAME_TRUNCATED', offset: 0, frameLength: 20 } },
    ],
  ])('%s', (_what, parts, expected) => {
    const stream = Buffer.concat(parts)
    expect(decode(options, [stream])).toEqual(expected)
    expect(decode(options, byteByByte(stream))).toEqual(expected)
    expect(decode(options, parts)).toEqual(expected)
  })

  it('gives frames, gaps with their reasons, and the error of a whole-buffer oracle, for every cut', () => {
    const configuration = fc.record({
      sync: fc.constantFrom(
        { bytes: 'a' },
        { bytes: 'ab' },
        { bytes: 'aa' },
        { bytes: 'aba' },
        { bytes: u8(0x60), mask: u8(0xf0) },
      ),
      lengthFieldLength: fc.constantFrom(1, 2),
      lengthFieldOffset: fc.constantFrom(3, 4),
      byteOrder: fc.constantFrom('big' as const, 'little' as const),
      lengthIncludes: fc.constantFrom('payload' as const, 'lengthField' as const, 'frame' as const),
      maxFrameLength: fc.integer({ min: 9, max: 14 }),
      minFrameLength: fc.constantFrom(1, 8),
      checksum: fc.constantFrom(
        { algorithm: 'sum8' as const },
        { algorithm: 'xor8' as const, from: 2 },
        { algorithm: 'CRC-8/SMBUS' as const, from: 1 },
        // Matches more often than a real checksum, so that more packets are found.
        { algorithm: (_bytes: Uint8Array, start: number, end: number) => (end - start) & 1, length: 1 },
      ),
    })
    const small = fc.oneof(fc.constantFrom(97, 98, 0, 0, 1, 2, 5, 9), fc.nat(255))
    const stream = fc.array(small, { maxLength: 60, size: 'max' }).map((bytes) => Uint8Array.from(bytes))
    fc.assert(
      fc.property(
        configuration,
        stream.chain((bytes) => fc.tuple(fc.constant(bytes), chunkings(bytes))),
        (given, [bytes, chunks]) => {
          const { frames, skipped, error } = oracles.packet(given)(bytes)
          const seen = decode(given, chunks)
          expect(seen.frames).toEqual(frames.map((frame) => hex(frame as Uint8Array)))
          expect(seen.skipped).toEqual(skipped)
          expect(seen.error && { code: seen.error.code, offset: seen.error.offset }).toEqual(error)
          expect(seen).toEqual(decode(given, [bytes]))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('never searches a byte of a packet again', () => {
    const given: PacketOptions = { sync: { bytes: 'a' }, size: 2 }
    expect(decode(given, [Buffer.from('aaxab')])).toEqual({
      frames: ['6161', '6162'],
      skipped: [{ offset: 2, length: 1, reason: 'garbage' }],
    })
  })

  it('gives a packet out with its last byte', () => {
    const decoder = packet(options).decoder()
    const given = byteByByte(Buffer.concat([u8(9), bad, good])).map((byte) => [...decoder.decode(byte)].length)
    expect(given).toEqual([...new Array<number>(12).fill(0), 1])
  })

  it('gives every frame before a truncated packet, and no more if the stream ends earlier', () => {
    const stream = fc
      .array(fc.constantFrom(good, bad, u8(0xaa), u8(0xaa, 0x55), u8(3)), { maxLength: 12, size: 'max' })
      .map((parts) => Uint8Array.from(Buffer.concat(parts)))
    fc.assert(
      fc.property(stream, (bytes) => {
        const { frames, error } = decode(options, byteByByte(bytes))
        expect(decode(options, [bytes.slice(0, error?.offset)]).frames).toEqual(frames)
      }),
    )
  })

  it('hands over exactly the bytes that follow the last frame or gap', () => {
    const decoder = packet(options).decoder()
    const stream = Buffer.concat([good, u8(1, 2), good, u8(0xaa, 0x55, 7, 8)])
    expect([...decoder.decode(stream)]).toHaveLength(2)
    expect(decoder.frameOffset).toBe(14)
    expect(hex(decoder.takeRemaining())).toBe('aa550708')
    expect(decoder.bufferedLength).toBe(0)
  })

  it('reports at every byte where a pending packet begins', () => {
    const decoder = packet(options).decoder()
    const offsets = [1, 0xaa, 0xaa, 0x55, 3, 0xaa].map((byte) => {
      expect([...decoder.decode(u8(byte))]).toEqual([])
      return decoder.frameOffset
    })
    expect(offsets).toEqual([undefined, 1, 2, 2, 2, 2])
  })

  it('continues after onSkip throws, and reports nothing twice', () => {
    const told: number[] = []
    const decoder = packet(options).decoder({
      onSkip: ({ offset }) => {
        told.push(offset)
        throw new Error('no')
      },
    })
    expect(() => [...decoder.decode(Buffer.concat([u8(1, 2), good]))]).toThrow('no')
    expect([...decoder.decode(u8())].map(hex)).toEqual([hex(good)])
    expect(told).toEqual([0])
  })
})

describe('the cost of noise', () => {
  /** The number of checksum bytes computed for a stream, and of its frames. */
  function costOf(sync: Uint8Array, maxFrameLength: number, stream: Uint8Array, chunkLength: number): number {
    let covered = 0
    const codec = packet({
      sync: { bytes: sync },
      lengthFieldLength: 1,
      lengthIncludes: 'frame',
      maxFrameLength,
      checksum: {
        length: 1,
        algorithm(_bytes, start, end) {
          covered += end - start
          return 0
        },
      },
    })
    const decoder = codec.decoder()
    for (let at = 0; at < stream.length; at += chunkLength) {
      for (const _ of decoder.decode(stream.subarray(at, at + chunkLength)));
    }
    try {
      decoder.end()
    } catch (error) {
      if (!isFrameError(error, 'ERR_FRAME_TRUNCATED')) throw error
    }
    return covered
  }

  it.each([1, 7, 100, 4096])(
    'is at most 2 * maxFrameLength bytes of checksum a byte, in chunks of %i',
    (chunkLength) => {
      const length = 100
      // Every byte is a sync byte and a length, and no checksum is right.
      const stream = new Uint8Array(4096).fill(length)
      const cost = costOf(u8(length), length, stream, chunkLength)
      expect(cost).toBeGreaterThan(0.9 * length * (stream.length - length))
      expect(cost).toBeLessThanOrEqual(2 * length * stream.length)
    },
  )

  it.each([1, 100, 4096])('is half of that with sync bytes that cannot overlap, in chunks of %i', (chunkLength) => {
    const stream = Uint8Array.from({ length: 4096 }, (_, at) => (at % 3 === 2 ? 100 : 90 + (at % 3)))
    expect(costOf(u8(90, 91), 100, stream, chunkLength)).toBeLessThanOrEqual(100 * stream.length)
  })

  it('stays within the bound for any stream, and when each good packet follows a bad one', () => {
    const few = fc
      .array(fc.constantFrom(3, 4, 5, 0, 9), { maxLength: 200, size: 'max' })
      .map((bytes) => Uint8Array.from(bytes))
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 50 }), (stream, chunkLength) => {
        expect(costOf(u8(5), 9, stream, chunkLength)).toBeLessThanOrEqual(2 * 9 * stream.length)
      }),
      { numRuns: 200 },
    )
  })
})

describe('packet in sequence, with corrupt: error', () => {
  const strict: PacketOptions = { ...options, corrupt: 'error' }

  it.each<[string, Uint8Array[], Seen]>([
    [
      'other bytes than sync bytes are corrupt, at the first of them',
      [good, u8(0xab)],
      { frames: [hex(good)], skipped: [], error: { code: 'ERR_FRAME_CORRUPT', offset: 6, frameLength: undefined } },
    ],
    [
      'a wrong checksum is corrupt, with the length of its packet',
      [bad, good],
      { frames: [], skipped: [], error: { code: 'ERR_FRAME_CORRUPT', offset: 0, frameLength: 6 } },
    ],
    [
      'a length over the limit is too long',
      [good, u8(0xaa, 0x55, 17)],
      { frames: [hex(good)], skipped: [], error: { code: 'ERR_FRAME_TOO_LONG', offset: 6, frameLength: 21 } },
    ],
    [
      'a cut packet is truncated',
      [good.subarray(0, 4)],
      { frames: [], skipped: [], error: { code: 'ERR_FRAME_TRUNCATED', offset: 0, frameLength: 6 } },
    ],
  ])('%s', (_what, parts, expected) => {
    const stream = Buffer.concat(parts)
    expect(decode(strict, [stream])).toEqual(expected)
    expect(decode(strict, byteByByte(stream))).toEqual(expected)
  })

  it('accepts packets without a checksum, and one of exactly the limit', () => {
    const plain: PacketOptions = { sync: { bytes: 'a' }, lengthFieldLength: 1, maxFrameLength: 4, corrupt: 'error' }
    for (const chunks of [[u8(97, 2, 1, 2, 97, 0)], byteByByte(u8(97, 2, 1, 2, 97, 0))]) {
      expect(decode(plain, chunks)).toEqual({ frames: ['61020102', '6100'], skipped: [] })
    }
  })

  it('drops exactly a packet over the limit if asked', () => {
    const long = u8(0xaa, 0x55, 18, ...new Array<number>(19).fill(0))
    const seen = { frames: [hex(good)], skipped: [{ offset: 0, length: 22, reason: 'too-long' as const }] }
    expect(decode({ ...strict, oversize: 'skip' }, [long, good])).toEqual(seen)
  })

  it('refuses a length that is too short or beyond 2^53-1, before one that is too long', () => {
    const wide: PacketOptions = {
      sync: { bytes: 'a' },
      lengthFieldLength: 8,
      lengthIncludes: 'frame',
      corrupt: 'error',
    }
    const told = (...length: number[]): unknown => decode(wide, [u8(97, ...length)]).error
    expect(told(0, 0, 0, 0, 0, 0, 0, 8)).toMatchObject({ code: 'ERR_FRAME_LENGTH_INVALID', frameLength: 8 })
    expect(told(0, 0x20, 0, 0, 0, 0, 0, 0)).toMatchObject({ code: 'ERR_FRAME_LENGTH_INVALID' })
    expect(told(0, 0x1f, 255, 255, 255, 255, 255, 255)).toMatchObject({
      code: 'ERR_FRAME_TOO_LONG',
      frameLength: Number.MAX_SAFE_INTEGER,
    })
    // The adjustment would bring the length back into range.
    const adjusted: PacketOptions = { sync: { bytes: 'a' }, lengthFieldLength: 8, lengthAdjustment: -(2 ** 53 - 1) }
    const beyond = [u8(97, 0, 0x20, 0, 0, 0, 0, 0, 1), new Uint8Array(9)]
    expect(decode({ ...adjusted, corrupt: 'error' }, beyond).error).toMatchObject({ code: 'ERR_FRAME_LENGTH_INVALID' })
    const shortest: PacketOptions = { ...strict, minFrameLength: 7 }
    expect(decode(shortest, [good]).error).toMatchObject({ code: 'ERR_FRAME_LENGTH_INVALID', frameLength: 6 })
  })
})

describe('an error states what is wrong', () => {
  const thrown = (call: () => unknown): unknown => {
    try {
      call()
    } catch (error) {
      return error
    }
    return undefined
  }
  const decoding = (given: PacketOptions, stream: Uint8Array): unknown =>
    thrown(() => [
      ...packet({ ...given, corrupt: 'error' })
        .decoder()
        .decode(stream),
    ])
  const wide: PacketOptions = { sync: { bytes: 'a' }, lengthFieldLength: 8, lengthIncludes: 'frame' }

  it.each<[PacketOptions, Uint8Array, string]>([
    [options, u8(0xab), 'packet: no sync bytes'],
    [options, bad, 'packet: a wrong checksum'],
    [wide, u8(97, 255, 0, 0, 0, 0, 0, 0, 0), 'packet: the length is not an integer from 0 to 2^53-1'],
    [wide, u8(97, 0, 0, 0, 0, 0, 0, 0, 8), 'packet: a packet of 8 bytes is shorter than the 9 bytes it must have'],
    [options, u8(0xaa, 0x55, 17), 'packet: the frame of 21 bytes at offset 0 exceeds maxFrameLength (20 bytes)'],
    [
      { ...wide, lengthIncludes: 'payload' },
      u8(97, 0, 0x1f, 255, 255, 255, 255, 255, 255),
      'packet: the length is not an integer from 0 to 2^53-1',
    ],
  ])('of decoding, %#', (given, stream, message) => {
    expect(decoding(given, stream)).toMatchObject({ message })
  })

  it.each<[PacketOptions, Uint8Array, string]>([
    [options, u8(0xaa, 0x56, 2, 1, 2, 5), 'packet: a packet must begin with its sync bytes'],
    [options, u8(0xaa, 0x55, 0), 'packet: a packet must have at least 4 bytes, received 3'],
    [options, new Uint8Array(21), 'packet: the frame of 21 bytes exceeds maxFrameLength (20 bytes)'],
    [{ sync: { bytes: 'a' }, size: 2 }, u8(97), 'packet: a packet must have 2 bytes, received 1'],
    [{ sync: { bytes: 'a' }, size: 2 }, u8(97, 0, 0), 'packet: a packet must have 2 bytes, received 3'],
    [
      { sync: { bytes: 'a' }, lengthFieldLength: 1 },
      new Uint8Array(258).fill(97),
      'packet: the length 256 does not fit into its field',
    ],
    [
      { sync: { bytes: 'a' }, lengthFieldLength: 1, lengthAdjustment: 2 },
      u8(97, 0, 0),
      'packet: the length -1 does not fit into its field',
    ],
  ])('of encoding, %#', (given, frame, message) => {
    expect(thrown(() => packet(given).encode(frame))).toMatchObject({ message, frameLength: frame.length })
  })
})

describe('a limit is exact', () => {
  it('for the longest and the shortest packet, in both directions', () => {
    const given: PacketOptions = {
      sync: { bytes: 'a' },
      lengthFieldLength: 1,
      lengthIncludes: 'frame',
      minFrameLength: 4,
      maxFrameLength: 6,
    }
    const codec = packet(given)
    const lengths = [3, 4, 5, 6, 7]
    const fits = lengths.map((length) => {
      const frame = new Uint8Array(length).fill(97)
      frame[1] = length
      const { frames } = decode(given, [frame])
      try {
        return [frames, hex(codec.encode(frame))]
      } catch {
        return [frames]
      }
    })
    const whole = ['61046161', '6105616161', '610661616161']
    expect(fits).toEqual([[[]], ...whole.map((frame) => [[frame], frame]), [[]]])
  })

  it('for a length field: its largest number can be written', () => {
    const codec = packet({ sync: { bytes: 'a' }, lengthFieldLength: 1 })
    expect(codec.encode(new Uint8Array(257).fill(97))[1]).toBe(255)
    const none = packet({ sync: { bytes: 'a' }, lengthFieldLength: 1, lengthAdjustment: 2 })
    expect(none.encode(u8(97, 9, 1, 1))[1]).toBe(0)
  })
})

describe('lengths', () => {
  it('are read and written as lengthField does: offset, byte order, what they count', () => {
    const codec = packet({
      sync: { bytes: 'S' },
      lengthFieldOffset: 3,
      lengthFieldLength: 2,
      byteOrder: 'little',
      lengthIncludes: 'lengthField',
    })
    expect(hex(codec.encode(Buffer.from('Sxy__pay')))).toBe(hex(Buffer.from('Sxy\u0005\0pay')))
  })

  it('may be the same for all packets', () => {
    const codec = packet({ sync: { bytes: 'S' }, size: 3, checksum: { algorithm: 'xor8' } })
    expect(hex(codec.encode(u8(0x53, 1, 0)))).toBe('530152')
    expect(codec.maxFrameLength).toBe(3)
  })

  it('may be read and written by functions, which can check the header as well', () => {
    // The high nibble of the length is the complement of the low one.
    const nibble: PacketOptions = {
      sync: { bytes: 'S' },
      lengthFieldLength: 1,
      readLength: (bytes, start) => (bytes[start]! >> 4 === (~bytes[start]! & 15) ? bytes[start]! & 15 : NaN),
      writeLength: (bytes, start, _end, value) => void (bytes[start] = ((~value & 15) << 4) | value),
    }
    const encoded = packet(nibble).encode(Buffer.from('S_abc'))
    expect(hex(encoded)).toBe('53c3616263')
    expect(decode(nibble, [u8(0x53, 0x33), encoded])).toEqual({
      frames: [hex(encoded)],
      skipped: [{ offset: 0, length: 2, reason: 'corrupt' }],
    })
    expect(() => packet(nibble).encode(new Uint8Array(20).fill(0x53))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', frameLength: 20 }),
    )
  })

  it('are read by a function from the bytes of their field, wherever the packet begins', () => {
    const seen: number[][] = []
    const codec = packet({
      sync: { bytes: 'S' },
      lengthFieldOffset: 2,
      lengthFieldLength: 2,
      readLength(bytes, start, end) {
        seen.push([...bytes.subarray(start, end)])
        return 0
      },
    })
    expect([...codec.decoder().decode(u8(0x53, 0, 7, 8, 0x53, 0, 5, 6))]).toHaveLength(2)
    expect(seen).toEqual([
      [7, 8],
      [5, 6],
    ])
  })

  it.each([-1, 1.5, NaN, Infinity, 2 ** 53])('%d, read by a function, is not a length', (value) => {
    const given: PacketOptions = { sync: { bytes: 'S' }, lengthFieldLength: 1, readLength: () => value }
    const strict = packet({ ...given, lengthAdjustment: 9, corrupt: 'error' }).decoder()
    expect(() => [...strict.decode(u8(0x53, 0))]).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_LENGTH_INVALID',
        message: 'packet: the length is not an integer from 0 to 2^53-1',
      }),
    )
    expect(decode(given, [u8(0x53, 0)]).skipped).toEqual([{ offset: 0, length: 2, reason: 'corrupt' }])
  })

  it('read by a function without writeLength can only be decoded', () => {
    const codec = packet({ sync: { bytes: 'S' }, readLength: () => 0 })
    expect(() => codec.encode(Buffer.from('Sxxxx'))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }),
    )
  })
})

describe('checksums', () => {
  const at = (algorithm: NonNullable<PacketOptions['checksum']>['algorithm'], size: number) =>
    packet({ sync: { bytes: 'a' }, size, checksum: { algorithm } })

  it.each([
    ['abcde', 'c8f0'],
    ['abcdef', '2057'],
    ['abcdefgh', '0627'],
  ])('fletcher16 of %s is %s, as published', (text, check) => {
    const encoded = at('fletcher16', text.length + 2).encode(Buffer.from(`${text}__`))
    expect(hex(encoded.subarray(text.length))).toBe(check)
  })

  it('sum8 and xor8 are the sum modulo 256 and the exclusive or of all bytes', () => {
    expect(at('sum8', 4).encode(u8(97, 200, 100, 0))[3]).toBe((97 + 200 + 100) % 256)
    expect(at('xor8', 4).encode(u8(97, 200, 100, 0))[3]).toBe(97 ^ 200 ^ 100)
  })

  it('of Modbus are lowest byte first', () => {
    // MODBUS over Serial Line, V1.02: read one register of device 2 at address 7.
    const codec = packet({
      sync: { bytes: u8(2) },
      size: 8,
      checksum: { algorithm: 'CRC-16/MODBUS', byteOrder: 'little' },
    })
    expect(hex(codec.encode(u8(2, 7, 0, 0, 0, 0, 0, 0)).subarray(0, 6))).toBe('020700000000')
    const check = crc('CRC-16/MODBUS')(u8(2, 7, 0, 0, 0, 0))
    expect(hex(codec.encode(u8(2, 7, 0, 0, 0, 0, 0, 0)).subarray(6))).toBe(hex(u8(check & 255, check >> 8)))
  })

  it('have the byte order of the length field by default', () => {
    const codec = packet({ sync: { bytes: 'a' }, size: 3, byteOrder: 'little', checksum: { algorithm: 'CRC-16/ARC' } })
    const check = crc('CRC-16/ARC')(u8(97))
    expect([...codec.encode(u8(97, 0, 0))]).toEqual([97, check & 255, check >> 8])
  })

  it('may be functions, whose result is reduced to its lowest bytes, in two’s complement', () => {
    const returning = (value: number, length: number): string => {
      const codec = packet({ sync: { bytes: 'a' }, size: 1 + length, checksum: { algorithm: () => value, length } })
      const encoded = codec.encode(new Uint8Array(1 + length).fill(97))
      expect([...codec.decoder().decode(encoded)]).toHaveLength(1)
      return hex(encoded.subarray(1))
    }
    expect(returning(0x12345, 1)).toBe('45')
    expect(returning(-1, 4)).toBe('ffffffff')
    expect(returning(-2, 6)).toBe('fffffffffffe')
    expect(returning(2 ** 40 + 3, 6)).toBe('010000000003')
    expect(() => returning(0.5, 1)).toThrow(TypeError)
    expect(() => returning(NaN, 1)).toThrow('checksum.algorithm must return an integer, received NaN')
  })

  it('may be longer than necessary', () => {
    const codec = packet({ sync: { bytes: 'a' }, size: 4, checksum: { algorithm: 'sum8', length: 3 } })
    expect([...codec.encode(u8(97, 9, 9, 9))]).toEqual([97, 0, 0, 97])
  })

  it('that throw end the decoder with the same error', () => {
    const decoder = packet({
      sync: { bytes: 'a' },
      size: 2,
      checksum: {
        length: 1,
        algorithm: () => {
          throw new Error('mine')
        },
      },
    }).decoder()
    expect(() => [...decoder.decode(u8(97, 0))]).toThrow('mine')
  })
})

describe('encode', () => {
  const codec = packet(options)

  it('overwrites length and checksum in a copy of the frame', () => {
    const given = u8(0xaa, 0x55, 99, 1, 2, 99)
    expect([...codec.encode(given)]).toEqual([...good])
    expect([...given]).toEqual([0xaa, 0x55, 99, 1, 2, 99])
  })

  it.each<[string, Uint8Array, Partial<FrameError>]>([
    ['no sync bytes', u8(0xaa, 0x56, 2, 1, 2, 5), { code: 'ERR_FRAME_NOT_ENCODABLE', frameLength: 6 }],
    ['no room for its header and checksum', u8(0xaa, 0x55, 0), { code: 'ERR_FRAME_NOT_ENCODABLE', frameLength: 3 }],
    ['more than the limit', new Uint8Array(21), { code: 'ERR_FRAME_TOO_LONG', frameLength: 21, maxFrameLength: 20 }],
  ])('refuses a packet with %s', (_what, given, expected) => {
    expect(() => codec.encode(given)).toThrow(expect.objectContaining(expected))
  })

  it('refuses a packet whose length does not fit its field, and one of another size', () => {
    const roomy = packet({ sync: { bytes: 'a' }, lengthFieldLength: 1 })
    expect(() => roomy.encode(new Uint8Array(258).fill(97))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', message: expect.stringContaining('256') }),
    )
    expect(() => packet({ sync: { bytes: 'a' }, size: 2 }).encode(u8(97))).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        message: 'packet: a packet must have 2 bytes, received 1',
      }),
    )
  })

  it('refuses anything but bytes', () => {
    expect(() => codec.encode('\u00aa' as never)).toThrow(TypeError)
  })
})

describe('misuse is refused when the codec is made', () => {
  const sync = { bytes: 'a' }
  it.each<[object | undefined, typeof TypeError | typeof RangeError, string]>([
    [undefined, TypeError, 'sync'],
    [{}, TypeError, 'sync'],
    [{ sync: 'a' }, TypeError, 'sync takes an object of options'],
    [{ sync: { bytes: '' } }, RangeError, 'sync.bytes'],
    [
      { sync: { bytes: 'ab', mask: 'a' } },
      RangeError,
      'sync.mask must have as many bytes as sync.bytes (2), received 1',
    ],
    [{ sync, size: 0 }, RangeError, 'size must be an integer of at least 1, received 0'],
    [{ sync, size: 2, checksum: { algorithm: 'fletcher16' } }, RangeError, 'size must be an integer of at least 3'],
    [{ sync, size: 4, lengthFieldLength: 2 }, TypeError, 'lengthFieldLength is for packets with a length field'],
    [{ sync, lengthFieldLength: 9 }, RangeError, 'lengthFieldLength must be an integer from 1 to 8, received 9'],
    [{ sync, maxFrameLength: 4 }, RangeError, 'maxFrameLength must be an integer of at least 5, received 4'],
    [{ sync, maxFrameLength: 9, minFrameLength: 10 }, RangeError, 'minFrameLength must be an integer from 1 to 9'],
    [{ sync, lengthIncludes: 'frame', lengthAdjustment: 1 }, TypeError, 'lengthIncludes implies a lengthAdjustment'],
    [{ sync, byteOrder: 'middle' }, RangeError, 'byteOrder'],
    [{ sync, readLength: 1 }, TypeError, 'readLength must be a function'],
    [{ sync, writeLength: () => {} }, TypeError, 'writeLength needs a readLength'],
    [{ sync, checksum: {} }, TypeError, 'checksum.algorithm'],
    [{ sync, checksum: { algorithm: 'sum16' } }, RangeError, 'checksum.algorithm must be'],
    [{ sync, checksum: { algorithm: 'CRC-99' } }, RangeError, 'checksum.algorithm: the catalogue has no CRC called'],
    [{ sync, checksum: { algorithm: () => 0 } }, TypeError, 'checksum.length must be an integer from 1 to 6'],
    [
      { sync, checksum: { algorithm: 'CRC-16/ARC', length: 1 } },
      RangeError,
      'checksum.length must be an integer from 2 to 6',
    ],
    [
      { sync, checksum: { algorithm: 'sum8', form: 2 } },
      TypeError,
      'checksum has no option "form": did you mean from?',
    ],
    [
      { sync, checksum: { algorithm: 'sum16' } },
      RangeError,
      "'sum8', 'xor8', 'fletcher16' or a function, received \"sum16\"",
    ],
    [{ sync, checksum: { algorithm: 'sum8', from: -1 } }, RangeError, 'checksum.from must be an integer of at least 0'],
    [
      { sync, checksum: { algorithm: 'sum8', length: 0 } },
      RangeError,
      'checksum.length must be an integer from 1 to 6',
    ],
    [
      { sync, checksum: { algorithm: 'sum8', length: 7 } },
      RangeError,
      'checksum.length must be an integer from 1 to 6',
    ],
    [
      { sync, checksum: { algorithm: () => 0, length: 0 } },
      RangeError,
      'checksum.length must be an integer from 1 to 6',
    ],
    [{ sync, checksum: { algorithm: 'CRC-12/DECT', length: 1 } }, RangeError, 'an integer from 2 to 6, received 1'],
    [{ sync, checksum: { algorithm: { width: 0 } } }, RangeError, 'checksum.algorithm.width must be an integer from 1'],
    [
      { sync, checksum: { algorithm: 'sum8', byteOrder: 'middle' } },
      RangeError,
      'checksum.byteOrder must be "big" or "little", received "middle"',
    ],
    [{ sync: { bytes: 'ab', mask: '' } }, RangeError, 'sync.mask'],
    [{ sync: { bytes: 'a', masc: 'a' } }, TypeError, 'sync has no option "masc": did you mean mask?'],
    [{ sync, lengthFieldLength: 0 }, RangeError, 'lengthFieldLength must be an integer from 1 to 8, received 0'],
    [{ sync, lengthFieldOffset: -1 }, RangeError, 'lengthFieldOffset must be an integer of at least 0, received -1'],
    [{ sync, minFrameLength: 0 }, RangeError, 'minFrameLength must be an integer from 1 to 8388608, received 0'],
    [{ sync, lengthAdjustment: 0.5 }, RangeError, 'lengthAdjustment must be an integer'],
    [
      { sync, lengthIncludes: 'all' },
      RangeError,
      'lengthIncludes must be "payload" or "lengthField" or "frame", received "all"',
    ],
    [
      { sync, lengthIncludes: 'frame', lengthAdjustment: 1 },
      TypeError,
      'lengthIncludes implies a lengthAdjustment: give one of them, received both',
    ],
    [{ sync, readLength: () => 1, writeLength: 1 }, TypeError, 'writeLength must be a function'],
    [{ sync, writeLength: () => {} }, TypeError, 'writeLength needs a readLength that reads what it writes'],
    [{ sync, byteOrder: 'middle' }, RangeError, 'byteOrder must be "big" or "little", received "middle"'],
    [
      { sync, size: 4, maxFrameLength: 9 },
      TypeError,
      'maxFrameLength is for packets with a length field: give it or size',
    ],
    [{ sync, oversize: 'drop' }, RangeError, 'oversize must be "error" or "skip", received "drop"'],
    [{ sync, oversize: 'skip' }, TypeError, 'to resync is to search within packets that seem too long'],
    [{ sync, corrupt: 'skip' }, RangeError, 'corrupt must be "resync" or "error", received "skip"'],
    [{ sync, oversize: 'skip' }, TypeError, "oversize needs corrupt 'error'"],
    [{ sync, maxFramelength: 9 }, TypeError, 'packet has no option "maxFramelength": did you mean maxFrameLength?'],
  ])('%j', (given, kind, message) => {
    expect(() => packet(given as never)).toThrow(kind)
    expect(() => packet(given as never)).toThrow(message)
  })
})
