// Frames larger than memory, as taken by stream adapters: the bytes of a frame while it arrives.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecName, defineCodec, gap, givesParts, isFrameError, mapCodec, type PartDecoder } from '../src/index.ts'
import type { DecoderOptions, FrameCodec, FrameDecoder, Skipped } from '../src/index.ts'
import { byteLength, cut, endedBy12, findByteLength, outcomeOf } from './oracle.ts'

type Decoder = FrameDecoder & PartDecoder

function decoderOf(codec: FrameCodec, options?: DecoderOptions): Decoder {
  return codec.decoder(options) as Decoder
}

/** Frames of one length byte; 200 and more are noise. */
const noisy = byteLength({
  maxFrameLength: 20,
  oversize: 'skip',
  lengthFirst: true,
  find: (bytes, start, end, search) =>
    start < end && bytes[start]! >= 200 ? gap(search, start + 1) : findByteLength(bytes, start, end, search),
})

/** A frame of 1 + `length` bytes and a pad of 2 bytes; the payload is all but the first byte and the pad. */
const padded = defineCodec({
  name: 'padded',
  maxFrameLength: 20,
  lengthFirst: true,
  find(bytes, start, end, search) {
    if (start === end) return start + 1
    const length = bytes[start]! % 16
    search.payloadStart = start + Math.min(4, 1 + length)
    search.payloadEnd = start + 1 + length
    return start + 3 + length
  },
})

/** The observable outcome if each incomplete frame is taken in parts of at most `most` bytes. */
function outcomeInParts(codec: FrameCodec, chunks: Uint8Array[], most: number): ReturnType<typeof outcomeOf> {
  const skipped: Skipped[] = []
  const outcome = { frames: [] as number[][], skipped, error: undefined as unknown }
  const decoder = decoderOf(codec, { onSkip: (gone) => skipped.push(gone) })
  let begun: number[] | undefined
  let promised = 0
  const takeParts = (): void => {
    if (begun === undefined) return
    for (let part = decoder.takePart(most); part !== undefined; part = decoder.takePart(most)) begun.push(...part)
    if (decoder.isInParts) return
    expect(begun).toHaveLength(promised)
    outcome.frames.push(begun)
    begun = undefined
  }
  try {
    for (const chunk of chunks) {
      const frames = decoder.decode(chunk)
      takeParts()
      for (const frame of frames) outcome.frames.push([...frame])
      const started = decoder.startFrame()
      if (started !== undefined) {
        begun = []
        promised = started.payloadLength
        takeParts()
      }
    }
    for (const frame of decoder.end()) outcome.frames.push([...frame])
  } catch (error) {
    if (!isFrameError(error)) throw error
    outcome.error = { code: error.code, offset: error.offset }
  }
  return {
    frames: outcome.frames,
    skipped: skipped.map(({ offset, length }) => ({ offset, length })),
    ...(outcome.error === undefined ? {} : { error: outcome.error as never }),
  }
}

