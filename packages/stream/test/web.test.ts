import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { fixedSize } from '@unstick/fixed-size'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it, vi } from 'vitest'
import { encodeStream, frames } from '../src/index.ts'
import { FrameDecoderStream, FrameEncoderStream } from '../src/web.ts'
import { afterwards, codec, collect, connection, cut, encoded, messages, pause } from './connection.ts'

function chunks(...all: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of all) controller.enqueue(chunk)
      controller.close()
    },
  })
}

const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

describe('FrameDecoderStream', () => {
  it('gives the frames of any chunks, even empty ones, with the class of the chunks', async () => {
    const bytes = plain(encoded(50))
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte))
    const { items } = await collect(chunks(...pieces).pipeThrough(new FrameDecoderStream(codec)))
    expect(items.map((frame) => Buffer.from(frame))).toEqual(messages(50))
    expect(items.every((frame) => !Buffer.isBuffer(frame))).toBe(true)
  })

  it('reads a socket', async () => {
    const { client, server } = await connection()
    client.end(encoded(100))
    const web = Readable.toWeb(server) as ReadableStream<Uint8Array>
    const { items } = await collect(web.pipeThrough(new FrameDecoderStream(codec)))
    expect(items.map((frame) => Buffer.from(frame))).toEqual(messages(100))
  })

  it.each([0, 1, 5])(
    'gives every frame before an error, with %i frames queued: faulty, cut, or an error of the source',
    async (readableHighWaterMark) => {
      const short = lengthField({ lengthFieldLength: 2, maxFrameLength: 20 })
      const bytes = encoded(30)
      const broken = new Error('broken')
      let pulls = 0
      const failing = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (pulls++ === 0) controller.enqueue(bytes)
          else controller.error(broken)
        },
      })
      const ways: [ReadableStream<Uint8Array>, unknown][] = [
        [chunks(Buffer.concat([bytes, Buffer.from([255, 255])])), { code: 'ERR_FRAME_TOO_LONG', offset: bytes.length }],
        [chunks(bytes, cut), { code: 'ERR_FRAME_TRUNCATED', offset: bytes.length }],
        [failing, { message: 'broken' }],
      ]
      for (const [source, expected] of ways) {
        const stream = new FrameDecoderStream(short, { readableHighWaterMark })
        const reader = source.pipeThrough(stream).getReader()
        // Time for an error to overtake what is queued, if it could.
        await pause(2)
        const seen: unknown[] = []
        const reading = (async () => {
          for (let { value } = await reader.read(); value !== undefined; { value } = await reader.read())
            seen.push(value)
        })()
        await expect(reading).rejects.toMatchObject(expected as object)
        expect(seen).toEqual(messages(30))
      }
    },
  )

  it('queues no more than its high-water mark, and accepts no chunk before the last one is used up', async () => {
    const { readable, writable } = new FrameDecoderStream(fixedSize({ size: 1 }), { readableHighWaterMark: 4 })
    const writer = writable.getWriter()
    let isUsedUp = false
    const written = writer.write(new Uint8Array(100_000)).then(() => (isUsedUp = true))
    await pause(2)
    expect([writer.desiredSize, isUsedUp]).toEqual([0, false])
    const reader = readable.getReader()
    for (let count = 0; count < 99_990; count++) await reader.read()
    expect(isUsedUp).toBe(false)
    for (let count = 0; count < 10; count++) await reader.read()
    await written
    await Promise.all([writer.close(), reader.read()])
    expect((await reader.read()).done).toBe(true)
  })

  it('cancelled cancels the source', async () => {
    let cancelled: unknown
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encoded(5)),
      cancel: (reason) => {
        cancelled = reason
      },
    })
    const reader = source.pipeThrough(new FrameDecoderStream(codec)).getReader()
    await reader.read()
    await reader.cancel('enough')
    await pause(1)
    expect(cancelled).toBe('enough')
  })

  it('ends with an AbortError, the reason as its cause, on both sides', async () => {
    const controller = new AbortController()
    const { readable, writable } = new FrameDecoderStream(codec, { signal: controller.signal })
    const reading = readable.getReader().read()
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(reading).rejects.toMatchObject({ name: 'AbortError', cause: reason })
    await expect(writable.getWriter().closed).rejects.toMatchObject({ name: 'AbortError' })
    const late = new FrameDecoderStream(codec, { signal: AbortSignal.abort() })
    await expect(late.readable.getReader().read()).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('times out a started frame, and never between frames', async () => {
    const { readable, writable } = new FrameDecoderStream(codec, { frameTimeout: 15 })
    const writer = writable.getWriter()
    const reading = collect(readable)
    await writer.write(encoded(3))
    await pause(40)
    writer.write(cut).catch(() => {})
    const { items, error } = await reading
    expect(items).toHaveLength(3)
    expect(error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: encoded(3).length })
    await expect(writer.closed).rejects.toMatchObject({ code: 'ERR_FRAME_TIMEOUT' })
  })

  it('refuses chunks that are not bytes', async () => {
    const source = new ReadableStream({ start: (controller) => controller.enqueue('text') })
    const { error } = await collect(source.pipeThrough(new FrameDecoderStream(codec) as never))
    expect(error).toBeInstanceOf(TypeError)
  })

  it.each([
    ['refused at once', 'text' as never],
    ['refused after a frame', Uint8Array.of(0, 1, 9, 255, 255)],
  ])('rejects a write of bytes that are %s', async (_when, chunk) => {
    const short = lengthField({ lengthFieldLength: 2, maxFrameLength: 20 })
    const { readable, writable } = new FrameDecoderStream(short)
    const reading = collect(readable)
    const writing = writable.getWriter().write(chunk)
    const [{ error }, reason] = await Promise.all([reading, writing.catch((thrown: unknown) => thrown)])
    expect(error).toBeInstanceOf(Error)
    expect(reason).toBe(error)
  })

  it('decodes the body of a response', async () => {
    const { body } = new Response(plain(encoded(20)))
    const { items } = await collect(body?.pipeThrough(new FrameDecoderStream(codec)) ?? chunks())
    expect(items.map((frame) => Buffer.from(frame))).toEqual(messages(20))
  })
})

