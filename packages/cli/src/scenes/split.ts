// One write that is larger than the buffers between two programs.

import { createHash } from 'node:crypto'
import { codecOf } from '../codecs.ts'
import { endOf, type TcpEnd } from './proc-tcp.ts'
import { pause, readAll, withPair, type Scene } from './scene.ts'

const SIZE = 8 * 1024 * 1024 - 4

export const split: Scene = {
  title: 'One message of 8 MiB in one write: how does it arrive?',
  async run() {
    const codec = codecOf({ lengthField: 4 })
    const message = Buffer.alloc(SIZE, 'unstick ')
    const { flows, nearQueue, farQueue, reads } = await withPair(async ({ client, server }) => {
      const { localPort, remotePort } = client
      const isFlowing = client.write(codec.encode(message))
      client.end()
      const queues = async (): Promise<[TcpEnd | undefined, TcpEnd | undefined]> => {
        let before = ''
        // Wait until the queues stop growing: without a reader they fill up and stay full.
        for (let still = 0; still < 5;) {
          const [near, far] = [endOf(localPort!, remotePort!), endOf(remotePort!, localPort!)]
          const now = JSON.stringify([near, far])
          still = now === before ? still + 1 : 0
          before = now
          if (still === 5) return [near === 'gone' ? undefined : near, far === 'gone' ? undefined : far]
          await pause(10)
        }
        return [undefined, undefined]
      }
      const [near, far] = await queues()
      return { flows: isFlowing, nearQueue: near?.sendQueue, farQueue: far?.receiveQueue, reads: await readAll(server) }
    })
    const decoder = codec.decoder()
    const frames = reads.flatMap((read) => [...decoder.decode(read)]) as Uint8Array[]
    decoder.end()
    const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
    const isEqual = frames.length === 1 && digest(frames[0]!) === digest(message)
    const lengths = reads.map(({ length }) => length)
    const number = (value: number | undefined): string => value?.toLocaleString('en') ?? 'unknown on this system'
    return {
      ok: isEqual,
      seen: {
        bytes: SIZE + 4,
        writeReturned: flows,
        nearQueue,
        farQueue,
        reads: lengths,
        frames: frames.length,
        isEqual,
      },
      lines: (paint) => [
        `write()            returned ${paint('yellow', String(flows))}: wait for 'drain' before the next write`,
        `without a reader   the receiver's queue holds ${number(farQueue)} bytes,`,
        `                   the sender's ${number(nearQueue)}, and the rest waits in the program`,
        `then it reads      ${paint('red', `${lengths.length} pieces`)} of ${number(Math.min(...lengths))} to ${number(Math.max(...lengths))} bytes`,
        `first reads        ${lengths.slice(0, 5).map(number).join(' · ')} · ...`,
        `frames             ${isEqual ? paint('green', '1, equal to the message (SHA-256)') : paint('red', 'not the message')}`,
        '',
        'A read returns the bytes that have arrived.',
        'Only the length before the message shows when it is complete.',
      ],
    }
  },
}
