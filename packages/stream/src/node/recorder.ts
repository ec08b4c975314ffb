// Keeps the last bytes of both directions in memory, to analyse a failure.
//
// It hooks the methods by which Node passes chunks: `push` of the readable side, `_write` and `_writev` of the writable
// one. It adds no listener, so that flow, backpressure and errors are unchanged.

import { Duplex, Readable, Writable } from 'node:stream'
import { choiceOption, integerOption, isBytes, readOptions, shown } from '@unstick/core'
import { PcapngWriter, type RecordedConnection } from '../recording/pcapng.ts'
import { eventLine, headerLine, type Direction, type RecordedEvent } from '../recording/recording.ts'
import type { DuplexPair } from './framed.ts'

/** The options of `recorder`. */
export interface RecorderOptions {
  /**
   * How many bytes are kept, of both directions together. Each chunk counts 64 bytes extra, so that memory is bounded
   * for tiny chunks as well.
   *
   * @defaultValue 1,048,576
   */
  bytes?: number
  /**
   * Which side of the connection this program is. What it writes is from that side.
   *
   * @defaultValue 'client'
   */
  side?: Direction
}

/** The last bytes of a connection, with the boundaries and times of the chunks. */
export interface Recorder {
  /**
   * The recording, in the format of `unstick tap --save`, which `unstick decode`, `guess` and `verify` read. If the
   * beginning is gone, `dropped` in the first line gives the number of bytes per side.
   */
  recording(): string
  /** The same as a capture file for Wireshark and tshark. */
  pcapng(): Buffer
  /** Stops recording, and keeps the recording. Disposing of the recorder does the same. */
  stop(): void
  /** Stops the recorder. */
  [Symbol.dispose](): void
}

/** The argument of `_writev` for each write. */
interface QueuedWrite {
  chunk: unknown
  encoding: unknown
}

/** What a chunk costs besides its bytes. */
const CHUNK_COST = 64

/** The addresses of a stream that has none. */
const NO_ADDRESS = {
  client: { host: '127.0.0.1', port: 49_152 },
  server: { host: '127.0.0.1', port: 49_153 },
}

/**
 * Keeps the last bytes read from and written to a duplex, or `{ readable, writable }`, from now on. The stream's
 * readers and writers are not affected. For a TLS socket it keeps the plain text.
 *
 * @throws {TypeError} The streams are not streams of bytes, or an option is invalid.
 * @throws {RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream'
 * import { recorder } from '@unstick/stream'
 *
 * const socket = new PassThrough()
 * const recording = recorder(socket)
 * socket.write('hello')
 * recording.stop()
 * console.log(recording.recording().includes(Buffer.from('hello').toString('base64'))) // true
 * ```
 */
export function recorder(stream: Duplex | DuplexPair, options?: RecorderOptions): Recorder {
  const given = readOptions<RecorderOptions>('recorder', options, ['bytes', 'side'])
  const bytes = integerOption('bytes', given.bytes ?? 1024 * 1024, 1)
  const side = choiceOption('side', given.side ?? 'client', ['client', 'server'])
  const { readable, writable } = stream instanceof Duplex ? { readable: stream, writable: stream } : (stream ?? {})
  if (!(readable instanceof Readable) || readable.readableObjectMode) {
    throw new TypeError(`the readable side must be a Readable of bytes, received ${shown(readable)}`)
  }
  if (!(writable instanceof Writable) || writable.writableObjectMode) {
    throw new TypeError(`the writable side must be a Writable of bytes, received ${shown(writable)}`)
  }
  return new StreamRecorder(readable, writable, bytes, side)
}

class StreamRecorder implements Recorder {
  private readonly limit: number
  private readonly side: Direction
  private readonly readable: Readable
  private readonly epoch = performance.timeOrigin + performance.now()
  private addresses: Pick<RecordedConnection, Direction> | undefined = undefined
  /** Chunks before `first` have been dropped. */
  private events: RecordedEvent[] = []
  private first = 0
  private cost = 0
  private readonly dropped: Record<Direction, number> = { client: 0, server: 0 }
  private readonly unhooks: (() => void)[]

  constructor(readable: Readable, writable: Writable, limit: number, side: Direction) {
    this.limit = limit
    this.side = side
    this.readable = readable
    const peer = side === 'client' ? 'server' : 'client'
    const passesToWritev = writable._write === Writable.prototype._write
    const onFinish = (): void => this.add({ from: side, end: true })
    const onClose = (): void => {
      const error = readable.errored ?? writable.errored
      if (error) this.add({ from: peer, error: (error as NodeJS.ErrnoException).code ?? error.name })
    }
    writable.on('finish', onFinish)
    readable.on('close', onClose)
    this.unhooks = [
      hook(readable, 'push', (chunk, encoding) => {
        if (chunk === null) this.add({ from: peer, end: true })
        else this.chunk(peer, chunk, encoding)
      }),
      hook(writable, '_write', (chunk, encoding) => {
        // Node's own `_write` passes the chunk to `_writev`, which is hooked.
        if (!passesToWritev) this.chunk(side, chunk, encoding)
      }),
      hook(writable, '_writev', (chunks) => {
        for (const { chunk, encoding } of chunks as QueuedWrite[]) this.chunk(side, chunk, encoding)
      }),
      () => writable.off('finish', onFinish),
      () => readable.off('close', onClose),
    ]
    this.learnAddresses()
  }

