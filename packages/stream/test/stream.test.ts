import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { PassThrough, Readable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fixedSize } from '@unstick/fixed-size'
import { lengthField } from '@unstick/length-field'
import { afterEach, describe, expect, it } from 'vitest'
import { framed as framedDuplex, frames } from '../src/index.ts'

const codec = lengthField({ lengthFieldLength: 2 })
const message = (index: number): Buffer => Buffer.alloc(index % 7, index)
const encoded = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => codec.encode(message(index))))
const open: { destroy?: () => void; close?: () => void }[] = []

afterEach(() => {
  for (const one of open.splice(0)) {
    one.destroy?.()
    one.close?.()
  }
})

/** `framed`, with a listener for the error of a socket that the clean-up after a test closes. */
const framed: typeof framedDuplex = (...args) => framedDuplex(...args).on('error', () => {})

/** Both ends of a TCP connection on loopback. */
async function connection(allowHalfOpen = false): Promise<{ client: Socket; server: Socket }> {
  const listener: Server = createServer({ allowHalfOpen })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const client = connect({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen })
  const [server] = (await once(listener, 'connection')) as [Socket]
  if (client.connecting) await once(client, 'connect')
  for (const socket of [client, server]) socket.on('error', () => {})
  open.push(client, server, listener)
  return { client, server }
}

async function collect<T>(source: AsyncIterable<T>): Promise<{ frames: T[]; error?: unknown }> {
  const collected: T[] = []
  try {
    for await (const frame of source) collected.push(frame)
    return { frames: collected }
  } catch (error) {
    return { frames: collected, error }
  }
}

