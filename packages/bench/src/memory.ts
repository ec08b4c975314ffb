// The memory of a connection that is idle, or that has received half a frame.

import type { Transform } from 'node:stream'
import type { FrameCodec, FrameDecoder } from '@unstick/core'
import { lines, textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import type { Group } from './contenders/contender.ts'
import { framed } from './wires.ts'

/**
 * 'fresh': nothing received; 'used': one frame received, in two chunks; 'half': 500 bytes of a frame of 1 KiB received.
 */
export type MemoryState = 'fresh' | 'used' | 'half'
export const memoryStates: readonly MemoryState[] = ['fresh', 'used', 'half']

export interface MemoryContender {
  name: string
  group: Group
  wire: 'length' | 'lf'
  /** How many are made at once. Streams take far more memory than decoders. */
  count: number
  prepare: () => Holding | Promise<Holding>
}

/** Makes the object of a connection, and feeds it a chunk; frames are discarded. */
interface Holding {
  make: () => object
  take: (connection: never, chunk: Buffer) => void
}

const MANY = 50_000
const FEW = 3000

export const memoryContenders: readonly MemoryContender[] = [
  decoderOf('lengthField', 'length', () => lengthField()),
  decoderOf('lines', 'lf', () => lines()),
  decoderOf('textLines', 'lf', () => textLines()),
  {
    name: 'bl',
    group: 'peer',
    wire: 'length',
    count: MANY,
    async prepare() {
      const { BufferList } = await import('bl')
      return {
        make: () => new BufferList(),
        take(list: InstanceType<typeof BufferList>, chunk) {
          list.append(chunk)
          if (list.length >= 4 && list.length >= 4 + list.readUInt32BE(0)) list.consume(list.length)
        },
      }
    },
  },
  streamOf('frame-stream', 'length', async () => {
    const { decode } = await import('frame-stream')
    return () => decode()
  }),
  streamOf('split2', 'lf', async () => {
    const { default: split2 } = await import('split2')
    return () => split2()
  }),
  streamOf('@serialport/parser-delimiter', 'lf', async () => {
    const { DelimiterParser } = await import('@serialport/parser-delimiter')
    return () => new DelimiterParser({ delimiter: '\n' })
  }),
]

/** Bytes of heap and buffers per connection. Needs `--expose-gc`. */
export async function bytesPerConnection(name: string, state: MemoryState): Promise<number> {
  const contender = memoryContenders.find((candidate) => candidate.name === name)
  if (contender === undefined) throw new RangeError(`there is no contender '${name}' for memory`)
  const { make, take } = await contender.prepare()
  const frame = framed[contender.wire](Buffer.alloc(1 << 10, 'x'), 0, 1)
  const hold = (): object => {
    const connection = make()
    // Each chunk has memory of its own, like a socket's: a view keeps all of it alive.
    if (state !== 'fresh') take(connection as never, Buffer.from(frame.subarray(0, 500)))
    if (state === 'used') take(connection as never, Buffer.from(frame.subarray(500)))
    return connection
  }
  // A first round fills caches and compiles code.
  await heapOf(Math.ceil(contender.count / 10), hold)
  const measured: number[] = []
  for (let round = 0; round < 3; round++) measured.push(await heapOf(contender.count, hold))
  return measured.toSorted((a, b) => a - b)[1]!
}

async function heapOf(count: number, hold: () => object): Promise<number> {
  const before = await used()
  const kept = Array.from({ length: count }, hold)
  const after = await used()
  if (kept.length !== count) throw new Error('not kept')
  return (after - before) / count
}

async function used(): Promise<number> {
  // Streams defer part of their work to the next tick, and buffers are freed in another thread after a collection.
  for (let round = 0; round < 2; round++) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
    globalThis.gc?.()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function decoderOf<Frame>(
  name: string,
  wire: MemoryContender['wire'],
  codec: () => FrameCodec<Frame>,
): MemoryContender {
  return {
    name: `${name} decoder`,
    group: 'ours',
    wire,
    count: MANY,
    prepare() {
      const made = codec()
      return {
        make: () => made.decoder(),
        take(decoder: FrameDecoder<Frame>, chunk) {
          for (const frame of decoder.decode(chunk)) if (frame === undefined) throw new Error('no frame')
        },
      }
    },
  }
}

function streamOf(name: string, wire: MemoryContender['wire'], load: () => Promise<() => Transform>): MemoryContender {
  return {
    name,
    group: 'peer',
    wire,
    count: FEW,
    async prepare() {
      const make = await load()
      return {
        make: () => make().resume(),
        take: (stream: Transform, chunk) => void stream.write(chunk),
      }
    },
  }
}
