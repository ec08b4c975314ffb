// Servers and clients on loopback, with a proxy command between them.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { run } from '../src/index.ts'

const servers: Server[] = []

export function closeServers(): void {
  for (const server of servers.splice(0)) server.close()
}

export async function serve(handle: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, handle).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

export interface RunningProxy {
  port: number
  lines: string[]
  exitCode: Promise<number>
}

/** Starts a proxy command for one connection, and returns the port that it prints. */
export async function proxied(command: 'tap' | 'torture', to: number, ...args: string[]): Promise<RunningProxy> {
  const lines: string[] = []
  let listening: (port: number) => void
  const port = new Promise<number>((resolve) => (listening = resolve))
  const stdout = new Writable({
    decodeStrings: false,
    write(text: string, _, done) {
      lines.push(...text.trimEnd().split('\n'))
      const match = /listening on [\d.]+:(\d+)/.exec(text)
      if (match !== null) listening(Number(match[1]))
      done()
    },
  })
  const terminal = { stdin: process.stdin, stdout, stderr: stdout }
  const exitCode = run([command, '--listen', '0', '--to', String(to), '--connections', '1', ...args], terminal)
  return { port: await Promise.race([port, exitCode]), lines, exitCode }
}

export async function client(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  await once(socket, 'connect')
  return socket
}

/** Collects the reads of a socket, and resolves when a number of bytes has arrived. */
export function collect(socket: Socket): { reads: Buffer[]; until: (count: number) => Promise<void> } {
  const reads: Buffer[] = []
  socket.on('data', (read: Buffer) => reads.push(read))
  return {
    reads,
    until: async (count) => {
      while (reads.reduce((sum, { length }) => sum + length, 0) < count) await once(socket, 'data')
    },
  }
}
