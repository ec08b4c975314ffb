import { describe, expect, it } from 'vitest'
import { defineCodec, FrameError, mapCodec, NO_FRAME } from '../src/index.ts'
import { byteLength } from './oracle.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)
const same = { decode: (frame: Uint8Array) => frame, encode: (frame: Uint8Array) => frame }

describe('mapCodec', () => {
  it('is not asked about a slice that is no frame', () => {
    const codec = defineCodec<string>({
      name: 'letters',
      maxFrameLength: 1,
      find: (_bytes, start) => start + 1,
      toFrame: ([byte]) => (byte === 0 ? NO_FRAME : String.fromCharCode(byte!)),
    })
    const upper = mapCodec(codec, { decode: (frame) => frame.toUpperCase(), encode: (frame: string) => frame })
    expect([...upper.decoder().decode(u8(97, 0, 98))]).toEqual(['A', 'B'])
  })

  it('what encode throws is the cause of ERR_FRAME_NOT_ENCODABLE, but a FrameError stays as it is', () => {
    const encodeThrowing = (error: Error): void => {
      const encode = (): never => {
        throw error
      }
      mapCodec(byteLength(), { ...same, encode }).encode(u8())
    }
    const cause = new Error('mine')
    const message = 'byteLength: the frame could not be encoded'
    expect(() => encodeThrowing(cause)).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', message, cause }),
    )
    const tooLong = new FrameError('ERR_FRAME_TOO_LONG', 'mine')
    expect(() => encodeThrowing(tooLong)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }))
  })

  it.each([
    [undefined, 'undefined'],
    [{}, 'an instance of Object'],
    [byteLength, 'a function'],
  ])('takes only a codec made by defineCodec: %o', (codec, received) => {
    const message = `mapCodec takes a codec made by defineCodec, received ${received}`
    expect(() => mapCodec(codec as never, same)).toThrow(new TypeError(message))
  })

  it.each(['decode', 'encode'])('takes only a function for %s', (name) => {
    const message = `${name} must be a function, received 1`
    expect(() => mapCodec(byteLength(), { ...same, [name]: 1 })).toThrow(new TypeError(message))
  })
})
