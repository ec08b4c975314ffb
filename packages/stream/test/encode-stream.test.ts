import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { textLines } from '@unstick/delimiter'
import { fixedSize } from '@unstick/fixed-size'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it, vi } from 'vitest'
import { encodeStream, frames } from '../src/index.ts'
import { codec, collect, connection, encoded, messages, pause, turns } from './connection.ts'

const records = fixedSize({ size: 2 })

describe('encodeStream', () => {
  it('writes frames to a socket in a pipeline', async () => {
    const { client, server } = await connection()
    const sending = pipeline(Readable.from(messages(300)), encodeStream(codec), client)
    const { items } = await collect(frames(server, codec))
    expect(items).toEqual(messages(300))
    await sending
  })

  it('joins the frames written in one tick: they leave in one write', async () => {
    const { client, server } = await connection()
    const write = vi.spyOn(client, '_write')
    const stream = encodeStream(codec)
    stream.pipe(client)
    for (const payload of messages(500)) stream.write(payload)
    await pause(5)
    expect(write).toHaveBeenCalledTimes(1)
    for (const payload of messages(20)) stream.write(payload)
    stream.end()
    expect((await collect(frames(server, codec))).items).toEqual([...messages(500), ...messages(20)])
    expect(write).toHaveBeenCalledTimes(2)
  })

  it('does not copy large payloads, and keeps the order', async () => {
    const large = lengthField()
    const payloads = [Buffer.from('a'), Buffer.alloc(1 << 20, 1), Buffer.from('b'), Buffer.alloc(20_000, 2)]
    const stream = encodeStream(large)
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    for (const payload of payloads) stream.write(payload)
    stream.end()
    await once(stream, 'end')
    expect(chunks.map((chunk) => chunk.length)).toEqual([9, 1 << 20, 9, 20_000])
    expect(chunks[1]?.buffer).toBe(payloads[1]?.buffer)
    const { items } = await collect(frames(chunks, large))
    expect(Buffer.concat(items).equals(Buffer.concat(payloads))).toBe(true)
  })

  it('honours backpressure: unread bytes are limited, and all arrive when they are read', async () => {
    const stream = encodeStream(codec, { readableHighWaterMark: 1000, writableHighWaterMark: 10 })
    let written = 0
    while (stream.write(Buffer.alloc(100))) if (++written % 3 === 0) await new Promise(setImmediate)
    await pause(1)
    expect(stream.readableLength).toBeLessThan(1000 + 2 * 102 * 10)
    expect(stream.writableLength).toBeLessThanOrEqual(10)
    const drained = once(stream, 'drain')
    const reading = collect(frames(stream, codec, { destroyOnReturn: false }))
    await drained
    stream.end()
    expect((await reading).items).toHaveLength(written + 1)
  })

  it('reports a frame that cannot be encoded to the callback of its write, and continues with the others', async () => {
    const stream = encodeStream(records)
    const calls: [number, unknown][] = []
    for (const size of [2, 3, 2, 1]) {
      stream.write(Buffer.alloc(size, size), (error) => calls.push([size, (error as { code?: string })?.code]))
    }
    stream.end()
    expect(Buffer.concat((await collect(stream as AsyncIterable<Buffer>)).items)).toEqual(Buffer.alloc(4, 2))
    expect(calls.toSorted(([a], [b]) => a - b)).toEqual([
      [1, 'ERR_FRAME_NOT_ENCODABLE'],
      [2, undefined],
      [2, undefined],
      [3, 'ERR_FRAME_NOT_ENCODABLE'],
    ])
  })

  it('reports the frame to onEncodeError, even in a pipeline, which continues', async () => {
    const calls: unknown[] = []
    const bad = Buffer.alloc(3)
    const stream = encodeStream(records, { onEncodeError: (error, frame) => calls.push(error, frame) })
    const { items } = await collect(Readable.from([Buffer.alloc(2), bad, Buffer.alloc(2)]).pipe(stream))
    expect(Buffer.concat(items as Buffer[])).toHaveLength(4)
    expect(calls).toEqual([expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }), bad])
  })

  it('is destroyed with the error of a frame whose loss would go unnoticed', async () => {
    const failing = pipeline(Readable.from([Buffer.alloc(3)]), encodeStream(records), async (source) => {
      for await (const _chunk of source);
    })
    await expect(failing).rejects.toMatchObject({ code: 'ERR_FRAME_NOT_ENCODABLE' })
  })

  it('is destroyed by a frame that cannot be encoded with destroyOnEncodeError', async () => {
    const calls: unknown[] = []
    const stream = encodeStream(records, { destroyOnEncodeError: true, onEncodeError: (error) => calls.push(error) })
    stream.write(Buffer.alloc(1), (error) => calls.push(error))
    const [error] = (await once(stream, 'error')) as [unknown]
    expect(calls).toEqual([error, error])
    expect(stream.destroyed).toBe(true)
  })

  it('refuses the same frames in end() as in write()', async () => {
    const stream = encodeStream(records)
    stream.end(Buffer.alloc(1))
    expect((await collect(stream)).error).toMatchObject({ code: 'ERR_FRAME_NOT_ENCODABLE' })
  })

  it('does not leave a pipe waiting for a drain after a refused frame', async () => {
    const stream = encodeStream(codec, { writableHighWaterMark: 1, onEncodeError: () => {} })
    const all = Array.from({ length: 50 }, (_, index) => Buffer.alloc(index % 2 === 0 ? 3 : 70_000))
    const { items } = await collect(frames(Readable.from(all).pipe(stream), codec))
    expect(items).toHaveLength(25)
  })

  it.each([
    ['a large payload', [20_000, 1], [false, false]],
    ['joined frames', [10_000, 10_000, 1], [true, false, false]],
  ])(
    'fails a frame of which its reader took only the beginning before destroying it: %s',
    async (_of, sizes, taken) => {
      const stream = encodeStream(textLines())
      stream.on('data', () => stream.destroy())
      await turns(2)
      const written: unknown[] = []
      stream.cork()
      for (const size of sizes) stream.write('x'.repeat(size), (error) => written.push(error))
      stream.uncork()
      await turns(2)
      const destroyed = expect.objectContaining({ code: 'ERR_STREAM_DESTROYED' })
      expect(written).toEqual(taken.map((wasTaken) => (wasTaken ? undefined : destroyed)))
    },
  )

  it('calls the callbacks of waiting writes when it is destroyed', async () => {
    const stream = encodeStream(codec, { readableHighWaterMark: 1 })
    const called = Array.from({ length: 3 }, () => new Promise((resolve) => stream.write(Buffer.alloc(10), resolve)))
    await pause(1)
    stream.destroy()
    await Promise.all(called)
    expect(stream.destroyed).toBe(true)
  })

  it('ends with an AbortError when its signal aborts', async () => {
    const reason = new Error('enough')
    const stream = encodeStream(codec, { signal: AbortSignal.abort(reason) })
    expect((await collect(stream)).error).toMatchObject({ name: 'AbortError', cause: reason })
  })

  it('writes the bytes of encode', async () => {
    const { items } = await collect(Readable.from(messages(30)).pipe(encodeStream(codec)) as AsyncIterable<Buffer>)
    expect(Buffer.concat(items)).toEqual(encoded(30))
  })

  it.each([
    ['no codec', () => encodeStream(1 as never), TypeError, /codec/],
    ['a wrong onEncodeError', () => encodeStream(codec, { onEncodeError: 1 as never }), TypeError, /onEncodeError/],
    [
      'a wrong destroyOnEncodeError',
      () => encodeStream(codec, { destroyOnEncodeError: 1 as never }),
      TypeError,
      /destroyOnEncodeError/,
    ],
  ])('%s is misuse, thrown at the call', (_what, call, kind, text) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(text)
  })
})
