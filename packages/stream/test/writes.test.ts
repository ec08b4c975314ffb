// What was accepted is written, or its writer gets an error: exactly once.

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Duplex, PassThrough, Readable, Transform, Writable, type TransformOptions } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { lengthField } from '@unstick/length-field'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeStream, encodeStream, framed, frames, type FrameDuplex } from '../src/index.ts'
import { closed, codec, collect, connection, encoded, listenersOf, message, messages, turns } from './connection.ts'
import { tlsConnection } from './tls.ts'

const large = lengthField()
const REPLIES = 2000
const reply = Buffer.alloc(10_000, 7)

type Peer = FrameDuplex<Buffer, Uint8Array>
type Outcome = Error | 'written'

/** Writes a frame, and resolves to the result of its callback. */
function written(peer: Peer, frame: Buffer): Promise<Outcome> {
  return new Promise((resolve) => {
    peer.write(frame, (error) => resolve(error ?? 'written'))
  })
}

/** Passes each frame on `delay` turns of the event loop later. */
function slowly(delay = 3, options: TransformOptions = {}): Transform {
  return new Transform({
    ...options,
    objectMode: true,
    transform: (frame, _encoding, done) => void turns(delay).then(() => done(null, frame)),
  })
}

/** Ways in which a server answers one request with many frames. Resolves to the results of the callbacks. */
const servers: [string, (peer: Peer) => Promise<Outcome[]>][] = [
  [
    'all at once',
    async (peer) => {
      await once(peer, 'data')
      return Promise.all(Array.from({ length: REPLIES }, () => written(peer, reply)))
    },
  ],
  [
    "waiting for 'drain'",
    async (peer) => {
      const outcomes: Promise<Outcome>[] = []
      for await (const _request of peer) {
        for (let count = 0; count < REPLIES; count++) {
          outcomes.push(written(peer, reply))
          if (peer.writableNeedDrain) await once(peer, 'drain')
        }
      }
      return Promise.all(outcomes)
    },
  ],
  [
    'waiting for each callback',
    async (peer) => {
      const outcomes: Outcome[] = []
      for await (const _request of peer) {
        while (outcomes.length < REPLIES) outcomes.push(await written(peer, reply))
      }
      return outcomes
    },
  ],
]

const transports: [string, typeof connection][] = [
  ['TCP', connection],
  ['TLS', tlsConnection],
]

