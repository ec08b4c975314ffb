import { FrameError } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { lengthField } from '../src/index.ts'
import { flagsInTheTopBits, lengthWithComplement } from './own-lengths.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

describe('readLength and writeLength', () => {
  it('ignore flags that share the field with the length, and keep them when encoding', () => {
    const codec = lengthField({ ...flagsInTheTopBits, initialBytesToStrip: 0 })
    expect([...codec.decoder().decode(u8(0x80, 2, 7, 8, 0x40, 0))]).toEqual([u8(0x80, 2, 7, 8), u8(0x40, 0)])
    expect(codec.encode(u8(0xc0, 0, 7, 8, 9))).toEqual(u8(0xc0, 3, 7, 8, 9))
  })

  it('refuse to encode a length that reads back as another one', () => {
    const codec = lengthField(lengthWithComplement)
    expect(codec.encode(u8(7, 8))).toEqual(u8(2, 0xfd, 7, 8))
    expect(codec.encode(new Uint8Array(255))).toHaveLength(257)
    expect(() => codec.encode(new Uint8Array(256))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', frameLength: 258 }),
    )
  })

  it('refuse to encode a length for which readLength throws', () => {
    const codec = lengthField({
      lengthFieldLength: 1,
      readLength(bytes, start) {
        if (bytes[start]! > 9) throw new Error('no decimal digit')
        return bytes[start]!
      },
      writeLength: (bytes, start, _end, value) => void (bytes[start] = value),
    })
    expect(codec.encode(new Uint8Array(9))).toHaveLength(10)
    expect(() => codec.encode(new Uint8Array(10))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', frameLength: 11 }),
    )
  })

  it('refuse to encode a payload that is not a multiple of a unit of four bytes', () => {
    const codec = lengthField({
      lengthFieldLength: 1,
      readLength: (bytes, start) => bytes[start]! * 4,
      writeLength: (bytes, start, _end, value) => void (bytes[start] = value / 4),
    })
    expect(codec.encode(new Uint8Array(8))[0]).toBe(2)
    expect(() => codec.encode(new Uint8Array(9))).toThrow('reads back as another one')
  })

  it('get the field where the options place it, with the header around it', () => {
    const seen: unknown[] = []
    const codec = lengthField({
      lengthFieldOffset: 2,
      lengthFieldLength: 1,
      readLength(bytes, start, end) {
        seen.push([bytes[start - 2], end - start])
        return bytes[start]!
      },
      writeLength(bytes, start, end, value) {
        seen.push([bytes[start - 2], end - start, value])
        bytes[start] = value
      },
    })
    expect(codec.encode(u8(5, 6, 0, 9))).toEqual(u8(5, 6, 1, 9))
    Array.from(codec.decoder().decode(u8(0, 0, 0, 5, 6, 1, 9)))
    expect(seen[0]).toEqual([5, 1, 1])
    expect(seen.at(-1)).toEqual([5, 1])
  })

  it('make an invalid length, and an exception of readLength, ERR_FRAME_LENGTH_INVALID', () => {
    for (const wrong of [Number.NaN, -1, 1.5, Infinity, 2 ** 53, undefined, '4', 4n]) {
      const decoder = lengthField({ lengthAdjustment: 1, readLength: () => wrong as number }).decoder()
      expect(() => [...decoder.decode(u8(0, 0, 0, 0))]).toThrow(
        expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 }),
      )
    }
    const cause = new Error('no decimal digit')
    const throwing = lengthField({
      readLength() {
        throw cause
      },
    })
    expect(() => [...throwing.decoder().decode(u8(0, 0, 0, 0))]).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_LENGTH_INVALID',
        offset: 0,
        cause,
        message: 'lengthField: readLength threw',
      }),
    )
  })

  it('may throw a FrameError, which keeps its code; one of another decoder becomes the cause', () => {
    const failing = (error: FrameError): (() => never) => {
      return () => {
        throw error
      }
    }
    const own = new FrameError('ERR_FRAME_CORRUPT', 'a check bit')
    const foreign = new FrameError('ERR_FRAME_TRUNCATED', 'another stream', { offset: 7 })
    const decode = (error: FrameError): unknown[] => [
      ...lengthField({ readLength: failing(error) })
        .decoder()
        .decode(u8(0, 0, 0, 0)),
    ]
    expect(() => decode(own)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }))
    expect(() => decode(foreign)).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 0, cause: foreign }),
    )
    const encode = (error: Error): unknown =>
      lengthField({ readLength: () => 0, writeLength: failing(error as FrameError) }).encode(u8())
    expect(() => encode(own)).toThrow(own)
    const bug = new Error('bug')
    expect(() => encode(bug)).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        cause: bug,
        message: 'lengthField: writeLength threw',
      }),
    )
  })

  it('only decode without writeLength, and say so', () => {
    const codec = lengthField({ lengthFieldLength: 1, readLength: (bytes, start) => bytes[start]! - 48 })
    expect([...codec.decoder().decode(u8(50, 7, 8, 48))]).toEqual([u8(7, 8), u8()])
    expect(() => codec.encode(u8(1))).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', message: expect.stringContaining('only decodes') }),
    )
  })
})
