import { once } from 'node:events'
import { PassThrough, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { jsonLines } from '@unstick/delimiter'
import { fixedSize } from '@unstick/fixed-size'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it, vi } from 'vitest'
import { framed as framedDuplex, frames } from '../src/index.ts'
import {
  closed,
  codec,
  collect,
  connection,
  cut,
  encoded,
  listenersOf,
  message,
  messages,
  pause,
} from './connection.ts'

/** `framed`, with a listener for the error of a socket that the clean-up after a test closes. */
const framed = ((...args: Parameters<typeof framedDuplex>) =>
  framedDuplex(...args).on('error', () => {})) as typeof framedDuplex

/** The frames of `peer` until its readable side ends, leaving the writable side open. */
async function readAll(peer: Duplex): Promise<Buffer[]> {
  const all: Buffer[] = []
  for await (const frame of peer.iterator({ destroyOnReturn: false })) all.push(frame as Buffer)
  return all
}

const ways: [string, (peer: Duplex, seen: unknown[]) => Promise<unknown>][] = [
  [
    'for await',
    async (peer, seen) => {
      for await (const frame of peer) seen.push(frame)
    },
  ],
  [
    'pipeline',
    (peer, seen) =>
      pipeline(peer, async (source) => {
        for await (const frame of source) seen.push(frame)
      }),
  ],
  [
    "'data' listeners",
    (peer, seen) =>
      new Promise<void>((resolve, reject) => {
        peer
          .on('data', (frame) => seen.push(frame))
          .on('error', reject)
          .on('end', resolve)
      }),
  ],
]

