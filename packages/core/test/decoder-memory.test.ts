// The state that a decoder keeps between calls.

import { describe, expect, it, vi } from 'vitest'
import {
  defineCodec,
  FrameError,
  isFrameError,
  mapCodec,
  UNKNOWN,
  type FrameErrorCode,
  type Skipped,
} from '../src/index.ts'
import { byteLength, cut, endedBy12 } from './oracle.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

describe('a frame that a mapping refuses', () => {
  const refusing = (error: Error, overrides = {}): ReturnType<typeof mapCodec<Uint8Array, Uint8Array>> =>
    mapCodec(byteLength(overrides), {
      decode: (frame) => {
        if (frame[0] === 9) throw error
        return frame
      },
    })

  it('remains, with all bytes after it, wherever the stream is cut', () => {
    const stream = u8(1, 5, 3, 9, 9, 9, 1, 6, 2, 7)
    for (let first = 0; first <= stream.length; first++) {
      for (let second = 0; first + second <= stream.length; second++) {
        const decoder = refusing(new Error('nine')).decoder()
        let received = 0
        expect(() => {
          for (const chunk of cut(stream, [first, second])) {
            received += chunk.length
            for (const frame of decoder.decode(chunk)) expect(frame).toEqual(u8(5))
          }
        }).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 2, frameLength: 4 }))
        expect([...decoder.takeRemaining()]).toEqual([...stream.subarray(2, received)])
      }
    }
  })

  it('is skipped with a reason that depends on the error code', () => {
    const reasonOf = (code: FrameErrorCode): unknown => {
      const skipped: Skipped[] = []
      const decoder = refusing(new FrameError(code, 'nine'), { oversize: 'skip', corrupt: 'skip' }).decoder({
        onSkip: (skip) => skipped.push(skip),
      })
      expect([...decoder.decode(u8(1, 5, 2, 9, 9, 1, 6))]).toEqual([u8(5), u8(6)])
      return skipped.map(({ offset, length, reason }) => [offset, length, reason])
    }
    expect(reasonOf('ERR_FRAME_TOO_LONG')).toEqual([[2, 3, 'too-long']])
    expect(reasonOf('ERR_FRAME_CORRUPT')).toEqual([[2, 3, 'corrupt']])
    expect(reasonOf('ERR_FRAME_LENGTH_INVALID')).toEqual([[2, 3, 'corrupt']])
  })

  it('is an error, even if corrupt frames are skipped, while earlier frames wait for it', () => {
    const decoder = mapCodec(byteLength({ corrupt: 'skip' }), {
      decoder: () => {
        let waiting = 0
        return {
          decode: (frame) => {
            if (frame[0] === 9) throw new Error('nine')
            waiting++
            return frame
          },
          isInside: () => waiting > 0,
        }
      },
    }).decoder()
    expect([...decoder.decode(u8(1, 9, 1, 5))]).toEqual([u8(5)])
    expect(() => [...decoder.decode(u8(1, 9))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 2 }),
    )
  })

  it.each([
    ['ERR_FRAME_TOO_LONG', { corrupt: 'skip' }],
    ['ERR_FRAME_CORRUPT', { oversize: 'skip' }],
    ['ERR_FRAME_LENGTH_INVALID', { oversize: 'skip' }],
    ['ERR_FRAME_TRUNCATED', { oversize: 'skip', corrupt: 'skip' }],
    ['ERR_FRAME_NOT_ENCODABLE', { oversize: 'skip', corrupt: 'skip' }],
  ] as const)('is an error if its code is %s, which is not skipped', (code, rules) => {
    const details = { frameLength: 77, maxFrameLength: 70 }
    for (const given of [{}, { maxFrameLength: 70 }, details]) {
      const decoder = refusing(new FrameError(code, 'nine', given), rules).decoder()
      let error: unknown
      try {
        error = [...decoder.decode(u8(1, 5, 2, 9, 9, 1, 6))]
      } catch (thrown) {
        error = thrown
      }
      // Details from the mapping take precedence over those of the decoder, which gives no length if it is too long.
      const known = code === 'ERR_FRAME_TOO_LONG' ? {} : { frameLength: 3 }
      expect(Object.fromEntries(Object.entries(error as FrameError))).toStrictEqual({
        code,
        offset: 2,
        ...known,
        ...given,
      })
    }
  })
})

describe('the number of frames before a frame', () => {
  it.each(['decode', 'scan'] as const)('is passed to isFrame by %s, wherever the stream is cut', (road) => {
    const stream = u8(1, 5, 0, 2, 6, 7, 1, 8)
    for (const size of [1, 2, 3, 5, 8]) {
      const numbers: number[] = []
      const decoder = byteLength({ isFrame: (_bytes, _start, _end, index) => numbers.push(index) > 0 }).decoder()
      const sizes = Array.from({ length: Math.floor(8 / size) }, () => size)
      for (const chunk of cut(stream, sizes)) {
        if (road === 'scan') decoder.scan(chunk, () => {})
        else expect([...decoder.decode(chunk)].length).toBeLessThan(5)
      }
      expect(numbers).toEqual([0, 1, 2, 3])
    }
  })
})

