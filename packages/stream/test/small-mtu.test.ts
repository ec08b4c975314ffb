// Traffic across a link with small packets: two network namespaces joined by a veth pair with an MTU of 296.
//
// Two child processes live in the namespaces. They create the sockets there and send them here, where they remain the
// ends of a connection across that link.

import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { lines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it } from 'vitest'
import { framed } from '../src/index.ts'
import { afterwards, collect } from './connection.ts'

const MTU = 296
/** Runs a command in a network namespace of its own. */
const UNSHARE = 'unshare'
const ADDRESSES = ['10.96.0.1', '10.96.0.2'] as const

/** Runs in a namespace: sets up its end of the link on request, then listens or connects. */
const INHABITANT = `
const { execFileSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { createServer, connect } = require('node:net')
const ip = (line) => execFileSync('ip', line.split(' '))
const give = (socket) => process.send('socket', socket)
process.on('message', ({ task, own, peer }) => {
  if (task === 'up') {
    ip('addr add ' + own + '/24 dev frames0')
    ip('link set frames0 mtu ${MTU} gso_max_segs 1 up')
    process.send('up')
  }
  if (task === 'count') {
    const line = readFileSync('/proc/net/dev', 'utf8').split('\\n').find((line) => line.includes('frames0'))
    process.send(Number(line.trim().split(/\\s+/)[2]))
  }
  if (task === 'listen') createServer({ pauseOnConnect: true }, give).listen(7000, own, () => process.send('listening'))
  if (task === 'connect') {
    const socket = connect({ port: 7000, host: peer }, () => give(socket))
  }
})
process.on('disconnect', () => process.exit())
process.send('ready')
`

/** Why no namespaces can be made here; undefined if they can. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has network namespaces'
  const steps = ['unshare --net true', 'ip -V', 'unshare --net ip link add name one type veth peer name two']
  for (const step of steps) {
    const { status, error, stderr } = run(step)
    if (status !== 0) return `${step}: ${error?.message ?? stderr.trim()}`
  }
  return undefined
}

function run(line: string): SpawnSyncReturns<string> {
  const [command = '', ...args] = line.split(' ')
  return spawnSync(command, args, { encoding: 'utf8' })
}

async function inhabitant(): Promise<ChildProcess> {
  const child = spawn(UNSHARE, ['--net', process.execPath, '-e', INHABITANT], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  afterwards(() => child.kill())
  await once(child, 'message')
  return child
}

async function ask(child: ChildProcess, request: object): Promise<unknown[]> {
  child.send(request)
  return once(child, 'message')
}

/** A connection between the namespaces, and how many packets the server's end of the link has received. */
async function smallConnection(): Promise<{ client: Socket; server: Socket; packets: () => Promise<number> }> {
  const [left, right] = [await inhabitant(), await inhabitant()]
  const device = 'name frames0 netns'
  const link = run(`ip link add ${device} ${left.pid} type veth peer ${device} ${right.pid}`)
  if (link.status !== 0) throw new Error(`ip link add: ${link.stderr}`)
  await ask(left, { task: 'up', own: ADDRESSES[0] })
  await ask(right, { task: 'up', own: ADDRESSES[1] })
  await ask(left, { task: 'listen', own: ADDRESSES[0] })
  const accepted = once(left, 'message')
  const [, client] = (await ask(right, { task: 'connect', peer: ADDRESSES[0] })) as [string, Socket]
  const [, server] = (await accepted) as [string, Socket]
  for (const socket of [client, server]) {
    socket.on('error', () => {})
    afterwards(() => socket.destroy())
  }
  return { client, server, packets: async () => Number((await ask(left, { task: 'count' }))[0]) }
}

/** Messages like those of the demo: many small ones, some empty, a few longer than a read. */
function traffic(): Buffer[] {
  return Array.from({ length: 1000 }, (_, index) => {
    const size = index % 250 === 249 ? 70_000 : index % 10 === 0 ? (index * 37) % 4000 : (index * 13) % 200
    return Buffer.alloc(size, 97 + (index % 26))
  })
}

const reason = obstacle()

describe(`a link with an MTU of ${MTU}`, () => {
  if (reason !== undefined) {
    it.skip(`is not tried here: ${reason}`, () => {})
    return
  }
  it.each([
    ['length-prefixed frames', lengthField()],
    ['lines', lines()],
  ])('carries %s whole, both ways', { timeout: 60_000 }, async (_kind, codec) => {
    const { client, server, packets } = await smallConnection()
    const sent = traffic()
    const echo = framed(server, codec)
    echo.pipe(echo)
    const peer = framed(client, codec)
    void (async () => {
      for (const payload of sent) if (!peer.write(payload)) await once(peer, 'drain')
      peer.end()
    })()
    const { items, error } = await collect(peer as AsyncIterable<Buffer>)
    expect(error).toBeUndefined()
    expect(items.map(String)).toEqual(sent.map(String))
    const bytes = sent.reduce((sum, { length }) => sum + length, 0)
    expect(await packets()).toBeGreaterThan(bytes / MTU)
  })
})
