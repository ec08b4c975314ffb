import { describe, expect, it } from 'vitest'
import { defineCodec, FrameError, mapCodec, NO_FRAME, type FrameDecoder } from '../src/index.ts'
import { byteLength } from './oracle.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)
const same = { decode: (frame: Uint8Array) => frame, encode: (frame: Uint8Array) => frame }

describe('mapCodec', () => {
  it('is not called for a slice that is not a frame', () => {
    const codec = defineCodec<string>({
      name: 'letters',
      maxFrameLength: 1,
      find: (_bytes, start) => start + 1,
      toFrame: ([byte]) => (byte === 0 ? NO_FRAME : String.fromCharCode(byte!)),
    })
    const upper = mapCodec(codec, { decode: (frame) => frame.toUpperCase(), encode: (frame: string) => frame })
    expect([...upper.decoder().decode(u8(97, 0, 98))]).toEqual(['A', 'B'])
  })

  it.each(['reset', 'takeRemaining'] as const)(
    'may call %s and then refuse the frame, which invents no bytes',
    (name) => {
      const failure = new Error('refused')
      for (const chunks of [
        [[1, 7]],
        [[1], [7]],
        [[1, 7, 9, 9]],
        [[1], [7, 9, 9]],
        [
          [3, 7],
          [8, 9, 1],
        ],
        [[3], [7], [8, 9]],
      ]) {
        const codec = mapCodec(byteLength(), {
          decode: () => {
            decoder[name]()
            throw failure
          },
        })
        const decoder = codec.decoder()
        const decode = (): unknown[] => chunks.flatMap((chunk) => [...decoder.decode(u8(...chunk))])
        expect(decode).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0, cause: failure }))
        const { bufferedLength } = decoder
        const rest = [...decoder.takeRemaining()]
        // The frame itself may have been kept apart from the bytes that were removed.
        expect([[], chunks.flat().slice(0, 1 + chunks[0]![0]!)]).toContainEqual(rest)
        expect(rest).toHaveLength(bufferedLength)
      }
    },
  )

  it.each<[what: string, use: (decoder: FrameDecoder<unknown>) => unknown, pushed: number[]]>([
    ['takes in a chunk', (decoder) => decoder.decode(u8(1, 9)), [1, 9]],
    ['takes in a chunk without bytes', (decoder) => decoder.decode(u8()), []],
    ['leaves the loop', (decoder) => decoder.decode(u8()).return?.(), []],
  ])('leaves the bytes behind its frame unharmed if it %s and then throws', (_what, use, pushed) => {
    for (const at of [0, 1, 2]) {
      const decoder: FrameDecoder<unknown> = mapCodec(byteLength(), {
        decode() {
          use(decoder)
          throw new Error('mine')
        },
      }).decoder()
      const stream = u8(1, 7, 2, 8, 8)
      decoder.decode(stream.subarray(0, at))
      const loop = decoder.decode(stream.subarray(at))
      expect(() => loop.next()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }))
      const behind = [2, 8, 8, ...pushed]
      expect([behind, [1, 7, ...behind]]).toContainEqual([...decoder.takeRemaining()])
    }
  })

  it('is the error of its decoder if it makes it fail', () => {
    const decoder: FrameDecoder<unknown> = mapCodec(byteLength(), {
      decode(frame) {
        if (frame[0] === 8) throw new Error('eight')
        decoder.decode(u8()).next()
      },
    }).decoder()
    const loop = decoder.decode(u8(1, 7, 1, 8))
    const eight = expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 2, cause: new Error('eight') })
    expect(() => loop.next()).toThrow(eight)
    expect(() => loop.next()).toThrow(eight)
  })

  it('makes an exception of encode the cause of ERR_FRAME_NOT_ENCODABLE, unless it is a FrameError', () => {
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

  it.each(['decode', 'encode'])('accepts only a function for %s', (name) => {
    const message = `${name} must be a function, received 1`
    expect(() => mapCodec(byteLength(), { ...same, [name]: 1 })).toThrow(new TypeError(message))
  })

  it('names the option that is wrong', () => {
    expect(() => mapCodec(byteLength(), { ...same, corrupt: 'drop' as never })).toThrow(
      new RangeError('corrupt must be "error" or "skip", received "drop"'),
    )
    expect(() => mapCodec(byteLength(), { ...same, size: 1 } as never)).toThrow(/^mapCodec has no option "size"/)
    for (const mapper of [undefined, null, {}]) {
      const codec = mapCodec(byteLength(), { decoder: () => mapper as never })
      expect(() => codec.decoder()).toThrow(/^decode must be a function, received undefined/)
    }
  })

  it('only decodes if the codec or the mapping only decodes', () => {
    const { decode } = same
    for (const codec of [
      mapCodec(byteLength(), { decode }),
      mapCodec(mapCodec(byteLength(), { decode }), same),
      mapCodec(defineCodec({ name: 'byteLength', maxFrameLength: 9, find: (_bytes, start) => start + 1 }), same),
    ]) {
      expect(() => codec.encode(u8(1))).toThrow('byteLength: this codec only decodes')
    }
  })

  it('gives each decoder its own memory, whatever mappings without memory are below and above', () => {
    const add = (): { decode: (frame: Uint8Array) => number; isInside: () => boolean } => {
      let sum = 0
      return { decode: ([byte]) => (sum += byte!), isInside: () => sum === 1 }
    }
    const codec = mapCodec(mapCodec(mapCodec(byteLength(), same), { decoder: add }), { decode: String })
    const [first, second] = [codec.decoder(), codec.decoder()]
    expect([...first.decode(u8(1, 5, 1, 6))]).toEqual(['5', '11'])
    expect([...second.decode(u8(1, 1))]).toEqual(['1'])
    expect([first.bufferedLength, second.bufferedLength]).toEqual([0, 2])
  })

  it('leaves out NO_FRAME, even among the frames decided by the end', () => {
    const last = mapCodec(byteLength(), { decoder: () => ({ decode: () => NO_FRAME, end: () => [1, 2, 3] }) })
    const odd = mapCodec(last, { decode: (frame: number) => (frame % 2 === 0 ? NO_FRAME : frame) })
    const decoder = odd.decoder()
    expect([...decoder.decode(u8(0))]).toEqual([])
    expect(decoder.end()).toEqual([1, 3])
  })
})
