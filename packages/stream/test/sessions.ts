// Random sessions of two peers, and the properties that every session must have.
//
// A session is a transport, two peers and a list of steps. The model is small: the frames that each peer was made to
// write, and whether anything in the session may lose one. The properties:
//
// - what a peer received is a prefix of what the other was made to write, and all of it if nothing cut it off;
// - every write is called back exactly once; without an error only if its bytes have left the stream below, and always
//   so if nothing cut it off;
// - both peers close, and no socket, listener, timer or unhandled rejection is left.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream'
import {
  connect as connectTls,
  createSecureContext,
  createServer as createTlsServer,
  type Server as TlsServer,
} from 'node:tls'
import type { FrameCodec } from '@unstick/core'
import { lengthField } from '@unstick/length-field'
import fc from 'fast-check'
import { decodeStream, encodeStream, framed, frames, type FramesOptions } from '../src/index.ts'
import { listenersOf } from './connection.ts'
import { memoryPair } from './memory-pair.ts'
import { realTimers, timerCount, watchTimers } from './timers.ts'
import { credentials } from './tls.ts'

// ── Sessions ──

/** The adapters of a peer. Only `framed` both reads and writes frames. */
type Kind = 'framed' | 'frames' | 'batches' | 'decodeStream' | 'encodeStream'

/**
 * How a peer reads: all at once, with pauses, some frames and then no more before the end, leaving after some, or
 * handing the stream over to another reader after some.
 */
type Reading = 'loop' | 'slow' | 'listener' | 'stops' | 'leaves' | 'hands over' | 'not at all'

interface PeerSpec {
  kind: Kind
  reading: Reading
  /** After how many frames a reader stops or leaves. */
  after: number
  allowHalfOpen: boolean
  frameTimeout: boolean
  /** Whether bad bytes leave the socket open. */
  keepsOnError: boolean
  readableHighWaterMark: number
}

type Action =
  | { do: 'write'; sizes: number[] }
  | { do: 'burst'; count: number }
  | { do: 'end' | 'destroy' | 'kill' | 'reset' | 'abort' | 'bad bytes' | 'cut frame' }
  | { do: 'wait'; turns: number }

interface Step {
  by: 0 | 1
  action: Action
}

export interface Session {
  transport: 'tcp' | 'tls' | 'memory'
  peers: [PeerSpec, PeerSpec]
  steps: Step[]
}

const MAX_FRAME = 100_000

const size = fc.oneof(
  { weight: 4, arbitrary: fc.nat(40) },
  { weight: 3, arbitrary: fc.nat(5_000) },
  { weight: 2, arbitrary: fc.nat(MAX_FRAME) },
  { weight: 1, arbitrary: fc.constant(MAX_FRAME + 1) },
)

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('write' as const), sizes: fc.array(size, { minLength: 1, maxLength: 12 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('burst' as const), count: fc.integer({ min: 100, max: 500 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), turns: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'end' as const }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('destroy', 'kill', 'reset', 'abort', 'bad bytes', 'cut frame').map((it) => ({
      do: it as 'destroy',
    })),
  },
)

const peer: fc.Arbitrary<PeerSpec> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('framed' as const) },
    { weight: 4, arbitrary: fc.constantFrom<Kind>('frames', 'batches', 'decodeStream', 'encodeStream') },
  ),
  reading: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom<Reading>('loop', 'slow', 'listener') },
    { weight: 2, arbitrary: fc.constantFrom<Reading>('stops', 'leaves', 'hands over', 'not at all') },
  ),
  after: fc.nat(10),
  allowHalfOpen: fc.boolean(),
  frameTimeout: fc.nat(9).map((it) => it === 0),
  keepsOnError: fc.boolean(),
  readableHighWaterMark: fc.constantFrom(1, 2, 16),
})

export const sessions: fc.Arbitrary<Session> = fc.record({
  transport: fc.constantFrom('tcp', 'tls', 'memory'),
  peers: fc.tuple(peer, peer),
  steps: fc.array(fc.record({ by: fc.constantFrom(0, 1), action }), { minLength: 1, maxLength: 14 }),
})

