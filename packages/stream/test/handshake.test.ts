// One socket, one protocol after another: bytes that the first leaves unread go to the next.

import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { lines, textLines } from '@unstick/delimiter'
import { fixedSize } from '@unstick/fixed-size'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it } from 'vitest'
import { framed, frames, reader } from '../src/index.ts'
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
import { credentials } from './tls.ts'

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

  it('put back every byte not given out in a frame, and leave no listener', async () => {
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

  it('put back the bytes after the batches taken', async () => {
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

describe.each([
  ['a default socket', false],
  ['a half-open socket', true],
])('%s handed over after its FIN has come', (_kind, allowHalfOpen) => {
  it.each<[string, () => unknown]>([
    ['at once', () => undefined],
    ['a microtask later', () => Promise.resolve()],
    ['a tick later', () => new Promise((resolve) => process.nextTick(resolve))],
    ['turns of the event loop later', () => turns(5)],
  ])('gives the next reader the exact next byte: left %s', async (_when, work) => {
    const { client, server } = await connection(allowHalfOpen)
    client.end('PROXY\nsecond\nthird')
    await once(server, 'readable')
    await turns(3)
    for await (const line of frames(server, lines(), keep)) {
      expect(String(line)).toBe('PROXY')
      await work()
      break
    }
    expect((await collect(frames(server, lines()))).items.map(String)).toEqual(['second', 'third'])
  })

  it('gives the next reader the end if no byte is left', async () => {
    const { client, server } = await connection(allowHalfOpen)
    client.end('PROXY\n')
    await once(server, 'readable')
    for await (const _line of frames(server, lines(), keep)) {
      await turns(3)
      break
    }
    expect(await collect(frames(server, lines()))).toEqual({ items: [] })
  })

  it('gives the next reader the bytes after a batch', async () => {
    const { client, server } = await connection(allowHalfOpen)
    client.end('one\ntwo\nthr')
    await once(server, 'readable')
    for await (const batch of frames(server, lines(), keep).batches()) {
      expect(batch.map(String)).toEqual(['one', 'two'])
      await turns(3)
      break
    }
    expect((await collect(frames(server, lines()))).items.map(String)).toEqual(['thr'])
  })
})

describe('a stream handed over', () => {
  it.each([0, 1, 2, 16])('is read on while a frame waits for its rest, with a high-water mark of %i', async (mark) => {
    const source = new PassThrough({ readableHighWaterMark: mark, writableHighWaterMark: mark })
    const first = frames(source, lines(), keep)
    const waiting = first.next()
    for (const byte of 'abcdef\ngh') {
      source.write(byte)
      await turns(1)
    }
    expect(String((await waiting).value)).toBe('abcdef')
    source.end()
    await first.return()
    expect((await collect(frames(source, lines()))).items.map(String)).toEqual(['gh'])
  })

  it('in object mode gives the next reader the rest of a chunk, even after the end', async () => {
    const source = Readable.from([Buffer.from('a\nb\nc'), Buffer.from('d\n')])
    for await (const line of frames(source, lines(), keep)) {
      expect(String(line)).toBe('a')
      await turns(3)
      break
    }
    expect((await collect(frames(source, lines()))).items.map(String)).toEqual(['b', 'cd'])
  })

  it('is read to its last byte before the error of a stream in object mode that does not destroy itself', async () => {
    const failure = new Error('broken')
    const source = new Readable({
      objectMode: true,
      autoDestroy: false,
      read: () => {
        throw failure
      },
    })
    for (const part of ['a\n', 'b\n', 'c\n']) source.push(Buffer.from(part))
    source.on('error', () => {}).read(0)
    expect(source.errored).toBe(failure)
    const { items, error } = await collect(frames(source, lines(), keep))
    expect([items.map(String), error]).toEqual([['a', 'b', 'c'], failure])
  })

  it('by a batch before bad bytes is left open, and they are put back', async () => {
    const source = new PassThrough()
    source.write(Buffer.from([1, 5, 4, 0]))
    const short = lengthField({ lengthFieldLength: 1, maxFrameLength: 3 })
    for await (const batch of frames(source, short, keep).batches()) {
      expect(batch).toEqual([Buffer.from([5])])
      break
    }
    expect([source.destroyed, source.read()]).toEqual([false, Buffer.from([4, 0])])
  })

  it('ends as it would have without its reader', async () => {
    const { client, server } = await connection()
    client.end(encoded(2))
    expect((await collect(frames(server, codec, keep))).items).toHaveLength(2)
    await closed(server)
    expect(server.writableFinished).toBe(true)
  })

  it('can be left by `await using`, and by its dispose method', async () => {
    const source = new PassThrough()
    source.write('one\ntwo\n')
    const iteration = frames(source, lines(), keep)
    expect(String((await iteration.next()).value)).toBe('one')
    await iteration[Symbol.asyncDispose]()
    expect((await iteration.next()).done).toBe(true)
    const batches = frames(source, lines()).batches()
    await batches[Symbol.asyncDispose]()
    expect(source.destroyed).toBe(true)
  })

  it('is not read by two readers at once: the second is refused, and the first continues', async () => {
    const { client, server } = await connection()
    const first = frames(server, codec)
    const waiting = first.next()
    const { items, error } = await collect(frames(server, codec))
    expect([items, error]).toEqual([[], expect.any(TypeError)])
    expect(() => framed(server, codec)).toThrow(/already being read/)
    client.end(encoded(3))
    await waiting
    expect([server.destroyed, (await collect(first)).items.length]).toEqual([false, 2])
  })
})

describe('bad bytes with destroyOnError: false', () => {
  const short = lengthField({ lengthFieldLength: 2, maxFrameLength: 20 })
  const bad = Buffer.from([255, 255, 1, 2, 3])
  const overlong = { code: 'ERR_FRAME_TOO_LONG', offset: encoded(3).length }

  it.each<[string, (client: Socket) => void]>([
    ['while it stays open', (client) => client.write(Buffer.concat([encoded(3), bad]))],
    ['after its FIN', (client) => client.end(Buffer.concat([encoded(3), bad]))],
  ])('leave the peer to be answered, and are put back: frames, %s', async (_when, act) => {
    const { client, server } = await connection()
    act(client)
    const { items, error } = await collect(frames(server, short, { destroyOnError: false }))
    expect(items).toEqual(messages(3))
    expect(error).toMatchObject(overlong)
    expect([server.destroyed, server.read()]).toEqual([false, bad])
    server.end('bad frame')
    expect(Buffer.concat((await collect(client as AsyncIterable<Buffer>)).items).toString()).toBe('bad frame')
  })

  it('allow an answer to the peer, and are put back: framed', async () => {
    const { client, server } = await connection()
    const before = listenersOf(server)
    client.write(Buffer.concat([encoded(3), bad]))
    const peer = framed(server, short, { destroyOnError: false })
    const { items, error } = await collect(peer)
    expect(items).toEqual(messages(3))
    expect(error).toMatchObject(overlong)
    await closed(peer)
    expect([server.destroyed, listenersOf(server), server.read()]).toEqual([false, before, bad])
    server.end('bad frame')
    expect(Buffer.concat((await collect(client as AsyncIterable<Buffer>)).items).toString()).toBe('bad frame')
  })

  describe.each([
    ['in the same chunk', (client: Socket) => void client.write('one\ntwo\nfar too long\n')],
    [
      'while the last good frame is being answered',
      (client: Socket) => {
        client.write('one\ntwo\n')
        setTimeout(() => client.write('far too long\n'), 5)
      },
    ],
  ])('leave every good frame to be answered by framed, %s', (_when, act) => {
    const answered = 're one\nre two\nbad\n'
    const options = { destroyOnError: false }

    it('in a slow loop', async () => {
      const { client, server } = await connection()
      const peer = framed(server, textLines({ maxFrameLength: 10 }), options)
      act(client)
      const results: unknown[] = []
      await expect(async () => {
        for await (const line of peer) {
          await new Promise((resolve) => setTimeout(resolve, 20))
          peer.write(`re ${line}`, (error) => results.push(error ?? 'written'))
        }
      }).rejects.toMatchObject({ code: 'ERR_FRAME_TOO_LONG', offset: 8 })
      server.end('bad\n')
      expect(Buffer.concat((await collect(client as AsyncIterable<Buffer>)).items).toString()).toBe(answered)
      expect(results).toEqual(['written', 'written'])
      server.destroy()
    })

    it("with a 'data' listener", async () => {
      const { client, server } = await connection()
      const peer = framed(server, textLines({ maxFrameLength: 10 }), options)
      peer.on('data', (line) => peer.write(`re ${line}`)).on('error', () => server.end('bad\n'))
      act(client)
      expect(Buffer.concat((await collect(client as AsyncIterable<Buffer>)).items).toString()).toBe(answered)
      server.destroy()
    })

    it("with a 'data' listener that pauses the stream meanwhile", async () => {
      const { client, server } = await connection()
      const peer = framed(server, textLines({ maxFrameLength: 10 }), options)
      peer.on('data', (line) => {
        peer.pause()
        setTimeout(() => {
          peer.write(`re ${line}`)
          peer.resume()
        }, 20)
      })
      peer.on('error', () => server.end('bad\n'))
      act(client)
      expect(Buffer.concat((await collect(client as AsyncIterable<Buffer>)).items).toString()).toBe(answered)
      server.destroy()
    })
  })

  it('that a FIN cut short are put back', async () => {
    const { client, server } = await connection()
    client.end(Buffer.concat([encoded(2), cut]))
    const { error } = await collect(frames(server, codec, { destroyOnError: false }))
    expect(error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
    expect([server.destroyed, server.read()]).toEqual([false, cut])
    server.end('cut short')
    expect(Buffer.concat((await collect(client as AsyncIterable<Buffer>)).items).toString()).toBe('cut short')
    await closed(server.resume())
  })

  it('that the end cut short are put back, unless the source is in object mode and has therefore ended', async () => {
    const outcomeOf = async (objectMode: boolean): Promise<unknown> => {
      const source = new PassThrough({ objectMode, autoDestroy: false })
      for (const byte of cut) source.write(Buffer.from([byte]))
      source.end()
      const { error } = await collect(frames(source, codec, { destroyOnError: false }))
      expect(error).toMatchObject({ code: 'ERR_FRAME_TRUNCATED' })
      return [source.readableEnded, source.read()]
    }
    expect(await outcomeOf(false)).toEqual([false, cut])
    expect(await outcomeOf(true)).toEqual([true, null])
  })

  it('that never arrive change nothing: the socket closes after the last frame', async () => {
    const { client, server } = await connection()
    client.end('one\ntwo')
    const { items, error } = await collect(frames(server, lines(), { destroyOnError: false }))
    expect([items.map(String), error]).toEqual([['one', 'two'], undefined])
    await Promise.all([closed(server), closed(client.resume())])
  })

  it('after a batch are an error of the next call', async () => {
    const { client, server } = await connection()
    client.write(Buffer.concat([encoded(3), bad]))
    const { items, error } = await collect(frames(server, short, { destroyOnError: false }).batches())
    expect([items.flat(), error]).toEqual([messages(3), expect.objectContaining(overlong)])
    expect(server.destroyed).toBe(false)
  })

  it('still end the source for errors other than bad bytes', async () => {
    const source = new PassThrough()
    const { error } = await collect(frames(source, codec, { destroyOnError: false, signal: AbortSignal.abort() }))
    expect(error).toMatchObject({ name: 'AbortError' })
    expect(source.destroyed).toBe(true)
  })
})

describe('an HTTP/1.1 upgrade', () => {
  it('continues with frames, both ways, from exactly the next byte', async () => {
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

describe('a PROXY header before TLS', () => {
  const text = Buffer.from('PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n')
  // Version 2: a signature of 12 bytes, version and command, family, and the length of the addresses.
  const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
  const header = Buffer.concat([signature, Buffer.from('2111000c0a0000010a00000200010002', 'hex')])
  const version2 = lengthField({ magic: { bytes: signature }, lengthFieldOffset: 14, lengthFieldLength: 2 })

  it.each([
    ['version 1, in the segment of the ClientHello or before it', text, text.length],
    ['version 1, byte by byte', text, 1],
    ['version 2, in the segment of the ClientHello or before it', header, header.length],
    ['version 2, byte by byte', header, 1],
  ])('is read in the clear, and not a byte of TLS with it: %s', async (_what, bytes, size) => {
    const { client, server: socket } = await connection()
    for (let at = 0; at < bytes.length; at += size) {
      client.write(bytes.subarray(at, at + size))
      if (size < bytes.length) await turns(1)
    }
    const secureClient = connectTls({ socket: client, ca: credentials.cert, servername: 'localhost' })
    let isAuthorized = false
    secureClient.on('secureConnect', () => (isAuthorized = secureClient.authorized))
    // The ClientHello is already on its way when the header is read.
    await turns(3)
    const input = reader(socket, { exact: true })
    const line = bytes === text ? await input.until('\r\n', { maxLength: 105 }) : await input.frame(version2)
    expect(line).toEqual(bytes === text ? text.subarray(0, -2) : header)
    expect(input.offset).toBe(bytes.length)
    const secureServer = new TLSSocket(socket, { isServer: true, ...credentials })
    const serving = framed(secureServer, codec)
    const peer = framed(secureClient, codec)
    for (const frame of messages(50)) peer.write(frame)
    peer.end()
    for await (const frame of serving) serving.write(frame)
    serving.end()
    expect((await collect(peer)).items).toEqual(messages(50))
    expect(isAuthorized).toBe(true)
  })

  it('that is refused is not answered by TLS, and the connection ends', async () => {
    const { client, server: socket } = await connection()
    const secureClient = connectTls({ socket: client, ca: credentials.cert, servername: 'localhost' })
    const failed = once(secureClient, 'error')
    const input = reader(socket, { exact: true, destroyOnError: true })
    await expect(input.frame(version2)).rejects.toMatchObject({ code: 'ERR_FRAME_CORRUPT', offset: 0 })
    socket.destroy()
    await failed
  })
})
