// The recorder keeps the last bytes of both directions, and changes nothing.

import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex, PassThrough, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framed, frames, recorder, type Recorder } from '../src/index.ts'
import type { RecordedEvent } from '../src/recording.ts'
import { hasTshark, packetsIn } from '../../../tools/tests/tshark.ts'
import { afterwards, closed, codec, collect, connection, encoded, listenersOf, messages } from './connection.ts'
import { memoryPair } from './memory-pair.ts'
import { tlsConnection } from './tls.ts'

interface Recording {
  header: { format: string; version: number; to?: string; dropped?: { client: number; server: number } }
  events: (Omit<RecordedEvent, 'data'> & { data?: Buffer })[]
}

function recordingOf(kept: Recorder): Recording {
  const [header, ...lines] = kept
    .recording()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as never)
  const events = (lines as Recording['events'] & { data?: string }[]).map((event) =>
    event.data === undefined ? event : { ...event, data: Buffer.from(event.data as unknown as string, 'base64') },
  )
  return { header: header!, events }
}

function bytesFrom({ events }: Recording, side: 'client' | 'server'): Buffer {
  return Buffer.concat(events.flatMap(({ from, data }) => (from === side && data !== undefined ? [data] : [])))
}

/** Ends with what it was written, and gives what it was told to. */
function scripted(): Duplex {
  return new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
}

