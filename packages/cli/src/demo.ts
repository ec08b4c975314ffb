// `unstick demo`: shows over real sockets what TCP does to messages, and that codecs restore them.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { FrameCodec } from '@unstick/core'
import { frames } from '@unstick/stream'
import { paintFor } from './colors.ts'
import type { Command } from './command.ts'
import { demoCodecs, type DemoCodec } from './demo-codecs.ts'
import { natural } from './flag-values.ts'
import { report, type Problem, type Run } from './report.ts'
import { close } from './scenes/close.ts'
import { flow } from './scenes/flow.ts'
import type { Scene } from './scenes/scene.ts'
import { split } from './scenes/split.ts'
import { sticky } from './scenes/sticky.ts'
import type { Terminal } from './terminal.ts'
import { messagesOf, piecesOf, type Writing } from './traffic.ts'
import { transfer } from './transfer.ts'

const scenes = { sticky, split, flow, close } satisfies Record<string, Scene>

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Shows TCP at work on loopback: one of four scenes, or all codecs with coalesced and fragmented traffic.',
  flags: {
    Flags: [
      {
        name: 'scene',
        choices: Object.keys(scenes),
        description:
          'sticky: coalesced messages; split: a write larger than the buffers; flow: a slow reader; close: the end of a connection',
      },
      { name: 'json', description: 'print one JSON document instead of text' },
      { name: 'messages', value: 'count', description: 'messages per run', parse: natural, default: 2000 },
      { name: 'seed', value: 'number', description: 'seed of the random sizes and cuts', parse: natural, default: 1 },
    ],
  },
  notes:
    'Without --scene, sends the same messages through each codec, written in several ways. Exit code 1: messages were lost.',
  run({ values, terminal }) {
    const { scene, ...options } = values as unknown as DemoOptions & { scene?: keyof typeof scenes }
    return scene === undefined ? demo(options, terminal) : show(scene, options, terminal)
  },
}

export interface DemoOptions {
  json?: boolean
  messages: number
  seed: number
}

/** Prints one scene on one screen. */
async function show(name: keyof typeof scenes, { json }: DemoOptions, { stdout }: Terminal): Promise<number> {
  const { title, run } = scenes[name]
  const { ok, seen, lines } = await run()
  const paint = paintFor(stdout)
  const screen = [paint('bold', title), '', ...lines(paint)].join('\n')
  stdout.write(`${json === true ? JSON.stringify({ scene: name, ok, ...seen }, null, 2) : screen}\n`)
  return ok ? 0 : 1
}

/** How the receiver gets its frames. */
export type Receive = (socket: Socket, codec: FrameCodec, signal: AbortSignal) => AsyncIterable<Uint8Array>

const receiveFrames: Receive = (socket, codec, signal) => frames(socket, codec, { signal })

/** The most bytes that a run writes one by one, since each needs a write and a read. */
const SINGLE_BYTES = 500

export async function demo(
  options: DemoOptions,
  terminal: Terminal,
  receive: Receive = receiveFrames,
): Promise<number> {
  const messages = messagesOf(options.messages, options.seed)
  const problem = await showProblem(messages)
  const runs: Run[] = []
  for (const codec of demoCodecs) {
    for (const writing of ['coalesced', 'fragmented', 'byte by byte'] as const) {
      runs.push(await runCodec(codec, writing, messages, options.seed, receive))
    }
  }
  report({ problem, runs }, options.json === true, terminal)
  return runs.every((run) => run.difference === undefined) ? 0 : 1
}

async function showProblem(messages: Buffer[]): Promise<Problem> {
  const reads = await transfer(messages, async (socket, signal) => {
    const lengths: number[] = []
    socket.on('data', (read) => lengths.push(read.length))
    await once(socket, 'end', { signal })
    return lengths
  })
  return cutsOf(messages, reads)
}

async function runCodec(
  { name, codec, fit }: DemoCodec,
  writing: Writing,
  traffic: Buffer[],
  seed: number,
  receive: Receive,
): Promise<Run> {
  const all = traffic.map(fit)
  const messages = writing === 'byte by byte' ? firstOf(all, SINGLE_BYTES) : all
  const encoded = messages.map((message) => codec.encode(message))
  const reads: number[] = []
  const sent = messages.map(digest)
  const received: string[] = []
  let failure: string | undefined
  try {
    await transfer(piecesOf(encoded, writing, seed), async (socket, signal) => {
      const push = socket.push.bind(socket)
      socket.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
        if (chunk !== null) reads.push(chunk.length)
        return push(chunk, encoding)
      }
      for await (const frame of receive(socket, codec, signal)) received.push(digest(frame))
    })
  } catch (error) {
    failure = (error as Error).message
  }
  const difference = failure ?? differenceOf(sent, received)
  return { codec: name, writing, ...cutsOf(encoded, reads), ...(difference === undefined ? {} : { difference }) }
}

/** The first messages, with at most `bytes` bytes in all, but at least one message. */
function firstOf(messages: Buffer[], bytes: number): Buffer[] {
  let sum = 0
  return messages.filter((message, index) => index === 0 || (sum += message.length) <= bytes)
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function differenceOf(sent: string[], received: string[]): string | undefined {
  const wrong = sent.findIndex((hash, index) => hash !== received[index])
  if (sent.length !== received.length) return `${received.length} of ${sent.length} messages arrived`
  return wrong === -1 ? undefined : `message ${wrong} is not the one sent`
}

/** Compares the boundaries of messages with those of reads. */
function cutsOf(messages: Uint8Array[], reads: number[]): Problem {
  let coalesced = 0
  let fragmented = 0
  let end = 0
  let readEnd = 0
  let read = -1
  let endsInRead = 0
  for (const message of messages) {
    const firstRead = end === readEnd ? read + 1 : read
    end += message.length
    while (readEnd < end) {
      if (endsInRead > 1) coalesced++
      endsInRead = 0
      read++
      readEnd += reads[read] ?? Infinity
    }
    endsInRead++
    if (message.length > 0 && firstRead < read) fragmented++
  }
  if (endsInRead > 1) coalesced++
  return { messages: messages.length, bytes: end, reads: reads.length, coalesced, fragmented }
}
