import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  defineCodec,
  FrameError,
  gap,
  isFrameError,
  mapCodec,
  NO_FRAME,
  UNKNOWN,
  type FrameCodec,
} from '../src/index.ts'
import { copiedBy } from './copied.ts'
import { byteLength, cut, endedBy12, findByteLength, outcomeOf, type Outcome } from './oracle.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** A WeakRef keeps its target alive until the end of the turn that created it, and Node 22 and 24 for another one. */
const collectGarbage = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) {
    await setImmediate()
    collect()
  }
}

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)
const sizes = fc.array(fc.oneof(fc.constant(0), fc.constant(1), fc.integer({ min: 0, max: 9 })), {
  maxLength: 80,
  size: 'max',
})

/** Decodes the whole stream at once, in a simple loop. */
function oracle(kind: 'byteLength' | 'endedBy12', bytes: Uint8Array, max: number, oversize: 'error' | 'skip'): Outcome {
  const outcome: Outcome = { frames: [], skipped: [] }
  let at = 0
  const fail = (code: string): Outcome => ({ ...outcome, error: { code, offset: at } })
  while (at < bytes.length) {
    let end: number
    let payload: Uint8Array
    let tooLong: boolean
    if (kind === 'byteLength') {
      if (bytes[at] === 255) return fail('ERR_FRAME_LENGTH_INVALID')
      end = at + 1 + bytes[at]!
      payload = bytes.subarray(at + 1, end)
      tooLong = end - at > max
    } else {
      let stop = at
      while (stop < bytes.length && !(bytes[stop] === 1 && bytes[stop + 1] === 2)) stop++
      const halfDelimiter = bytes[bytes.length - 1] === 1 ? 1 : 0
      end = stop + 2
      payload = bytes.subarray(at, stop)
      tooLong = (stop < bytes.length ? payload.length : payload.length - halfDelimiter) > max
    }
    if (tooLong && oversize === 'error') return fail('ERR_FRAME_TOO_LONG')
    if (end > bytes.length) return fail('ERR_FRAME_TRUNCATED')
    if (tooLong) outcome.skipped.push({ offset: at, length: end - at })
    else outcome.frames.push([...payload])
    at = end
  }
  return outcome
}

describe('the result does not depend on the chunks', () => {
  it.each(['byteLength', 'endedBy12'] as const)(
    '%s: frames, errors, offsets and skips equal those of the oracle, wherever the stream is cut',
    (kind) => {
      const bytes =
        kind === 'byteLength'
          ? fc
              .uint8Array({ maxLength: 80, size: 'max', max: 12 })
              .chain((head) => fc.uint8Array({ maxLength: 3 }).map((tail) => u8(...head, ...tail)))
          : fc.uint8Array({ maxLength: 120, size: 'max', max: 3 })
      fc.assert(
        fc.property(
          bytes,
          sizes,
          fc.integer({ min: 1, max: 14 }),
          fc.constantFrom('error', 'skip'),
          (stream, cuts, max, oversize) => {
            const codec =
              kind === 'byteLength' ? byteLength({ maxFrameLength: max, oversize }) : endedBy12(max, { oversize })
            const expected = oracle(kind, stream, max, oversize)
            expect(outcomeOf(codec, cut(stream, cuts))).toEqual(expected)
            expect(outcomeOf(codec, cut(stream, cuts), 'scan')).toEqual(expected)
          },
        ),
        { numRuns: 300 },
      )
    },
  )

  it('skips an oversized frame that began in the previous chunk and ends in this one', () => {
    const outcome = outcomeOf(endedBy12(1, { oversize: 'skip' }), [u8(0), u8(0, 1, 2, 0, 0, 1, 2)])
    expect(outcome.skipped).toEqual([
      { offset: 0, length: 4 },
      { offset: 4, length: 4 },
    ])
  })

  it('an empty chunk yields no frame and changes nothing', () => {
    expect(outcomeOf(byteLength(), [u8(), u8(1), u8(), u8(7), u8()]).frames).toEqual([[7]])
  })
})

