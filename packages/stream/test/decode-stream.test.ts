import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { PassThrough, Readable, Writable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { defineCodec, gap } from '@unstick/core'
import { jsonLines, lines } from '@unstick/delimiter'
import { fixedSize } from '@unstick/fixed-size'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it } from 'vitest'
import { decodeStream, encodeStream } from '../src/index.ts'
import { closed, codec, collect, connection, cut, encoded, message, messages, pause } from './connection.ts'

/** The index of the last of the zeros that begin at `start`. */
function lastZero(bytes: Uint8Array, start: number, end: number): number {
  let last = start
  while (last + 1 < end && bytes[last + 1] === 0) last++
  return last
}

/** The ways in which a reader may take the frames. */
const ways: [string, (stream: Duplex, seen: unknown[]) => Promise<unknown>][] = [
  [
    'for await',
    async (stream, seen) => {
      for await (const frame of stream) seen.push(frame)
    },
  ],
  [
    'pipeline into an async function',
    (stream, seen) =>
      pipeline(stream, async (source) => {
        for await (const frame of source) {
          seen.push(frame)
          if (seen.length % 10 === 0) await new Promise(setImmediate)
        }
      }),
  ],
  [
    "'data' listeners",
    (stream, seen) =>
      new Promise<void>((resolve, reject) => {
        stream
          .on('data', (frame) => seen.push(frame))
          .on('error', reject)
          .on('end', resolve)
      }),
  ],
  [
    "'data' listeners that pause",
    (stream, seen) =>
      new Promise<void>((resolve, reject) => {
        stream
          .on('data', (frame) => {
            if (seen.push(frame) % 7 !== 0) return
            stream.pause()
            setImmediate(() => stream.resume())
          })
          .on('error', reject)
          .on('end', resolve)
      }),
  ],
  [
    "'readable' and read()",
    (stream, seen) =>
      new Promise<void>((resolve, reject) => {
        stream
          .on('readable', () => {
            for (let frame: unknown = stream.read(); frame !== null; frame = stream.read()) seen.push(frame)
          })
          .on('error', reject)
          .on('end', resolve)
      }),
  ],
  [
    'a Web stream that queues nothing',
    async (stream, seen) => {
      const web = Readable.toWeb(stream, { strategy: { highWaterMark: 0 } }) as ReadableStream<unknown>
      for await (const frame of web) seen.push(frame)
    },
  ],
]

