// The same frames from every kind of source.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex, PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { bySilence, framed, frames, reader, type FrameSource } from '../src/index.ts'
import { FrameDecoderStream } from '../src/web.ts'
import { afterwards, codec, collect, cut, encoded, message, messages, pause } from './connection.ts'
import { tlsConnection } from './tls.ts'

/** Newer than the library of types. */
type Resizable = ArrayBuffer & { resize(length: number): void }
type ResizableConstructor = new (length: number, options: { maxByteLength: number }) => Resizable

async function* asyncChunks(chunks: Uint8Array[], left: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } finally {
    left()
  }
}

function* syncChunks(chunks: Uint8Array[], left: () => void): Generator<Uint8Array> {
  try {
    yield* chunks
  } finally {
    left()
  }
}

function webChunks(chunks: Uint8Array[], left: () => void): ReadableStream<Uint8Array> {
  const rest = chunks.values()
  return new ReadableStream({
    pull(controller) {
      const { done, value } = rest.next()
      if (done === true) {
        left()
        controller.close()
      } else controller.enqueue(value)
    },
    cancel: left,
  })
}

function objectStream(chunks: unknown[], left: () => void): Readable {
  const rest = [...chunks]
  return new Readable({
    objectMode: true,
    read() {
      this.push(rest.length > 0 ? rest.shift() : null)
    },
  }).on('close', left)
}

const kinds: [string, (chunks: Uint8Array[], left: () => void) => FrameSource][] = [
  ['a Readable', (chunks, left) => Readable.from(chunks).on('close', left)],
  ['a Readable in byte mode', (chunks, left) => Readable.from(chunks).pipe(new PassThrough()).on('close', left)],
  ['a Web ReadableStream', webChunks],
  ['an async iterable', asyncChunks],
  ['an iterable', syncChunks],
]