// ── Transports ──

export type Ends = [Duplex, Duplex]
type Listener = { server: Server | TlsServer; event: string; connect: (port: number, halfOpen: boolean) => Socket }

/** Shared: to make one takes longer than to connect. */
const secureContext = createSecureContext({ ca: credentials.cert })

/** Servers that serve all sessions of a run. */
export class Transports {
  private readonly listeners = new Map<'tcp' | 'tls', Listener>()

  async open(transport: Session['transport'], halfOpen: [boolean, boolean]): Promise<Ends> {
    if (transport === 'memory') return memoryPair(halfOpen)
    const listener = await this.listener(transport)
    const { port } = listener.server.address() as AddressInfo
    const client = listener.connect(port, halfOpen[0])
    const [[server]] = (await Promise.all([
      once(listener.server, listener.event),
      once(client, transport === 'tls' ? 'secureConnect' : 'connect'),
    ])) as [[Socket], unknown]
    // A server's sockets are all of one kind; a program may change it.
    server.allowHalfOpen = halfOpen[1]
    return [client, server]
  }

  close(): void {
    for (const { server } of this.listeners.values()) server.close()
  }

  private async listener(transport: 'tcp' | 'tls'): Promise<Listener> {
    const known = this.listeners.get(transport)
    if (known !== undefined) return known
    const listener: Listener =
      transport === 'tcp'
        ? {
            server: createServer(),
            event: 'connection',
            connect: (port, allowHalfOpen) => connect({ port, host: '127.0.0.1', allowHalfOpen }),
          }
        : {
            server: createTlsServer(credentials),
            event: 'secureConnection',
            connect: (port, allowHalfOpen) => {
              const options = { port, host: '127.0.0.1', secureContext, servername: 'localhost', allowHalfOpen }
              return connectTls(options)
            },
          }
    listener.server.listen(0, '127.0.0.1')
    await once(listener.server, 'listening')
    this.listeners.set(transport, listener)
    return listener
  }
}

// ── A peer ──

const BAD = Symbol('bad bytes')
const CUT = Symbol('cut frame')
type Written = Uint8Array | typeof BAD | typeof CUT

const bytes = lengthField({ maxFrameLength: MAX_FRAME + 4 })

/** It also encodes frames that its decoder refuses. */
const codec: FrameCodec<Written> = {
  decoder: (options) => bytes.decoder(options),
  encode: () => {
    throw new Error('only encodeParts is used')
  },
  encodeParts(frame) {
    if (frame === BAD) return [Buffer.alloc(100, 255)]
    if (frame === CUT) return [Buffer.from([0, 0, 1, 0, 9])]
    return bytes.encodeParts(frame)
  },
  maxFrameLength: bytes.maxFrameLength,
}

interface Write {
  frame: Buffer
  calls: (Error | undefined)[]
  /** The number of bytes in the stream below up to the end of this frame; undefined if it cannot be encoded. */
  end: number | undefined
}

class Peer {
  readonly spec: PeerSpec
  readonly socket: Duplex
  readonly writes: Write[] = []
  readonly received: Uint8Array[] = []
  readonly errors: unknown[] = []
  /** Whether this peer did something that may lose frames of either. */
  cutsOff = false
  hasEnded = false
  private readonly stream: Duplex | undefined
  private readonly controller = new AbortController()
  private readonly listeners: Record<string, number>
  private readonly closing: Promise<unknown>
  private goOn: (() => void) | undefined
  private mayStop = true
  private readings = 0
  private bytesWritten = 0