describe('framed', () => {
  it('is a duplex of frames both ways over a socket', async () => {
    const { client, server } = await connection()
    const echo = framed(server, codec)
    echo.pipe(echo)
    const peer = framed(client, codec)
    for (const payload of messages(300)) peer.write(payload)
    peer.end()
    const { items, error } = await collect(peer as AsyncIterable<Buffer>)
    expect(error).toBeUndefined()
    expect(items).toEqual(messages(300))
    expect(items.every((frame) => Buffer.isBuffer(frame))).toBe(true)
  })

  it('never queues more frames than its high-water mark, even if one chunk holds 100,000', async () => {
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

  it.each(ways)('gives every frame before the error of a FIN inside a frame: %s', async (_way, consume) => {
    const { client, server } = await connection()
    client.end(Buffer.concat([encoded(40), cut]))
    const seen: unknown[] = []
    await expect(consume(framed(server, codec), seen)).rejects.toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    expect(seen).toEqual(messages(40))
    expect(server.destroyed).toBe(true)
  })

  it.each(ways)('gives every frame that arrived before the error of its duplex: %s', async (_way, consume) => {
    const bytes = new PassThrough()
    const peer = framed(bytes, codec, { readableHighWaterMark: 2 })
    bytes.write(encoded(40))
    await pause(1)
    bytes.write(encoded(10))
    const failure = new Error('broken')
    bytes.destroy(failure)
    const seen: unknown[] = []
    await expect(consume(peer, seen)).rejects.toBe(failure)
    expect(seen).toEqual([...messages(40), ...messages(10)])
  })

  it('half-open: reads to the end and then still writes', async () => {
    const { client, server } = await connection(true)
    const peer = framed(server, codec)
    client.end(encoded(3))
    expect(await readAll(peer)).toEqual(messages(3))
    peer.end(Buffer.from('after'))
    const { items } = await collect(frames(client, codec))
    expect(items.map(String)).toEqual(['after'])
    await closed(peer)
    expect(server.destroyed).toBe(true)
  })

  it('half-open: ends writing and still reads', async () => {
    const { client, server } = await connection(true)
    const peer = framed(client, codec)
    peer.end(Buffer.from('last'))
    const { items } = await collect(frames(server, codec, { destroyOnReturn: false }))
    expect(items.map(String)).toEqual(['last'])
    server.end(encoded(4))
    expect((await collect(peer)).items).toHaveLength(4)
  })

  it('with allowHalfOpen: false ends writing with reading, even if the duplex does not', async () => {
    const { client, server } = await connection(true)
    const peer = framed(server, codec, { allowHalfOpen: false })
    client.end(encoded(2))
    expect(await readAll(peer)).toHaveLength(2)
    expect((await collect(client)).error).toBeUndefined()
  })

  it('destroys its duplex, is destroyed with it, and leaves no listener', async () => {
    const { client, server } = await connection()
    const before = listenersOf(client)
    const peer = framed(client, codec)
    const other = framed(server, codec)
    peer.destroy()
    await once(peer, 'close')
    await closed(client)
    expect([client.destroyed, listenersOf(client)]).toEqual([true, before])
    await closed(other.resume())
    expect(server.destroyed).toBe(true)
  })

  it('ends with an error if its duplex is destroyed, and fails waiting writes', async () => {
    const { client } = await connection()
    const peer = framed(client, lengthField())
    const failed = once(peer, 'error')
    const written = new Promise<unknown>((resolve) => {
      peer.write(Buffer.alloc(8 << 20), resolve)
    })
    client.destroy()
    peer.resume()
    expect((await failed)[0]).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(await written).toBeInstanceOf(Error)
  })

  it('fails a write after the connection has gone, after the frames before it', async () => {
    const { client, server } = await connection()
    const peer = framed(server, codec, { allowHalfOpen: true, readableHighWaterMark: 1 })
    client.end(encoded(3))
    const seen = await readAll(peer)
    client.destroy()
    server.destroy()
    await closed(server)
    const written = new Promise<unknown>((resolve) => {
      peer.write(message(1), resolve)
    })
    expect(seen).toEqual(messages(3))
    expect(await written).toBeInstanceOf(Error)
    expect(peer.destroyed).toBe(true)
  })

  it('waits for its duplex to drain', async () => {
    const { client, server } = await connection()
    const peer = framed(client, lengthField(), { writableHighWaterMark: 4 })
    const payload = Buffer.alloc(1 << 20)
    let written = 0
    while (written < 64 && peer.write(payload)) written++
    expect(written).toBeLessThan(64)
    peer.end()
    expect((await collect(frames(server, lengthField()))).items).toHaveLength(written + 1)
  })

  it('writes the frames of one tick together, with one writev, header and payload not copied', async () => {
    const { client, server } = await connection()
    const writev = vi.spyOn(client, '_writev' as never) as unknown as ReturnType<typeof vi.fn>
    const write = vi.spyOn(client, '_write')
    const peer = framed(client, codec)
    const payloads = Array.from({ length: 100 }, (_, index) => Buffer.alloc(9, index))
    for (const payload of payloads) peer.write(payload)
    peer.end()
    expect((await collect(frames(server, codec))).items).toEqual(payloads)
    expect([writev.mock.calls.length, write.mock.calls.length]).toEqual([1, 0])
    // The socket puts the chunks in place of their entries.
    const chunks = writev.mock.calls[0]?.[0] as Buffer[]
    expect(chunks).toHaveLength(200)
    expect(chunks[199]?.buffer).toBe(payloads[99]?.buffer)
  })

  it('reports a frame that cannot be encoded to the callback of its write, and continues', async () => {
    const { client, server } = await connection()
    const peer = framed(client, fixedSize({ size: 2 }))
    const calls: unknown[] = []
    for (const size of [2, 3, 2]) peer.write(Buffer.alloc(size), (error) => calls.push([size, error?.message]))
    peer.end()
    expect((await collect(frames(server, fixedSize({ size: 2 })))).items).toHaveLength(2)
    expect(calls.filter((entry) => (entry as unknown[])[1] !== undefined)).toEqual([[3, expect.any(String)]])
    expect(calls).toHaveLength(3)
  })

  it('writes a null if the codec can', async () => {
    const { client, server } = await connection()
    framed(client, jsonLines())
      .end({ a: 1 })
      .on('error', () => {})
    expect((await collect(frames(server, jsonLines()))).items).toEqual([{ a: 1 }])
    const bytes = new PassThrough()
    framed(bytes, jsonLines()).write(null)
    await pause(1)
    expect(String(bytes.read(5))).toBe('null\n')
  })

  it('refuses chunks that are not bytes', async () => {
    const texts = new PassThrough({ objectMode: true })
    texts.write('text')
    expect((await collect(framed(texts, codec))).error).toBeInstanceOf(TypeError)
    expect(texts.destroyed).toBe(true)
  })

  it('ends with ERR_FRAME_TIMEOUT or an AbortError, and closes the socket', async () => {
    const { client, server } = await connection()
    client.write(cut)
    const timed = framed(server, codec, { frameTimeout: 5 })
    expect((await collect(timed)).error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: 0 })
    const controller = new AbortController()
    const aborted = framed(client, codec, { signal: controller.signal })
    const reason = new Error('enough')
    controller.abort(reason)
    expect((await collect(aborted)).error).toMatchObject({ name: 'AbortError', cause: reason })
    expect([server.destroyed, client.destroyed]).toEqual([true, true])
  })

  it.each([
    ['no duplex', () => framedDuplex({} as never, codec), TypeError, /duplex/],
    ['no codec', () => framedDuplex(new PassThrough(), {} as never), TypeError, /codec/],
    [
      'a wrong allowHalfOpen',
      () => framedDuplex(new PassThrough(), codec, { allowHalfOpen: 1 as never }),
      TypeError,
      /allowHalfOpen/,
    ],
  ])('%s is misuse, thrown at the call', (_what, call, kind, text) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(text)
  })
})
