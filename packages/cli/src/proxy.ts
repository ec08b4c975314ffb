// A TCP proxy that passes on every chunk unchanged and at once, then reports it to an observer.
//
// A peer that reads slowly stops the reads of the other side, so that the proxy holds no more than the buffers of two
// sockets. It passes on a FIN as a FIN, for each side separately, and a reset as a reset.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Direction } from './direction.ts'
import type { Address } from './flag-values.ts'
import { Misuse } from './misuse.ts'

export interface Connection {
  /** Counted from 1. */
  id: number
  client: Address
  server: Address
}

export interface ProxyObserver {
  chunk(from: Direction, bytes: Uint8Array): void
  /** That side wrote its FIN. */
  end(from: Direction): void
  /** That side reset the connection or could not be reached. */
  error(from: Direction, error: NodeJS.ErrnoException): void
  close(): void
}

export interface Proxy {
  address: Address
  /** Destroys the open connections, and resolves after the observers were called. */
  close(): Promise<void>
}

/** Writes one side's bytes to the other. */
export interface Relay {
  chunk(bytes: Uint8Array): void
  /** No chunk follows. */
  end(): void
  /** Whether the relay can take no more chunks for now. */
  readonly isFull: boolean
}

/** A full relay calls `onDrain` when it can take more. */
export type MakeRelay = (connection: Connection, from: Direction, to: Socket, onDrain: () => void) => Relay

/** Passes on every chunk unchanged and at once. */
const direct: MakeRelay = (_connection, _from, to, onDrain) => {
  to.on('drain', onDrain)
  return {
    chunk: (bytes) => void to.write(bytes),
    end: () => void to.end(),
    get isFull() {
      return to.writableNeedDrain
    },
  }
}

/** Throws a `Misuse` for an address that cannot be listened on. */
export async function startProxy(
  listen: Address,
  to: Address,
  observe: (connection: Connection) => ProxyObserver,
  maxConnections: number = Infinity,
  makeRelay: MakeRelay = direct,
): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let count = 0
  let open = 0
  let whenIdle = (): void => {}
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
    if (++count === maxConnections) server.close()
    open++
    const upstream = connect({ ...to, allowHalfOpen: true, noDelay: true })
    const connection: Connection = { id: count, client: remote(client), server: to }
    const observer = observe(connection)
    const pair: Record<Direction, Socket> = { client, server: upstream }
    for (const socket of [client, upstream]) sockets.add(socket)
    let closed = 0
    const onClose = (): void => {
      if (++closed < 2) return
      open--
      for (const socket of [client, upstream]) sockets.delete(socket)
      observer.close()
      if (open === 0) whenIdle()
    }
    const resume = (socket: Socket) => (): void => void socket.resume()
    pass('client', pair, observer, makeRelay(connection, 'client', upstream, resume(client)), onClose)
    pass('server', pair, observer, makeRelay(connection, 'server', client, resume(upstream)), onClose)
    // Do not read before the other side is connected.
    upstream.once('connect', () => client.resume())
  })
  server.listen(listen)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new Misuse(`--listen: ${(cause as Error).message}`, { cause })
  }
  const { address, port } = server.address() as AddressInfo
  return {
    address: { host: address, port },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      if (open > 0) await new Promise<void>((resolve) => (whenIdle = resolve))
    },
  }
}

function pass(
  from: Direction,
  pair: Record<Direction, Socket>,
  observer: ProxyObserver,
  relay: Relay,
  onClose: () => void,
): void {
  const source = pair[from]
  const target = pair[from === 'client' ? 'server' : 'client']
  source.on('data', (chunk: Buffer) => {
    relay.chunk(chunk)
    if (relay.isFull) source.pause()
    observer.chunk(from, chunk)
  })
  source.on('end', () => {
    relay.end()
    observer.end(from)
  })
  source.on('error', (error) => {
    observer.error(from, error)
    // The peer sees what it would see without a proxy.
    if (!target.destroyed) target.resetAndDestroy()
  })
  source.on('close', () => {
    if (!target.destroyed && source.errored === null && !source.readableEnded) target.destroy()
    onClose()
  })
}

function remote(socket: Socket): Address {
  return { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
}
