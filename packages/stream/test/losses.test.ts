// A lost connection is reported whether or not anyone is reading or writing.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { Duplex, finished, PassThrough, Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { lines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framed, frames, type FrameDuplex } from '../src/index.ts'
import {
  afterwards,
  closed,
  codec,
  collect,
  connection,
  cut,
  encoded,
  listenersOf,
  messages,
  turns,
} from './connection.ts'

const large = lengthField()
const payload = Buffer.alloc(100_000)

type Peer = FrameDuplex<Buffer, Uint8Array>

/** Resolves to the error with which `peer` closes; it must do both, each once. */
function lossOf(peer: Peer): Promise<NodeJS.ErrnoException> {
  const errors: Error[] = []
  peer.on('error', (error) => errors.push(error))
  return new Promise((resolve, reject) => {
    peer.on('close', () => {
      const [error] = errors
      if (error === undefined || errors.length > 1) reject(new Error(`closed with ${errors.length} errors`))
      else resolve(error)
    })
  })
}

const outcomeOf = (peer: Peer, frame: Buffer): Promise<unknown> =>
  new Promise((resolve) => {
    peer.write(frame, (error) => resolve(error ?? 'written'))
  })

/** A port where no one listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function* endless(): AsyncGenerator<Buffer> {
  while (true) {
    await new Promise(setImmediate)
    yield payload
  }
}

const CODES = /^(ECONNRESET|EPIPE)$/

describe('a refused connection', () => {
  it('fails every write, and the stream, if it is only written to', async () => {
    const peer = framed(connect(await closedPort(), '127.0.0.1'), lines())
    const loss = lossOf(peer)
    const outcomes = [outcomeOf(peer, Buffer.from('a')), outcomeOf(peer, Buffer.from('b'))]
    expect(await loss).toMatchObject({ code: 'ECONNREFUSED' })
    outcomes.push(outcomeOf(peer, Buffer.from('late')))
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toBeInstanceOf(Error)
  })

  it('fails a stream without reader and writer', async () => {
    const peer = framed(connect(await closedPort(), '127.0.0.1'), lines())
    expect(await lossOf(peer)).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it.each<[string, () => Readable]>([
    ['with an end', () => Readable.from(messages(3))],
    ['without an end', () => Readable.from(endless())],
  ])('ends a pipeline of a source %s', async (_kind, source) => {
    const peer = framed(connect(await closedPort(), '127.0.0.1'), large)
    await expect(pipeline(source(), peer)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('a socket that is already destroyed', () => {
  it('fails the stream and its writes, and ends a pipeline', async () => {
    const { client, server } = await connection()
    client.destroy()
    await once(client, 'close')
    const peer = framed(client, codec)
    const loss = lossOf(peer)
    const outcome = outcomeOf(peer, Buffer.from('a'))
    expect(await loss).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(await outcome).toBeInstanceOf(Error)
    server.destroy()
    await closed(server)
    const sending = pipeline(Readable.from(endless()), framed(server, codec))
    await expect(sending).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  })

  it('after both ends is not a loss', async () => {
    const { client, server } = await connection()
    client.end()
    server.resume()
    await closed(server)
    const peer = framed(server, codec)
    peer.end()
    expect(await collect(peer)).toEqual({ items: [] })
  })
})

describe('a connection that is reset', () => {
  it('fails a stream without reader and writer', async () => {
    const { client, server } = await connection()
    const loss = lossOf(framed(server, codec))
    client.resetAndDestroy()
    expect(await loss).toMatchObject({ code: 'ECONNRESET' })
  })

  it("under backpressure ends a loop that waits for 'drain', and fails what was written", async () => {
    const { client, server } = await connection()
    const peer = framed(server, large)
    const loss = lossOf(peer)
    const outcomes: Promise<unknown>[] = []
    const writing = (async () => {
      while (true) {
        outcomes.push(outcomeOf(peer, payload))
        if (peer.writableNeedDrain) {
          if (client.readyState === 'open') client.resetAndDestroy()
          await once(peer, 'drain')
        }
      }
    })()
    await expect(writing).rejects.toMatchObject({ code: expect.stringMatching(CODES) })
    expect((await loss).code).toMatch(CODES)
    expect(await outcomes.at(-1)).toBeInstanceOf(Error)
  })

  it('under backpressure fails the write whose callback a loop waits for', async () => {
    const { client, server } = await connection()
    const peer = framed(server, large)
    const loss = lossOf(peer)
    client.pause()
    const writing = (async () => {
      let outcome: unknown = 'written'
      while (outcome === 'written') outcome = await outcomeOf(peer, Buffer.alloc(4 << 20))
      return outcome
    })()
    while (server.writableLength === 0) await new Promise(setImmediate)
    client.resetAndDestroy()
    expect(await writing).toBeInstanceOf(Error)
    expect((await loss).code).toMatch(CODES)
  })

  it.each(['in time', 'not in time'])(
    'under backpressure ends a pipeline from framed through a stream to framed: the client reads %s',
    async (how) => {
      const { client, server } = await connection()
      const peer = framed(server, large)
      const slow = new Transform({ objectMode: true, transform: (frame, _encoding, callback) => callback(null, frame) })
      const echoing = pipeline(peer, slow, peer)
      const flood = framed(client, large)
      flood.on('error', () => {})
      if (how === 'in time') flood.resume()
      for (let count = 0; count < 100 && flood.write(payload); count++) await new Promise(setImmediate)
      client.resetAndDestroy()
      await expect(echoing).rejects.toMatchObject({ code: expect.stringMatching(CODES) })
    },
  )

  it('gives the frames that have arrived to a loop that answers each, then the error', async () => {
    const bytes = new PassThrough()
    const blocked = new PassThrough({ highWaterMark: 1 })
    const peer = framed({ readable: bytes, writable: blocked }, codec, { readableHighWaterMark: 2 })
    bytes.write(encoded(40))
    const failure = new Error('broken')
    const seen: unknown[] = []
    const outcomes: Promise<unknown>[] = []
    const answering = (async () => {
      for await (const frame of peer) {
        for (let count = 0; count < 20; count++) outcomes.push(outcomeOf(peer, frame))
        if (seen.push(frame) === 1) {
          bytes.destroy(failure)
          blocked.destroy(failure)
        }
        if (peer.writableNeedDrain) await once(peer, 'drain')
      }
    })()
    await expect(answering).rejects.toBe(failure)
    expect(seen).toEqual(messages(40))
    expect((await Promise.all(outcomes)).every((outcome) => outcome instanceof Error)).toBe(true)
  })

  it('ends a pipeline into a stream whose frames are not read', async () => {
    const { client, server } = await connection()
    const peer = framed(server, large)
    client.write(large.encode(Buffer.from('a greeting that no one reads')))
    await once(server, 'readable')
    const sending = pipeline(Readable.from(endless()), peer)
    client.resetAndDestroy()
    await expect(sending).rejects.toMatchObject({ code: expect.stringMatching(CODES) })
  })

  it('ends a pipeline of a silent source into a stream whose frames are not read', async () => {
    const { client, server } = await connection()
    const peer = framed(server, codec)
    client.write(encoded(3))
    await once(server, 'readable')
    const sending = pipeline(new PassThrough({ objectMode: true }), peer)
    client.resetAndDestroy()
    await expect(sending).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('gives the frames that have arrived to a slow loop, however many writes are queued', async () => {
    const { client, server } = await connection()
    const peer = framed(server, large)
    client.write(Buffer.concat(messages(12).map((frame) => large.encode(frame))))
    await once(peer, 'readable')
    const outcomes = Array.from({ length: 70_000 }, () => outcomeOf(peer, payload))
    const read: Buffer[] = []
    const reading = (async () => {
      for await (const frame of peer) {
        read.push(frame)
        if (read.length === 2) client.resetAndDestroy()
        if (read.length > 1) await outcomes.at(-1)
        await turns(3)
      }
    })()
    await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(CODES) })
    expect(read).toEqual(messages(12))
  })

  it.each<[string, (peer: Peer) => Promise<unknown>]>([
    ["'drain'", async (peer) => peer.write(payload) || once(peer, 'drain')],
    ['each callback', (peer) => outcomeOf(peer, payload)],
  ])('ends a loop that waits for %s, although a reader has stopped before the last frame', async (_what, write) => {
    const { client, server } = await connection()
    const peer = framed(server, large)
    client.write(Buffer.concat(messages(3).map((frame) => large.encode(frame))))
    await peer.iterator({ destroyOnReturn: false }).next()
    const loss = lossOf(peer)
    client.resetAndDestroy()
    // The loop must let the event loop continue: only that ends it.
    while (!peer.destroyed) await write(peer).catch(() => {})
    expect((await loss).code).toMatch(CODES)
  })

  it('ends a pipeline without an end whose frames are no longer read', async () => {
    const { client, server } = await connection()
    const peer = framed(server, large)
    client.write(Buffer.concat([large.encode(Buffer.from('a')), large.encode(Buffer.from('b'))]))
    peer.once('data', () => peer.pause())
    await once(peer, 'data')
    const sending = pipeline(Readable.from(endless()), peer)
    client.resetAndDestroy()
    await expect(sending).rejects.toMatchObject({ code: expect.stringMatching(CODES) })
  })
})

describe('a connection that is destroyed elsewhere', () => {
  it('fails a stream without reader and writer, and leaves no listener', async () => {
    const { client } = await connection()
    const before = listenersOf(client)
    const loss = lossOf(framed(client, codec))
    client.destroy()
    expect(await loss).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(listenersOf(client)).toEqual(before)
  })

  it('gives every frame that has arrived before the error, whatever was and is written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          frames: fc.integer({ min: 1, max: 30 }),
          readableHighWaterMark: fc.constantFrom(1, 2, 16),
          queued: fc.nat(3000),
          answers: fc.constantFrom(0, 1, 50),
          lostAt: fc.nat(29),
          delay: fc.nat(2),
        }),
        async ({ frames: count, readableHighWaterMark, queued, answers, lostAt, delay }) => {
          // Confirms no write.
          const below = new Duplex({ read: () => {}, write: () => {} })
          const peer = framed(below, { decode: codec, encode: large }, { readableHighWaterMark })
          const calls: unknown[] = []
          const write = (times: number): void => {
            for (let index = 0; index < times; index++) peer.write(payload, (error) => calls.push(error))
          }
          below.push(encoded(count))
          write(queued)
          const read: Buffer[] = []
          const reading = (async () => {
            for await (const frame of peer) {
              if (read.push(frame) === Math.min(lostAt + 1, count)) below.destroy(new Error('lost'))
              write(answers)
              await turns(delay)
            }
          })()
          await expect(reading).rejects.toThrow('lost')
          expect(read).toEqual(messages(count))
          await turns(1)
          expect(calls).toHaveLength(queued + count * answers)
          expect(calls.every((error) => error instanceof Error)).toBe(true)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('fails waiting writes at once, even if frames are queued, and then the reader', async () => {
    const { client, server } = await connection()
    const peer = framed(server, large, { readableHighWaterMark: 1 })
    client.write(Buffer.concat(messages(5).map((frame) => large.encode(frame))))
    await once(peer, 'readable')
    peer.read(0)
    const first: unknown = peer.read()
    const outcome = outcomeOf(peer, Buffer.alloc(large.maxFrameLength - 4))
    server.destroy()
    // The reader continues only after the writer has failed.
    const failure = await outcome
    expect(failure).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    const { items, error } = await collect(peer)
    expect([[first, ...items], error]).toEqual([messages(5), failure])
  })

  it('in the middle of a burst of writes fails each of them once', async () => {
    const { client } = await connection()
    const peer = framed(client, large)
    const loss = lossOf(peer)
    const calls: number[] = Array.from({ length: 40 }, () => 0)
    peer.cork()
    for (let index = 0; index < 40; index++) peer.write(payload, (error) => (calls[index]! += error ? 1 : 100))
    client.destroy()
    peer.uncork()
    await loss
    await new Promise(setImmediate)
    expect(calls).toEqual(calls.map(() => 1))
  })

  it("gives the frames that have arrived to a 'data' listener that answers each, even if it pauses", async () => {
    const below = new Duplex({ read: () => {}, write: (_bytes, _encoding, next) => next() })
    const peer = framed(below, codec)
    const loss = lossOf(peer)
    let count = 0
    peer.on('data', (frame) => {
      peer.write(frame)
      if (++count !== 2000) return
      peer.pause()
      void turns(5).then(() => peer.resume())
    })
    await turns(2)
    below.push(encoded(3000))
    below.destroy()
    expect(await loss).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(count).toBe(3000)
  })

  it('while it ends fails the end of a stream whose frames are not read', async () => {
    const below = new Duplex({ read: () => {}, final: () => {} })
    const peer = framed(below, codec)
    const loss = lossOf(peer)
    below.push(encoded(3))
    const ending = new Promise((resolve) => peer.end(resolve as () => void))
    setImmediate(() => below.destroy())
    expect(await ending).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(await loss).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  })

  it('after everything was written and ended is not an error for a stream without a reader', async () => {
    const { client, server } = await connection()
    const peer = framed(client, codec)
    peer.end(Buffer.from('last'))
    await once(peer, 'finish')
    client.destroy()
    await closed(peer)
    expect(peer.errored).toBeNull()
    server.destroy()
  })

  it.each([
    ['', new Error('broken')],
    [', even without an error', undefined],
  ])("is lost as well if it only emits 'error' and does not close%s", async (_how, failure) => {
    const reported = failure ?? expect.objectContaining({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    const stubborn = (): PassThrough => new PassThrough({ autoDestroy: false, emitClose: false })
    const [below, source] = [stubborn(), stubborn()]
    const loss = lossOf(framed(below, codec))
    below.emit('error', failure)
    expect(await loss).toEqual(reported)
    const reading = collect(frames(source, codec))
    await new Promise(setImmediate)
    source.emit('error', failure)
    expect((await reading).error).toEqual(reported)
  })

  it("of a stream that cannot be destroyed, as the process's stdout, is reported once, whatever fails later", async () => {
    class Stdout extends Writable {
      override _write(_chunk: unknown, _encoding: unknown, callback: (error: Error) => void): void {
        callback(new Error('no space left'))
      }

      override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
        callback(error)
        // As Node does for its own stdout.
        ;(this as unknown as { _undestroy(): void })._undestroy()
      }
    }
    const writable = new Stdout({ highWaterMark: 1 })
    const peer = framed({ readable: new PassThrough(), writable }, large)
    const loss = lossOf(peer)
    const outcomes = [1, 2, 3].map(() => outcomeOf(peer, payload))
    expect(await loss).toMatchObject({ message: 'no space left' })
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toBeInstanceOf(Error)
    writable.write('later')
    writable.write('later')
    await turns(3)
    expect(writable.listenerCount('error')).toBe(1)
  })

  it.each([['has exited'], ['still runs']])(
    'gives what a child process wrote before the loss, if it %s',
    async (how) => {
      const program = 'echo a; echo b; head -c 9 > /dev/null; exec <&-' + (how === 'still runs' ? '; sleep 60' : '')
      const child = spawn('sh', ['-c', program])
      afterwards(() => child.kill())
      const peer = framed({ readable: child.stdout, writable: child.stdin }, lines())
      const outcomes = Array.from({ length: 2000 }, () => outcomeOf(peer, payload))
      const { items, error } = await collect(peer)
      expect(items.map(String)).toEqual(['a', 'b'])
      // If the end is seen before the loss, only the callbacks report that.
      expect([undefined, 'EPIPE']).toContain((error as NodeJS.ErrnoException | undefined)?.code)
      expect(await outcomes.at(-1)).toBeInstanceOf(Error)
    },
  )

  it.each<[string, (readable: PassThrough) => void]>([
    ['ends', (readable) => readable.end()],
    ['ends inside a frame', (readable) => readable.end(cut)],
    ['fails as well', (readable) => readable.destroy(new Error('later'))],
    ['is silent', () => {}],
  ])('of one stream of a pair is reported once the other has no more bytes: it %s', async (_how, finish) => {
    const readable = new PassThrough()
    const writable = new Writable({ write: (_bytes, _encoding, next) => next(new Error('broken')) })
    const peer = framed({ readable, writable }, codec)
    const reading = collect(peer)
    expect(await outcomeOf(peer, Buffer.from('lost'))).toMatchObject({ message: 'broken' })
    for (const frame of messages(4)) {
      await turns(1)
      readable.write(codec.encode(frame))
    }
    finish(readable)
    const { items, error } = await reading
    expect([items, (error as Error).message]).toEqual([messages(4), 'broken'])
  })

  it('is seen by finished()', async () => {
    const { client } = await connection()
    const peer = framed(client, codec)
    const ending = new Promise((resolve) => finished(peer, resolve))
    client.destroy()
    expect(await ending).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    afterwards(() => peer.destroy())
  })
})