  recording(): string {
    const { client, server } = this.dropped
    const header = headerLine({
      ...(this.addresses === undefined ? {} : { to: `${this.addresses.server.host}:${this.addresses.server.port}` }),
      ...(client + server === 0 ? {} : { dropped: { client, server } }),
    })
    return header + this.events.slice(this.first).map(eventLine).join('')
  }

  pcapng(): Buffer {
    const events = this.events.slice(this.first)
    const blocks: Uint8Array[] = []
    let at = events[0]?.at ?? 0
    const writer = new PcapngWriter(
      (block) => blocks.push(block),
      () => this.epoch + at,
    )
    const connection: RecordedConnection = { id: 1, ...(this.addresses ?? NO_ADDRESS) }
    writer.open(connection)
    for (const from of ['client', 'server'] as const) writer.skip(connection, from, this.dropped[from])
    for (const event of events) {
      at = event.at
      if (event.data !== undefined) writer.chunk(connection, event.from, event.data)
      else if (event.end === true) writer.end(connection, event.from)
      else writer.reset(connection, event.from)
    }
    return Buffer.concat(blocks)
  }

  stop(): void {
    for (const unhook of this.unhooks.splice(0)) unhook()
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  private chunk(from: Direction, chunk: unknown, encoding: unknown): void {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk, encoding as BufferEncoding) : isBytes(chunk) ? chunk : undefined
    if (bytes === undefined || bytes.length === 0) return
    const beyond = Math.max(0, bytes.length - this.limit)
    this.dropped[from] += beyond
    // A copy: the owner may overwrite the chunk, and a view would keep all of its memory alive.
    this.add({ from, data: Buffer.from(beyond === 0 ? bytes : bytes.subarray(beyond)) })
  }

  private add(event: Pick<RecordedEvent, 'from' | 'data' | 'end' | 'error'>): void {
    if (this.addresses === undefined) this.learnAddresses()
    const at = Math.round((performance.timeOrigin + performance.now() - this.epoch) * 1000) / 1000
    const { from, ...what } = event
    this.events.push({ connection: 1, from, at, ...what })
    this.cost += costOf(event)
    if (event.data === undefined) return
    // The latest chunk stays, whatever its size.
    while (this.cost > this.limit && this.first < this.events.length - 1) this.dropFirst()
  }

  private dropFirst(): void {
    const { from, data } = this.events[this.first]!
    this.cost -= costOf({ data })
    this.dropped[from] += data?.length ?? 0
    this.first++
    if (2 * this.first < this.events.length) return
    this.events = this.events.slice(this.first)
    this.first = 0
  }

  /** A socket forgets its addresses when it closes, and has none before it is connected. */
  private learnAddresses(): void {
    const { localAddress, localPort, remoteAddress, remotePort } = this.readable as Partial<
      Record<'localAddress' | 'remoteAddress', string> & Record<'localPort' | 'remotePort', number>
    >
    if (localAddress === undefined || remoteAddress === undefined) return
    const ours = { host: localAddress, port: localPort ?? 0 }
    const theirs = { host: remoteAddress, port: remotePort ?? 0 }
    this.addresses = this.side === 'client' ? { client: ours, server: theirs } : { client: theirs, server: ours }
  }
}

function costOf({ data }: { data?: Uint8Array | undefined }): number {
  return data === undefined ? 0 : data.length + CHUNK_COST
}

/**
 * Calls `before` with the arguments of each call of the method `name` of this object. Returns a function that undoes
 * this, even if the method has been hooked again since.
 */
function hook(target: object, name: string, before: (...args: readonly unknown[]) => void): () => void {
  const methods = target as Record<string, unknown>
  const method = methods[name]
  if (typeof method !== 'function') return () => {}
  const isOwn = Object.hasOwn(target, name)
  let isHooked = true
  const hooked = function (this: unknown, ...args: unknown[]): unknown {
    if (isHooked) before(...args)
    return Reflect.apply(method, this, args)
  }
  methods[name] = hooked
  return () => {
    isHooked = false
    if (methods[name] !== hooked) return
    if (isOwn) methods[name] = method
    else delete methods[name]
  }
}
