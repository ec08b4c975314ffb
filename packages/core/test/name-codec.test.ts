// A codec with a name of its own says it wherever a name is said.

import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  chooseCodec,
  codecName,
  defineCodec,
  FrameError,
  joinFragments,
  mapCodec,
  nameCodec,
  type FrameCodec,
} from '../src/index.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

/** A length byte, then that many bytes; 255 is no length, and 0 no content. */
const inner = defineCodec({
  name: 'inner',
  maxFrameLength: 9,
  find(bytes, start, end, search) {
    if (start === end) return start + 1
    if (bytes[start] === 255) throw new FrameError('ERR_FRAME_LENGTH_INVALID', 'inner: 255 is no length', { cause: 1 })
    search.payloadStart = start + 1
    return (search.payloadEnd = start + 1 + bytes[start]!)
  },
  encodeParts(payload) {
    if (payload.length === 0) throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'inner: no content', { frameLength: 1 })
    return [u8(payload.length), payload]
  },
})
const outer = nameCodec(inner, 'outer')

function refusal(call: () => unknown): Record<string, unknown> {
  try {
    call()
  } catch (error) {
    const { message, stack, cause } = error as Error
    expect(stack).toContain(message)
    return {
      kind: (error as Error).constructor,
      message,
      ...(cause === undefined ? {} : { cause }),
      ...(error as object),
    }
  }
  throw new Error('nothing was refused')
}

function decoding(codec: FrameCodec<unknown>, ...bytes: number[]): Record<string, unknown> {
  const decoder = codec.decoder()
  return refusal(() => [...decoder.decode(u8(...bytes)), ...decoder.end()])
}

describe('nameCodec', () => {
  it('gives a codec a name that errors of its functions and of core begin with, and nothing else changes', () => {
    for (const call of [
      (codec: FrameCodec) => decoding(codec, 1, 7, 255),
      (codec: FrameCodec) => decoding(codec, 1, 7, 9),
      (codec: FrameCodec) => decoding(codec, 1, 7, 8, 0),
      (codec: FrameCodec) => refusal(() => codec.encode(u8())),
      (codec: FrameCodec) => refusal(() => codec.encode(u8(1, 2, 3, 4, 5, 6, 7, 8, 9))),
      (codec: FrameCodec) => refusal(() => codec.encode('text' as never)),
      (codec: FrameCodec) => refusal(() => codec.decoder().decode('text' as never)),
    ]) {
      const { message, ...rest } = call(inner)
      expect(call(outer)).toEqual({ ...rest, message: (message as string).replace(/^inner: /, 'outer: ') })
      expect(message).toMatch(/^inner: /)
    }
    expect([...outer.decoder().decode(outer.encode(u8(7, 8)))]).toEqual([u8(7, 8)])
  })

  it('is shown by console.log, and to stream adapters', () => {
    expect(inspect(outer)).toBe("FrameCodec { name: 'outer', maxFrameLength: 9 }")
    expect(codecName(outer)).toBe('outer')
    expect(inspect(inner)).toContain("'inner'")
  })

  it('may be given again, and to a composed codec', () => {
    const numbers = mapCodec(outer, {
      decode: ([byte]) => byte!,
      encode: (byte: number) => {
        if (byte < 0) throw new Error('negative')
        return byte === 0 ? u8() : u8(byte)
      },
    })
    const twice = nameCodec(nameCodec(numbers, 'numbers'), 'again')
    expect(decoding(twice, 255)).toMatchObject({ message: 'again: 255 is no length', offset: 0 })
    expect(refusal(() => twice.encode(0))).toMatchObject({ message: 'again: no content' })
    expect(refusal(() => twice.encode(-1))).toMatchObject({ message: 'again: the frame could not be encoded' })
    expect(refusal(() => numbers.encode(0))).toMatchObject({ message: 'outer: no content' })
    const joined = nameCodec(joinFragments(outer, { isLast: () => false }), 'joined')
    expect(decoding(joined, 255)).toMatchObject({ message: 'joined: 255 is no length' })
  })

  it('is kept inside chooseCodec', () => {
    const refusing = nameCodec(
      mapCodec(inner, {
        decode: () => {
          throw new FrameError('ERR_FRAME_CORRUPT', 'inner: not today')
        },
      }),
      'refusing',
    )
    const waiting = nameCodec(
      mapCodec(inner, {
        decoder: () => ({
          decode: (frame: Uint8Array) => frame,
          end: () => {
            throw new FrameError('ERR_FRAME_TRUNCATED', 'inner: not yet')
          },
        }),
      }),
      'waiting',
    )
    const choice = (other: FrameCodec): FrameCodec<unknown> =>
      chooseCodec({ choose: (bytes, start) => (bytes[start] === 2 ? 'other' : 'outer'), codecs: { outer, other } })
    expect(decoding(choice(refusing), 1, 7, 255)).toMatchObject({ message: 'outer: 255 is no length', offset: 2 })
    expect(decoding(choice(refusing), 1, 7, 2, 7, 7)).toMatchObject({ message: 'refusing: not today', offset: 2 })
    expect(decoding(choice(waiting), 1, 7)).toMatchObject({ message: 'waiting: not yet' })
    const encoded = refusal(() => choice(refusing).encode({ kind: 'outer', frame: u8() }))
    expect(encoded).toMatchObject({ message: 'outer: no content' })
  })

  it('leaves messages that begin with no name, and what is no error, as they are', () => {
    const thrown = ['inner: text', new RangeError('inner: a bug'), new FrameError('ERR_FRAME_CORRUPT', 'innermost: no')]
    for (const each of thrown) {
      const codec = defineCodec({
        name: 'inner',
        maxFrameLength: 1,
        find: 1,
        encodeParts: () => {
          throw each
        },
      })
      expect(() => nameCodec(codec, 'outer').encode(u8(1))).toThrow(each)
    }
  })

  it('refuses what is no codec, and what is no name', () => {
    expect(() => nameCodec({} as never, 'outer')).toThrow(
      new TypeError('nameCodec takes a codec made by defineCodec, received an instance of Object'),
    )
    expect(() => nameCodec(inner, '')).toThrow(RangeError)
    expect(() => nameCodec(inner, 7 as never)).toThrow(TypeError)
  })
})
