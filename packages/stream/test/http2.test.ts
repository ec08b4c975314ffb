// HTTP/2 streams close in other ways than sockets: as soon as both sides have ended, or when the peer resets them.

import { once } from 'node:events'
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Stream,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it } from 'vitest'
import { framed, frames } from '../src/index.ts'
import { afterwards, closed, collect, turns } from './connection.ts'

const codec = lengthField()
const SIZES = [0, 1, 100, 16_384, 70_000, 300_000]

/** Serves streams with `serve`; returns a function that opens one. */
async function http2(serve: (stream: ServerHttp2Stream) => void): Promise<() => ClientHttp2Stream> {
  const server = createServer()
  afterwards(() => server.close())
  server.on('stream', (stream) => {
    // Its other listeners come and go with the adapters.
    stream.on('error', () => {})
    stream.respond({ ':status': 200 })
    serve(stream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  session.on('error', () => {})
  afterwards(() => session.destroy())
  return () => session.request({ ':method': 'POST' })
}

function failSession({ session }: ServerHttp2Stream): void {
  session!.goaway(constants.NGHTTP2_PROTOCOL_ERROR)
  session!.destroy()
}

function payload(index: number): Buffer {
  return Buffer.alloc(SIZES[index % SIZES.length]!, index)
}

describe('an HTTP/2 stream', () => {
  it('whose request is read to its end by frames can still be answered', async () => {
    const answer = async (stream: ServerHttp2Stream): Promise<void> => {
      const received: unknown[] = []
      for await (const frame of frames(stream, codec)) received.push(frame)
      await turns(3)
      stream.end(codec.encode(Buffer.from(`received ${received.length}`)))
    }
    const open = await http2((stream) => void answer(stream))
    const asking = open()
    for (let index = 0; index < 3; index++) asking.write(codec.encode(payload(index)))
    asking.end()
    expect((await collect(frames(asking, codec))).items.map(String)).toEqual(['received 3'])
  })

  it('carries frames of all sizes both ways through framed, and confirms the last ones before it closes', async () => {
    const outcomes: string[] = []
    const open = await http2((stream) => {
      const echo = framed(stream, codec)
      let waiting = 0
      echo.on('error', (error: NodeJS.ErrnoException) => outcomes.push(`failed: ${error.code}`))
      echo.on('close', () => outcomes.push(waiting === 0 ? 'closed' : `${waiting} not confirmed`))
      echo.on('data', (frame: Buffer) => {
        waiting++
        echo.write(frame, (error) => (error ? outcomes.push(`not written: ${error.message}`) : waiting--))
      })
      echo.on('end', () => echo.end())
    })
    const exchanges = 60
    for (let exchange = 0; exchange < exchanges; exchange++) {
      const peer = framed(open(), codec)
      const sent = Array.from({ length: exchange % 6 }, (_, index) => payload(exchange + index))
      for (const frame of sent) peer.write(frame)
      peer.end()
      expect((await collect(peer)).items).toEqual(sent)
      await closed(peer)
    }
    while (outcomes.length < exchanges) await turns(1)
    expect(new Set(outcomes)).toEqual(new Set(['closed']))
  })

  const resets: [string, (stream: ServerHttp2Stream) => void][] = [
    ['resets it without an error', (stream) => stream.close(constants.NGHTTP2_NO_ERROR)],
    ['answers and then resets it', (stream) => stream.end('', () => stream.close(constants.NGHTTP2_NO_ERROR))],
    ['cancels it', (stream) => stream.close(constants.NGHTTP2_CANCEL)],
    ['destroys it', (stream) => stream.destroy()],
    ['closes the session', (stream) => stream.session!.destroy()],
    ['fails the session', failSession],
  ]
  it.each(resets)('fails frames that have not left, and reports the loss, if the peer %s', async (_how, reset) => {
    const open = await http2(reset)
    const stream = open()
    const peer = framed(stream, codec)
    const written: boolean[] = []
    const errors: unknown[] = []
    peer.on('error', (error) => errors.push(error)).resume()
    // More than a window of HTTP/2 holds.
    for (let index = 0; index < 5; index++) peer.write(Buffer.alloc(100_000), (error) => written.push(!error))
    peer.end()
    await closed(peer)
    await turns(3)
    expect(written).toEqual([false, false, false, false, false])
    expect(errors).toEqual([expect.objectContaining({ code: expect.stringMatching(/^ERR_/) as string })])
    expect(stream.destroyed).toBe(true)
  })

  it('is refused as the response of the compatibility API, which does not tell that it was lost', async () => {
    const server = createServer()
    afterwards(() => server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    afterwards(() => session.destroy())
    session.request({ ':method': 'POST' }).end(codec.encode(payload(2)))
    const [request, response] = (await once(server, 'request')) as [Http2ServerRequest, Http2ServerResponse]
    const pair = { readable: request, writable: response as unknown as Writable }
    expect(() => framed(pair, codec)).toThrow(/^duplex must be .* \(of HTTP\/2, request\.stream\)/)
    expect((await collect(framed(request.stream, codec))).items).toEqual([payload(2)])
  })

  it('may be destroyed through framed while it is being reset', async () => {
    const open = await http2(failSession)
    const stream = open()
    const peer = framed(stream, codec)
    stream.on('aborted', () => peer.destroy())
    peer.write(Buffer.alloc(300_000), () => {})
    await closed(peer)
    await turns(3)
    expect(stream.listenerCount('error')).toBe(0)
  })
})