  constructor(spec: PeerSpec, socket: Duplex) {
    this.spec = spec
    this.socket = socket
    socket.on('error', noteNothing)
    this.listeners = listenersOf(socket)
    // Node ends a default socket under a pipeline into it as soon as the peer has ended.
    const isCutByNode = spec.kind === 'encodeStream' && !spec.allowHalfOpen
    const hasHandOver = spec.kind === 'frames' || spec.kind === 'batches'
    const leaves = spec.reading === 'leaves' || (spec.reading === 'hands over' && !hasHandOver)
    this.cutsOff = leaves || spec.frameTimeout || isCutByNode
    const reading = this.startReading()
    this.stream = reading.stream
    const closed = [socket, this.stream].map((it) => it && new Promise<void>((resolve) => it.once('close', resolve)))
    const done = reading.done.catch((error: unknown) => {
      this.errors.push(error)
      // Closes what was left open.
      socket.destroy()
    })
    this.closing = Promise.all([...closed, done])
  }

  act(next: Action): void {
    switch (next.do) {
      case 'write':
        for (const length of next.sizes) this.write(length)
        return
      case 'burst':
        for (let index = 0; index < next.count; index++) this.write(2_000)
        return
      case 'end':
        this.end()
        return
      case 'bad bytes':
      case 'cut frame':
        this.writeWrong(next.do === 'bad bytes' ? BAD : CUT)
        return
      case 'destroy':
        this.cutsOff = true
        // A `pipeline` from a stream that is destroyed between its last byte and its 'end' never ends: Node's own.
        if (this.stream === undefined || (this.spec.kind === 'encodeStream' && this.hasEnded)) this.socket.destroy()
        else this.stream.destroy()
        return
      case 'kill':
        this.cutsOff = true
        this.socket.destroy()
        return
      case 'reset':
        this.cutsOff = true
        if (canReset(this.socket)) this.socket.resetAndDestroy()
        else this.socket.destroy()
        return
      case 'abort':
        this.cutsOff = true
        this.controller.abort()
    }
  }

  /** The end of the session: releases everything that waits. */
  finish(): void {
    this.mayStop = false
    this.goOn?.()
    if (this.spec.reading === 'not at all') this.stream?.resume()
    this.end()
  }

  async closed(): Promise<void> {
    await this.closing
  }

  /** What is left of this peer although nothing should be. */
  leftovers(): string[] {
    const left: string[] = []
    if (!this.socket.destroyed) left.push('its socket is open')
    const now = listenersOf(this.socket)
    // `pipeline` leaves some of its own.
    if (this.spec.kind === 'decodeStream' || this.spec.kind === 'encodeStream') return left
    for (const event of ['readable', 'drain', 'close', 'error', 'end']) {
      if ((now[event] ?? 0) > (this.listeners[event] ?? 0)) left.push(`a listener of '${event}'`)
    }
    return left
  }

  private get writesFrames(): boolean {
    return this.spec.kind === 'framed' || this.spec.kind === 'encodeStream'
  }

  /** Not after its end, which comes by itself for a peer that is not half-open. */
  private canWrite(stream: Duplex | undefined): stream is Duplex {
    return this.writesFrames && stream !== undefined && stream.writable
  }

  private write(length: number): void {
    if (!this.canWrite(this.stream)) return
    const index = this.writes.length
    const frame = Buffer.alloc(length, index)
    const isEncodable = length <= MAX_FRAME
    if (isEncodable) this.bytesWritten += length + 4
    const write: Write = { frame, calls: [], end: isEncodable ? this.bytesWritten : undefined }
    this.writes.push(write)
    this.stream.write(frame, (error) => {
      write.calls.push(error ?? undefined)
      // The caller may reuse its memory.
      if (error === undefined || error === null) frame.fill(~index & 255)
    })
  }

  private writeWrong(what: typeof BAD | typeof CUT): void {
    if (!this.canWrite(this.stream)) return
    this.cutsOff = true
    this.stream.write(what)
    this.end()
  }

  private end(): void {
    if (this.hasEnded) return
    this.hasEnded = true
    const stream = this.stream !== undefined && this.writesFrames ? this.stream : this.socket
    if (!stream.writableEnded) stream.end()
  }