describe('frames', () => {
  it('come whole and in order over a socket, as Buffers, empty ones too, however the bytes were written', async () => {
    const { client, server } = await connection()
    client.setNoDelay(true)
    const bytes = encoded(500)
    void (async () => {
      for (let at = 0; at < bytes.length; at += 1 + (at % 11)) {
        client.write(bytes.subarray(at, at + 1 + (at % 11)))
        if (at % 5 === 0) await new Promise(setImmediate)
      }
      client.end()
    })()
    const { frames: received, error } = await collect(frames(server, codec))
    expect(error).toBeUndefined()
    expect(received).toEqual(Array.from({ length: 500 }, (_, index) => message(index)))
    expect(Buffer.isBuffer(received[3])).toBe(true)
  })

  it.each([
    ['a Readable', (chunks: Buffer[]) => Readable.from(chunks)],
    ['a Web ReadableStream', (chunks: Buffer[]) => Readable.toWeb(Readable.from(chunks)) as ReadableStream<Uint8Array>],
    [
      'an async iterable',
      async function* (chunks: Buffer[]) {
        yield* chunks
      },
    ],
    ['an iterable', (chunks: Buffer[]) => chunks],
  ])('are taken from %s', async (_kind, make) => {
    const bytes = encoded(50)
    const { frames: received } = await collect(
      frames(make([bytes.subarray(0, 7), Buffer.alloc(0), bytes.subarray(7)]), codec),
    )
    expect(received).toEqual(Array.from({ length: 50 }, (_, index) => message(index)))
  })

  it('by batches are what one chunk completed, none of them empty', async () => {
    const bytes = encoded(6)
    const chunks = [bytes.subarray(0, 1), bytes.subarray(1, 9), bytes.subarray(9)]
    const { frames: batches } = await collect(frames(chunks, codec).batches())
    expect(batches.map((batch) => batch.length)).toEqual([3, 3])
  })

  it('before an error come before it, and a FIN inside a frame is ERR_FRAME_TRUNCATED', async () => {
    const { client, server } = await connection()
    client.end(Buffer.concat([encoded(3), Buffer.from([0])]))
    const { frames: received, error } = await collect(frames(server, codec))
    expect(received).toHaveLength(3)
    expect(error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED', offset: encoded(3).length })
    expect(server.destroyed).toBe(true)
  })

  it('before an error come before it in batches too', async () => {
    const short = lengthField({ lengthFieldLength: 1, maxFrameLength: 3 })
    const { frames: batches, error } = await collect(frames([Buffer.from([1, 5, 1, 6, 9])], short).batches())
    expect(batches).toEqual([[Buffer.from([5]), Buffer.from([6])]])
    expect(error).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', offset: 4 })
  })

  it('left early destroy the source', async () => {
    const source = Readable.from([encoded(3)])
    for await (const _frame of frames(source, codec)) break
    expect(source.destroyed).toBe(true)
  })

  it('left early with destroyOnReturn: false put the exact next byte back, and leave no listener', async () => {
    const { client, server } = await connection()
    const before = server.eventNames().map((name) => [name, server.listenerCount(name)])
    client.write(Buffer.concat([codec.encode(Buffer.from('HELLO')), Buffer.from('abcdef')]))
    for await (const frame of frames(server, codec, { destroyOnReturn: false })) {
      expect(String(frame)).toBe('HELLO')
      break
    }
    expect(server.eventNames().map((name) => [name, server.listenerCount(name)])).toEqual(before)
    client.end('ghi')
    const { frames: records } = await collect(frames(server, fixedSize({ size: 3 })))
    expect(records.map(String)).toEqual(['abc', 'def', 'ghi'])
  })

  it('end with an AbortError, the reason as its cause, when the signal aborts', async () => {
    const { client, server } = await connection()
    const controller = new AbortController()
    client.write(encoded(2))
    const received: unknown[] = []
    const reason = new Error('enough')
    const work = (async () => {
      for await (const frame of frames(server, codec, { signal: controller.signal })) {
        if (received.push(frame) === 2) setImmediate(() => controller.abort(reason))
      }
    })()
    await expect(work).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: reason })
    expect(received).toHaveLength(2)
    expect(server.destroyed).toBe(true)
  })

  it('end with ERR_FRAME_TIMEOUT when a started frame is not completed, and never between frames', async () => {
    const { client, server } = await connection()
    client.write(encoded(2))
    const received: unknown[] = []
    const work = (async () => {
      for await (const frame of frames(server, codec, { frameTimeout: 20 })) {
        received.push(frame)
        if (received.length === 2) setTimeout(() => client.write(Buffer.concat([encoded(1), Buffer.from([0])])), 60)
      }
    })()
    await expect(work).rejects.toMatchObject({
      code: 'ERR_FRAME_TIMEOUT',
      offset: encoded(2).length + encoded(1).length,
    })
    expect(received).toHaveLength(3)
  })

  it('at the end end the other side of a half-open socket, after what was written to it', async () => {
    const { client, server } = await connection(true)
    client.end(encoded(2))
    for await (const frame of frames(server, codec)) server.write(codec.encode(frame))
    expect((await collect(frames(client, codec))).frames).toHaveLength(2)
    if (!server.destroyed) await once(server, 'close')
    expect([client.writableEnded, server.writableFinished]).toEqual([true, true])
  })

  it('read slowly stop the sender, and then all arrive', async () => {
    const { client, server } = await connection()
    const big = lengthField()
    const payload = Buffer.alloc(1 << 20, 7)
    let stopped = false
    for (let count = 0; count < 64; count++) stopped = !client.write(big.encode(payload)) || stopped
    client.end()
    let count = 0
    for await (const frame of frames(server, big)) {
      if (count === 0) {
        await new Promise((resolve) => setTimeout(resolve, 50))
        expect(client.writableLength).toBeGreaterThan(16 << 20)
      }
      expect(frame.length).toBe(payload.length)
      count++
    }
    expect([stopped, count]).toEqual([true, 64])
  })

  it.each([
    ['a source that gives no chunks', () => frames(5 as never, codec), TypeError, /source/],
    ['no codec', () => frames([], {} as never), TypeError, /codec/],
    ['a wrong frameTimeout', () => frames([], codec, { frameTimeout: 0 }), RangeError, /frameTimeout .* received 0/],
    ['a wrong signal', () => frames([], codec, { signal: 1 as never }), TypeError, /signal/],
    ['no duplex', () => framed({} as never, codec), TypeError, /duplex/],
  ])('%s is misuse, told at the call', (_what, call, kind, text) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(text)
  })
})