describe('taking frames one at a time', () => {
  it('no frame is lost if every loop is left after one frame and each chunk is overwritten afterwards', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9 })), sizes, (payloads, cuts) => {
        const codec = byteLength()
        const stream = u8(...payloads.flatMap((payload) => [...codec.encode(payload)]))
        const decoder = codec.decoder({ copy: true })
        const frames: number[][] = []
        const takeOne = (chunk: Uint8Array): boolean => {
          for (const frame of decoder.decode(chunk)) {
            frames.push([...frame])
            return true
          }
          return false
        }
        for (const chunk of cut(stream, cuts)) {
          takeOne(chunk)
          chunk.fill(254)
        }
        while (takeOne(u8()));
        decoder.end()
        expect(frames).toEqual(payloads.map((payload) => [...payload]))
      }),
    )
  })

  it('no frame is lost if the frames of a call of decode are not taken', () => {
    const decoder = byteLength().decoder()
    decoder.decode(u8(1, 5, 1))
    expect([...decoder.decode(u8(6, 1, 7))].map((frame) => [...frame])).toEqual([[5], [6], [7]])
  })

  it('no frame is lost if a visitor throws: the next call continues after its frame', () => {
    const decoder = byteLength().decoder()
    const chunk = u8(1, 5, 1, 6, 1)
    expect(() =>
      decoder.scan(chunk, () => {
        throw new Error('mine')
      }),
    ).toThrow('mine')
    chunk.fill(9)
    const seen: number[] = []
    decoder.scan(u8(7), (bytes, start) => seen.push(bytes[start]!))
    expect(seen).toEqual([6, 7])
  })

  it('takeRemaining returns exactly the unread bytes, wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60, size: 'max', max: 9 }), sizes, fc.nat(8), (stream, cuts, wanted) => {
        const decoder = byteLength().decoder()
        let consumed = 0
        let count = 0
        const chunks = cut(stream, cuts)
        let fed = 0
        for (const chunk of chunks) {
          if (count === wanted) break
          fed += chunk.length
          for (const frame of decoder.decode(chunk)) {
            consumed += 1 + frame.length
            if (++count === wanted) break
          }
          if (count === wanted) break
        }
        expect(decoder.bufferedLength).toBe(fed - consumed)
        expect([...decoder.takeRemaining()]).toEqual([...stream.subarray(consumed, fed)])
        expect(decoder.bufferedLength).toBe(0)
        expect(decoder.end()).toEqual([])
      }),
    )
  })

  it('if onSkip throws in takeRemaining, the gap is reported once and the next call returns the bytes', () => {
    const failure = new Error('onSkip failed')
    const skipped: number[] = []
    const zeros = defineCodec({
      name: 'zeros',
      maxFrameLength: 2,
      find: (bytes, start, _end, search) => (bytes[start] === 0 ? gap(search, start + 1) : start + 2),
    })
    for (const chunks of [[u8(0, 0, 7)], [u8(0), u8(0), u8(7)]]) {
      skipped.length = 0
      const decoder = zeros.decoder({
        onSkip: ({ length }) => {
          skipped.push(length)
          throw failure
        },
      })
      for (const chunk of chunks) expect([...decoder.decode(chunk)]).toEqual([])
      expect(() => decoder.takeRemaining()).toThrow(failure)
      expect([...decoder.takeRemaining()]).toEqual([7])
      expect(skipped).toEqual([2])
      expect([...decoder.decode(u8(8, 9))]).toEqual([u8(8, 9)])
    }
  })

  it('takeRemaining inside a loop or a scan ends it', () => {
    const decoder = byteLength().decoder()
    const rests: number[][] = []
    for (const _frame of decoder.decode(u8(1, 5, 8, 9))) rests.push([...decoder.takeRemaining()])
    decoder.scan(u8(1, 5, 1, 6), () => rests.push([...decoder.takeRemaining()]))
    expect(rests).toEqual([
      [8, 9],
      [1, 6],
    ])
  })
})

