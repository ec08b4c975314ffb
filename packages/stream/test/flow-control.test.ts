// A reader that stops reading stops the sender, over TCP, and nothing is lost.

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { lengthField } from '@unstick/length-field'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { decodeStream, framed, frames } from '../src/index.ts'
import { connection, pause } from './connection.ts'

const codec = lengthField()
/** Several times what the buffers of TCP on loopback hold, which is up to some 10 MiB. */
const COUNT = 48
const MIB = 1 << 20

/** All frames share their memory, except for the number at their beginning. */
const body = Buffer.alloc(MIB - 4, 0xa5)
function numbered(index: number): Buffer[] {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(MIB)
  head.writeUInt32BE(index, 4)
  return [head, body]
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const bytesInUse = (): number => process.memoryUsage().arrayBuffers

const ways: [string, (socket: Socket) => AsyncIterable<Buffer>][] = [
  ['frames', (socket) => frames(socket, codec)],
  ['decodeStream', (socket) => socket.pipe(decodeStream(codec, { readableHighWaterMark: 4 }))],
  ['framed', (socket) => framed(socket, codec, { readableHighWaterMark: 4 })],
]

describe('flow control', () => {
  it.each(ways)(
    'stops a sender that offers 48 MiB while the reader pauses, with flat memory, and then all arrive in order: %s',
    async (_way, read) => {
      const { client, server } = await connection()
      let isFlowing = true
      for (let index = 0; index < COUNT; index++) {
        for (const part of numbered(index)) isFlowing = client.write(part)
      }
      client.end()
      expect(isFlowing).toBe(false)

      let before = 0
      let index = 0
      for await (const frame of read(server)) {
        if (index === 0) {
          await pause(100)
          const stalled = client.writableLength
          collectGarbage()
          await pause(100)
          before = bytesInUse()
          // No one reads, so no one sends; the buffers of TCP hold a small part of it.
          expect(client.writableLength).toBe(stalled)
          expect(stalled).toBeGreaterThan((COUNT / 2) * MIB)
        }
        if (frame.length !== MIB || frame.readUInt32BE() !== index)
          throw new Error(`frame ${index} is not the one sent`)
        if (index % 16 === 0 && !frame.subarray(4).equals(body)) throw new Error(`frame ${index} was damaged`)
        // Early, for frames that are read ahead, and late, for frames that are kept.
        if (index === COUNT / 4 || index === COUNT - 8) {
          collectGarbage()
          // V8 frees the memory of buffers on another thread.
          await vi.waitFor(() => expect(bytesInUse() - before).toBeLessThan((COUNT / 2) * MIB), 100_000)
        }
        index++
      }
      expect(index).toBe(COUNT)
    },
  )

  it('stops a writer of frames: write returns false, the queue grows, and drain comes when the reader continues', async () => {
    const { client, server } = await connection()
    const peer = framed(client, codec, { writableHighWaterMark: 8 })
    // The clean-up after a test destroys the socket under it.
    peer.on('error', () => {})
    let offered = 1
    while (peer.write(body)) offered++
    await pause(50)
    for (; peer.writableLength < 8; offered++) peer.write(body)
    expect([peer.writableNeedDrain, client.writableNeedDrain]).toEqual([true, true])
    const queued = peer.writableLength
    await pause(50)
    expect(peer.writableLength).toBe(queued)
    const drained = once(peer, 'drain')
    let received = 0
    const reading = (async () => {
      for await (const frame of frames(server, codec)) received += frame.length
    })()
    await drained
    peer.end()
    await reading
    expect(received).toBe(offered * body.length)
  })
})