describe('framed', () => {
  it('is a duplex of frames both ways over a socket', async () => {
    const { client, server } = await connection()
    const echo = framed(server, codec)
    echo.pipe(echo)
    const peer = framed(client, codec)
    for (let index = 0; index < 300; index++) peer.write(message(index))
    peer.end()
    const { frames: received, error } = await collect(peer as AsyncIterable<Buffer>)
    expect(error).toBeUndefined()
    expect(received).toEqual(Array.from({ length: 300 }, (_, index) => message(index)))
  })

  it('never queues more frames than its high-water mark, though one chunk holds 100,000', async () => {
    const bytes = new PassThrough({ readableHighWaterMark: 1 << 22, writableHighWaterMark: 1 << 22 })
    const peer = framed(bytes, fixedSize({ size: 2 }), { readableHighWaterMark: 16 })
    bytes.end(Buffer.alloc(200_000))
    let most = 0
    let count = 0
    for await (const _frame of peer) {
      most = Math.max(most, peer.readableLength)
      count++
    }
    expect(count).toBe(100_000)
    expect(most).toBeLessThanOrEqual(16)
  })

  it.each([
    [
      'for await',
      async (peer: Duplex, seen: unknown[]) => {
        for await (const frame of peer) seen.push(frame)
      },
    ],
    [
      'pipeline',
      (peer: Duplex, seen: unknown[]) =>
        pipeline(peer, async (source) => {
          for await (const frame of source) seen.push(frame)
        }),
    ],
    [
      'data listeners',
      (peer: Duplex, seen: unknown[]) =>
        new Promise<void>((resolve, reject) => {
          peer
            .on('data', (frame) => seen.push(frame))
            .on('error', reject)
            .on('end', resolve)
        }),
    ],
  ])('gives every frame before the error of a FIN inside a frame: %s', async (_road, consume) => {
    const { client, server } = await connection()
    client.end(Buffer.concat([encoded(40), Buffer.from([0, 5, 1])]))
    const seen: unknown[] = []
    await expect(consume(framed(server, codec), seen)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    expect(seen).toHaveLength(40)
  })

  it('half-open: reads to the end and then still writes', async () => {
    const { client, server } = await connection(true)
    const peer = framed(server, codec)
    client.end(encoded(3))
    expect((await collect(readAll(peer))).frames).toHaveLength(3)
    peer.end(Buffer.from('after'))
    const { frames: answers } = await collect(frames(client, codec))
    expect(answers.map(String)).toEqual(['after'])
  })

  it('half-open: ends writing and still reads', async () => {
    const { client, server } = await connection(true)
    const peer = framed(client, codec)
    peer.end(Buffer.from('last'))
    expect((await collect(frames(server, codec, { destroyOnReturn: false }))).frames.map(String)).toEqual(['last'])
    server.end(encoded(4))
    expect((await collect(peer)).frames).toHaveLength(4)
  })

  it('destroys its duplex, is destroyed with it, and leaves no listener', async () => {
    const { client, server } = await connection()
    const before = client.eventNames().length
    const peer = framed(client, codec)
    const other = framed(server, codec)
    other.on('error', () => {})
    peer.destroy()
    await once(peer, 'close')
    expect([client.destroyed, client.listenerCount('readable'), client.eventNames().length]).toEqual([true, 0, before])
    if (!other.destroyed) await once(other.resume(), 'close')
    expect(server.destroyed).toBe(true)
  })

  it('waits for its duplex to drain', async () => {
    const { client, server } = await connection()
    const peer = framed(client, lengthField(), { writableHighWaterMark: 4 })
    const payload = Buffer.alloc(1 << 20)
    let written = 0
    while (written < 64 && peer.write(payload)) written++
    expect(written).toBeLessThan(64)
    peer.end()
    expect((await collect(frames(server, lengthField()))).frames).toHaveLength(written + (written < 64 ? 1 : 0))
  })

  it('a frame that cannot be encoded is the error of its write', async () => {
    const bytes = new PassThrough()
    const peer = framed(bytes, fixedSize({ size: 2 }))
    const failed = once(peer, 'error')
    peer.write(Buffer.alloc(3))
    expect((await failed)[0]).toMatchObject({ code: 'ERR_FRAME_NOT_ENCODABLE' })
  })

  it('ends with ERR_FRAME_TIMEOUT or an AbortError', async () => {
    const slow = framed(
      new PassThrough().on('error', () => {}),
      codec,
      { frameTimeout: 5 },
    )
    const source = new PassThrough()
    const timed = framed(source, codec, { frameTimeout: 5 })
    source.write(Buffer.from([0]))
    expect((await collect(timed)).error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: 0 })
    slow.destroy()
    const controller = new AbortController()
    const aborted = framed(new PassThrough(), codec, { signal: controller.signal })
    controller.abort()
    expect((await collect(aborted)).error).toMatchObject({ name: 'AbortError' })
  })
})

/** The frames of `peer` until its readable side ends, leaving the writable side open. */
async function* readAll(peer: Duplex): AsyncGenerator<Buffer, void, void> {
  yield* peer.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
}