describe.each(transports)('over %s, a default socket whose peer ends after its request', (_transport, connect) => {
  it.each(servers)('gets every reply, and the writer every callback: %s', async (_how, serve) => {
    const { client, server } = await connect()
    const serving = serve(framed(server, large))
    const peer = framed(client, large)
    peer.end(Buffer.from('request'))
    const { items, error } = await collect(peer)
    expect(error).toBeUndefined()
    expect(items).toHaveLength(REPLIES)
    expect(items.every((item) => item.equals(reply))).toBe(true)
    expect(new Set(await serving)).toEqual(new Set(['written']))
    await Promise.all([closed(client), closed(server)])
  })

  it.each<[string, (peer: Peer) => unknown]>([
    ['.pipe', (peer) => peer.pipe(peer)],
    ['pipeline', (peer) => pipeline(peer, new PassThrough({ objectMode: true }), peer)],
    [
      'pipeline through a function',
      (peer) =>
        pipeline(
          peer,
          async function* (source: AsyncIterable<Buffer>) {
            yield* source
          },
          peer,
        ),
    ],
    [
      'a loop',
      async (peer) => {
        for await (const frame of peer) peer.write(frame)
      },
    ],
  ])('gets everything echoed: %s', async (_how, echo) => {
    const { client, server } = await connect()
    void echo(framed(server, large))
    const peer = framed(client, large)
    for (let count = 0; count < REPLIES; count++) peer.write(reply)
    peer.end()
    const { items, error } = await collect(peer)
    expect([items.length, error]).toEqual([REPLIES, undefined])
    await closed(server)
  })

  it.each<[string, (peer: Peer) => Promise<unknown>]>([
    [
      'a loop',
      async (peer) => {
        for await (const frame of peer) {
          await turns(3)
          peer.write(frame)
        }
      },
    ],
    [
      'a loop that is left after the last one',
      async (peer) => {
        let count = 0
        for await (const frame of peer.iterator({ destroyOnReturn: false })) {
          await turns(3)
          peer.write(frame)
          if (++count === 5) break
        }
        expect(peer.destroyed).toBe(false)
      },
    ],
    [
      'a pipeline through a function',
      (peer) =>
        pipeline(
          peer,
          async function* (source: AsyncIterable<Buffer>) {
            for await (const frame of source) {
              await turns(3)
              yield frame
            }
          },
          peer,
        ),
    ],
    ['a pipeline through a Transform', (peer) => pipeline(peer, slowly(), peer)],
    ['a pipeline through two Transforms', (peer) => pipeline(peer, slowly(), slowly(), peer)],
    [
      'a pipeline through map',
      (peer) =>
        pipeline(
          peer.map(async (frame: Buffer) => {
            await turns(3)
            return frame
          }),
          peer,
        ),
    ],
    ['.pipe through Transforms', (peer) => finished(peer.pipe(slowly()).pipe(slowly()).pipe(peer))],
    [
      'two Transforms side by side, and a Writable',
      (peer) => {
        peer.pipe(new Writable({ objectMode: true, write: (_frame, _encoding, done) => done() }))
        const isEven = (frame: Buffer): boolean => frame.length % 2 === 0
        for (const even of [true, false]) {
          peer
            .pipe(
              new Transform({
                objectMode: true,
                transform: (frame: Buffer, _encoding, done) => done(null, isEven(frame) === even ? frame : undefined),
              }),
            )
            .pipe(slowly())
            .pipe(peer, { end: false })
        }
        return finished(peer)
      },
    ],
  ])('gets the answer to its last frame, however long it takes: %s', async (_how, answer) => {
    for (const readableHighWaterMark of [1, 16]) {
      const { client, server } = await connect()
      client.end(encoded(5))
      await once(server, 'readable')
      const peer = framed(server, codec, { readableHighWaterMark })
      const answering = answer(peer)
      expect(await collect(frames(client, codec))).toEqual({ items: messages(5) })
      await answering
      await closed(peer)
    }
  })

  it('gets an answer to every frame: through any Transforms, however late', async () => {
    const stage = fc.record({ delay: fc.nat(3), readableHighWaterMark: fc.integer({ min: 1, max: 16 }) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(stage, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.array(fc.nat(20_000), { maxLength: 40 }),
        async (stages, isPipeline, lengths) => {
          const { client, server } = await connect()
          const peer = framed(server, large)
          const transforms = stages.map(({ delay, ...options }) => slowly(delay, options))
          const last = transforms.at(-1)!
          if (isPipeline) void pipeline([peer, ...transforms, peer])
          else {
            transforms.reduce<Duplex>((from, to) => from.pipe(to), peer)
            last.pipe(peer)
          }
          const asking = framed(client, large)
          for (const length of lengths) asking.write(Buffer.alloc(length))
          asking.end()
          const { items, error } = await collect(asking)
          expect([items.map(({ length }) => length), error]).toEqual([lengths, undefined])
          await closed(server)
        },
      ),
      { numRuns: 50 },
    )
  })

  it.each<[string, (peer: Peer) => void]>([
    [
      'a stream that is piped into it, but not from it',
      (peer) => {
        const endless = new PassThrough({ objectMode: true, flush: () => {} })
        new PassThrough({ objectMode: true }).pipe(peer).pipe(endless).pipe(slowly())
      },
    ],
    [
      'a Transform that has failed',
      (peer) =>
        peer
          .pipe(
            slowly()
              .on('error', () => {})
              .destroy(new Error('failed')),
          )
          .pipe(peer),
    ],
    [
      'a Transform that fails after the end',
      (peer) => {
        const first = peer.pipe(slowly()).on('error', () => {})
        first.pipe(slowly()).pipe(peer)
        peer.on('end', () => setImmediate(() => first.destroy(new Error('failed'))))
      },
    ],
  ])('does not wait for answers of %s', async (_of, pipe) => {
    const { client, server } = await connect()
    const peer = framed(server, codec)
    pipe(peer)
    // Node pauses a stream whose last destination has closed.
    await turns(1)
    peer.resume()
    client.end(encoded(5))
    client.resume()
    await Promise.all([closed(client), closed(server), closed(peer)])
    expect(peer.errored).toBeNull()
  })
})

describe('frames', () => {
  it('let a loop answer the last frames of a default socket, even if the peer has ended', async () => {
    const { client, server } = await connection()
    client.end(encoded(5))
    await once(server, 'readable')
    const answering = (async () => {
      for await (const frame of frames(server, codec)) {
        await new Promise(setImmediate)
        server.write(codec.encode(frame))
      }
    })()
    expect((await collect(frames(client, codec))).items).toEqual(messages(5))
    await answering
    await closed(server)
  })
})

/** A duplex of bytes that writes when the test opens it. */
class Gate extends Duplex {
  readonly waiting: (() => void)[] = []
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.waiting.push(callback)
  }
  override _writev(_chunks: unknown[], callback: () => void): void {
    this.waiting.push(callback)
  }
  open(): void {
    for (const callback of this.waiting.splice(0)) callback()
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the callback of a write', () => {
  it('of framed is called when the stream below has written the bytes, not before', async () => {
    const gate = new Gate()
    const peer = framed(gate, codec)
    let outcome: Outcome | undefined
    const writing = written(peer, Buffer.from('frame')).then((said) => (outcome = said))
    await turn()
    expect([gate.waiting.length, outcome]).toEqual([1, undefined])
    gate.open()
    await writing
    expect(outcome).toBe('written')
  })

  it('of encodeStream is called when its reader has taken the bytes, not before', async () => {
    const stream = encodeStream(codec)
    const outcomes: Outcome[] = []
    const writing = [5, 20_000, 0].map((size) =>
      written(stream, Buffer.alloc(size)).then((said) => outcomes.push(said)),
    )
    await turn()
    expect(outcomes).toEqual([])
    stream.resume()
    await Promise.all(writing)
    expect(outcomes).toEqual(['written', 'written', 'written'])
  })

  it.each<[string, (client: Socket) => Peer]>([
    ['framed', (client) => framed(client, large)],
    [
      'encodeStream',
      (client) => {
        const stream = encodeStream(large)
        stream.pipe(client)
        return stream
      },
    ],
  ])('of %s allows its buffer to be used again', async (_kind, writerOver) => {
    const { client, server } = await connection()
    const peer = writerOver(client)
    const sizes = [1000, 40_000]
    const buffer = Buffer.alloc(40_000)
    const sending = (async () => {
      for (let index = 0; index < 3000; index++) {
        buffer.fill(index % 251)
        expect(await written(peer, buffer.subarray(0, sizes[index % 2]))).toBe('written')
      }
      peer.end()
    })()
    let index = 0
    for await (const frame of frames(server, large)) {
      const size = sizes[index % 2] ?? 0
      if (!frame.equals(Buffer.alloc(size, index % 251))) throw new Error(`frame ${index} is not the one written`)
      index++
    }
    await sending
    expect(index).toBe(3000)
  })

  it.each<[string, () => Peer]>([
    ['framed', () => framed(new Gate(), codec, { writableHighWaterMark: 2 })],
    ['encodeStream', () => encodeStream(codec, { readableHighWaterMark: 1, writableHighWaterMark: 2 })],
  ])('of %s comes once, with an error, for every frame that has not left when it is destroyed', async (_kind, make) => {
    const peer = make()
    const outcomes: Outcome[][] = []
    for (let index = 0; index < 8; index++) {
      const calls: Outcome[] = []
      outcomes.push(calls)
      peer.write(Buffer.alloc(9), (error) => calls.push(error ?? 'written'))
      if (index === 4) await turn()
    }
    peer.destroy()
    await once(peer, 'close')
    await turn()
    expect(outcomes).toEqual(outcomes.map(() => [expect.any(Error)]))
  })

  it('of framed gets an error for bytes in flight when the socket is destroyed', async () => {
    const { client } = await connection()
    const peer = framed(client, large)
    peer.on('error', () => {})
    const writing = written(peer, Buffer.alloc(large.maxFrameLength - 4))
    await turn()
    client.destroy()
    expect(await writing).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  })

  it('of framed that waits for room gets an error if the stream below is ended elsewhere, and the stream ends', async () => {
    let write = (): void => {}
    const below = new Duplex({
      read: () => {},
      write: (_bytes, _encoding, done) => {
        write = done
      },
      final: (done) => done(),
      writableHighWaterMark: 1,
    })
    const peer = framed(below, codec)
    const errors: unknown[] = []
    peer.on('error', (error) => errors.push(error))
    const outcomes = Promise.all([written(peer, message(1)), written(peer, message(2))])
    peer.end()
    await turns(1)
    below.end()
    while (!below.writableFinished) {
      write()
      await turns(1)
    }
    const loss = expect.objectContaining({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(await outcomes).toEqual(['written', loss])
    await closed(peer)
    expect([errors, listenersOf(below)]).toEqual([[loss], {}])
  })

  it('of decodeStream gets an error if it is destroyed before the frames are used up', async () => {
    const stream = decodeStream(codec, { readableHighWaterMark: 1 })
    const writing = new Promise<unknown>((resolve) => {
      stream.write(encoded(20), resolve)
    })
    stream.destroy()
    expect(await writing).toMatchObject({ code: 'ERR_STREAM_DESTROYED' })
  })
})

describe('framed over { readable, writable }', () => {
  it('reads the one and writes the other, and closes both', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const peer = framed({ readable: input, writable: output }, codec)
    input.end(encoded(3))
    peer.end(Buffer.from('out'))
    expect((await collect(peer)).items).toEqual(messages(3))
    expect((await collect(frames(output, codec))).items.map(String)).toEqual(['out'])
    await Promise.all([closed(peer), closed(input), closed(output)])
  })

  it('ends without an error if one has ended and the other is closed with nothing left to write', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const peer = framed({ readable: input, writable: output }, codec)
    output.destroy()
    await once(output, 'close')
    input.end(encoded(3))
    expect(await collect(peer)).toEqual({ items: messages(3) })
    await closed(peer)
  })

  it('fails a write to a closed one, after the frames that arrived from the other', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const peer = framed({ readable: input, writable: output }, codec)
    input.write(encoded(3))
    output.destroy()
    await once(output, 'close')
    const reading = collect(peer)
    expect(await written(peer, Buffer.from('late'))).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    const { items, error } = await reading
    expect([items, error]).toEqual([messages(3), expect.objectContaining({ code: 'ERR_STREAM_PREMATURE_CLOSE' })])
    expect(input.destroyed).toBe(true)
  })

  describe('of which the other is closed while it ends', () => {
    const stuck = (): void => {}

    it('ends without an error if nothing was left to write', async () => {
      for (const act of ['at once', 'later']) {
        const [input, output] = [new PassThrough(), new Writable({ final: stuck })]
        const peer = framed({ readable: input, writable: output }, codec)
        if (act === 'at once') output.destroy()
        peer.end()
        if (act === 'later') setImmediate(() => output.destroy())
        input.end(encoded(3))
        expect(await collect(peer)).toEqual({ items: messages(3) })
        await closed(peer)
      }
    })

    it('fails if a frame was not written, even one without a callback', async () => {
      const [input, output] = [new PassThrough(), new Writable({ write: stuck })]
      const peer = framed({ readable: input, writable: output }, codec)
      input.write(encoded(3))
      peer.end(Buffer.from('lost'))
      setImmediate(() => output.destroy())
      output.on('close', () => input.end())
      const { items, error } = await collect(peer)
      expect([items, error]).toEqual([messages(3), expect.objectContaining({ code: 'ERR_STREAM_PREMATURE_CLOSE' })])
      await closed(peer)
    })
  })
})