describe('the end and errors', () => {
  it('end throws ERR_FRAME_TRUNCATED if the stream ends right after a header', () => {
    const decoder = byteLength().decoder()
    expect([...decoder.decode(u8(1, 5, 4))]).toHaveLength(1)
    expect(() => decoder.end()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TRUNCATED', offset: 2 }))
  })

  it('delivers every frame before a faulty one, then throws the error in every call until reset', () => {
    const decoder = byteLength().decoder()
    const frames: Uint8Array[] = []
    let first: unknown
    try {
      for (const frame of decoder.decode(u8(1, 5, 1, 6, 255, 1, 7))) frames.push(frame)
    } catch (error) {
      first = error
    }
    expect(frames).toHaveLength(2)
    expect(first).toMatchObject({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 4 })
    for (const call of [() => decoder.decode(u8(1)), () => decoder.scan(u8(1), () => {}), () => decoder.end()]) {
      let later: unknown
      try {
        call()
      } catch (error) {
        later = error
      }
      expect(later).toBe(first)
    }
    expect([...decoder.takeRemaining()]).toEqual([255, 1, 7])
    expect(() => decoder.takeAll(frames)).toThrow(first)
    expect(() => (decoder as unknown as Iterator<Uint8Array>).next()).toThrow(first)
    decoder.reset()
    expect([...decoder.decode(u8(1, 8))].map((frame) => [...frame])).toEqual([[8]])
    expect(() => [...decoder.decode(u8(255))]).toThrow(expect.objectContaining({ offset: 2 }))
  })

  it('scan visits every frame before a faulty one, then throws, wherever the faulty frame is', () => {
    for (const before of [0, 1, 3]) {
      const decoder = byteLength().decoder()
      const seen: number[] = []
      const visit = (bytes: Uint8Array, start: number): void => void seen.push(bytes[start]!)
      const chunk = u8(...Array.from({ length: before }, () => [1, 5]).flat(), 255, 1, 7)
      const fault = expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 2 * before })
      expect(() => decoder.scan(chunk, visit)).toThrow(fault)
      expect(() => decoder.scan(u8(1, 6), visit)).toThrow(fault)
      expect(seen).toHaveLength(before)
      expect(decoder.bufferedLength).toBe(3)
    }
  })

  it('end returns unread frames, or adds them to the error if the last frame is truncated', () => {
    const decoder = byteLength().decoder()
    decoder.decode(u8(1, 5, 1, 6, 2))
    let error: unknown
    try {
      decoder.end()
    } catch (caught) {
      error = caught
    }
    expect(error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: 4, frames: [u8(5), u8(6)] })
  })

  it('decode throws after end until reset, and a second end returns no frames', () => {
    const decoder = byteLength().decoder()
    expect(decoder.end()).toEqual([])
    expect(decoder.end()).toEqual([])
    expect(() => decoder.decode(u8())).toThrow(/after end\(\)/)
    decoder.reset()
    expect([...decoder.decode(u8(0))]).toEqual([u8()])
  })

  it('if the stream ends inside a skipped frame, the error has the offset of that frame', () => {
    const outcome = outcomeOf(byteLength({ maxFrameLength: 4, oversize: 'skip' }), [u8(1, 1), u8(9, 9), u8(9)])
    expect(outcome).toEqual({ frames: [[1]], skipped: [], error: { code: 'ERR_FRAME_TRUNCATED', offset: 2 } })
  })

  it.each([
    ['emit', [[3], [4]], undefined],
    ['drop', [[3]], undefined],
    ['error', [[3]], { code: 'ERR_FRAME_TRUNCATED', offset: 3 }],
  ] as const)('atEnd %s handles an incomplete frame', (atEnd, frames, error) => {
    expect(outcomeOf(endedBy12(5, { atEnd }), [u8(3, 1), u8(2, 4)])).toEqual({
      frames,
      skipped: [],
      ...(error && { error }),
    })
  })

  it('atEnd emit yields at most maxFrameLength bytes, even if the last byte could begin a delimiter', () => {
    const outcome = (oversize: 'error' | 'skip', ...bytes: number[]): Outcome =>
      outcomeOf(endedBy12(2, { atEnd: 'emit', oversize }), [u8(...bytes)])
    expect(outcome('error', 0, 0)).toEqual({ frames: [[0, 0]], skipped: [] })
    expect(outcome('error', 0, 0, 1).error).toEqual({ code: 'ERR_FRAME_TOO_LONG', offset: 0 })
    expect(outcome('skip', 0, 0, 1).error).toEqual({ code: 'ERR_FRAME_TRUNCATED', offset: 0 })
  })

  it('an error of the finder inside a long frame is thrown when frames are taken, and the bytes are kept', () => {
    const codec = defineCodec({
      name: 'refusing',
      maxFrameLength: 1000,
      find(bytes, start, end) {
        if (bytes.subarray(start, end).includes(9)) throw new FrameError('ERR_FRAME_CORRUPT', 'a 9')
        return UNKNOWN
      },
    })
    const decoder = codec.decoder()
    expect([...decoder.decode(new Uint8Array(100))]).toEqual([])
    const loop = decoder.decode(u8(9))
    expect(() => loop.next()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }))
    expect([...decoder.takeRemaining()]).toEqual([...new Uint8Array(100), 9])
  })

  it('a finder that makes no progress causes an Error that names the codec', () => {
    for (const answer of [0, -4, 1.5, Number.NaN]) {
      const codec = defineCodec({ name: 'stuck', maxFrameLength: 9, find: (_bytes, start) => start + answer })
      const error = new Error(`stuck: the finder answered ${answer}, asked at 0: no progress`)
      expect(() => [...codec.decoder().decode(u8(1))]).toThrow(error)
      expect(() => codec.decoder().scan(u8(1), () => {})).toThrow(error)
    }
  })

  it('a frame whose end is never found is too long at the limit, and no more bytes are buffered', () => {
    const decoder = defineCodec({ name: 'never', maxFrameLength: 9, find: () => UNKNOWN }).decoder()
    for (let count = 0; count < 9; count++) expect([...decoder.decode(u8(1))]).toEqual([])
    expect(() => [...decoder.decode(u8(1))]).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: 0 }))
  })

  it('an error names the fault, the offset of the frame and, if known, its length', () => {
    const errorOf = <Frame>(codec: FrameCodec<Frame>, ...bytes: number[]): unknown => {
      const decoder = codec.decoder()
      try {
        for (const _frame of decoder.decode(u8(...bytes)));
        decoder.end()
        for (const _frame of decoder.decode(u8()));
      } catch (error) {
        return { ...(error as object), message: (error as Error).message }
      }
      return undefined
    }
    const limited = { code: 'ERR_FRAME_TOO_LONG', maxFrameLength: 2 }
    expect(errorOf(byteLength({ maxFrameLength: 2 }), 0, 9)).toEqual({
      ...limited,
      message: 'byteLength: the frame of 10 bytes at offset 1 exceeds maxFrameLength (2 bytes)',
      offset: 1,
      frameLength: 10,
    })
    expect(errorOf(endedBy12(2), 0, 0, 0)).toEqual({
      ...limited,
      message: 'endedBy12: the frame at offset 0 exceeds maxFrameLength (2 bytes)',
      offset: 0,
    })
    expect(errorOf(byteLength(), 0, 1)).toEqual({
      code: 'ERR_FRAME_TRUNCATED',
      message: 'byteLength: the stream ended inside the frame at offset 1',
      offset: 1,
      frameLength: 2,
    })
    const corrupt = byteLength({
      toFrame() {
        throw new Error('bad')
      },
    })
    expect(errorOf(corrupt, 0)).toMatchObject({ message: 'byteLength: the frame at offset 0 could not be decoded' })
    expect(errorOf(byteLength())).toEqual({
      message: 'byteLength: no input is taken after end(); reset() makes the decoder as new',
    })
    expect(() =>
      byteLength()
        .decoder()
        .decode('a' as never),
    ).toThrow('chunk must be a Uint8Array, received a string')
  })

  it('decode throws a TypeError for a chunk that is not a Uint8Array', () => {
    for (const chunk of ['a', undefined, null, new Uint16Array(1), [1]]) {
      expect(() =>
        byteLength()
          .decoder()
          .decode(chunk as never),
      ).toThrow(TypeError)
    }
  })
})

