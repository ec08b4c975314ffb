// A slow reader: its TCP window closes, the sender stalls, and nothing is lost.

import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import { frames } from '@unstick/stream'
import type { FrameCodec } from '@unstick/core'
import { codecOf } from '../codecs.ts'
import { table } from '../table.ts'
import { endOf } from './proc-tcp.ts'
import { pause, until, withPair, type Scene } from './scene.ts'

const FRAME = 64 * 1024
const COUNT = 256

interface Row {
  what: string
  written: number
  sendQueue: number | undefined
  receiveQueue: number | undefined
  read: number
}

export const flow: Scene = {
  title: 'A slow reader: which side waits, and where are the bytes?',
  async run() {
    const codec = codecOf({ lengthField: 4 }) as FrameCodec
    const rows: Row[] = []
    let written = 0
    let read = 0
    const [sent, received] = [createHash('sha256'), createHash('sha256')]
    await withPair(async ({ client, server }) => {
      const { localPort, remotePort } = client
      const look = (what: string): void => {
        const [near, far] = [endOf(localPort!, remotePort!), endOf(remotePort!, localPort!)]
        const queue = (end: typeof near, name: 'sendQueue' | 'receiveQueue'): number | undefined =>
          typeof end === 'object' ? end[name] : undefined
        rows.push({
          what,
          written,
          sendQueue: queue(near, 'sendQueue'),
          receiveQueue: queue(far, 'receiveQueue'),
          read,
        })
      }
      look('before the first write')
      const writing = (async () => {
        for (let index = 0; index < COUNT; index++) {
          const frame = Buffer.alloc(FRAME, index)
          sent.update(frame)
          const isFlowing = client.write(codec.encode(frame))
          written++
          if (!isFlowing) await once(client, 'drain')
        }
        client.end()
      })()
      await stallOf(() => written)
      look('no reader: the sender stalls')
      await pause(50)
      look('50 ms later: it still stalls')
      await readSlowly(frames(server, codec), received, () => {
        read++
        if (read === 1 || read === COUNT / 4 || read === COUNT / 2)
          look(`after ${read} ${read === 1 ? 'frame' : 'frames'}`)
      })
      await writing
      look('at the end')
    })
    const isEqual = sent.digest('hex') === received.digest('hex')
    const stalledAt = rows[1]!.written
    return {
      ok: isEqual && read === COUNT && stalledAt < COUNT,
      seen: { frames: COUNT, frameLength: FRAME, rows, stalledAt, isEqual },
      lines: (paint) => [
        table(
          ['', 'written', 'send queue', 'receive queue', 'read'],
          rows.map(({ what, written: out, sendQueue, receiveQueue, read: taken }) => [
            what,
            ...[out, sendQueue, receiveQueue, taken].map((value) => value?.toLocaleString('en') ?? '?'),
          ]),
        ).trimEnd(),
        '',
        `Frames of 64 KiB, and bytes in the system's queues. After ${stalledAt} of ${COUNT} frames`,
        "the window closed: write() returned false, and the sender waited for 'drain'.",
        isEqual && read === COUNT
          ? paint('green', `All ${COUNT} frames arrived, in order (SHA-256). The sender only had to wait.`)
          : paint('red', 'The received frames differ from those sent.'),
      ],
    }
  },
}

/** Waits until the number stops changing. */
async function stallOf(count: () => number): Promise<void> {
  let before = -1
  let still = 0
  await until(() => {
    still = count() === before ? still + 1 : 0
    before = count()
    return still > 20
  })
}

async function readSlowly(source: AsyncIterable<Uint8Array>, hash: Hash, onFrame: () => void): Promise<void> {
  for await (const frame of source) {
    hash.update(frame)
    onFrame()
    await pause(1)
  }
}