describe('frames', () => {
  it.each(kinds)(
    'are read from %s, as Buffers even if its chunks are not, and the source is ended',
    async (_kind, make) => {
      let isLeft = false
      const bytes = new Uint8Array(encoded(50))
      const source = make([bytes.subarray(0, 7), new Uint8Array(0), bytes.subarray(7)], () => (isLeft = true))
      const { items, error } = await collect(frames(source, codec))
      expect(error).toBeUndefined()
      expect(items).toEqual(messages(50))
      expect(items.every((frame) => Buffer.isBuffer(frame))).toBe(true)
      await pause(1)
      expect(isLeft).toBe(true)
    },
  )

  it.each(kinds)('left early, or failed, end %s', async (_kind, make) => {
    for (const bytes of [encoded(5), cut]) {
      let isLeft = false
      const source = make([bytes, new Uint8Array(1)], () => (isLeft = true))
      const reading = (async () => {
        for await (const _frame of frames(source, codec)) break
      })()
      if (bytes === cut) await expect(reading).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
      else await reading
      await pause(1)
      expect(isLeft).toBe(true)
    }
  })

  it.each<[string, (error: Error) => FrameSource]>([
    [
      'a Readable',
      (error) =>
        Readable.from(
          (async function* () {
            yield encoded(3)
            throw error
          })(),
        ),
    ],
    [
      'a Web ReadableStream',
      (error) => {
        let pulls = 0
        return new ReadableStream<Uint8Array>({
          pull(controller) {
            if (pulls++ === 0) controller.enqueue(encoded(3))
            else controller.error(error)
          },
        })
      },
    ],
    [
      'an async iterable',
      async function* (error) {
        yield encoded(3)
        throw error
      },
    ],
    [
      'an iterable',
      function* (error) {
        yield encoded(3)
        throw error
      },
    ],
  ])('come before the error of %s, which is its own', async (_kind, make) => {
    const failure = new Error('broken')
    const { items, error } = await collect(frames(make(failure), codec))
    expect(items).toEqual(messages(3))
    expect(error).toBe(failure)
  })

  it.each<[string, (chunks: unknown[], left: () => void) => FrameSource]>([
    ['an async iterable', (chunks, left) => asyncChunks(chunks as Uint8Array[], left)],
    ['an iterable', (chunks, left) => syncChunks(chunks as Uint8Array[], left)],
    ['a Web ReadableStream', (chunks, left) => webChunks(chunks as Uint8Array[], left)],
    ['a Readable', (chunks, left) => objectStream(chunks, left)],
  ])('of %s that gives something else than bytes fail, and it is ended', async (_kind, make) => {
    for (const wrong of [undefined, 'the text of a peer', 7, {}]) {
      let isLeft = false
      const source = make([encoded(3), wrong, encoded(2)], () => (isLeft = true))
      const { items, error } = await collect(frames(source, codec))
      expect(items).toEqual(messages(3))
      expect(error).toBeInstanceOf(TypeError)
      expect((error as Error).message).not.toContain('peer')
      await pause(1)
      expect(isLeft).toBe(true)
    }
  })

  it.each<[string, (source: PassThrough) => AsyncIterable<unknown>]>([
    ['frames', (source) => frames(source, codec)],
    ['framed', (source) => framed(source, codec)],
  ])('of a stream with an encoding are an error that says so, and does not show its text: %s', async (_kind, read) => {
    const source = new PassThrough()
    source.setEncoding('utf8')
    source.write('the text of a peer')
    const { error } = await collect(read(source))
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toMatch(/setEncoding/)
    expect((error as Error).message).not.toContain('peer')
    expect(source.destroyed).toBe(true)
  })

  it.each([
    ['transferred', (memory: Resizable) => void structuredClone(memory, { transfer: [memory] })],
    ['whose memory shrunk', (memory: Resizable) => memory.resize(4)],
  ])('come before a TypeError for a chunk %s before it is decoded, never a hang', async (_what, lose) => {
    const lost = (make: (chunk: Uint8Array) => Uint8Array): Uint8Array => {
      const memory = new (ArrayBuffer as unknown as ResizableConstructor)(16, { maxByteLength: 32 })
      const chunk = make(new Uint8Array(memory, 8, 8))
      lose(memory)
      return chunk
    }
    for (const make of [
      (chunk: Uint8Array) => chunk,
      ({ buffer, byteOffset, length }: Uint8Array) => Buffer.from(buffer, byteOffset, length),
    ]) {
      const chunks = (): Uint8Array[] => [encoded(3), lost(make), encoded(1)]
      const socket = (): Duplex => {
        const duplex = new Duplex({ objectMode: true, read: () => {}, write: (_frame, _encoding, next) => next() })
        for (const chunk of chunks()) duplex.push(chunk)
        return duplex
      }
      const input = reader([chunks()])
      const decoding = new FrameDecoderStream(codec)
      const output = decoding.writable.getWriter()
      for (const chunk of chunks()) output.write(chunk).catch(() => {})
      for (const read of [
        frames(chunks(), codec),
        frames([chunks()], codec),
        frames(
          webChunks(chunks(), () => {}),
          codec,
        ),
        frames(Readable.from(chunks()), codec, { destroyOnReturn: false }),
        framed(socket(), codec),
        input.frames(codec),
        decoding.readable as unknown as AsyncIterable<Uint8Array>,
      ]) {
        const { items, error } = await collect(read)
        expect([items.map((item) => Buffer.from(item)), error]).toEqual([messages(3), expect.any(TypeError)])
      }
      expect((await collect(bySilence([chunks()], { milliseconds: 1 }))).error).toBeInstanceOf(TypeError)
    }
  })

  it('are read from arrays of chunks, and from chunks between them', async () => {
    const bytes = encoded(50)
    const pieces = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1))
    const source = [pieces.slice(0, 30), [], bytes.subarray(30, 40), pieces.slice(40)]
    expect((await collect(frames(source, codec))).items).toEqual(messages(50))
    const batches = (await collect(frames(source, codec).batches())).items
    expect(batches.flat()).toEqual(messages(50))
    const { items, error } = await collect(frames([[encoded(3), undefined as never, encoded(1)]], codec))
    expect([items, error]).toEqual([messages(3), expect.any(TypeError)])
  })

  it('of an array of chunks that is left early are put back to the last byte', async () => {
    const source = Readable.from([[encoded(2), encoded(3)], encoded(1)])
    for await (const _frame of frames(source, codec, { destroyOnReturn: false })) break
    expect((await collect(frames(source, codec))).items).toEqual([message(1), ...messages(3), ...messages(1)])
  })

  it('of a Web ReadableStream leave it unlocked at its end', async () => {
    const source = webChunks([encoded(2)], () => {})
    await collect(frames(source, codec))
    expect(source.locked).toBe(false)
  })

  it('are read from a stream that has already ended or been destroyed', async () => {
    const ended = Readable.from([]).resume()
    await once(ended, 'end')
    expect(await collect(frames(ended, codec))).toEqual({ items: [] })
    const destroyed = new PassThrough().destroy()
    await once(destroyed, 'close')
    expect((await collect(frames(destroyed, codec))).error).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  })

  it('are read from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unstick-'))
    afterwards(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'frames')
    writeFileSync(file, encoded(500))
    const { items } = await collect(frames(createReadStream(file, { highWaterMark: 64 }), codec))
    expect(items).toEqual(messages(500))
  })

  it("are read from a child process's output, and written to its input", async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    afterwards(() => child.kill())
    child.stdin.end(encoded(500))
    expect((await collect(frames(child.stdout, codec))).items).toEqual(messages(500))
  })
})

describe('a TLS socket', () => {
  it('carries frames both ways', async () => {
    const { client, server } = await tlsConnection()
    const echo = framed(server, codec)
    echo.pipe(echo)
    const peer = framed(client, codec)
    for (const payload of messages(2000)) peer.write(payload)
    peer.end()
    const { items, error } = await collect(peer)
    expect(error).toBeUndefined()
    expect(items).toEqual(messages(2000))
  })
})
