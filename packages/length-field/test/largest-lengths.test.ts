import { isFrameError, type FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { contentLength, lengthField, textLength, varintLength } from '../src/index.ts'

const MAX = Number.MAX_SAFE_INTEGER

/** Everything that decoding a stream in chunks of `size` bytes shows. */
function seen(codec: FrameCodec, stream: Uint8Array, size: number): unknown[] {
  const decoder = codec.decoder()
  const out: unknown[] = []
  try {
    for (let at = 0; at < stream.length; at += size) {
      for (const frame of decoder.decode(stream.subarray(at, at + size))) out.push(frame.length)
    }
    out.push('unfinished', decoder.bufferedLength, decoder.frameOffset)
    decoder.end()
  } catch (error) {
    if (!isFrameError(error)) throw error
    out.push(error.code, error.offset, error.frameLength, error.message)
  }
  return out
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

describe('lengths near 2^53', () => {
  const limits = [MAX, MAX - 1, MAX - 7, 8 * 1024 * 1024]
  const kinds: [string, (limit: number) => FrameCodec, (value: number) => Uint8Array][] = [
    ['lengthField', (limit) => lengthField({ lengthFieldLength: 8, maxFrameLength: limit }), uint64],
    [
      'lengthField with a magic number',
      (limit) =>
        lengthField({ lengthFieldLength: 8, maxFrameLength: limit, magic: { bytes: new Uint8Array([0]), offset: 0 } }),
      uint64,
    ],
    [
      'varintLength',
      (limit) => varintLength({ encoding: 'compactSize', maxFrameLength: limit }),
      (value) => new Uint8Array([255, ...uint64(value).toReversed()]),
    ],
    [
      'textLength',
      (limit) => textLength({ maxDigits: 16, maxFrameLength: limit }),
      (value) => new Uint8Array(Buffer.from(`${value}:`)),
    ],
    [
      'contentLength',
      (limit) => contentLength({ maxFrameLength: limit }),
      (value) => new Uint8Array(Buffer.from(`Content-Length: ${value}\r\n\r\n`)),
    ],
  ]
  const cases = kinds.flatMap(([name, codec, header]) =>
    limits.map((limit) => ({ name, limit, codec: codec(limit), header })),
  )

  it.each(cases)('$name, limit $limit: frames, code, offset and frameLength are the same for all cuts', (given) => {
    const { codec, header } = given
    const codes = new Set<unknown>()
    for (const back of [0, 1, 2, 3, 7, 8, 9, 17, 18, 19, 40]) {
      for (let before = 0; before < 10; before++) {
        const good = codec.encode(new Uint8Array(before))
        const stream = Buffer.concat([good, header(MAX - back), Buffer.from('abc')])
        const whole = seen(codec, stream, stream.length)
        for (const size of [1, good.length, good.length + 3]) expect(seen(codec, stream, size)).toEqual(whole)
        codes.add(whole.find((each) => typeof each === 'string' && each.startsWith('ERR')))
      }
    }
    // Some exceed 2^53-1 with their header; the others are too long, or truncated if no limit prevents it.
    expect(codes.size).toBeGreaterThan(1)
  })
})
