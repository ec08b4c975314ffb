// Frames in parts: the frames of `frames`, before they are complete, without holding them in memory.

import { createHash } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isFrameError, mapCodec, type FrameCodec, type Skipped } from '@unstick/core'
import { lines } from '@unstick/delimiter'
import { fixedSize, sizeByType } from '@unstick/fixed-size'
import { contentLength, lengthField, textLength, varintLength } from '@unstick/length-field'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { frames, reader } from '../src/index.ts'
import { afterwards, closed, codec, collect, connection, encoded, messages, turns } from './connection.ts'
import { fakeTimers, realTimers } from './timers.ts'

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** A length field of 6 bytes, and frames as long as it allows. */
const long = lengthField({ lengthFieldLength: 6, maxFrameLength: 2 ** 48 })

/** The header of a frame of `long`. */
function header(length: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(length, 0, 6)
  return bytes
}

/** The same chunk repeatedly, up to this many bytes. */
function* repeated(chunk: Buffer, length: number): Generator<Buffer> {
  for (let left = length; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length))
}

interface Outcome {
  frames: string[]
  skipped: Skipped[]
  error?: unknown
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

function errorOf(error: unknown): unknown {
  if (!isFrameError(error)) throw error
  const { code, offset, frameLength, maxFrameLength } = error
  return { code, offset, frameLength, maxFrameLength }
}

async function outcomeOfFrames(byteCodec: FrameCodec, chunks: Uint8Array[]): Promise<Outcome> {
  const skipped: Skipped[] = []
  const { items, error } = await collect(frames(chunks, byteCodec, { onSkip: (gone) => skipped.push(gone) }))
  return { frames: items.map(textOf), skipped, ...(error === undefined ? {} : { error: errorOf(error) }) }
}

/**
 * The bodies, joined. Of each, at most as many pieces are taken as `takes` gives in turn; bodies left early are
 * omitted.
 */
async function outcomeOfParts(byteCodec: FrameCodec, chunks: Uint8Array[], takes: number[]): Promise<Outcome> {
  const outcome: Outcome = { frames: [], skipped: [] }
  const options = { onSkip: (gone: Skipped) => outcome.skipped.push(gone) }
  let index = 0
  try {
    for await (const { length, body } of frames(chunks, byteCodec, options).parts({ maxPartLength: 5 })) {
      const most = takes[index++ % takes.length]!
      const pieces: Buffer[] = []
      for await (const piece of body) {
        expect(piece.length).toBeGreaterThan(0)
        expect(piece.length).toBeLessThanOrEqual(5)
        pieces.push(piece)
        if (pieces.length === most) break
      }
      const joined = Buffer.concat(pieces)
      if (pieces.length === most) outcome.frames.push(`${textOf(joined)}...`)
      else {
        expect(joined).toHaveLength(length)
        outcome.frames.push(textOf(joined))
      }
    }
  } catch (error) {
    outcome.error = errorOf(error)
  }
  return outcome
}

const fewBytes = fc.uint8Array({ max: 12, maxLength: 120 })
const texts = (...pieces: string[]): fc.Arbitrary<Uint8Array> =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((list) => Buffer.from(list.join('')))

const codecs: [string, FrameCodec, fc.Arbitrary<Uint8Array>][] = [
  ['lengthField', lengthField({ lengthFieldLength: 1, maxFrameLength: 10 }), fewBytes],
  [
    'lengthField that strips more than its header',
    lengthField({ lengthFieldLength: 1, initialBytesToStrip: 4, maxFrameLength: 10 }),
    fewBytes,
  ],
  ['lengthField that skips', lengthField({ lengthFieldLength: 1, maxFrameLength: 8, oversize: 'skip' }), fewBytes],
  ['varintLength', varintLength({ maxFrameLength: 300, lengthFieldOffset: 1 }), fc.uint8Array({ maxLength: 400 })],
  ['textLength', textLength({ terminator: ' ', maxFrameLength: 16 }), texts('1 ', '3 ', '12 ', '0 ', 'abc', '1', '\n')],
  [
    'contentLength',
    contentLength({ required: false }),
    texts('Content-Length: 3\r\n', 'Content-Length: 12\r\n', '\r\n', 'A: b\r\n', 'abc'),
  ],
  ['fixedSize', fixedSize({ size: 7 }), fewBytes],
  ['sizeByType', sizeByType({ typeOffset: 1, sizes: { 0: 3, 1: 9, 2: 20 } }), fc.uint8Array({ max: 2, maxLength: 99 })],
]

describe.each(codecs)('parts of %s', (_name, byteCodec, streams) => {
  const cuts = fc.array(fc.nat(9), { minLength: 1, maxLength: 20 })
  const cut = (bytes: Uint8Array, sizes: number[]): Uint8Array[] => {
    const chunks: Uint8Array[] = []
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length]! + (turn >= sizes.length ? 1 : 0)
      chunks.push(bytes.slice(at, at + size))
      at += size
    }
    return chunks
  }

