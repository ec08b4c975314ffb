// The interface of a scene of `unstick demo`: a lesson about TCP, live on loopback, on one screen.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Paint } from '../colors.ts'

export interface Scene {
  title: string
  /** Returns the observations; `ok` is whether they are as expected. */
  run: () => Promise<SceneResult>
}

interface SceneResult {
  ok: boolean
  seen: object
  /** The lines on the screen. */
  lines: (paint: Paint) => string[]
}

export interface Pair {
  client: Socket
  server: Socket
}

/** In milliseconds. Only a scene that hangs takes longer, even on a slow and busy machine. */
const DEADLINE = 60_000

/** The two ends of a connection. The server's end is paused, so that the scene decides when it reads. */
export async function withPair<Result>(use: (pair: Pair) => Promise<Result>): Promise<Result> {
  const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  const [[server]] = await Promise.all([once(listener, 'connection') as Promise<[Socket]>, once(client, 'connect')])
  try {
    return await use({ client, server })
  } finally {
    client.destroy()
    server.destroy()
    listener.close()
  }
}

/** Polls until `isSo` returns true, and resolves to true, or to false at the deadline. */
export async function until(isSo: () => boolean): Promise<boolean> {
  const end = performance.now() + DEADLINE
  while (!isSo()) {
    if (performance.now() > end) return false
    await pause(5)
  }
  return true
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** All bytes up to the peer's FIN. */
export async function readAll(socket: Socket): Promise<Buffer[]> {
  const reads: Buffer[] = []
  socket.on('data', (read: Buffer) => reads.push(read))
  socket.resume()
  await once(socket, 'end')
  return reads
}