describe('views, copies and memory', () => {
  it('a frame in one chunk is a view, a frame that spans chunks owns its bytes, and with copy every frame does', () => {
    const chunk = u8(2, 5, 6, 2, 7)
    const [view] = [...byteLength().decoder().decode(chunk)]
    expect(view!.buffer).toBe(chunk.buffer)
    const decoder = byteLength().decoder()
    const copying = byteLength().decoder({ copy: true })
    expect([...decoder.decode(chunk)]).toHaveLength(1)
    const [copy] = [...copying.decode(chunk)]
    chunk.fill(0)
    expect([...copy!]).toEqual([5, 6])
    const next = u8(8)
    const [spanning] = [...decoder.decode(next)]
    next.fill(0)
    expect([...spanning!]).toEqual([7, 8])
  })

  it('frames of Buffers are Buffers: in one chunk, across chunks, copied, after a loop is left, and the rest', () => {
    const decoder = byteLength().decoder()
    for (const _frame of decoder.decode(Buffer.from([1, 1, 1, 2, 2]))) break
    const frames = [
      ...decoder.decode(Buffer.from([3, 4, 9])),
      ...byteLength()
        .decoder({ copy: true })
        .decode(Buffer.from([1, 1])),
    ]
    expect(frames.map((frame) => [Buffer.isBuffer(frame), ...frame])).toEqual([
      [true, 2],
      [true, 3, 4],
      [true, 1],
    ])
    expect(Buffer.isBuffer(decoder.takeRemaining())).toBe(true)
    expect([...byteLength().decoder().decode(u8(1, 1))][0]!.constructor).toBe(Uint8Array)
  })

  it('frames returned by decode are never overwritten', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20, size: 'max' })), sizes, (payloads, cuts) => {
        const codec = byteLength()
        const frames: Uint8Array[] = []
        const decoder = codec.decoder()
        for (const chunk of cut(u8(...payloads.flatMap((payload) => [...codec.encode(payload)])), cuts)) {
          for (const frame of decoder.decode(chunk)) {
            frames.push(frame)
            if (frame.length % 3 === 0) break
          }
        }
        frames.push(...decoder.end())
        expect(frames.map((frame) => [...frame])).toEqual(payloads.map((payload) => [...payload]))
      }),
    )
  })

  it('a header that announces a long frame does not cause an allocation', () => {
    let memory = 0
    const codec = defineCodec({
      name: 'announced',
      maxFrameLength: 1 << 30,
      find(bytes, start) {
        memory = bytes.byteLength
        return start + (1 << 30)
      },
    })
    const decoder = codec.decoder()
    for (let count = 0; count < 3; count++) expect([...decoder.decode(u8(1, 2, 3, 4))]).toEqual([])
    expect([decoder.bufferedLength, memory]).toEqual([12, 4])
    expect(decoder.takeRemaining().buffer.byteLength).toBe(12)
  })

  it('the chunk is not kept if a loop is left after its last frame', async () => {
    const decoders = [byteLength().decoder(), byteLength().decoder()]
    const chunks = decoders.map((decoder, index) => {
      const chunk = new Uint8Array(50_000)
      for (const _frame of decoder.decode(chunk)) if (decoder.bufferedLength === index) break
      return new WeakRef(chunk)
    })
    await collectGarbage()
    expect(chunks.map((chunk) => chunk.deref())).toEqual([undefined, undefined])
    expect(decoders.map((decoder) => decoder.bufferedLength)).toEqual([0, 1])
  })

  it.each(['decode', 'scan'] as const)('%s of a long frame allocates when it doubles, not for each chunk', (road) => {
    let made = 0
    class Counted extends Uint8Array {
      constructor(...given: [never]) {
        super(...given)
        made++
      }
    }
    const chunk = new Uint8Array(16)
    const known = byteLength({ maxFrameLength: 1 << 20, find: (_bytes, start) => start + (1 << 16) }).decoder()
    const sought = endedBy12(1 << 20).decoder()
    vi.stubGlobal('Uint8Array', Counted)
    try {
      for (const decoder of [known, sought]) {
        for (let count = 0; count < 1000; count++) {
          if (road === 'scan') decoder.scan(chunk, () => {})
          else expect(decoder.decode(chunk).next().done).toBe(true)
        }
        expect(decoder.bufferedLength).toBe(16_000)
      }
    } finally {
      vi.unstubAllGlobals()
    }
    expect(made).toBeLessThan(20)
  })

  it('frameOffset is the offset of the incomplete or skipped frame, and undefined between frames', () => {
    const decoder = byteLength({ maxFrameLength: 4, oversize: 'skip' }).decoder()
    const offsets = [...u8(1, 7, 2, 7, 7, 9, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0)].map((byte) => {
      for (const frame of decoder.decode(u8(byte))) expect(frame).toBeInstanceOf(Uint8Array)
      return decoder.frameOffset
    })
    const skipped = Array<number>(9).fill(5)
    expect(offsets).toEqual([0, undefined, 2, 2, undefined, ...skipped, undefined, undefined])
    decoder.decode(u8(1))
    expect(decoder.frameOffset).toBe(16)
    decoder.reset()
    expect(decoder.frameOffset).toBeUndefined()
  })

  it('the memory that scan used for a long frame is not kept for a short one', () => {
    const memory: number[] = []
    const counting = defineCodec({
      name: 'counting',
      maxFrameLength: 5000,
      find(bytes, start, end, search) {
        memory.push(bytes.length)
        if (end - start < 2) return start + 2
        search.payloadStart = start
        return (search.payloadEnd = start + (bytes.at(start) === 9 ? 4000 : 3))
      },
    })
    const decoder = counting.decoder()
    decoder.scan(new Uint8Array(2000).fill(9), () => {})
    decoder.scan(new Uint8Array(2000).fill(9), () => {})
    expect(decoder.bufferedLength).toBe(0)
    decoder.scan(u8(1, 1), () => {})
    memory.length = 0
    decoder.scan(u8(1), () => {})
    expect(memory).toEqual([256])
  })

  it('while a frame is skipped, only bytes that may begin a delimiter are kept', () => {
    const reports: unknown[] = []
    const decoder = endedBy12(2, { oversize: 'skip' }).decoder({
      onSkip: ({ offset, length, reason }) => reports.push({ offset, length, reason }),
    })
    for (const length of [4, 1, 10, 1, 64, 1000]) {
      expect([...decoder.decode(new Uint8Array(length))]).toEqual([])
      expect(decoder.bufferedLength).toBeLessThan(2)
    }
    expect([...decoder.decode(u8(0, 1))]).toEqual([])
    expect([...decoder.decode(u8(2, 7, 1, 2))]).toEqual([u8(7)])
    expect(reports).toEqual([{ offset: 0, length: 1083, reason: 'too-long' }])
  })

  it('oversize skip reports each frame once, after its last byte has been dropped', () => {
    const reports: unknown[] = []
    const decoder = byteLength({ maxFrameLength: 4, oversize: 'skip' }).decoder({
      onSkip: ({ offset, length, reason }) => reports.push({ offset, length, reason }),
    })
    expect([...decoder.decode(u8(1, 5, 6, 0, 0, 0, 0, 0))]).toHaveLength(1)
    expect(reports).toEqual([])
    expect([...decoder.decode(u8(0, 1, 7))]).toEqual([u8(7)])
    expect(reports).toEqual([{ offset: 2, length: 7, reason: 'too-long' }])
  })
})