describe('a recorder', () => {
  it('keeps the chunks of both directions with their boundaries, the ends and the addresses', async () => {
    const { client, server } = await connection()
    const [clientPort, to] = [client.localPort, `127.0.0.1:${client.remotePort}`]
    const ours = recorder(client)
    const theirs = recorder(server, { side: 'server' })
    client.write('hello ')
    await once(server, 'readable')
    expect(String(server.read())).toBe('hello ')
    client.end('world')
    server.end('bye')
    await Promise.all([collect(client), collect(server)])
    for (const kept of [ours, theirs]) {
      const recording = recordingOf(kept)
      expect(recording.header).toEqual({ format: 'unstick-recording', version: 1, to })
      const told = (side: string): unknown[] =>
        recording.events
          .filter(({ from }) => from === side)
          .map(({ data, end }) => (end === true ? 'end' : String(data)))
      expect(told('client')).toEqual(['hello ', 'world', 'end'])
      expect(told('server')).toEqual(['bye', 'end'])
      const times = recording.events.map(({ at }) => at)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }
    expect(clientPort).toBeGreaterThan(0)
  })

  it('changes neither what is read and written, nor listeners, flow and errors', async () => {
    const { client, server } = await connection()
    const traces = (socket: Duplex): unknown[] => [
      listenersOf(socket),
      ['push', '_write', '_writev'].filter((name) => Object.hasOwn(socket, name)),
    ]
    const clean = traces(client)
    const kept = recorder(client, { bytes: 1000 })
    expect([client.readableFlowing, client.isPaused(), client.readableLength]).toEqual([null, false, 0])
    const peer = framed(client, codec)
    for (const frame of messages(50)) peer.write(frame)
    peer.end()
    server.end(encoded(50))
    expect((await collect(peer)).items).toEqual(messages(50))
    expect((await collect(frames(server, codec))).items).toEqual(messages(50))
    await closed(client)
    const idle = await connection()
    const other = recorder(idle.client)
    other.stop()
    other.stop()
    expect(traces(idle.client)).toEqual(clean)
    expect(bytesFrom(recordingOf(kept), 'server')).toEqual(encoded(50))
  })

  it('passes an error of the stream on, and records its code', async () => {
    const { client, server } = await connection()
    const kept = recorder(client)
    const isClosed = new Promise((resolve) => client.once('close', resolve))
    server.resetAndDestroy()
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException]
    await isClosed
    expect(error.code).toBe('ECONNRESET')
    expect(recordingOf(kept).events).toMatchObject([{ from: 'server', error: 'ECONNRESET' }])
  })

  it('records every write: a string, corked, or at the end', async () => {
    const [left, right] = memoryPair([false, false])
    left.on('error', () => {})
    const kept = recorder(left)
    left.cork()
    left.write('é', 'utf8')
    left.write('c3a9', 'hex')
    left.write(new Uint8Array([1, 2]))
    left.write('')
    left.uncork()
    left.end('end')
    const { items } = await collect(right)
    const recording = recordingOf(kept)
    expect(bytesFrom(recording, 'client')).toEqual(Buffer.concat(items as Buffer[]))
    expect(recording.events.filter(({ data }) => data !== undefined)).toHaveLength(4)
    expect(recording.header.to).toBeUndefined()
  })

  it("records the peer's bytes without a reader, and copies bytes that are overwritten later", async () => {
    const stream = scripted()
    const kept = recorder(stream)
    const chunk = Buffer.from('abc')
    stream.push(chunk)
    stream.push('6465', 'hex')
    chunk.fill(0)
    expect(String(bytesFrom(recordingOf(kept), 'server'))).toBe('abcde')
  })

  it('records the plain text of TLS, and both streams of a pair', async () => {
    const { client, server } = await tlsConnection()
    const secure = recorder(client)
    client.end('plain')
    await collect(server)
    expect(String(bytesFrom(recordingOf(secure), 'client'))).toBe('plain')
    const [readable, writable] = [new PassThrough(), new PassThrough()]
    const pair = recorder({ readable, writable })
    writable.end('out')
    readable.end('in')
    await collect(readable)
    expect(String(bytesFrom(recordingOf(pair), 'client'))).toBe('out')
    expect(String(bytesFrom(recordingOf(pair), 'server'))).toBe('in')
  })

  it('keeps the last bytes, within its limit, and reports how many are gone', () => {
    const chunks = fc.array(fc.record({ isOurs: fc.boolean(), length: fc.oneof(fc.nat(5), fc.nat(300)) }), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 600 }), (list, bytes) => {
        const stream = scripted()
        const kept = recorder(stream, { bytes })
        const all = { client: [] as number[], server: [] as number[] }
        let next = 0
        for (const { isOurs, length } of list) {
          const chunk = Buffer.from(Array.from({ length }, () => next++ & 255))
          if (isOurs) stream.write(chunk)
          else stream.push(chunk)
          all[isOurs ? 'client' : 'server'].push(...chunk)
        }
        const recording = recordingOf(kept)
        const { client = 0, server = 0 } = recording.header.dropped ?? {}
        expect([...bytesFrom(recording, 'client')]).toEqual(all.client.slice(client))
        expect([...bytesFrom(recording, 'server')]).toEqual(all.server.slice(server))
        const cost = recording.events.reduce((sum, { data }) => sum + 64 + data!.length, 0)
        expect(cost <= bytes || recording.events.length === 1).toBe(true)
        expect(recording.events.every(({ data }) => data!.length <= bytes)).toBe(true)
        // Keeps as many chunks as fit.
        const dropped = client + server
        if (dropped > 0) expect(recording.events.length).toBeGreaterThan(0)
        else expect(recording.events).toHaveLength(list.filter(({ length }) => length > 0).length)
      }),
      { numRuns: 200 },
    )
  })

  it('keeps the latest chunk when the stream ends after it', async () => {
    const stream = scripted()
    const kept = recorder(stream, { bytes: 100 })
    stream.push(Buffer.alloc(100, 7))
    stream.push(null)
    stream.end()
    await collect(stream)
    const recording = recordingOf(kept)
    expect(recording.header.dropped).toBeUndefined()
    expect(bytesFrom(recording, 'server')).toEqual(Buffer.alloc(100, 7))
    expect(recording.events.filter(({ end }) => end)).toHaveLength(2)
  })

  it('records each write once if the stream has only _writev', () => {
    const stream = new Duplex({ read() {}, writev: (_chunks, done) => done() })
    const kept = recorder(stream)
    stream.write('one')
    stream.cork()
    stream.write('two')
    stream.write('three')
    stream.uncork()
    const writes = recordingOf(kept).events.map(({ data }) => String(data))
    expect(writes).toEqual(['one', 'two', 'three'])
  })

  it('holds a bounded number of tiny chunks', async () => {
    const stream = scripted()
    const kept = recorder(stream, { bytes: 65 * 100 })
    for (let index = 0; index < 100_000; index++) stream.write(Buffer.of(index & 255))
    const recording = recordingOf(kept)
    expect(recording.events).toHaveLength(100)
    expect(recording.header.dropped).toEqual({ client: 99_900, server: 0 })
  })

  it('stops recording after stop, and after its block', () => {
    const stream = scripted()
    const kept = recorder(stream)
    stream.push('one')
    // If the stream has been hooked again meanwhile, its method cannot be restored, but works all the same.
    const push = stream.push.bind(stream)
    stream.push = (...args) => push(...args)
    kept[Symbol.dispose]()
    stream.push('two')
    expect(String(bytesFrom(recordingOf(kept), 'server'))).toBe('one')
    // Node 26 returns one chunk at a time.
    expect(`${String(stream.read())}${String(stream.read() ?? '')}`).toBe('onetwo')
  })

  it('refuses anything but a stream of bytes, and wrong options', () => {
    for (const wrong of [undefined, {}, new Duplex({ objectMode: true }), { readable: new PassThrough() }]) {
      expect(() => recorder(wrong as Duplex)).toThrow(TypeError)
    }
    const objects = new Writable({ objectMode: true })
    expect(() => recorder({ readable: new PassThrough(), writable: objects })).toThrow('a Writable of bytes')
    expect(() => recorder(new PassThrough(), { bytes: 0 })).toThrow(RangeError)
    expect(() => recorder(new PassThrough(), { side: 'left' as never })).toThrow('side')
  })
})