  it('are the frames, skips and error of frames(), however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(streams, cuts, async (bytes, sizes) => {
        const expected = await outcomeOfFrames(byteCodec, [bytes])
        expect(await outcomeOfParts(byteCodec, cut(bytes, sizes), [Infinity])).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })

  it('that are left early change nothing for the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        streams,
        cuts,
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1 }),
        async (bytes, sizes, most) => {
          const expected = await outcomeOfFrames(byteCodec, [bytes])
          const outcome = await outcomeOfParts(byteCodec, cut(bytes, sizes), most)
          expect({ ...outcome, frames: [] }).toEqual({ ...expected, frames: [] })
          // The last one may be left before the end cuts it short.
          const told = outcome.frames.slice(0, expected.frames.length)
          expect(told).toHaveLength(expected.frames.length)
          for (const [index, frame] of told.entries()) {
            if (frame.endsWith('...')) expect(expected.frames[index]!.startsWith(frame.slice(0, -3))).toBe(true)
            else expect(frame).toBe(expected.frames[index])
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('frames larger than memory', () => {
  it('of more than 4 GiB come through, and memory stays flat', async () => {
    const length = 4 * GIB + 12_345
    const chunk = Buffer.alloc(MIB, 7)
    const source = function* (): Generator<Buffer> {
      yield header(length)
      yield* repeated(chunk, length)
      yield Buffer.concat([header(3), Buffer.from('abc')])
    }
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    let told: number[] = []
    let received = 0
    let last = ''
    for await (const { length: promised, body } of frames(source(), long).parts({ maxPartLength: MIB })) {
      told.push(promised)
      for await (const piece of body) {
        received += piece.length
        if (promised === 3) last = piece.toString()
        if (received % (256 * MIB) === 0) most = Math.max(most, process.memoryUsage().arrayBuffers)
      }
    }
    expect(told).toEqual([length, 3])
    expect(received).toBe(length + 3)
    expect(last).toBe('abc')
    expect(most - before).toBeLessThan(16 * MIB)
  })

  it('are dropped, all 4 GiB of them, when their body is left', async () => {
    const length = 4 * GIB + 1
    const source = function* (): Generator<Buffer> {
      yield header(length)
      yield* repeated(Buffer.alloc(MIB), length)
      yield Buffer.concat([header(3), Buffer.from('abc')])
    }
    const loop = frames(source(), long).parts()
    const { value: first } = await loop.next()
    expect(first?.length).toBe(length)
    expect((await first?.body.next())?.value).toHaveLength(64 * KIB)
    const { value: second } = await loop.next()
    expect(second?.length).toBe(3)
    expect((await collect(second!.body)).items.join('')).toBe('abc')
    expect((await loop.next()).done).toBe(true)
    expect(loop.stats.received).toMatchObject({ frames: 2, bytes: length + 15, skips: 0 })
  })

  it('can be written from a socket to a file, before the next frame', async () => {
    const { client, server } = await connection()
    const directory = mkdtempSync(join(tmpdir(), 'unstick-'))
    afterwards(() => rmSync(directory, { recursive: true }))
    const file = join(directory, 'body')
    // More than the buffers of TCP hold.
    const length = 16 * MIB + 77
    const block = Buffer.from(Array.from({ length: 256 * KIB - 3 }, (_, index) => (index * 31) >> 5))
    const sending = pipeline(function* () {
      yield header(length)
      yield* repeated(block, length)
      yield Buffer.concat([header(2), Buffer.from('ok')])
    }, client)
    const seen: string[] = []
    let most = 0
    for await (const { length: promised, body } of frames(server, long).parts()) {
      most = Math.max(most, server.readableLength)
      if (promised === 2) for await (const piece of body) seen.push(piece.toString())
      else await pipeline(body, createWriteStream(file))
    }
    await sending
    expect(seen).toEqual(['ok'])
    const expected = createHash('sha256')
    for (const part of repeated(block, length)) expected.update(part)
    const written = createHash('sha256')
    await pipeline(createReadStream(file), written)
    expect(written.digest('hex')).toBe(expected.digest('hex'))
  })

  it('stop the sender while the reader of a body does nothing', async () => {
    let given = 0
    const source = async function* (): AsyncGenerator<Buffer> {
      yield header(MIB)
      for (;;) {
        given++
        yield Buffer.alloc(KIB)
      }
    }
    const loop = frames(source(), long).parts()
    const { value } = await loop.next()
    await value?.body.next()
    await turns(10)
    expect(given).toBeLessThanOrEqual(2)
    await loop.return()
  })

  it('are given out as soon as their header has arrived', async () => {
    const source = new PassThrough()
    const loop = frames(source, long).parts()
    source.write(header(1000))
    const { value } = await loop.next()
    expect(value?.length).toBe(1000)
    source.write('abc')
    expect((await value?.body.next())?.value).toEqual(Buffer.from('abc'))
    await loop.return()
  })
})

describe('an error inside a body', () => {
  it('rejects the body, and the loop when it continues', async () => {
    const loop = frames([header(10), Buffer.from('abc')], long).parts()
    const { value } = await loop.next()
    const { items, error } = await collect(value!.body)
    expect(items).toEqual([Buffer.from('abc')])
    expect(error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: 0, frameLength: 16 })
    await expect(loop.next()).rejects.toBe(error)
    expect((await loop.next()).done).toBe(true)
  })

  it('ends a for-await loop around it, and the source', async () => {
    const { client, server } = await connection()
    client.write(header(10))
    client.end('abc')
    const reading = (async () => {
      for await (const { body } of frames(server, long).parts()) for await (const _piece of body);
    })()
    await expect(reading).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    await closed(server)
  })

  it('may be the source’s, a signal’s or a timeout’s', async () => {
    const failing = new PassThrough()
    const aborting = new AbortController()
    const cases: [object, () => void, object][] = [
      [{}, () => failing.destroy(new Error('gone')), { message: 'gone' }],
      [{ signal: aborting.signal }, () => aborting.abort(), { name: 'AbortError' }],
      [{ frameTimeout: 1 }, () => {}, { code: 'ERR_FRAME_TIMEOUT', offset: 0 }],
    ]
    for (const [options, cause, expected] of cases) {
      const source = cause === cases[0]![1] ? failing : new PassThrough()
      const loop = frames(source, long, options).parts()
      source.write(Buffer.concat([header(10), Buffer.from('abc')]))
      const { value } = await loop.next()
      await value?.body.next()
      const rest = value!.body.next()
      await turns(2)
      cause()
      await expect(rest).rejects.toMatchObject(expected)
      await expect(loop.next()).rejects.toMatchObject(expected)
      expect(source.destroyed).toBe(true)
    }
  })

  it('is thrown by the loop after a body was left', async () => {
    const loop = frames([header(10), Buffer.from('abc')], long).parts()
    await loop.next()
    await expect(loop.next()).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: 0 })
  })
})

