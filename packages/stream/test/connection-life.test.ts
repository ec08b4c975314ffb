// How connections end: no socket, timer or listener is left.

import { existsSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decodeStream, framed, frames } from '../src/index.ts'
import { closed, codec, collect, connection, cut, encoded, listenersOf, messages, pause, turns } from './connection.ts'
import { realTimers, runningTimers, timerCount, watchTimers } from './timers.ts'

type Consume = (socket: Socket, seen: unknown[], signal?: AbortSignal) => Promise<void>

const ways: [string, Consume][] = [
  [
    'frames',
    async (socket, seen, signal) => {
      for await (const frame of frames(socket, codec, { frameTimeout: 60_000, ...(signal && { signal }) }))
        seen.push(frame)
    },
  ],
  [
    'framed',
    async (socket, seen, signal) => {
      for await (const frame of framed(socket, codec, { frameTimeout: 60_000, ...(signal && { signal }) }))
        seen.push(frame)
    },
  ],
  [
    'decodeStream in a pipeline',
    async (socket, seen, signal) => {
      const decoding = decodeStream(codec, { frameTimeout: 60_000, ...(signal && { signal }) })
      await pipeline(socket, decoding, async (source) => {
        for await (const frame of source) seen.push(frame)
      })
    },
  ],
]

/** The states of TCP connections with `port` at this end, as /proc/net/tcp gives them. */
function statesAt(port: number): string[] {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(local))
    .map((fields) => fields[3] ?? '')
}
const CLOSE_WAIT = '08'
const needsProc = existsSync('/proc/net/tcp') ? '' : ' (skipped: there is no /proc/net/tcp)'

afterEach(realTimers)