  private startReading(): { stream: Duplex | undefined; done: Promise<unknown> } {
    const { spec, socket } = this
    const { signal } = this.controller
    const shared = {
      signal,
      readableHighWaterMark: spec.readableHighWaterMark,
      ...(spec.frameTimeout ? { frameTimeout: 5 } : {}),
    }
    const options = { ...shared, ...(spec.keepsOnError ? { destroyOnError: false } : {}) }
    if (spec.kind === 'framed') {
      const stream = framed(socket, codec, { ...options, onEncodeError: noteNothing }) as Duplex
      stream.on('error', (error) => {
        this.errors.push(error)
        socket.destroy()
      })
      return { stream, done: this.readStream(stream) }
    }
    if (spec.kind === 'encodeStream') {
      const stream = encodeStream(codec, { signal, onEncodeError: noteNothing }) as Duplex
      socket.resume()
      return { stream, done: new Promise((resolve) => pipeline(stream, socket, resolve)) }
    }
    if (spec.kind === 'decodeStream') {
      const stream = decodeStream(codec, shared) as Duplex
      const read = (source: AsyncIterable<Uint8Array>): Promise<void> => this.readLoop(source)
      const done = new Promise<unknown>((resolve) => pipeline(socket, stream, read as never, resolve))
      // Ending a half-open socket is left to whoever asked for it.
      return { stream, done: done.then(() => this.end()) }
    }
    return { stream: undefined, done: this.readFrames(options) }
  }

  private async readFrames(options: FramesOptions): Promise<void> {
    if (this.spec.reading === 'hands over') {
      const first = frames(this.socket, bytes, { ...options, destroyOnReturn: false })
      await (this.spec.kind === 'batches' ? this.readBatches(first.batches()) : this.readLoop(first))
      await new Promise(setImmediate)
    }
    const rest = frames(this.socket, bytes, options)
    await this.readLoop(this.spec.kind === 'batches' ? flat(rest.batches()) : rest)
  }

  /** A batch that was handed out is the reader's, to its last frame. */
  private async readBatches(batches: AsyncIterable<Uint8Array[]>): Promise<void> {
    this.readings++
    for await (const batch of batches) {
      this.received.push(...batch)
      if (this.received.length > this.spec.after) break
    }
  }

  private async readStream(stream: Duplex): Promise<void> {
    if (this.spec.reading === 'not at all') {
      stream.once('resume', () => stream.on('data', (frame: Uint8Array) => this.received.push(frame)))
      return
    }
    if (this.spec.reading === 'listener') {
      stream.on('data', (frame: Uint8Array) => this.received.push(frame))
      return
    }
    await this.readLoop(stream)
  }

  private async readLoop(source: AsyncIterable<Uint8Array>): Promise<void> {
    const { reading, after } = this.spec
    this.readings++
    for await (const frame of source) {
      this.received.push(frame)
      if (reading === 'slow') await new Promise(setImmediate)
      if (this.received.length <= after) continue
      if (reading === 'leaves' || (reading === 'hands over' && this.readings === 1)) break
      if (reading === 'stops' && this.mayStop) await new Promise<void>((resolve) => (this.goOn = resolve))
    }
  }
}

/** A TLS socket cannot, and one that has ended never says that it has closed when it is reset. */
function canReset(socket: Duplex): socket is Socket {
  return 'resetAndDestroy' in socket && !('encrypted' in socket) && !socket.writableEnded
}

async function* flat(batches: AsyncIterable<Uint8Array[]>): AsyncGenerator<Uint8Array> {
  for await (const batch of batches) yield* batch
}

const noteNothing = (): void => {}

// ── Running a session ──

/** Far longer than a session takes on a slow machine: only a hanging one takes as long. */
const HANG = 60_000

