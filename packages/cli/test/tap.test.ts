import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { recorder } from '@unstick/stream'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { hasTshark, packetsIn } from '../../../tools/tests/tshark.ts'
import { run } from '../src/index.ts'
import { client, closeServers, collect, proxied, serve, type RunningProxy } from './proxied.ts'
import { unstick } from './unstick.ts'

const folder = mkdtempSync(join(tmpdir(), 'unstick-tap-'))
afterAll(() => rmSync(folder, { recursive: true }))

afterEach(closeServers)

const tap = (to: number, ...args: string[]): Promise<RunningProxy> => proxied('tap', to, ...args)

/** Writes each piece after the previous one has arrived at the receiver, so that TCP joins nothing. */
async function writeApart(socket: Socket, pieces: Buffer[], arrived: (count: number) => Promise<void>): Promise<void> {
  let sum = 0
  for (const piece of pieces) {
    socket.write(piece)
    sum += piece.length
    await arrived(sum)
  }
}

describe('unstick tap', () => {
  it('passes on every chunk in both directions unchanged, neither joined nor cut', async () => {
    let accept: (far: [Socket, ReturnType<typeof collect>]) => void
    const accepted = new Promise<[Socket, ReturnType<typeof collect>]>((resolve) => (accept = resolve))
    const to = await serve((socket) => accept([socket, collect(socket)]))
    const { port, exitCode } = await tap(to, '--length-field', '2', '--quiet')
    const near = await client(port)
    const atClient = collect(near)
    const [far, atServer] = await accepted
    // Good, cut, coalesced, bad and unfinished frames.
    const pieces = ['0002', '6869', '00', '01', '7a0001', '78', 'ffff00', '0003616263'].map((hex) =>
      Buffer.from(hex, 'hex'),
    )
    await writeApart(near, pieces, (count) => atServer.until(count))
    // A FIN ends only one direction.
    near.end()
    await once(far, 'end')
    await writeApart(far, pieces.toReversed(), (count) => atClient.until(count))
    far.end()
    await exitCode
    expect(atServer.reads).toEqual(pieces)
    expect(atClient.reads).toEqual(pieces.toReversed())
  })

  it('prints the frames of both directions with offset and length, and a summary', async () => {
    const to = await serve((socket) => socket.pipe(socket))
    const { port, lines, exitCode } = await tap(to, '--length-field', '1', '--as', 'text')
    const socket = await client(port)
    socket.end(Buffer.from('\u0002hi\u0001!'))
    socket.resume()
    expect(await exitCode).toBe(0)
    expect(lines.filter((line) => line.startsWith('1 >'))).toEqual([
      '1 >        0      3  hi',
      '1 >        3      2  !',
    ])
    expect(lines.filter((line) => line.startsWith('1 <'))).toHaveLength(2)
    expect(lines.find((line) => line.startsWith('1 client'))).toMatch(/^1 client +\d+ +5 +2 +2 +3 +0 +0$/)
  })

  it('reports a bad frame with its offset and first bytes, and continues with the next chunk', async () => {
    const to = await serve((socket) => socket.pipe(socket))
    const { port, lines, exitCode } = await tap(to, '--length-field', '2', '--max-frame-length', '100', '--json')
    const socket = await client(port)
    const echoed = collect(socket)
    await writeApart(
      socket,
      ['000161', 'ffffbad0', 'fffe', '000162'].map((hex) => Buffer.from(hex, 'hex')),
      echoed.until,
    )
    socket.end()
    expect(await exitCode).toBe(1)
    const fromClient = lines.map((line) => JSON.parse(line)).filter(({ from }) => from === 'client')
    expect(fromClient).toEqual([
      { connection: 1, from: 'client', offset: 0, wireLength: 3, length: 1, hex: '61' },
      {
        connection: 1,
        from: 'client',
        offset: 3,
        hex: 'ffffbad0',
        error: 'ERR_FRAME_TOO_LONG',
        message: expect.stringMatching(/^ERR_FRAME_TOO_LONG at offset 3: /),
      },
      { connection: 1, from: 'client', fault: 'frames again from offset 9 on; 6 bytes belonged to no frame' },
      { connection: 1, from: 'client', offset: 9, wireLength: 3, length: 1, hex: '62' },
    ])
    const { summary } = lines.map((line) => JSON.parse(line)).find((line) => line.summary?.from === 'client')
    expect(summary).toMatchObject({ chunks: 4, bytes: 12, frames: 2, errors: 1, unframed: 6 })
  })

  it('continues without a codec that throws another error, and reports it once', async () => {
    const file = join(folder, 'faulty.mjs')
    writeFileSync(
      file,
      `export default {
  decoder: () => ({
    *decode(chunk) { if (chunk[0] === 0) throw new Error('a fault of mine'); yield chunk },
    end: () => [],
    takeRemaining: () => new Uint8Array(),
    bufferedLength: 0,
  }),
}`,
    )
    const to = await serve((socket) => socket.pipe(socket))
    const { port, lines, exitCode } = await tap(to, '--codec', file, '--as', 'text')
    const socket = await client(port)
    const echoed = collect(socket)
    await writeApart(
      socket,
      ['a', '\0', 'b'].map((text) => Buffer.from(text)),
      echoed.until,
    )
    socket.end()
    expect(await exitCode).toBe(1)
    expect(Buffer.concat(echoed.reads).toString()).toBe('a\0b')
    expect(lines.filter((line) => line.startsWith('1 >'))).toEqual([
      '1 >        0      1  a',
      '1 > decoding ends here, the codec failed: a fault of mine',
    ])
    expect(lines.find((line) => line.startsWith('1 client'))).toMatch(/^1 client +3 +3 +1 +1 +1 +1 +2$/)
  })

  it.skipIf(!existsSync('/dev/full')).each(['--save', '--pcapng'])(
    '%s: a full disk ends the file, which is reported, and no connection',
    async (flag) => {
      const to = await serve((socket) => socket.pipe(socket))
      const { port, lines, exitCode } = await tap(to, flag, '/dev/full', '--quiet')
      const socket = await client(port)
      const echoed = collect(socket)
      socket.end('hello')
      await once(socket, 'end')
      expect(Buffer.concat(echoed.reads).toString()).toBe('hello')
      expect(await exitCode).toBe(1)
      expect(lines.filter((line) => line.includes('ENOSPC'))).toEqual([
        expect.stringMatching(new RegExp(`^- +${flag} /dev/full ends here: ENOSPC`)),
      ])
    },
  )

  it('holds only a few buffers of the traffic, and stops the sender of a slow reader', async () => {
    let far: Socket | undefined
    const to = await serve((socket) => (far = socket.pause()))
    const { port, exitCode } = await tap(to, '--length-field', '4', '--quiet')
    const near = await client(port)
    const frame = Buffer.alloc(64 * 1024)
    frame.writeUInt32BE(frame.length - 4)
    // The receiver does not read, so the system's full buffers must stop the writer long before it has written this.
    let accepted = 0
    const total = 640
    const blocked = (async () => {
      for (let index = 0; index < total; index++) {
        const isFlowing = near.write(frame, () => accepted++)
        if (!isFlowing) await once(near, 'drain')
      }
      near.end()
    })()
    let before = -1
    // Wait until the number stops growing. Without backpressure it would reach `total`.
    for (let still = 0; still < 20; still = accepted === before ? still + 1 : 0) {
      before = accepted
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(accepted).toBeLessThan(512)
    let received = 0
    far!.on('data', (read: Buffer) => (received += read.length)).resume()
    await Promise.all([blocked, once(far!, 'end')])
    far!.end()
    near.resume()
    expect(await exitCode).toBe(0)
    expect(received).toBe(total * frame.length)
  })

  it('leaves out lines, and prints their number, if its output is too slow', async () => {
    const to = await serve((socket) => socket.on('end', () => socket.end()).resume())
    const shown: string[] = []
    let release = (): void => {}
    const isFree = new Promise<void>((resolve) => (release = resolve))
    let listening: (port: number) => void
    const port = new Promise<number>((resolve) => (listening = resolve))
    const stdout = new Writable({
      highWaterMark: 16,
      decodeStrings: false,
      write(text: string, _, done) {
        shown.push(text)
        const match = /listening on [\d.]+:(\d+)/.exec(text)
        if (match !== null) {
          listening(Number(match[1]))
          done()
        } else {
          void isFree.then(() => done())
        }
      },
    })
    const terminal = { stdin: process.stdin, stdout, stderr: stdout }
    const exitCode = run(
      ['tap', '--listen', '0', '--to', String(to), '--connections', '1', '--length-field', '1'],
      terminal,
    )
    const socket = await client(await port)
    socket.end(Buffer.alloc(100_000, '\u0001x'))
    await once(socket.resume(), 'close')
    expect(stdout.writableLength).toBeLessThan(4 << 20)
    release()
    expect(await exitCode).toBe(0)
    await new Promise((resolve) => stdout.end(resolve))
    const lines = shown.join('').split('\n')
    const leftOut = Number(/^left out (\d+) frames: the output was too slow$/m.exec(shown.join(''))![1])
    expect(leftOut).toBeGreaterThan(0)
    expect(lines.filter((line) => line.startsWith('1 >')).length + leftOut).toBe(50_000)
  })

  it('--save writes a recording that decode reads, each direction separately', async () => {
    const to = await serve((socket) => socket.on('end', () => socket.end(Buffer.from('\u0003bye'))).resume())
    const file = join(folder, 'saved.rec')
    const { port, exitCode } = await tap(to, '--save', file, '--quiet')
    const socket = await client(port)
    socket.end(Buffer.from('\u0002hi\u0001!'))
    socket.resume()
    expect(await exitCode).toBe(0)
    const decoded = await unstick(['decode', file, '--length-field', '1', '--as', 'text'])
    expect(decoded).toEqual({ code: 0, out: '1> hi\n1> !\n1< bye\n', err: '' })
    const server = await unstick(['decode', file, '--length-field', '1', '--from', 'server', '--json'])
    expect(JSON.parse(server.out)).toEqual({
      connection: 1,
      from: 'server',
      index: 0,
      offset: 0,
      wireLength: 4,
      length: 3,
      hex: '627965',
    })
    expect((await unstick(['decode', file, '--length-field', '1', '--connection', '2'])).out).toBe('')
  })

  it('decode also reads a recording of the flight recorder', async () => {
    const peer = await client(await serve((socket) => socket.end(Buffer.from('\u0003bye'))))
    const kept = recorder(peer)
    peer.end(Buffer.from('\u0002hi\u0001!'))
    await new Promise((resolve) => peer.on('close', resolve).resume())
    const file = join(folder, 'flight.rec')
    writeFileSync(file, kept.recording())
    const decoded = await unstick(['decode', file, '--length-field', '1', '--as', 'text'])
    expect({ ...decoded, out: decoded.out.split('\n').toSorted() }).toEqual({
      code: 0,
      out: ['', '1< bye', '1> !', '1> hi'],
      err: '',
    })
  })

  it('--pcapng writes consistent blocks, addresses, sequence numbers and checksums', async () => {
    const to = await serve((socket) => socket.pipe(socket))
    const file = join(folder, 'saved.pcapng')
    const { port, exitCode } = await tap(to, '--pcapng', file, '--quiet')
    const socket = await client(port)
    socket.end(Buffer.alloc(200_001, 'abc'))
    socket.resume()
    expect(await exitCode).toBe(0)
    const packets = packetsOf(readFileSync(file))
    const payload = (isFromClient: boolean): Buffer =>
      Buffer.concat(
        packets
          .filter((packet) => (packet.readUInt16BE(22) === to) === isFromClient)
          .map((packet) => packet.subarray(40)),
      )
    expect(payload(true).equals(Buffer.alloc(200_001, 'abc'))).toBe(true)
    expect(payload(false).equals(Buffer.alloc(200_001, 'abc'))).toBe(true)
    const next = new Map<number, number>()
    for (const packet of packets) {
      expect(onesComplementSum(packet.subarray(0, 20))).toBe(0xffff)
      const pseudo = Buffer.from([0, 6, (packet.length - 20) >> 8, (packet.length - 20) & 0xff])
      expect(onesComplementSum(Buffer.concat([packet.subarray(12, 20), pseudo, packet.subarray(20)]))).toBe(0xffff)
      const from = packet.readUInt16BE(20)
      expect(packet.readUInt32BE(24)).toBe(next.get(from) ?? 0)
      const counted = (packet[33]! & 3) === 0 ? 0 : 1
      next.set(from, packet.readUInt32BE(24) + packet.length - 40 + counted)
    }
  })

  it.skipIf(!hasTshark)('--pcapng: tshark, where it is installed, reads the streams without a complaint', async () => {
    const to = await serve((socket) => socket.pipe(socket))
    const file = join(folder, 'tshark.pcapng')
    const { port, exitCode } = await tap(to, '--pcapng', file, '--quiet')
    const socket = await client(port)
    const sent = Buffer.alloc(150_001, 'abc')
    socket.end(sent)
    socket.resume()
    expect(await exitCode).toBe(0)
    const packets = packetsIn(file)
    expect(packets.flatMap(({ faults }) => faults)).toEqual([])
    expect(packets.filter(({ isUnusual }) => isUnusual)).toEqual([])
    for (const isToServer of [true, false]) {
      const received = packets.filter((packet) => (packet.to === to) === isToServer).map(({ payload }) => payload)
      expect(Buffer.concat(received).equals(sent)).toBe(true)
    }
  })

  it('passes on a reset, and an unreachable server', async () => {
    const to = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const reset = await tap(to, '--json')
    const socket = await client(reset.port)
    socket.write('x')
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')
    await reset.exitCode
    expect(reset.lines.join('\n')).toContain('ECONNRESET')

    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const refused = await tap(port, '--json')
    const other = connect(refused.port, '127.0.0.1')
    await once(other, 'error')
    await refused.exitCode
    expect(refused.lines.join('\n')).toContain('ECONNREFUSED')
  })

  it.each([
    [[], 'tap needs --listen'],
    [['--listen', '0'], 'tap needs --to'],
    [['--listen', 'x', '--to', '1'], '--listen must be a port'],
    [['--listen', '0', '--to', '1', '--save', join(folder, 'no', 'folder')], '--save'],
    [['--listen', '0', '--to', '1', '--length-field', '9'], '--length-field must be an integer from 1 to 8'],
  ])('misuse exits 2: %j', async (args, message) => {
    const { code, err } = await unstick(['tap', ...args])
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})

/** The packets of the enhanced packet blocks; every block must begin and end with its length. */
function packetsOf(file: Buffer): Buffer[] {
  const packets: Buffer[] = []
  for (let at = 0; at < file.length;) {
    const length = file.readUInt32LE(at + 4)
    expect(file.readUInt32LE(at + length - 4)).toBe(length)
    if (file.readUInt32LE(at) === 6) packets.push(file.subarray(at + 28, at + 28 + file.readUInt32LE(at + 20)))
    at += length
  }
  return packets
}

function onesComplementSum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return sum
}
