// A listener or callback of the caller that throws is an uncaught exception. A program that continues after it loses
// neither frames nor callbacks.

import { Duplex, PassThrough, type Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { decodeStream, encodeStream, framed } from '../src/index.ts'
import { codec, collect, encoded, messages, turns } from './connection.ts'

const failure = new Error('a callback failed')

/** The uncaught exceptions of `work`, which are not those of the test runner meanwhile. */
async function uncaught(work: () => Promise<unknown>): Promise<unknown[]> {
  const errors: unknown[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => errors.push(error))
  try {
    await work()
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
  }
  return errors
}

/** A duplex into which chunks are pushed, and which confirms no write. */
function silent(): Duplex {
  return new Duplex({ read: () => {}, write: () => {} })
}

/** What a listener of 'data' gets that throws at the first one. */
function throwingOnce(stream: Readable): unknown[] {
  const seen: unknown[] = []
  stream.on('data', (item) => {
    seen.push(item)
    if (seen.length === 1) throw failure
  })
  return seen
}

describe("a 'data' listener that throws", () => {
  it('still gets the later frames of framed', async () => {
    const below = silent()
    const seen = throwingOnce(framed(below, codec))
    await turns(2)
    const errors = await uncaught(async () => {
      below.push(encoded(3))
      await turns(2)
    })
    expect([errors, seen]).toEqual([[failure], messages(3)])
    below.push(encoded(1))
    await turns(2)
    expect(seen).toEqual([...messages(3), ...messages(1)])
  })

  it('still gets the later frames of decodeStream', async () => {
    const stream = decodeStream(codec)
    const seen = throwingOnce(stream)
    await turns(2)
    const written: unknown[] = []
    expect(() => stream.write(encoded(3), (error) => written.push(error ?? 'used up'))).toThrow(failure)
    await turns(2)
    expect([seen, written]).toEqual([messages(3), ['used up']])
  })

  it('gets the bytes of later frames: encodeStream', async () => {
    const stream = encodeStream(codec)
    const seen = throwingOnce(stream)
    await turns(2)
    const written: unknown[] = []
    const errors = await uncaught(async () => {
      for (const frame of messages(3)) {
        stream.write(frame, (error) => written.push(error ?? 'taken'))
        await turns(2)
      }
    })
    expect([errors, Buffer.concat(seen as Buffer[])]).toEqual([[failure], encoded(3)])
    expect(written).toEqual(['taken', 'taken', 'taken'])
  })
})

describe('the callback of a write that throws', () => {
  it('keeps no other one from being called when the frames of a tick have left, and does not fail the stream', async () => {
    for (const highWaterMark of [1, 16_384]) {
      // Calls back from within `read`, as a Transform does.
      const below = new PassThrough({ highWaterMark })
      const peer = framed(below, codec)
      const written: unknown[] = []
      const errors = await uncaught(async () => {
        for (const frame of messages(9)) {
          peer.write(frame, (error) => {
            written.push(error ?? 'written')
            throw failure
          })
        }
        peer.end()
        expect(await collect(peer)).toEqual({ items: messages(9) })
      })
      expect(errors).toEqual(messages(9).map(() => failure))
      expect(written).toEqual(messages(9).map(() => 'written'))
    }
  })

  it('keeps no other one from being called when framed is destroyed, and leaves no listener', async () => {
    const below = silent()
    const peer = framed(below, codec)
    const written: unknown[] = []
    const errors = await uncaught(async () => {
      for (const frame of messages(3)) {
        peer.write(frame, (error) => {
          written.push(error)
          throw failure
        })
      }
      await turns(1)
      peer.destroy()
      await turns(2)
    })
    expect(errors).toEqual([failure, failure, failure])
    expect(written).toEqual(messages(3).map(() => expect.objectContaining({ code: 'ERR_STREAM_DESTROYED' })))
    expect([peer.errored, below.listenerCount('drain')]).toEqual([null, 0])
  })

  it('does not fail the reader of decodeStream, who gets all frames', async () => {
    const stream = decodeStream(codec, { readableHighWaterMark: 1 })
    const written: unknown[] = []
    const errors = await uncaught(async () => {
      for (let count = 0; count < 3; count++) {
        stream.write(encoded(2), (error) => {
          written.push(error ?? 'used up')
          throw failure
        })
      }
      stream.end()
      expect(await collect(stream)).toEqual({ items: [...messages(2), ...messages(2), ...messages(2)] })
    })
    expect([errors, written]).toEqual([
      [failure, failure, failure],
      ['used up', 'used up', 'used up'],
    ])
  })

  it('does not fail the reader of encodeStream, who gets all bytes', async () => {
    const stream = encodeStream(codec)
    const written: unknown[] = []
    const errors = await uncaught(async () => {
      for (const frame of messages(3)) {
        stream.write(frame, (error) => {
          written.push(error ?? 'taken')
          throw failure
        })
      }
      stream.end()
      expect(await collect(stream)).toEqual({ items: [encoded(3)] })
    })
    expect([errors, written]).toEqual([
      [failure, failure, failure],
      ['taken', 'taken', 'taken'],
    ])
  })

  it('does not keep onEncodeError from being called', async () => {
    const refused: unknown[] = []
    const stream = encodeStream(codec, { onEncodeError: (error) => refused.push(error) })
    const errors = await uncaught(async () => {
      stream.write(Buffer.alloc(70_000), () => {
        throw failure
      })
      await turns(1)
    })
    expect([errors, refused]).toEqual([[failure], [expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' })]])
  })
})