describe('framed with a codec for each direction', () => {
  it('decodes with one and encodes with the other', async () => {
    const { client, server } = await connection()
    const left = framed(client, { decode: large, encode: codec })
    const right = framed(server, { decode: codec, encode: large })
    left.end(Buffer.from('to the right'))
    right.end(Buffer.from('to the left'))
    expect((await collect(right)).items.map(String)).toEqual(['to the right'])
    expect((await collect(left)).items.map(String)).toEqual(['to the left'])
  })

  it('names which of the two is not a codec', () => {
    const call = (): unknown => framed(new PassThrough(), { decode: codec, encode: {} as never })
    expect(call).toThrow(TypeError)
    expect(call).toThrow(/encode/)
  })
})

describe('a loop over framed', () => {
  it('left early destroys it, and ends for a waiting call', async () => {
    const { client, server } = await connection()
    client.write(encoded(2))
    const peer = framed(server, codec)
    for await (const _frame of peer) break
    expect([peer.destroyed, server.destroyed]).toEqual([true, true])
  })

  it('read to its end leaves a half-open socket open for writing', async () => {
    const { client, server } = await connection(true)
    client.end(encoded(2))
    const peer = framed(server, codec)
    for await (const _frame of peer);
    expect(await written(peer, Buffer.from('after'))).toBe('written')
    peer.end()
    expect((await collect(frames(client, codec))).items.map(String)).toEqual(['after'])
    await closed(server)
  })

  it('that has ended does not crash the process if a reset arrives while replies are in flight', async () => {
    const { client, server } = await connection()
    server.removeAllListeners('error')
    const peer = framed(server, large)
    client.pause().end(large.encode(Buffer.from('request')))
    const outcomes: Promise<Outcome>[] = []
    for await (const _request of peer) {
      for (let count = 0; count < 20; count++) outcomes.push(written(peer, Buffer.alloc(1 << 20)))
    }
    client.resetAndDestroy()
    await closed(peer)
    expect(new Set(await Promise.all(outcomes))).not.toEqual(new Set(['written']))
  })
})

describe('encodeStream', () => {
  it('copies a large payload only for a caller that waits for its callback', async () => {
    const payload = Buffer.alloc(1 << 16, 1)
    const chunks: Buffer[] = []
    const stream = encodeStream(large)
    stream.on('data', (chunk) => chunks.push(chunk))
    stream.write(payload)
    expect(await written(stream, payload)).toBe('written')
    const [plain, awaited] = chunks.filter((chunk) => chunk.length === payload.length)
    expect([plain?.buffer === payload.buffer, awaited?.buffer === payload.buffer]).toEqual([true, false])
  })

  it('calls the callback of every write through a slow pipe', async () => {
    const stream = encodeStream(codec, { writableHighWaterMark: 2 })
    const sink = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, callback) => setImmediate(callback) })
    const piped = pipeline(stream, sink)
    const outcomes = await Promise.all(messages(50).map((payload) => written(stream, payload)))
    stream.end()
    await piped
    expect(new Set(outcomes)).toEqual(new Set(['written']))
    expect(Readable.isDisturbed(stream)).toBe(true)
  })
})