describe('the work of the finder', () => {
  /** Returns how many bytes the finder may read, summed over its calls. */
  function workOf(payload: number, chunkLength: number): number {
    let work = 0
    const counted = defineCodec({
      name: 'counted',
      maxFrameLength: 1 << 20,
      overhead: 2,
      find(_bytes, start, end, search) {
        work += 1 + end - search.resumeAt
        search.resumeAt = end
        if (end - start < payload + 2) return UNKNOWN
        search.payloadStart = start
        search.payloadEnd = start + payload
        return start + payload + 2
      },
    })
    const decoder = counted.decoder()
    const chunk = new Uint8Array(chunkLength)
    let frames = 0
    for (let sent = 0; sent < payload + 2; sent += chunkLength) {
      for (const _frame of decoder.decode(chunk.subarray(0, Math.min(chunkLength, payload + 2 - sent)))) frames++
    }
    expect(frames).toBe(1)
    return work
  }

  it.each([1, 16, 64])('grows linearly with the frame length, for chunks of %i bytes', (chunkLength) => {
    const small = workOf(1 << 12, chunkLength)
    const large = workOf(1 << 16, chunkLength)
    expect(Math.log(large / small) / Math.log(16)).toBeLessThan(1.05)
  })
})

describe('copying', () => {
  it('is linear if the caller takes no frame from many chunks', () => {
    const decoder = byteLength().decoder()
    const copied = copiedBy(() => {
      for (let count = 0; count < 1000; count++) decoder.decode(new Uint8Array(40))
    })
    expect(decoder.bufferedLength).toBe(40_000)
    expect(copied).toBeLessThan(4 * 40_000)
  })

  it('is done once if the caller takes one frame of a chunk in each loop', () => {
    const decoder = byteLength().decoder()
    const copied = copiedBy(() => {
      for (const _frame of decoder.decode(new Uint8Array(1000))) break
      for (let count = 1; count < 1000; count++) for (const _frame of decoder.decode(u8())) break
    })
    expect(decoder.bufferedLength).toBe(0)
    expect(copied).toBe(999)
  })

  it('does not include the bytes after the end of a frame that began in an earlier chunk', () => {
    const decoder = endedBy12(9).decoder()
    expect([...decoder.decode(u8(5))]).toEqual([])
    const chunk = u8(6, 1, 2, 7, 7, 1, 2, 8)
    const [spanning, within] = [...decoder.decode(chunk)]
    expect(spanning).toEqual(u8(5, 6))
    expect(within).toEqual(u8(7, 7))
    expect(within!.buffer).toBe(chunk.buffer)
    expect(decoder.takeRemaining()).toEqual(u8(8))
  })

  it('is not done for the bytes that remain in a chunk after complete frames', () => {
    const decoder = byteLength().decoder()
    const chunk = u8(1, 5, 1, 6)
    decoder.decode(chunk).next()
    expect(decoder.takeRemaining().buffer).toBe(chunk.buffer)
  })

  it('is not repeated when a loop is left and the decoder already owns the unread bytes', () => {
    const decoder = byteLength().decoder()
    for (const _frame of decoder.decode(u8(0, 0, 9, 1))) break
    const copied = copiedBy(() => decoder.decode(u8()).return!())
    expect(copied).toBe(0)
    expect(decoder.decode(u8()).return!('left')).toEqual({ value: 'left', done: true })
    expect(decoder.bufferedLength).toBe(3)
  })
})

