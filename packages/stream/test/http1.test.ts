// The messages of HTTP/1.1 are a pair of streams, of which the outgoing one is not a Writable.

import { once } from 'node:events'
import { Agent, createServer, request, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { PassThrough, type Duplex } from 'node:stream'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it } from 'vitest'
import { framed } from '../src/index.ts'
import { afterwards, closed, collect, turns } from './connection.ts'

const codec = lengthField()
const SIZES = [0, 1, 100, 16_384, 70_000, 300_000]

interface Http1 {
  open: () => ClientRequest
  /** The connections so far. */
  sockets: Socket[]
}

/** Serves exchanges with `serve`, on connections that are kept alive. */
async function http1(serve: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Promise<Http1> {
  const server = createServer(serve)
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  afterwards(() => {
    agent.destroy()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { sockets, open: () => request({ host: '127.0.0.1', port, method: 'POST', agent }) }
}

/** A duplex of frames over a request whose response has begun. */
async function begin(outgoing: ClientRequest): Promise<Duplex> {
  outgoing.flushHeaders()
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  // Node also reports the loss on the request.
  outgoing.on('error', () => {})
  return framed({ readable: incoming, writable: outgoing }, codec)
}

function payload(index: number): Buffer {
  return Buffer.alloc(SIZES[index % SIZES.length]!, index)
}

function echo(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const peer = framed({ readable: incoming, writable: outgoing }, codec)
  outgoing.flushHeaders()
  peer.on('data', (frame) => peer.write(frame)).on('end', () => peer.end())
}

describe('a request and response of HTTP/1.1', () => {
  it('carry frames both ways that are written and ended in one tick, and keep their connection alive', async () => {
    const { open, sockets } = await http1(echo)
    for (let exchange = 0; exchange < 14; exchange++) {
      const peer = await begin(open())
      const sent = Array.from({ length: exchange % 7 }, (_, index) => payload(exchange + index))
      const written: boolean[] = []
      for (const frame of sent) peer.write(frame, (error) => written.push(!error))
      peer.end()
      expect((await collect(peer)).items).toEqual(sent)
      await closed(peer)
      expect(written).toEqual(sent.map(() => true))
    }
    expect(sockets).toHaveLength(1)
  })

  it('accept more frames once those that filled them have left', async () => {
    const { open } = await http1(echo)
    const peer = await begin(open())
    const count = 500
    const reading = collect(peer)
    for (let sent = 0; sent < count; sent++) if (!peer.write(Buffer.alloc(1000))) await once(peer, 'drain')
    peer.end()
    expect((await reading).items).toHaveLength(count)
  })

  it('carry frames that are written before the request has a connection', async () => {
    const { open } = await http1(echo)
    const outgoing = open()
    outgoing.flushHeaders()
    const response = new PassThrough()
    outgoing.on('response', (incoming) => incoming.pipe(response))
    const peer = framed({ readable: response, writable: outgoing }, codec)
    peer.write(payload(2))
    await once(outgoing, 'response')
    peer.end(payload(3))
    expect((await collect(peer)).items).toEqual([payload(2), payload(3)])
  })

  it('fail the frames that wait for room when the message is ended elsewhere, and report that', async () => {
    const outcomes: unknown[] = []
    const { open } = await http1((incoming, outgoing) => {
      const peer = framed({ readable: incoming, writable: outgoing }, codec)
      const written: boolean[] = []
      peer
        .on('error', (error: NodeJS.ErrnoException) => outcomes.push(error.code))
        .on('close', () => outcomes.push(written))
      for (let index = 0; index < 5; index++) peer.write(Buffer.alloc(900_000), (error) => written.push(!error))
      peer.resume()
      outgoing.end()
    })
    const outgoing = open()
    outgoing.end()
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
    incoming.resume()
    await closed(incoming)
    while (outcomes.length < 2) await turns(1)
    expect(outcomes).toEqual(['ERR_STREAM_PREMATURE_CLOSE', [true, false, false, false, false]])
  })

  it.each<[string, (incoming: IncomingMessage, outgoing: ServerResponse) => void]>([
    ['resets the connection', ({ socket }) => socket.resetAndDestroy()],
    ['destroys the response', (_incoming, outgoing) => outgoing.destroy()],
  ])('report the loss if the peer %s, and fail the frames that have not left', async (_how, lose) => {
    const { open } = await http1((incoming, outgoing) => {
      outgoing.flushHeaders()
      incoming.once('readable', () => lose(incoming, outgoing))
    })
    const peer = await begin(open())
    const written: boolean[] = []
    const errors: unknown[] = []
    peer.on('error', (error) => errors.push(error)).resume()
    // More than the buffers of a connection on loopback hold.
    for (let index = 0; index < 30; index++) peer.write(Buffer.alloc(1_000_000), (error) => written.push(!error))
    await closed(peer)
    await turns(3)
    expect(written).toHaveLength(30)
    expect(written.at(-1)).toBe(false)
    expect(errors).toEqual([expect.objectContaining({ code: expect.stringMatching(/^E/) as string })])
  })
})
