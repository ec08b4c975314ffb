// Runs the logging proxy between a client and a server that repeat a recorded session of psql.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'

const recording = new URL('../../packages/protocols/recordings/postgres.jsonl', import.meta.url)
const program = new URL('../postgres-log.js', import.meta.url).pathname

/** The bytes that each side wrote, in turn. */
const session = readFileSync(recording, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { connection?: number; from?: 'client' | 'server'; data?: string })
  .filter(({ connection, data }) => connection === 1 && data !== undefined)
  .map(({ from, data }) => ({ from: from!, bytes: Buffer.from(data!, 'base64') }))

/** Writes the bytes of one side, each part after the earlier bytes of the other side have arrived. */
async function repeat(socket: Socket, side: 'client' | 'server'): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    socket.emit('received')
  })
  let other = 0
  for (const { from, bytes } of session) {
    if (from === side) {
      socket.write(bytes)
      continue
    }
    other += bytes.length
    while (Buffer.concat(chunks).length < other) await once(socket, 'received')
  }
  if (side === 'client') socket.end()
  return Buffer.concat(chunks)
}

const written = (side: 'client' | 'server'): Buffer =>
  Buffer.concat(session.filter(({ from }) => from === side).map(({ bytes }) => bytes))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function connected(port: number): Promise<Socket> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return socket
    } catch {
      await sleep(20)
    }
  }
}

/** Runs the proxy in front of `server`, and passes its client's socket to `use`. Returns what the proxy printed. */
async function throughProxy(server: Server, use: (client: Socket) => Promise<void>): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const port = await freePort()
  const proxy = spawn(process.execPath, [program, String(port), String((server.address() as AddressInfo).port)])
  let log = ''
  let errors = ''
  proxy.stdout.on('data', (chunk) => (log += chunk))
  proxy.stderr.on('data', (chunk) => (errors += chunk))
  try {
    await use(await connected(port))
  } finally {
    proxy.kill()
    server.close()
  }
  await once(proxy, 'close')
  expect(errors).toBe('')
  return log
}

it('passes on the answer to a client that has ended its side', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.resume().once('end', () => socket.end(Buffer.from('5a0000000549', 'hex')))
  })
  await throughProxy(server, async (client) => {
    client.end(Buffer.from('0000000804d2162f', 'hex'))
    expect((await client.toArray()).join('')).toBe('Z\0\0\0\x05I')
  })
})

it('logs the messages of psql and its server, and passes on every byte', async () => {
  const server = createServer()
  const atServer = once(server, 'connection').then(([socket]) => repeat(socket as Socket, 'server'))
  const log = await throughProxy(server, async (client) => {
    expect(await repeat(client, 'client')).toEqual(written('server'))
    expect(await atServer).toEqual(written('client'))
  })
  const lines = log.split('\n')
  expect(lines.slice(0, 4)).toEqual([
    '-> startup, 4 bytes',
    '<- startup, 1 bytes',
    '-> startup, 59 bytes',
    '<- R, 4 bytes',
  ])
  expect(lines).toContain('-> Q, 16 bytes: SELECT * FROM t')
  expect(lines.filter((line) => line.startsWith('<- D,')).length).toBeGreaterThanOrEqual(40)
})