describe('FrameEncoderStream', () => {
  it('gives the bytes of frames, one chunk per frame', async () => {
    const source = Readable.toWeb(Readable.from(messages(30))) as ReadableStream<Uint8Array>
    const { items } = await collect(source.pipeThrough(new FrameEncoderStream(codec)))
    expect(items).toHaveLength(30)
    expect(Buffer.concat(items)).toEqual(encoded(30))
  })

  it('fails both sides at a frame that cannot be encoded, or drops and reports it with onEncodeError', async () => {
    const records = fixedSize({ size: 2 })
    const frameSizes = [2, 3, 2].map((size) => new Uint8Array(size))
    const failed = await collect(chunks(...frameSizes).pipeThrough(new FrameEncoderStream(records)))
    expect(failed.error).toMatchObject({ code: 'ERR_FRAME_NOT_ENCODABLE' })
    const calls: unknown[] = []
    const telling = new FrameEncoderStream(records, { onEncodeError: (_error, frame) => calls.push(frame) })
    expect((await collect(chunks(...frameSizes).pipeThrough(telling))).items).toHaveLength(2)
    expect(calls).toEqual([frameSizes[1]])
  })

  it('ends with an AbortError if its signal aborts, or already has', async () => {
    const controller = new AbortController()
    const { readable } = new FrameEncoderStream(codec, { signal: controller.signal })
    const reading = readable.getReader().read()
    controller.abort()
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
    const late = new FrameEncoderStream(codec, { signal: AbortSignal.abort() })
    await expect(late.readable.getReader().read()).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('leaves no listener on a signal that has aborted, or if onEncodeError throws', async () => {
    const aborted = AbortSignal.abort()
    const add = vi.spyOn(aborted, 'addEventListener')
    await collect(new FrameEncoderStream(codec, { signal: aborted }).readable)
    expect(add).not.toHaveBeenCalled()
    const { signal } = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    const failure = new Error('from onEncodeError')
    const onEncodeError = (): never => {
      throw failure
    }
    const stream = new FrameEncoderStream(fixedSize({ size: 2 }), { signal, onEncodeError })
    const { error } = await collect(chunks(new Uint8Array(3)).pipeThrough(stream))
    expect(error).toBe(failure)
    expect(remove).toHaveBeenCalledTimes(1)
  })

  it.each<[string, (stream: FrameEncoderStream) => Promise<unknown>]>([
    ['its end', async ({ readable, writable }) => Promise.all([writable.close(), collect(readable)])],
    ['its cancellation', ({ readable }) => readable.cancel()],
    ['the abort of its writable side', ({ writable }) => writable.abort()],
  ])('leaves nothing on its signal after %s', async (_what, act) => {
    const { signal } = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    await act(new FrameEncoderStream(codec, { signal }))
    expect(remove).toHaveBeenCalledTimes(1)
  })
})

describe('worker_threads', () => {
  it('give a ReadableStream through a port, and take one', async () => {
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads')
      const source = new ReadableStream({
        start(controller) {
          for (const byte of workerData) controller.enqueue(Uint8Array.of(byte))
          controller.close()
        },
      })
      parentPort.postMessage(source, [source])
      parentPort.once('message', async (stream) => {
        let length = 0
        for await (const chunk of stream) length += chunk.length
        parentPort.postMessage(length)
      })`,
      { eval: true, workerData: plain(encoded(20)) },
    )
    afterwards(() => void worker.terminate())
    const [source] = (await once(worker, 'message')) as [ReadableStream<Uint8Array>]
    const received: Buffer[] = []
    for await (const frame of frames(source, codec)) received.push(frame)
    expect(received).toEqual(messages(20))
    const encoding = encodeStream(codec)
    for (const payload of received) encoding.write(payload)
    encoding.end()
    const back = Readable.toWeb(encoding) as unknown as import('node:worker_threads').TransferListItem
    worker.postMessage(back, [back])
    expect(await once(worker, 'message')).toEqual([encoded(20).length])
  })
})

describe('@unstick/stream/web', () => {
  it('imports nothing from Node, and does not use Buffer', () => {
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const source = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8')
      expect(source).not.toMatch(/from 'node:|import\('node:|\bBuffer\.|\bprocess\./)
      const imports = source.matchAll(/from '(\.{1,2}\/.+?)'/g)
      for (const [, imported] of imports) visit(join(dirname(file), imported ?? ''))
    }
    visit('web.ts')
    expect(seen.size).toBeGreaterThan(5)
  })

  it('writes to a Web WritableStream of a Node stream', async () => {
    const { client, server } = await connection()
    const source = Readable.toWeb(Readable.from(messages(30))) as ReadableStream<Uint8Array>
    const sending = source.pipeThrough(new FrameEncoderStream(codec)).pipeTo(Writable.toWeb(client) as WritableStream)
    expect((await collect(frames(server, codec))).items).toEqual(messages(30))
    await sending
  })
})

describe('a writableHighWaterMark of 0', () => {
  it('does not stop a pipe', async () => {
    const options = { writableHighWaterMark: 0 }
    const decoded = chunks(...messages(3))
      .pipeThrough(new FrameEncoderStream(codec, options))
      .pipeThrough(new FrameDecoderStream(codec, options))
    const { items } = await collect(decoded as unknown as AsyncIterable<Uint8Array>)
    expect(items.map((frame) => Buffer.from(frame))).toEqual(messages(3))
  })
})