/** Runs a session. Rejects if a property is violated. */
export async function runSession(session: Session, transports: Transports): Promise<void> {
  const rejections: unknown[] = []
  const note = (reason: unknown): number => rejections.push(reason)
  process.on('unhandledRejection', note)
  watchTimers()
  const [a, b] = session.peers
  const sockets = await transports.open(session.transport, [a.allowHalfOpen, b.allowHalfOpen])
  const peers: [Peer, Peer] = [new Peer(a, sockets[0]), new Peer(b, sockets[1])]
  try {
    for (const { by, action: next } of session.steps) {
      if (next.do === 'wait') for (let turn = 0; turn < next.turns; turn++) await new Promise(setImmediate)
      else peers[by].act(next)
    }
    for (const one of peers) one.finish()
    await unlessHanging(Promise.all(peers.map((one) => one.closed())), () => stateOf(peers))
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
    const isUncut = peers.every((one) => !one.cutsOff)
    check(peers, 0, isUncut)
    check(peers, 1, isUncut)
    if (timerCount() > 0) throw new Error('a timer is left')
    if (rejections.length > 0) throw new Error('a rejection was not handled', { cause: rejections[0] })
  } finally {
    process.off('unhandledRejection', note)
    realTimers()
    for (const socket of sockets) socket.destroy()
  }
}

function check(peers: [Peer, Peer], index: 0 | 1, isUncut: boolean): void {
  const [writer, reader] = [peers[index], peers[1 - index] as Peer]
  const name = `peer ${index}`
  for (const [at, write] of writer.writes.entries()) {
    const [outcome] = write.calls
    if (write.calls.length !== 1) throw new Error(`${name}: write ${at} was called back ${write.calls.length} times`)
    if (write.end === undefined && outcome === undefined) throw new Error(`${name}: write ${at} cannot be encoded`)
    if (write.end !== undefined && isUncut && outcome !== undefined) {
      throw new Error(`${name}: write ${at} failed, though nothing cut it off`, { cause: outcome })
    }
    // In memory it can be seen what has left. `encodeStream` only knows what its reader took.
    const left = (writer.socket as Partial<{ bytesLeft: number }>).bytesLeft
    if (outcome === undefined && left !== undefined && writer.spec.kind === 'framed' && left < (write.end ?? 0)) {
      throw new Error(`${name}: write ${at} was called back without an error, but did not leave`)
    }
  }
  if (reader.spec.kind !== 'encodeStream') checkReceived(writer, reader, name, isUncut)
  if (isUncut && writer.errors.length > 0) throw new Error(`${name} failed`, { cause: writer.errors[0] })
  const left = writer.leftovers()
  if (left.length > 0) throw new Error(`${name}: left is ${left.join(', ')}`)
}

function checkReceived(writer: Peer, reader: Peer, name: string, isUncut: boolean): void {
  const sent = writer.writes.map(({ frame, end }, index) => ({ length: frame.length, end, index })).filter(isSent)
  for (const [at, frame] of reader.received.entries()) {
    const expected = sent[at]
    if (expected === undefined) throw new Error(`${name}: a frame arrived that was not written`)
    if (frame.length !== expected.length || !Buffer.alloc(frame.length, expected.index).equals(frame)) {
      throw new Error(`${name}: frame ${at} of ${frame.length} bytes is not the one written`)
    }
  }
  if (isUncut && reader.received.length !== sent.length) {
    throw new Error(`${name}: ${reader.received.length} of ${sent.length} frames arrived, though nothing cut them off`)
  }
}

function isSent(write: { end: number | undefined }): boolean {
  return write.end !== undefined
}

function stateOf(peers: Peer[]): string {
  return peers
    .map(({ writes, received, socket, errors }) => {
      const calls = writes.filter((write) => write.calls.length > 0).length
      const states = `socket destroyed ${socket.destroyed}, ${errors.length} errors`
      return `${calls} of ${writes.length} writes called back, ${received.length} frames received, ${states}`
    })
    .join('; ')
}

async function unlessHanging(work: Promise<unknown>, describe: () => string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const hanging = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the session hangs: ${describe()}`)), hangAfter())
  })
  try {
    await Promise.race([work, hanging])
  } finally {
    clearTimeout(timer)
  }
}

function hangAfter(): number {
  return Number(process.env['UNSTICK_HANG'] ?? HANG)
}