describe('frames in parts', () => {
  it.each([
    ['a length byte, noise and skipped frames', noisy],
    ['a pad, and a payload that begins after the header', padded],
    ['one length', defineCodec({ name: 'records', maxFrameLength: 7, find: 7 })],
  ])('are the frames that decode gives: %s', (_name, codec) => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(9), fc.nat(30), fc.integer({ min: 198, max: 202 }))),
        fc.array(fc.nat(8)),
        fc.integer({ min: 1, max: 6 }),
        (list, sizes, most) => {
          const bytes = Uint8Array.from(list)
          expect(outcomeInParts(codec, cut(bytes, sizes), most)).toEqual(outcomeOf(codec, [bytes]))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('that are not taken are dropped by the next decode, scan or end, without a report', () => {
    const skipped: Skipped[] = []
    for (const method of ['decode', 'scan'] as const) {
      const decoder = decoderOf(noisy, { onSkip: (gone) => skipped.push(gone) })
      expect([...decoder.decode(Uint8Array.of(4, 1, 2))]).toEqual([])
      expect(decoder.startFrame()).toEqual({ frameLength: 5, payloadLength: 4 })
      expect(decoder.takePart(1)).toEqual(Uint8Array.of(1))
      expect(decoder).toMatchObject({ bufferedLength: 1, frameOffset: 0, isInParts: true })
      const rest = Uint8Array.of(3, 4, 1, 9)
      const frames: number[][] = []
      if (method === 'decode') for (const frame of decoder.decode(rest)) frames.push([...frame])
      else decoder.scan(rest, (bytes, start, end) => frames.push([...bytes.subarray(start, end)]))
      expect(frames).toEqual([[9]])
      expect(decoder).toMatchObject({ bufferedLength: 0, frameOffset: undefined, isInParts: false })
      expect(decoder.end()).toEqual([])
    }
    expect(skipped).toEqual([])
  })

  it('that the end cuts short report their offset and length', () => {
    const decoder = decoderOf(noisy)
    expect([...decoder.decode(Uint8Array.of(0, 4, 1))]).toHaveLength(1)
    decoder.startFrame()
    decoder.takePart(9)
    expect(() => decoder.end()).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TRUNCATED', offset: 1, frameLength: 5 }),
    )
    expect(decoder.startFrame()).toBeUndefined()
  })

  it('leave the bytes not taken to takeRemaining, and none after reset', () => {
    const decoder = decoderOf(noisy)
    for (const _ of [1, 2]) {
      expect([...decoder.decode(Uint8Array.of(4, 1, 2))]).toEqual([])
      decoder.startFrame()
      decoder.takePart(1)
      expect(decoder.takeRemaining()).toEqual(Uint8Array.of(2))
      expect(decoder).toMatchObject({ isInParts: false, frameOffset: undefined })
      decoder.reset()
    }
    expect([...decoder.decode(Uint8Array.of(1, 9))]).toEqual([Uint8Array.of(9)])
  })

  it('are views of the chunks, or own their memory with copy: true', () => {
    for (const copy of [false, true]) {
      const decoder = decoderOf(noisy, { copy })
      void [...decoder.decode(Uint8Array.of(4, 1))]
      decoder.startFrame()
      const first = decoder.takePart(9)!
      const chunk = Uint8Array.of(2, 3, 4, 0)
      decoder.decode(chunk)
      const second = decoder.takePart(9)!
      expect([[...first], [...second]]).toEqual([[1], [2, 3, 4]])
      expect(second.buffer === chunk.buffer).toBe(!copy)
      if (copy) expect(second.buffer.byteLength).toBe(3)
      expect([...decoder.decode(new Uint8Array(0))]).toHaveLength(1)
    }
  })

  it('with copy: true own their memory also where they were held, and not where they share it otherwise', () => {
    const codec = byteLength({ lengthFirst: true, maxFrameLength: 200 })
    for (const copy of [false, true]) {
      const decoder = decoderOf(codec, { copy })
      void [...decoder.decode(Uint8Array.of(150, ...new Array<number>(100).fill(7)))]
      decoder.startFrame()
      const part = decoder.takePart(90)!
      expect(part).toEqual(new Uint8Array(90).fill(7))
      expect(part.buffer.byteLength).toBe(copy ? 90 : 512)
    }
  })

  it('are over with the last byte of the payload, and with the pad where that has come', () => {
    const frame = Uint8Array.of(5, 0, 0, 0, 1, 2, 9, 9)
    for (const [count, isOpen] of [
      [7, true],
      [8, false],
    ] as const) {
      const decoder = decoderOf(padded)
      void [...decoder.decode(frame.subarray(0, 5))]
      expect(decoder.startFrame()).toEqual({ frameLength: 8, payloadLength: 2 })
      expect(decoder.takePart(9)).toEqual(Uint8Array.of(1))
      decoder.decode(frame.subarray(5, count))
      expect(decoder.takePart(9)).toEqual(Uint8Array.of(2))
      expect(decoder).toMatchObject({ isInParts: isOpen, bufferedLength: 0 })
    }
  })

  it('of which none is asked for stay', () => {
    const decoder = decoderOf(noisy)
    void [...decoder.decode(Uint8Array.of(4, 1, 2))]
    decoder.startFrame()
    expect(decoder.takePart(0)).toBeUndefined()
    expect(decoder.takePart(9)).toEqual(Uint8Array.of(1, 2))
  })

  it('begin only once no whole frame is left and the length is known', () => {
    const decoder = decoderOf(noisy)
    expect(decoder.startFrame()).toBeUndefined()
    expect(decoder.takePart(1)).toBeUndefined()
    decoder.decode(Uint8Array.of(1, 9, 4))
    expect(decoder.startFrame()).toBeUndefined()
    decoder.takeAll([])
    expect(decoder.startFrame()).toEqual({ frameLength: 5, payloadLength: 4 })
    expect(decoder.startFrame()).toBeUndefined()
    const unknown = decoderOf(endedBy12(9, { lengthFirst: true }))
    void [...unknown.decode(Uint8Array.of(7))]
    expect(unknown.startFrame()).toBeUndefined()
  })

  it('report the gap before them first; if that throws, nothing is lost', () => {
    let isBroken = true
    const decoder = decoderOf(noisy, {
      onSkip: () => {
        if (isBroken) throw new Error('mine')
      },
    })
    void [...decoder.decode(Uint8Array.of(200, 3, 1))]
    expect(() => decoder.startFrame()).toThrow('mine')
    isBroken = false
    expect(decoder.startFrame()).toEqual({ frameLength: 4, payloadLength: 3 })
    expect(decoder.takePart(9)).toEqual(Uint8Array.of(1))
  })

  it('of a chunk that was transferred are an error', () => {
    const decoder = decoderOf(noisy)
    void [...decoder.decode(Uint8Array.of(4, 1))]
    decoder.startFrame()
    decoder.takePart(9)
    const chunk = Uint8Array.of(2, 3)
    decoder.decode(chunk)
    structuredClone(chunk, { transfer: [chunk.buffer] })
    expect(() => decoder.takePart(9)).toThrow('transferred')
  })

  it('of a finder whose answers change are reported as a bug, or do not begin', () => {
    let end = 5
    let payloadEnd = 5
    const codec = byteLength({
      lengthFirst: true,
      find: (_bytes, start, _end, search) => {
        search.payloadEnd = start + payloadEnd
        return start + end
      },
    })
    const asked = (nextEnd: number, nextPayloadEnd: number): Decoder => {
      end = payloadEnd = 5
      const decoder = decoderOf(codec)
      void [...decoder.decode(Uint8Array.of(1))]
      end = nextEnd
      payloadEnd = nextPayloadEnd
      return decoder
    }
    const decoder = asked(5.5, 5)
    expect(() => decoder.startFrame()).toThrow('byteLength: the finder answered')
    expect(() => decoder.decode(Uint8Array.of(1))).toThrow('byteLength: the finder answered')
    expect(asked(1, 1).startFrame()).toBeUndefined()
  })
})

describe('givesParts', () => {
  it('is true for codecs of bytes whose header determines the end of a frame', () => {
    expect(givesParts(byteLength({ lengthFirst: true }))).toBe(true)
    expect(givesParts(defineCodec({ name: 'records', maxFrameLength: 4, find: 4 }))).toBe(true)
    expect(givesParts(byteLength())).toBe(false)
    expect(givesParts(byteLength({ lengthFirst: true, atEnd: 'emit' }))).toBe(false)
    expect(givesParts(byteLength({ lengthFirst: true, toFrame: (bytes) => bytes }))).toBe(false)
    expect(givesParts(mapCodec(byteLength({ lengthFirst: true }), { decode: String }))).toBe(false)
    expect(givesParts({})).toBe(false)
    expect(codecName(noisy)).toBe('byteLength')
  })
})
