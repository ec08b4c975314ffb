// Shared by the tests: TCP connections on loopback, and traffic of known frames.

import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { lengthField } from '@unstick/length-field'
import { onTestFinished } from 'vitest'

export const codec = lengthField({ lengthFieldLength: 2 })

/** The frame at `index`: every seventh is empty. */
export const message = (index: number): Buffer => Buffer.alloc(index % 7, index)
export const messages = (count: number): Buffer[] => Array.from({ length: count }, (_, index) => message(index))
export const encoded = (count: number): Buffer => Buffer.concat(messages(count).map((payload) => codec.encode(payload)))

/** The beginning of a frame that is never finished. */
export const cut: Buffer = Buffer.from([0, 5, 1])

/** Closes what a test leaves open. Not a hook of this module, which would run only for the first of several files. */
export function afterwards(close: () => void): void {
  onTestFinished(close)
}

/** Both ends of a TCP connection on loopback. */
export async function connection(allowHalfOpen = false): Promise<{ client: Socket; server: Socket }> {
  const listener = createServer({ allowHalfOpen })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const client = connect({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen })
  const [server] = (await once(listener, 'connection')) as [Socket]
  if (client.connecting) await once(client, 'connect')
  listener.close()
  for (const socket of [client, server]) {
    // The test checks what the adapters report.
    socket.on('error', () => {})
    afterwards(() => socket.destroy())
  }
  return { client, server }
}

export async function collect<Item>(source: AsyncIterable<Item>): Promise<{ items: Item[]; error?: unknown }> {
  const items: Item[] = []
  try {
    for await (const item of source) items.push(item)
    return { items }
  } catch (error) {
    return { items, error }
  }
}

/** The number of listeners of each event. */
export function listenersOf(emitter: NodeJS.EventEmitter): Record<string, number> {
  return Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]))
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Resolves after `count` turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate)
}

/** Resolves when `stream` has closed. */
export async function closed(stream: Readable | Writable): Promise<void> {
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve))
}