describe('pcapng()', () => {
  /** A connection with an error at its end; part of it is dropped if `bytes` is small. */
  async function traffic(bytes: number): Promise<{ kept: Recorder; sent: Buffer; answer: Buffer }> {
    const { client, server } = await connection()
    const kept = recorder(client, { bytes })
    const sent = Buffer.from(Array.from({ length: 150_001 }, (_, index) => index & 255))
    const answer = Buffer.from('thank you')
    const receiving = collect(server)
    await pipeline([sent], client, { end: false })
    server.write(answer)
    await once(client, 'readable')
    client.read()
    client.end()
    await receiving
    await collect(client)
    return { kept, sent, answer }
  }

  it('is a capture whose block lengths add up, whatever was dropped', async () => {
    for (const bytes of [1000, 10_000_000]) {
      const { kept } = await traffic(bytes)
      const file = kept.pcapng()
      const types: number[] = []
      for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) {
        types.push(file.readUInt32LE(at))
        const length = file.readUInt32LE(at + 4)
        expect(length % 4).toBe(0)
        expect(file.readUInt32LE(at + length - 4)).toBe(length)
      }
      // A section header, an interface, packets.
      expect(types.slice(0, 2)).toEqual([0x0a0d0d0a, 1])
      expect(types.slice(2).every((type) => type === 6)).toBe(true)
      expect(types.length).toBeGreaterThan(5)
    }
    expect(recorder(scripted()).pcapng().length).toBeGreaterThan(0)
  })

  it.skipIf(!hasTshark)(
    'is read by tshark, where it is installed, with the bytes and without a complaint',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'unstick-'))
      afterwards(() => rmSync(folder, { recursive: true }))
      for (const isWhole of [true, false]) {
        const { kept, sent, answer } = await traffic(isWhole ? 1_000_000 : 1000)
        const file = join(folder, 'recorder.pcapng')
        writeFileSync(file, kept.pcapng())
        const packets = packetsIn(file)
        const server = Number(recordingOf(kept).header.to!.split(':')[1])
        const [toServer, toClient] = [true, false].map((side) =>
          Buffer.concat(packets.filter(({ to }) => (to === server) === side).map(({ payload }) => payload)),
        )
        const { client = 0 } = recordingOf(kept).header.dropped ?? {}
        expect(client > 0).toBe(!isWhole)
        expect(toServer!.equals(sent.subarray(client))).toBe(true)
        expect(toClient!.equals(answer)).toBe(true)
        expect(packets.flatMap(({ faults }) => faults)).toEqual([])
        // tshark reports the missing bytes.
        expect(packets.some(({ isAfterLoss, isUnusual }) => isAfterLoss && isUnusual)).toBe(!isWhole)
      }
    },
  )
})