describe('a body', () => {
  const two = Buffer.concat([header(4), Buffer.from('abcd'), header(2), Buffer.from('ef')])

  it('that is read after the next frame was requested rejects: its rest is gone', async () => {
    for (const chunks of [[two], [two.subarray(0, 8), two.subarray(8)]]) {
      const loop = frames(chunks, long).parts({ maxPartLength: 2 })
      const { value: first } = await loop.next()
      await first?.body.next()
      const { value: second } = await loop.next()
      await expect(first?.body.next()).rejects.toThrow('before the body of this one was read')
      expect((await collect(second!.body)).items).toEqual([Buffer.from('ef')])
      expect((await loop.next()).done).toBe(true)
    }
  })

  it('rejects if return() of the loop cuts it short', async () => {
    const source = new PassThrough()
    const loop = frames(source, long).parts()
    source.write(two.subarray(0, 8))
    const { value } = await loop.next()
    const reading = collect(value!.body)
    await turns(2)
    await loop.return()
    expect((await reading).error).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(source.destroyed).toBe(true)
  })

  it('stays at its end', async () => {
    const loop = frames([two], long).parts()
    const { value: left } = await loop.next()
    await left!.body.return?.()
    expect((await left!.body.next()).done).toBe(true)
    const { value: taken } = await loop.next()
    await collect(taken!.body)
    expect((await taken!.body.next()).done).toBe(true)
    await loop.next()
    expect((await taken!.body.next()).done).toBe(true)
  })

  it('may be empty', async () => {
    const loop = frames([header(0).subarray(0, 5), header(0).subarray(5)], long).parts()
    const { value } = await loop.next()
    expect(value?.length).toBe(0)
    expect((await collect(value!.body)).items).toEqual([])
    expect((await loop.next()).done).toBe(true)
  })

  it.each([0, 1, 3])('leaves exactly the next byte if the loop is left inside it, after %i bytes', async (taken) => {
    const start = header(4).length
    for (let cut = start + taken; cut <= two.length; cut++) {
      const source = new PassThrough()
      source.write(two.subarray(0, cut))
      const loop = frames(source, long, { destroyOnReturn: false }).parts({ maxPartLength: 1 })
      const { value } = await loop.next()
      const pieces: unknown[] = []
      while (pieces.length < taken) pieces.push((await value?.body.next())?.value)
      await loop.return()
      source.end(two.subarray(cut))
      const rest = (await collect(source)).items
      expect(Buffer.concat([...pieces, ...rest] as Buffer[])).toEqual(two.subarray(start))
    }
  })

  it('leaves exactly the next byte even if parts() was called again meanwhile', async () => {
    const source = new PassThrough()
    source.end(two)
    const loop = frames(source, long, { destroyOnReturn: false })
    const { value } = await loop.parts({ maxPartLength: 1 }).next()
    await value?.body.next()
    loop.parts()
    await loop.return()
    expect(Buffer.concat((await collect(source)).items as Buffer[])).toEqual(two.subarray(header(4).length + 1))
  })

  it('leaves no byte of a frame after which others were taken', async () => {
    const source = new PassThrough()
    source.end(Buffer.concat([two, two]))
    const loop = frames(source, long, { destroyOnReturn: false })
    const { value } = await loop.parts({ maxPartLength: 1 }).next()
    await value?.body.next()
    expect(String((await loop.next()).value)).toBe('ef')
    await loop.return()
    expect(Buffer.concat((await collect(source)).items as Buffer[])).toEqual(two)
  })

  it('owns its pieces with copy: true', async () => {
    const loop = frames([two.subarray(0, 8), two.subarray(8)], long, { copy: true }).parts()
    for await (const { body } of loop) {
      for await (const piece of body) expect(piece.buffer.byteLength).toBe(piece.length)
    }
  })
})

