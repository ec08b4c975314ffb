// An error that decoding meets only when it is stopped: `onSkip` throws, or a chunk was transferred away.

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { defineCodec, gap } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { decodeStream, framed, frames, reader } from '../src/index.ts'
import { FrameDecoderStream } from '../src/web.ts'
import { closed, collect, connection, listenersOf, turns } from './connection.ts'

/** Frames of one byte. Zeros between them are gaps, which are reported with the next frame, or when decoding stops. */
const codec = defineCodec({
  name: 'zeros',
  maxFrameLength: 1,
  find: (bytes, start, _end, search) => (bytes[start] === 0 ? gap(search, start + 1) : start + 1),
  encodeParts: (frame) => [frame],
})
const failure = new Error('onSkip failed')
const onSkip = (): void => {
  throw failure
}

/** A socket that gives a frame and a part of a gap. */
async function skipping(): Promise<Socket> {
  const { client, server } = await connection()
  server.write(Buffer.from([7, 0, 0]))
  return client
}

/** A loop that has taken the frame and waits in the gap. */
async function waitingIn(loop: AsyncIterator<unknown>): Promise<{ waiting: Promise<unknown> }> {
  await loop.next()
  const waiting = loop.next()
  waiting.catch(() => {})
  await turns(5)
  return { waiting }
}

/** Transfers the memory of a frame away, which is that of its chunk. */
function transfer({ buffer }: Uint8Array): void {
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] })
}

const three = [7, 8, 9].map((byte) => Buffer.from([byte]))
const lost = expect.objectContaining({ message: expect.stringContaining('transferred') })

describe('an error of onSkip while a loop is left', () => {
  it('rejects the leaving of frames, whose source is closed and whose waiting call ends', async () => {
    const socket = await skipping()
    const loop = frames(socket, codec, { onSkip })
    const { waiting } = await waitingIn(loop)
    await expect(loop.return()).rejects.toBe(failure)
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(socket.destroyed).toBe(true)
    expect(await loop.return()).toEqual({ done: true, value: undefined })
  })

  it('does not replace the AbortError of a signal, which closes the source', async () => {
    const socket = await skipping()
    const controller = new AbortController()
    const { waiting } = await waitingIn(frames(socket, codec, { onSkip, signal: controller.signal }))
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    expect(socket.destroyed).toBe(true)
  })

  it('leaves the source open, with its next bytes unread, if asked to', async () => {
    const { client, server } = await connection()
    const before = listenersOf(client)
    server.write(Buffer.from([7, 0, 0]))
    const loop = frames(client, codec, { onSkip, destroyOnReturn: false })
    await waitingIn(loop)
    await expect(loop.return()).rejects.toBe(failure)
    expect(listenersOf(client)).toEqual(before)
    server.end(Buffer.from([8]))
    expect(await collect(client)).toEqual({ items: [Buffer.from([8])] })
  })

  it('is thrown by the release of a reader, and rejects its cancelling', async () => {
    for (const end of ['release', 'cancel'] as const) {
      const socket = await skipping()
      const input = reader(socket, { onSkip })
      const { waiting } = await waitingIn(input.frames(codec))
      await expect((async () => input[end]())()).rejects.toBe(failure)
      expect(await waiting).toEqual({ done: true, value: undefined })
      expect(socket.destroyed).toBe(end === 'cancel')
    }
  })

  it('is that of a destroyed framed, which closes its socket and fails its writes', async () => {
    const socket = await skipping()
    const peer = framed(socket, codec, { onSkip })
    await once(peer.resume(), 'data')
    await turns(5)
    const written = new Promise((resolve) => peer.write(Buffer.from([1]), resolve))
    const error = once(peer, 'error')
    peer.destroy()
    expect(await error).toEqual([failure])
    expect(await written).toBe(failure)
    await closed(socket)
  })

  it('is that of a destroyed decodeStream', async () => {
    const decoding = decodeStream(codec, { onSkip })
    decoding.resume().write(Buffer.from([7, 0, 0]))
    await turns(5)
    const error = once(decoding, 'error')
    decoding.destroy()
    expect(await error).toEqual([failure])
  })

  it('rejects the cancelling of a Web stream, whose writable side fails', async () => {
    const stream = new FrameDecoderStream(codec, { onSkip })
    const output = stream.writable.getWriter()
    output.closed.catch(() => {})
    const input = stream.readable.getReader()
    const written = output.write(Uint8Array.of(7, 0, 0))
    await input.read()
    const waiting = input.read()
    await written
    const reason = new Error('no longer needed')
    await expect(input.cancel(reason)).rejects.toBe(failure)
    expect(await waiting).toEqual({ done: true, value: undefined })
    await expect(output.write(Uint8Array.of(1))).rejects.toBe(reason)
  })
})

describe('a chunk that was transferred away before a loop is left', () => {
  it('is an error of leaving frames, whose source is closed', async () => {
    const { client, server } = await connection()
    server.write(Buffer.concat(three))
    const leaving = (async () => {
      for await (const frame of frames(client, codec)) {
        transfer(frame)
        break
      }
    })()
    await expect(leaving).rejects.toEqual(lost)
    expect(client.destroyed).toBe(true)
  })

  it('does not replace the AbortError of a signal between two frames', async () => {
    const { client, server } = await connection()
    server.write(Buffer.concat(three))
    const controller = new AbortController()
    const loop = frames(client, codec, { signal: controller.signal })
    transfer((await loop.next()).value as Buffer)
    controller.abort()
    await expect(loop.next()).rejects.toMatchObject({ name: 'AbortError' })
    expect(client.destroyed).toBe(true)
  })

  it('is that of a destroyed framed, which closes its socket and fails its writes', async () => {
    const { client, server } = await connection()
    server.write(Buffer.concat(three))
    const peer = framed(client, codec, { readableHighWaterMark: 1 })
    await once(peer, 'readable')
    transfer(peer.read() as Buffer)
    const written = new Promise((resolve) => peer.write(Buffer.from([1]), resolve))
    const error = once(peer, 'error')
    peer.destroy()
    expect(await error).toEqual([lost])
    expect(await written).toEqual(lost)
    await closed(client)
  })

  it('rejects the cancelling of a Web stream, whose waiting write ends', async () => {
    const stream = new FrameDecoderStream(codec)
    const output = stream.writable.getWriter()
    output.closed.catch(() => {})
    const input = stream.readable.getReader()
    const written = output.write(Uint8Array.of(7, 8, 9))
    transfer((await input.read()).value!)
    await expect(input.cancel()).rejects.toEqual(lost)
    await written
  })
})