describe('a connection', () => {
  it.each(ways)('that is reset ends with the error of the socket: %s', async (_way, consume) => {
    const { client, server } = await connection()
    const seen: unknown[] = []
    client.write(Buffer.concat([encoded(20), cut]))
    const reading = consume(server, seen)
    while (seen.length < 20) await pause(1)
    client.resetAndDestroy()
    await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET', syscall: 'read' })
    expect(seen).toEqual(messages(20))
    expect(server.destroyed).toBe(true)
  })

  it.each(ways)('that is destroyed at this end, not by its reader, ends with an error: %s', async (_way, consume) => {
    const { client, server } = await connection()
    const seen: unknown[] = []
    client.write(encoded(5))
    const reading = consume(server, seen)
    while (seen.length < 5) await pause(1)
    server.destroy()
    await expect(reading).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  })

  it.each(ways)('that is aborted is closed at both ends: %s', async (_way, consume) => {
    const { client, server } = await connection()
    const controller = new AbortController()
    const reading = consume(server, [], controller.signal)
    client.write(cut)
    client.resume()
    await pause(5)
    controller.abort()
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
    await closed(client)
    expect(server.destroyed).toBe(true)
  })

  it.skipIf(needsProc !== '')(
    `cut inside a frame by FIN or RST, 500 times, leaves no socket in CLOSE_WAIT, no listener and no timer${needsProc}`,
    async () => {
      const sockets: Socket[] = []
      const outcomes: Promise<unknown>[] = []
      /** How each client closes, by its port. */
      const closings = new Map<number | undefined, () => void>()
      watchTimers()
      const closeWhenRead = async (socket: Socket, seen: unknown[]): Promise<void> => {
        // A reset before the server has read would take the bytes back.
        while (seen.length < 2 || !closings.has(socket.remotePort)) await turns(1)
        closings.get(socket.remotePort)?.()
      }
      const listener = createServer((socket) => {
        const consume = ways[sockets.length % ways.length]?.[1]
        const seen: unknown[] = []
        sockets.push(socket)
        if (consume !== undefined) outcomes.push(consume(socket, seen).catch((error: unknown) => error))
        void closeWhenRead(socket, seen)
      })
      listener.listen(0, '127.0.0.1')
      await once(listener, 'listening')
      const { port } = listener.address() as AddressInfo
      for (let batch = 0; batch < 10; batch++) {
        const clients = Array.from({ length: 50 }, (_, index) => {
          const client = connect(port, '127.0.0.1').on('error', () => {})
          client.on('connect', () => {
            client.write(Buffer.concat([encoded(2), cut]))
            closings.set(client.localPort, () => (index % 2 === 0 ? client.end() : client.resetAndDestroy()))
          })
          return client.resume()
        })
        await Promise.all(clients.map(closed))
        closings.clear()
      }
      while (outcomes.length < 500) await pause(1)
      const codes = new Set(
        (await Promise.all(outcomes)).map((error) => (error as { code?: string } | undefined)?.code),
      )
      await Promise.all(sockets.map(closed))
      expect(statesAt(port).filter((state) => state === CLOSE_WAIT)).toEqual([])
      expect(codes).toEqual(new Set(['ECONNRESET', 'ERR_FRAME_TRUNCATED']))
      expect(runningTimers()).toEqual([])
      for (const [index, socket] of sockets.entries()) {
        // `pipeline` leaves an error listener of its own on sockets that have failed.
        if (index % ways.length < 2) expect(listenersOf(socket)).toEqual({ end: 1 })
      }
      await new Promise((resolve) => listener.close(resolve))
    },
  )

  it('that is reset after its end, while answers are being written, is not an uncaught error', async () => {
    const { client, server } = await connection(true)
    server.removeAllListeners('error')
    const before = listenersOf(server)
    client.pause().end(encoded(2))
    for await (const _frame of frames(server, codec)) server.write(Buffer.alloc(8 << 20))
    expect([server.writableEnded, server.writableFinished]).toEqual([true, false])
    client.resetAndDestroy()
    await closed(server)
    expect([server.errored, listenersOf(server)]).toEqual([
      expect.objectContaining({ code: expect.any(String) }),
      before,
    ])
  })

  it('whose writable side was ended elsewhere fails a write, after the frames that arrived', async () => {
    const { client, server } = await connection(true)
    const peer = framed(server, codec, { readableHighWaterMark: 2 })
    client.write(encoded(40))
    await once(peer, 'readable')
    server.end()
    const written = new Promise<unknown>((resolve) => {
      peer.write(Buffer.from('late'), resolve)
    })
    const { items, error } = await collect(peer)
    expect(items).toEqual(messages(40))
    expect(error).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(await written).toBe(error)
  })

  it('gives no MaxListeners warning in 10,000 frames, one read each, both ways', async () => {
    const warnings: Error[] = []
    const warn = (warning: Error): void => {
      if (warning.name === 'MaxListenersExceededWarning') warnings.push(warning)
    }
    process.on('warning', warn)
    try {
      const { client, server } = await connection()
      const echo = framed(server, codec)
      const peer = framed(client, codec)
      void (async () => {
        for await (const frame of echo) echo.write(frame)
      })().catch(() => {})
      let count = 0
      peer.write(Buffer.from('x'))
      for await (const frame of peer) {
        if (++count === 10_000) break
        peer.write(frame)
      }
      await pause(1)
      expect([count, warnings]).toEqual([10_000, []])
    } finally {
      process.off('warning', warn)
    }
  })

  it('has no timer while no frame is begun, and none after its frame', async () => {
    const { client, server } = await connection()
    watchTimers()
    const iteration = frames(server, codec, { frameTimeout: 60_000 })
    client.write(encoded(2))
    await iteration.next()
    await iteration.next()
    const waiting = iteration.next()
    await new Promise(setImmediate)
    expect(timerCount()).toBe(0)
    client.write(cut)
    while (timerCount() === 0) await new Promise(setImmediate)
    client.write(Buffer.alloc(4))
    await waiting
    expect(timerCount()).toBe(0)
    await iteration.return()
  })

  it.each([
    ['the end', (client: Socket) => client.end(encoded(3))],
    ['an end inside a frame', (client: Socket) => client.end(cut)],
  ])('leaves nothing on its signal after %s', async (_what, act) => {
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const { client, server } = await connection()
    act(client)
    await collect(frames(server, codec, { signal }))
    expect(add).toHaveBeenCalledTimes(1)
    expect(remove.mock.calls).toEqual(add.mock.calls)
  })
})