describe('parts', () => {
  it('are available from a reader as well', async () => {
    const source = new PassThrough()
    source.end(Buffer.concat([Buffer.from('HELLO\r\n'), header(3), Buffer.from('abc'), Buffer.from('tail')]))
    const ask = reader(source)
    expect(String(await ask.until('\r\n'))).toBe('HELLO')
    const loop = ask.frames(long).parts()
    const { value } = await loop.next()
    expect((await collect(value!.body)).items.join('')).toBe('abc')
    await loop.return()
    expect(String(await ask.exactly(4))).toBe('tail')
  })

  it('can be taken after frames, and frames after them', async () => {
    const loop = frames([encoded(9)], codec)
    const expected = messages(9)
    expect((await loop.next()).value).toEqual(expected[0])
    const { value } = await loop.parts().next()
    expect((await collect(value!.body)).items).toEqual([expected[1]])
    expect((await collect(loop)).items).toEqual(expected.slice(2))
  })

  it('keep the codec’s limit', async () => {
    const loop = frames([header(100)], lengthField({ lengthFieldLength: 6, maxFrameLength: 50 })).parts()
    await expect(loop.next()).rejects.toMatchObject({ code: 'ERR_FRAME_TOO_LONG', frameLength: 106 })
  })

  it('are refused if no header determines the frames, or frames are not their bytes', () => {
    const { maxFrameLength } = codec
    const foreign: FrameCodec = {
      maxFrameLength,
      decoder: (options) => codec.decoder(options),
      encode: (frame) => codec.encode(frame),
      encodeParts: (frame) => codec.encodeParts(frame),
    }
    const refused: FrameCodec<unknown>[] = [
      lines(),
      textLength({ trailer: ',' }),
      fixedSize({ size: 4, atEnd: 'emit' }),
      mapCodec(codec, { decode: (bytes) => bytes.length }),
      foreign,
    ]
    for (const each of refused) {
      expect(() => frames([], each).parts()).toThrow(/^parts\(\) takes a codec whose header alone determines/)
    }
  })

  it('refuse wrong options', () => {
    expect(() => frames([], codec).parts({ maxPartLength: 0 })).toThrow(RangeError)
    expect(() => frames([], codec).parts({ maxPartlength: 1 } as object)).toThrow('maxPartLength')
  })

  it('count a frame when its last byte is taken, and publish its offset', async () => {
    const seen: unknown[] = []
    const listen = (message: unknown): void => {
      const { offset, length, frames: count } = message as Record<string, unknown>
      seen.push({ offset, length, frames: count })
    }
    subscribe('unstick:frame:received', listen)
    afterwards(() => unsubscribe('unstick:frame:received', listen))
    const source = new PassThrough()
    const loop = frames(source, long).parts()
    const take = async (): Promise<void> => void (await loop.next()).value
    source.write(Buffer.concat([header(1), Buffer.from('x'), header(6), Buffer.from('ab')]))
    await take()
    const { value } = await loop.next()
    await value!.body.next()
    expect(loop.stats.received?.frames).toBe(1)
    source.write('cd')
    await value!.body.next()
    source.write('ef')
    await value!.body.next()
    expect(loop.stats.received?.frames).toBe(2)
    source.end()
    expect((await loop.next()).done).toBe(true)
    expect(seen).toEqual([
      { offset: 0, length: 7, frames: 1 },
      { offset: 7, length: 12, frames: 1 },
    ])
    expect(loop.stats.received).toMatchObject({ frames: 2, bytes: 19, skips: 0 })
  })

  it('count no frame that was not whole, and one whose rest was dropped before an error', async () => {
    const framesOf = async (...chunks: Buffer[]): Promise<number | undefined> => {
      const loop = frames(chunks, lengthField({ lengthFieldLength: 1, maxFrameLength: 9 })).parts()
      await expect(collect(loop)).resolves.toHaveProperty('error')
      return loop.stats.received?.frames
    }
    expect(await framesOf(Buffer.of(4, 1))).toBe(0)
    expect(await framesOf(Buffer.of(4, 1), Buffer.of(2, 3))).toBe(0)
    expect(await framesOf(Buffer.of(4, 1), Buffer.of(2, 3, 4, 99))).toBe(1)
    const source = new PassThrough()
    const aborting = new AbortController()
    const loop = frames(source, long, { signal: aborting.signal }).parts()
    source.write(Buffer.concat([header(4), Buffer.from('ab')]))
    await loop.next()
    source.write(Buffer.from('cd'))
    aborting.abort()
    await expect(loop.next()).rejects.toThrow('aborted')
    expect(loop.stats.received?.frames).toBe(0)
  })

  it('restart frameTimeout with every piece', async () => {
    fakeTimers()
    afterwards(realTimers)
    const source = new PassThrough()
    const loop = frames(source, long, { frameTimeout: 100 }).parts()
    source.write(header(6))
    const { value } = await loop.next()
    for (const byte of 'abcd') {
      const taking = value!.body.next()
      await vi.advanceTimersByTimeAsync(90)
      source.write(byte)
      expect(String((await taking).value)).toBe(byte)
    }
    const waiting = value!.body.next()
    waiting.catch(() => {})
    await vi.advanceTimersByTimeAsync(102)
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: 0 })
  })
})