describe('takeRemaining', () => {
  it('does not clear an error or the end', () => {
    const failed = byteLength().decoder()
    let error: unknown
    try {
      error = [...failed.decode(u8(255, 1))]
    } catch (thrown) {
      error = thrown
    }
    expect(isFrameError(error, 'ERR_FRAME_LENGTH_INVALID')).toBe(true)
    expect(failed.takeRemaining()).toEqual(u8(255, 1))
    expect(() => failed.decode(u8(1))).toThrow(error)
    const ended = byteLength().decoder()
    expect(ended.end()).toEqual([])
    expect(ended.takeRemaining()).toEqual(u8())
    expect(() => ended.decode(u8(1))).toThrow(/no input is taken after end/)
  })

  it('returns the bytes from the faulty frame on, even if the chunk was overwritten after the error', () => {
    for (const road of ['decode', 'scan'] as const) {
      const decoder = byteLength().decoder()
      const chunk = u8(1, 5, 255, 1, 2)
      const read = (): unknown => (road === 'scan' ? decoder.scan(chunk, () => {}) : [...decoder.decode(chunk)])
      expect(read).toThrow(expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID' }))
      chunk.fill(0)
      expect(decoder.bufferedLength).toBe(3)
      expect(decoder.takeRemaining()).toEqual(u8(255, 1, 2))
    }
  })

  it('reports nothing inside a skipped frame, since its end has not arrived', () => {
    const skipped: Skipped[] = []
    const decoder = byteLength({ maxFrameLength: 3, oversize: 'skip' }).decoder({
      onSkip: (skip) => skipped.push(skip),
    })
    expect([...decoder.decode(u8(9, 1, 2))]).toEqual([])
    expect(decoder.takeRemaining()).toEqual(u8())
    expect([...decoder.decode(u8(1, 5))]).toEqual([u8(5)])
    expect(skipped).toEqual([])
  })

  it('inside a frame leaves the decoder ready for a new frame', () => {
    const decoder = byteLength().decoder()
    expect([...decoder.decode(u8(3, 1))]).toEqual([])
    expect(decoder.takeRemaining()).toEqual(u8(3, 1))
    expect([...decoder.decode(u8(1, 5))]).toEqual([u8(5)])
  })
})

describe('the end', () => {
  it('inside a skipped frame of which no bytes are kept is ERR_FRAME_TRUNCATED without a length', () => {
    const decoder = endedBy12(2, { oversize: 'skip' }).decoder()
    expect([...decoder.decode(new Uint8Array(9))]).toEqual([])
    expect(decoder.bufferedLength).toBe(0)
    let error: unknown
    try {
      decoder.end()
    } catch (thrown) {
      error = thrown
    }
    expect(Object.fromEntries(Object.entries(error as FrameError))).toStrictEqual({
      code: 'ERR_FRAME_TRUNCATED',
      offset: 0,
    })
  })

  it.each([1, 2, 3])('calls findAtEnd for %i bytes that the finder has already seen', (length) => {
    const codec = defineCodec({
      name: 'rest',
      maxFrameLength: 9,
      find: () => UNKNOWN,
      findAtEnd: (_bytes, start, end) => (start === end ? UNKNOWN : end),
    })
    const decoder = codec.decoder()
    expect([...decoder.decode(new Uint8Array(length))]).toEqual([])
    expect(decoder.end()).toEqual([new Uint8Array(length)])
  })

  it('returns frames only once, even if a mapping adds frames at the end', () => {
    const decoder = mapCodec(byteLength(), { decoder: () => ({ decode: String, end: () => ['last'] }) }).decoder()
    expect(decoder.end()).toEqual(['last'])
    expect(decoder.end()).toEqual([])
    decoder.reset()
    expect(decoder.end()).toEqual(['last'])
  })

  it('keeps the frames for the next call if a callback throws its own FrameError, which does not get them', () => {
    const thrown = new FrameError('ERR_FRAME_CORRUPT', 'of the caller')
    const decoder = byteLength({ maxFrameLength: 3, oversize: 'skip' }).decoder({
      onSkip: () => {
        throw thrown
      },
    })
    decoder.decode(u8(1, 5, 3, 0, 0, 0, 1, 6))
    expect(() => decoder.end()).toThrow(thrown)
    expect(thrown.frames).toBeUndefined()
    expect(decoder.end()).toEqual([u8(5), u8(6)])
  })
})

describe('the memory of frames that span chunks', () => {
  it('is reused by scan for every such frame', () => {
    let made = 0
    class Counted extends Uint8Array {
      constructor(...given: [never]) {
        super(...given)
        made++
      }
    }
    const chunk = u8(7, 1, 2, 8)
    vi.stubGlobal('Uint8Array', Counted)
    try {
      const decoder = endedBy12(9).decoder()
      let frames = 0
      for (let count = 0; count < 100; count++) decoder.scan(chunk, () => frames++)
      expect(frames).toBe(100)
    } finally {
      vi.unstubAllGlobals()
    }
    expect(made).toBeLessThan(5)
  })
})
