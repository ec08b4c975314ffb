// One socket, one protocol after another: what the first leaves unread is the next one's.

import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { lines, textLines } from '@unstick/delimiter'
import { fixedSize } from '@unstick/fixed-size'
import { describe, expect, it } from 'vitest'
import { framed, frames } from '../src/index.ts'
import { afterwards, codec, collect, connection, encoded, listenersOf, messages } from './connection.ts'

const keep = { destroyOnReturn: false }

describe('frames with destroyOnReturn: false', () => {
  it.each([1, 3, 7, 1000])(
    'hand a socket over from a handshake of lines to length-prefixed frames, written %i bytes at a time',
    async (size) => {
      const { client, server } = await connection()
      client.setNoDelay(true)
      const bytes = Buffer.concat([Buffer.from('HELLO 1\r\nUSER x\r\n\r\n'), encoded(50)])
      void (async () => {
        for (let at = 0; at < bytes.length; at += size) {
          client.write(bytes.subarray(at, at + size))
          await new Promise(setImmediate)
        }
        client.end()
      })()
      const before = listenersOf(server)
      const handshake: string[] = []
      for await (const line of frames(server, textLines(), keep)) {
        if (line === '') break
        handshake.push(line)
      }
      expect(handshake).toEqual(['HELLO 1', 'USER x'])
      expect(listenersOf(server)).toEqual(before)
      expect((await collect(framed(server, codec))).items).toEqual(messages(50))
    },
  )

  it('put back every byte that is no frame given out yet, and leave no listener', async () => {
    const { client, server } = await connection()
    const before = listenersOf(server)
    client.write(Buffer.concat([codec.encode(Buffer.from('HELLO')), Buffer.from('abcdef')]))
    for await (const frame of frames(server, codec, keep)) {
      expect(String(frame)).toBe('HELLO')
      break
    }
    expect(listenersOf(server)).toEqual(before)
    client.end('ghi')
    const { items } = await collect(frames(server, fixedSize({ size: 3 })))
    expect(items.map(String)).toEqual(['abc', 'def', 'ghi'])
  })

  it('put back the beginning of a frame when they are left while they wait for its rest', async () => {
    const source = new PassThrough()
    source.write('ab')
    const iteration = frames(source, fixedSize({ size: 4 }), keep)
    const waiting = iteration.next()
    await new Promise(setImmediate)
    await iteration.return()
    expect((await waiting).done).toBe(true)
    source.end('cdef')
    const { items } = await collect(frames(source, fixedSize({ size: 3 })))
    expect(items.map(String)).toEqual(['abc', 'def'])
  })

  it('put back what follows the batches taken', async () => {
    const source = new PassThrough()
    source.write('one\ntwo\nthr')
    for await (const batch of frames(source, lines(), keep).batches()) {
      expect(batch.map(String)).toEqual(['one', 'two'])
      break
    }
    expect(String(source.read())).toBe('thr')
  })

  it('leave a socket that has ended open for writing', async () => {
    const { client, server } = await connection(true)
    client.end(encoded(2))
    expect((await collect(frames(server, codec, keep))).items).toHaveLength(2)
    server.end('bye')
    expect(Buffer.concat((await collect(client as AsyncIterable<Buffer>)).items).toString()).toBe('bye')
  })
})

describe('an HTTP/1.1 upgrade', () => {
  it('goes on in frames, both ways, from the very next byte', async () => {
    const server = createServer()
    afterwards(() => server.close())
    server.on('upgrade', (_request, socket: Socket, head: Buffer) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: frames\r\n\r\n')
      if (head.length > 0) socket.unshift(head)
      const echo = framed(socket, codec)
      echo.pipe(echo)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const asking = request({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      headers: { Connection: 'Upgrade', Upgrade: 'frames' },
    })
    // Sent with the request, before the server agreed: they are the head of the upgrade.
    asking.on('socket', (socket) => socket.on('connect', () => process.nextTick(() => socket.write(encoded(3)))))
    asking.end()
    const [, socket, head] = (await once(asking, 'upgrade')) as [unknown, Socket, Buffer]
    if (head.length > 0) socket.unshift(head)
    const peer = framed(socket, codec)
    for (const payload of messages(40)) peer.write(payload)
    peer.end()
    expect((await collect(peer)).items).toEqual([...messages(3), ...messages(40)])
  })

  it('follows a line of another protocol on the same socket', async () => {
    const { client, server: socket } = await connection()
    client.write('PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\nGET /path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    for await (const line of frames(socket, textLines({ ending: 'crlf' }), keep)) {
      expect(line).toMatch(/^PROXY /)
      break
    }
    const server = createServer((incoming, response) => response.end(`seen ${incoming.url}`))
    server.emit('connection', socket)
    const { items } = await collect(frames(client, textLines()))
    expect(items[0]).toBe('HTTP/1.1 200 OK')
    expect(items.join(' ')).toContain('seen /path')
  })
})