describe('decodeStream', () => {
  it.each(ways)('gives the frames of a socket, empty ones too: %s', async (_way, consume) => {
    const { client, server } = await connection()
    client.end(encoded(300))
    const seen: unknown[] = []
    await consume(server.pipe(decodeStream(codec)), seen)
    expect(seen).toEqual(messages(300))
    expect(seen.every((frame) => Buffer.isBuffer(frame))).toBe(true)
  })

  it.each(ways)('gives every frame before the error of a FIN inside a frame: %s', async (_way, consume) => {
    const { client, server } = await connection()
    client.end(Buffer.concat([encoded(40), cut]))
    const seen: unknown[] = []
    await expect(consume(server.pipe(decodeStream(codec)), seen)).rejects.toMatchObject({
      code: 'ERR_FRAME_TRUNCATED',
    })
    expect(seen).toEqual(messages(40))
  })

  it.each(ways)('gives every frame before a faulty one in the same chunk: %s', async (_way, consume) => {
    const short = lengthField({ lengthFieldLength: 2, maxFrameLength: 20 })
    const stream = decodeStream(short)
    stream.write(Buffer.concat([encoded(100), Buffer.from([255, 255])]))
    const seen: unknown[] = []
    await expect(consume(stream, seen)).rejects.toMatchObject({
      code: 'ERR_FRAME_TOO_LONG',
      offset: encoded(100).length,
    })
    expect(seen).toEqual(messages(100))
  })

  it('fails a pipeline with the error, after the frames before it', async () => {
    const { client, server } = await connection()
    client.end(Buffer.concat([encoded(30), cut]))
    const seen: unknown[] = []
    const sink = new Writable({
      objectMode: true,
      write(frame, _encoding, callback) {
        seen.push(frame)
        callback()
      },
    })
    await expect(pipeline(server, decodeStream(codec), sink)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    expect(seen).toEqual(messages(30))
    await closed(server)
  })

  it.each([1, 16, 64])(
    'never queues more than its high-water mark of %i frames, though one chunk holds 100,000',
    async (readableHighWaterMark) => {
      const stream = decodeStream(fixedSize({ size: 2 }), { readableHighWaterMark })
      const chunk = Buffer.alloc(200_000)
      for (let index = 0; index < 100_000; index++) chunk.writeUInt16BE(index & 0xffff, 2 * index)
      stream.end(chunk)
      let most = 0
      let count = 0
      for await (const frame of stream as AsyncIterable<Buffer>) {
        most = Math.max(most, stream.readableLength)
        if (frame.readUInt16BE() !== (count & 0xffff)) throw new Error(`frame ${count} is out of order`)
        if (++count % 10_000 === 0) await new Promise(setImmediate)
      }
      expect(count).toBe(100_000)
      expect(most).toBeLessThanOrEqual(readableHighWaterMark)
    },
  )

  it('queues no more than its high-water mark without a reader, and calls the callback of a write when its frames are used up', async () => {
    const stream = decodeStream(fixedSize({ size: 1 }), { readableHighWaterMark: 10 })
    let isUsedUp = false
    stream.write(Buffer.alloc(100_000), () => (isUsedUp = true))
    stream.read(0)
    await pause(5)
    expect([stream.readableLength, isUsedUp]).toEqual([10, false])
    stream.resume()
    await pause(100)
    expect([stream.readableLength, isUsedUp]).toEqual([0, true])
  })

  it('keeps the order if a listener of frames calls read()', async () => {
    const stream = decodeStream(fixedSize({ size: 1 }))
    const seen: number[] = []
    stream.on('data', (frame: Buffer) => {
      seen.push(frame[0] ?? -1)
      if (seen.length === 3) stream.read()
    })
    stream.end(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]))
    await new Promise((resolve) => stream.on('end', resolve))
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('stops if a listener of frames destroys it', async () => {
    const stream = decodeStream(fixedSize({ size: 1 }), { readableHighWaterMark: 1 })
    let count = 0
    stream.on('data', () => {
      count++
      stream.destroy()
    })
    stream.write(Buffer.alloc(10))
    await once(stream, 'close')
    // Node still gives queued frames.
    expect(count).toBeLessThanOrEqual(2)
  })

  it('finishes when the frames of its end have been read', async () => {
    const stream = decodeStream(lines())
    stream.end('a\nb')
    expect((await collect(stream)).items.map(String)).toEqual(['a', 'b'])
    expect([stream.writableFinished, stream.closed]).toEqual([true, true])
  })

  it('refuses a null, which no Node stream can carry, after the frames before it', async () => {
    const stream = decodeStream(jsonLines())
    stream.end('1\nnull\n2\n')
    const { items, error } = await collect(stream)
    expect(items).toEqual([1])
    expect(error).toMatchObject({ code: 'ERR_FRAME_CORRUPT', offset: 2 })
  })

  it.each([
    ['after other values', '1\nnull\n2\nx\n3\n', [1, 2, 3], [2, 5], [9, 2]],
    ['first of all', 'null\n1\nx\n', [1], [0, 5], [7, 2]],
    ['after what was skipped', 'x\n\nnull\n1\nx\n', [1], [0, 2], [3, 5], [10, 2]],
    ['last, without an end of its line', 'x\nnull', [], [0, 2], [2, 4]],
  ])(
    'skips a null where the codec skips what is corrupt, and reports each once: %s',
    async (_when, text, values, ...all) => {
      for (const size of [1, 3, 100]) {
        const codecs = jsonLines({ corrupt: 'skip' })
        // For the first stream of a codec, and for later ones.
        for (let round = 0; round < 2; round++) {
          const skipped: unknown[] = []
          const stream = decodeStream(codecs, { onSkip: ({ offset, length }) => skipped.push([offset, length]) })
          for (let at = 0; at < text.length; at += size) stream.write(text.slice(at, at + size))
          stream.end()
          expect(await collect(stream)).toEqual({ items: values })
          expect(skipped).toEqual(all)
        }
      }
    },
  )

  it('reports a gap whole that goes on where the beginning becomes too long to be kept', async () => {
    const zeros = defineCodec({
      name: 'zeros',
      maxFrameLength: 1,
      find: (bytes, start, end, search) =>
        bytes[start] === 0 ? gap(search, lastZero(bytes, start, end) + 1) : start + 1,
      toFrame: ([byte]) => byte,
    })
    const skipped: unknown[] = []
    const stream = decodeStream(zeros, { onSkip: ({ offset, length }) => skipped.push([offset, length]) })
    const reading = collect(stream)
    for (let count = 0; count < 10; count++) stream.write(Buffer.alloc(10_000))
    stream.end(Buffer.from([7]))
    expect(await reading).toEqual({ items: [7] })
    expect(skipped).toEqual([[0, 100_000]])
    expect(stream.stats.received).toMatchObject({ skips: 1, skippedBytes: 100_000 })
  })

  it('needs no chunk after the callback of its write, even before the first frame of a codec', async () => {
    const stream = decodeStream(jsonLines())
    const reading = collect(stream)
    const memory = Buffer.alloc(4)
    for (const text of ['{"a"', ':1, ', '"b":', '2}\n3']) {
      memory.write(text)
      await new Promise((resolve) => stream.write(memory, resolve))
    }
    stream.end()
    expect(await reading).toEqual({ items: [{ a: 1, b: 2 }, 3] })
  })

  it('refuses a null even after a beginning that is too long to be kept', async () => {
    const stream = decodeStream(jsonLines())
    const long = JSON.stringify('x'.repeat(200_000))
    for (let at = 0; at < long.length; at += 10_000) stream.write(long.slice(at, at + 10_000))
    stream.end('\nnull\n')
    const { items, error } = await collect(stream)
    expect(items).toHaveLength(1)
    expect(error).toMatchObject({ code: 'ERR_FRAME_CORRUPT', offset: long.length + 1 })
  })

  it.each([undefined, null, 0, 'text'])('ends with an Error when a callback throws %s', async (thrown) => {
    const skipping = lengthField({ lengthFieldLength: 1, maxFrameLength: 3, oversize: 'skip' })
    const onSkip = (): never => {
      throw thrown
    }
    const stream = decodeStream(skipping, { onSkip })
    stream.end(Buffer.from([1, 5, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 6]))
    const { items, error } = await collect(stream)
    expect(items).toEqual([Buffer.from([5])])
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).cause).toBe(thrown)
  })

  it('is composed with other streams', async () => {
    const bytes = encoded(50)
    const echo = Readable.from([bytes.subarray(0, 9), bytes.subarray(9)])
      .compose(decodeStream(codec))
      .compose(encodeStream(codec))
    const { items } = await collect(echo as AsyncIterable<Buffer>)
    expect(Buffer.concat(items)).toEqual(bytes)
  })

  it('reads a file through .pipe', async () => {
    const path = new URL(import.meta.url)
    const { items } = await collect(createReadStream(path, { highWaterMark: 100 }).pipe(decodeStream(lines())))
    const whole = await collect(createReadStream(path, { encoding: 'utf8' }))
    expect(items.map((line) => `${line}\n`).join('')).toBe(whole.items.join(''))
  })

  it('times out a started frame after the frames before it, and never between frames', async () => {
    const stream = decodeStream(codec, { frameTimeout: 15 })
    const reading = collect(stream)
    stream.write(encoded(3))
    await pause(40)
    expect(stream.destroyed).toBe(false)
    stream.write(Buffer.concat([encoded(2), cut]))
    const { items, error } = await reading
    expect(items).toHaveLength(5)
    expect(error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: encoded(3).length + encoded(2).length })
  })

  it('times out a frame that is being skipped', async () => {
    const skipping = lengthField({ lengthFieldLength: 2, maxFrameLength: 100, oversize: 'skip' })
    const stream = decodeStream(skipping, { frameTimeout: 15 })
    stream.write(Buffer.concat([encoded(3), Buffer.from([1, 0, 0, 0])]))
    const { items, error } = await collect(stream)
    expect(items).toHaveLength(3)
    expect(error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: encoded(3).length })
  })

  it('times each frame from its own beginning, whatever happened to the previous one', async () => {
    const stream = decodeStream(jsonLines(), { frameTimeout: 150 })
    const reading = collect(stream)
    // A blank line gives no frame.
    for (let count = 0; count < 5; count++) {
      stream.write(' ')
      await pause(50)
      stream.write('\n')
    }
    expect(stream.destroyed).toBe(false)
    stream.write('1')
    const { error } = await reading
    expect(error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: 10 })
  })

  it('does not blame the peer for a slow reader', async () => {
    const stream = decodeStream(codec, { frameTimeout: 15, readableHighWaterMark: 1 })
    stream.write(Buffer.concat([encoded(4), cut]))
    const seen: unknown[] = []
    for await (const frame of stream) {
      seen.push(frame)
      if (seen.length === 2) await pause(50)
      if (seen.length === 4) stream.end(Buffer.alloc(4))
    }
    expect(seen).toHaveLength(5)
  })

  it('ends with an AbortError as Node does', async () => {
    const controller = new AbortController()
    const { client, server } = await connection()
    client.write(encoded(3))
    const reason = new Error('enough')
    const work = pipeline(server, decodeStream(codec, { signal: controller.signal }), async (source) => {
      for await (const frame of source as AsyncIterable<Buffer>) if (frame.equals(message(2))) controller.abort(reason)
    })
    await expect(work).rejects.toMatchObject({ name: 'AbortError', cause: reason })
    expect(server.destroyed).toBe(true)
  })

  it.each([
    ['no codec', () => decodeStream(1 as never), TypeError, /codec/],
    [
      'a wrong readableHighWaterMark',
      () => decodeStream(codec, { readableHighWaterMark: -1 }),
      RangeError,
      /readableHighWaterMark .* received -1/,
    ],
    [
      'a wrong writableHighWaterMark',
      () => decodeStream(codec, { writableHighWaterMark: 'x' as never }),
      TypeError,
      /writableHighWaterMark/,
    ],
  ])('%s is misuse, thrown at the call', (_what, call, kind, text) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(text)
  })

  it('reads from any Readable that pipes', async () => {
    const bytes = new PassThrough()
    const reading = collect(bytes.pipe(decodeStream(codec)))
    for (const byte of encoded(20)) bytes.write(Buffer.from([byte]))
    bytes.end()
    expect((await reading).items).toEqual(messages(20))
  })
})