describe('the finder is called', () => {
  it.each(['decode', 'scan'] as const)('once for each frame that lies completely in a chunk: %s', (road) => {
    let calls = 0
    const codec = byteLength({
      maxFrameLength: 3,
      find: (...given) => {
        calls++
        return findByteLength(...given)
      },
    })
    expect(outcomeOf(codec, [u8(2, 5, 5, 0, 2, 6, 6)], road).frames).toEqual([[5, 5], [], [6, 6]])
    expect(calls).toBe(3)
  })

  /**
   * Returns for each call, without those for the first chunk: how many bytes of the frame it was given, and how many of
   * them the finder had already seen.
   */
  function callsFor([first, ...others]: number[], answer: (start: number) => number): number[][] {
    const calls: number[][] = []
    const decoder = defineCodec({
      name: 'asking',
      maxFrameLength: 10_000,
      find(_bytes, start, end, search) {
        calls.push([end - start, search.resumeAt - start])
        search.resumeAt = end
        return answer(start)
      },
    }).decoder()
    const decode = (length = 0): void => {
      for (const _frame of decoder.decode(new Uint8Array(length)));
    }
    decode(first)
    calls.length = 0
    for (const length of others) decode(length)
    return calls
  }

  it('once for each chunk inside a short frame of unknown length', () => {
    expect(callsFor([10, 1, 64, 75], () => UNKNOWN)).toEqual([
      [11, 10],
      [75, 11],
      [150, 75],
    ])
  })

  it('with 64 more bytes or twice as many for a longer frame, so that few bytes after its end are copied', () => {
    expect(callsFor([10, 65, 1000], () => UNKNOWN).slice(-6)).toEqual([
      [74, 10],
      [75, 74],
      [150, 75],
      [300, 150],
      [600, 300],
      [1075, 600],
    ])
  })

  it('with twice as many bytes for a long frame, even if the finder asks for one more byte each time', () => {
    const shown: number[] = []
    const decoder = defineCodec({
      name: 'asking',
      maxFrameLength: 1000,
      find: (_bytes, start, end) => (shown.push(end - start), end - start < 500 ? end + 1 : start + 500),
    }).decoder()
    for (const length of [60, 600]) for (const _frame of decoder.decode(new Uint8Array(length)));
    expect(shown).toEqual([60, 61, 62, 63, 64, 128, 256, 512, 160])
  })

  it('not until a frame of known length is complete', () => {
    expect(callsFor([10, 1, 0, 988], (start) => start + 1000)).toEqual([])
    expect(callsFor([10, 989, 1], (start) => start + 1000)).toEqual([[1000, 10]])
  })

  it('at the end as `findAtEnd`, which continues where the last search stopped', () => {
    const calls: number[][] = []
    const decoder = defineCodec({
      name: 'asking',
      maxFrameLength: 10,
      atEnd: 'drop',
      find(_bytes, start, _end, search) {
        search.resumeAt = start + 7
        return UNKNOWN
      },
      findAtEnd: (_bytes, start, end, search) => (calls.push([end - start, search.resumeAt - start]), UNKNOWN),
    }).decoder()
    expect([...decoder.decode(new Uint8Array(10))]).toEqual([])
    expect(decoder.end()).toEqual([])
    expect(calls).toEqual([[10, 7]])
  })

  it('not again by a loop whose chunk has no more frames', () => {
    let calls = 0
    const decoder = defineCodec({ name: 'asking', maxFrameLength: 9, find: () => (calls++, UNKNOWN) }).decoder()
    const loop = decoder.decode(u8(1))
    expect(loop.next().done).toBe(true)
    calls = 0
    expect(loop.next().done).toBe(true)
    expect(calls).toBe(0)
  })
})

describe('defineCodec and mapCodec', () => {
  const text = (): FrameCodec<string> =>
    mapCodec(byteLength(), {
      decode: (bytes) => {
        if (bytes[0] === 0) throw new Error('zero')
        return String.fromCharCode(...bytes)
      },
      encode: (string) => {
        if (string === 'no') throw new Error('no')
        return Uint8Array.from(string, (char) => char.charCodeAt(0))
      },
    })

  it('mapCodec maps frames in both directions, also those of a mapped codec', () => {
    const upper = mapCodec(text(), {
      decode: (frame) => frame.toUpperCase(),
      encode: (frame: string) => frame.toLowerCase(),
    })
    expect([...upper.decoder().decode(upper.encode('HI'))]).toEqual(['HI'])
    expect([...upper.encode('HI')]).toEqual([2, 104, 105])
  })

  it('scan of a mapped codec visits the bytes of the frame', () => {
    const slices: number[][] = []
    text()
      .decoder()
      .scan(u8(2, 104, 105), (bytes, start, end) => slices.push([...bytes.subarray(start, end)]))
    expect(slices).toEqual([[104, 105]])
  })

  it('an error of a mapping is ERR_FRAME_CORRUPT with the cause, or ERR_FRAME_NOT_ENCODABLE; the frame is kept', () => {
    const decoder = text().decoder()
    const [first] = decoder.decode(u8(1, 104, 1, 0, 9))
    expect(first).toBe('h')
    let error: unknown
    try {
      for (const _frame of decoder.decode(u8()));
    } catch (caught) {
      error = caught
    }
    expect(error).toMatchObject({
      code: 'ERR_FRAME_CORRUPT',
      offset: 2,
      cause: expect.objectContaining({ message: 'zero' }),
    })
    expect([...decoder.takeRemaining()]).toEqual([1, 0, 9])
    expect(() => text().encode('no')).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
    expect(() => mapCodec({} as never, { decode: (frame) => frame, encode: (frame) => frame })).toThrow(TypeError)
  })

  it('if toFrame refuses a frame that spans chunks, the whole frame and the bytes after it remain', () => {
    const picky = byteLength({
      toFrame(payload) {
        if (payload[0] === 7) throw new Error('mine')
        return payload
      },
    })
    const decoder = picky.decoder()
    expect([...decoder.decode(u8(1, 5, 3, 7))]).toEqual([u8(5)])
    expect(() => [...decoder.decode(u8(8, 9, 1, 6))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 2, frameLength: 4 }),
    )
    expect(decoder.bufferedLength).toBe(6)
    expect([...decoder.takeRemaining()]).toEqual([3, 7, 8, 9, 1, 6])
  })

  it('toFrame may return NO_FRAME, and corrupt skip drops exactly the frame that it refuses', () => {
    const codec = defineCodec<number>({
      name: 'numbers',
      maxFrameLength: 9,
      corrupt: 'skip',
      find: (_bytes, start, _end, search) => ((search.payloadStart = start), (search.payloadEnd = start + 1)),
      toFrame(payload, index) {
        if (payload[0] === 0) throw new Error('zero')
        return payload[0] === 1 ? NO_FRAME : payload[0]! * 10 + index
      },
    })
    const skips: unknown[] = []
    expect([
      ...codec
        .decoder({ onSkip: ({ offset, length, reason }) => skips.push({ offset, length, reason }) })
        .decode(u8(5, 0, 1, 6)),
    ]).toEqual([50, 63])
    expect(skips).toEqual([{ offset: 1, length: 1, reason: 'corrupt' }])
  })

  it('toFrame gets the number of earlier frames, including omitted and dropped ones', () => {
    const codec = byteLength({
      maxFrameLength: 3,
      oversize: 'skip',
      corrupt: 'skip',
      toFrame(payload, index) {
        if (payload[0] === 0) throw new Error('zero')
        return payload[0] === 1 ? NO_FRAME : u8(payload[0]!, index)
      },
    })
    const stream = u8(1, 7, 1, 0, 1, 1, 3, 9, 9, 9, 1, 8, 1, 1, 1, 9)
    const expected = [u8(7, 0), u8(8, 4), u8(9, 6)]
    expect([...codec.decoder().decode(stream)]).toEqual(expected)
    for (let first = 0; first < stream.length; first++) {
      const decoder = codec.decoder()
      const frames = [...decoder.decode(stream.subarray(0, first)), ...decoder.decode(stream.subarray(first))]
      expect(frames).toEqual(expected)
    }
    const scanned = codec.decoder()
    for (const chunk of cut(u8(1, 5, 1, 6), [1, 2])) scanned.scan(chunk, () => {})
    expect([...scanned.decode(u8(1, 7))]).toEqual([u8(7, 2)])
  })

  it('a FrameError of toFrame keeps its code, and is thrown as a new object with the offset each time', () => {
    const error = new FrameError('ERR_FRAME_LENGTH_INVALID', 'mine', { cause: 'why' })
    const strict = byteLength({
      toFrame(payload) {
        if (payload.length === 0) throw error
        return payload
      },
    })
    const thrown = { code: 'ERR_FRAME_LENGTH_INVALID', message: 'mine', cause: 'why', frameLength: 1 }
    expect(() => [...strict.decoder().decode(u8(1, 1, 0))]).toThrow(expect.objectContaining({ ...thrown, offset: 2 }))
    expect(() => [...strict.decoder().decode(u8(0))]).toThrow(expect.objectContaining({ ...thrown, offset: 0 }))
    expect(error).not.toHaveProperty('offset')
  })

  it('NO_FRAME at the end yields no frame', () => {
    const none = endedBy12(9, { atEnd: 'emit', toFrame: () => NO_FRAME }).decoder()
    expect([...none.decode(u8(1))]).toEqual([])
    expect(none.end()).toEqual([])
  })

  it('encode joins the parts of encodeParts, and throws a TypeError for a payload that is not bytes', () => {
    expect([...byteLength().encode(u8(1, 2))]).toEqual([2, 1, 2])
    const payload = u8(1, 2)
    expect(byteLength().encodeParts(payload)[1]).toBe(payload)
    expect(() => byteLength().encode('a' as never)).toThrow(TypeError)
    expect(() => endedBy12(3).encode(payload)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
  })

  it.each([
    [{ maxFrameLength: 0 }, RangeError, /maxFrameLength must be an integer of at least 1, received 0/],
    [{ maxFrameLength: '9' }, TypeError, /maxFrameLength .* received "9"/],
    [{ oversize: 'drop' }, RangeError, /oversize must be "error" or "skip", received "drop"/],
    [{ atEnd: 1 }, TypeError, /atEnd .* received 1/],
    [{ find: undefined }, TypeError, /find must be a function/],
    [{ toFrame: 1 }, TypeError, /toFrame must be a function/],
  ])('defineCodec throws for an invalid definition: %o', (overrides, kind, message) => {
    expect(() => byteLength(overrides as never)).toThrow(kind)
    expect(() => byteLength(overrides as never)).toThrow(message)
  })

  it('decoder throws for an invalid option', () => {
    expect(() => byteLength().decoder({ copy: 1 as never })).toThrow(/copy/)
    expect(() => byteLength().decoder({ onSkip: 1 as never })).toThrow(/onSkip/)
  })
})

describe('FrameError', () => {
  it('is recognised by isFrameError, by code and across copies of the module', () => {
    const error = new FrameError('ERR_FRAME_CORRUPT', 'bad', { offset: 3, cause: 1 })
    expect(isFrameError(error) && isFrameError(error, 'ERR_FRAME_CORRUPT')).toBe(true)
    expect(isFrameError(error, 'ERR_FRAME_TIMEOUT') || isFrameError(new Error('x')) || isFrameError(null)).toBe(false)
    class Copy extends Error {
      code = 'ERR_FRAME_CORRUPT'
    }
    Object.defineProperty(Copy.prototype, Symbol.for('unstick.FrameError'), { value: true })
    expect(isFrameError(new Copy())).toBe(true)
    expect(error).toMatchObject({ name: 'FrameError', offset: 3, cause: 1 })
    expect(Object.keys(new FrameError('ERR_FRAME_CORRUPT', 'x'))).toEqual(['code'])
  })
})
