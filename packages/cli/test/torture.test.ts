import { once } from 'node:events'
import { lengthField } from '@unstick/length-field'
import { afterEach, describe, expect, it } from 'vitest'
import { bytewise, insideHeaders, randomly } from '../src/cutting.ts'
import { client, closeServers, collect, proxied, serve } from './proxied.ts'
import { unstick } from './unstick.ts'

afterEach(closeServers)

const codec = lengthField()
const frames = Array.from({ length: 16 }, (_, index) => codec.encode(Buffer.alloc(index * 5, index)))
const bytes = Buffer.concat(frames)

describe('unstick torture', () => {
  it.each([
    ['bytewise'],
    ['random --seed 5'],
    ['coalesce --hold 5'],
    ['headers --length-field 4'],
    ['bytewise --pause 0 --pieces 9'],
    ['random --only server'],
  ])('--cuts %s changes neither bytes nor their order, in both directions', async (flags) => {
    const to = await serve((socket) => socket.pipe(socket))
    const { port, lines, exitCode } = await proxied('torture', to, '--json', '--cuts', ...flags.split(' '))
    const socket = await client(port)
    const echoed = collect(socket)
    for (const frame of frames) socket.write(frame)
    socket.end()
    await once(socket, 'end')
    expect(Buffer.concat(echoed.reads).equals(bytes)).toBe(true)
    expect(await exitCode).toBe(0)
    const summaries = lines.map((line) => JSON.parse(line)).filter(({ summary }) => summary !== undefined)
    expect(summaries.map(({ summary }) => [summary.from, summary.bytes])).toEqual([
      ['client', bytes.length],
      ['server', bytes.length],
    ])
    for (const { summary } of summaries) {
      if (flags === 'bytewise') expect(summary.pieces).toBe(bytes.length)
      if (flags.startsWith('coalesce')) expect(summary.pieces).toBeLessThanOrEqual(summary.chunks)
    }
  })

  it('lets the receiver read the pieces separately', async () => {
    const reads: number[] = []
    const to = await serve((socket) =>
      socket.on('data', ({ length }) => reads.push(length)).on('end', () => socket.end()),
    )
    const { port, exitCode } = await proxied('torture', to, '--cuts', 'bytewise', '--pause', '5')
    const socket = await client(port)
    socket.resume().end(Buffer.alloc(50))
    await exitCode
    // On a busy machine some bytes arrive together; without the cuts there would be one read.
    expect(reads.length).toBeGreaterThan(5)
    expect(reads.reduce((sum, length) => sum + length, 0)).toBe(50)
  })

  it('joins separate chunks with --cuts coalesce', async () => {
    const to = await serve((socket) => socket.on('end', () => socket.end()).resume())
    const { port, lines, exitCode } = await proxied('torture', to, '--cuts', 'coalesce', '--hold', '60000', '--json')
    const socket = await client(port)
    socket.resume()
    for (const frame of frames) await new Promise((resolve) => socket.write(frame, resolve))
    socket.end()
    await exitCode
    const { summary } = lines.map((line) => JSON.parse(line)).find((line) => line.summary?.from === 'client')
    expect([summary.bytes, summary.pieces]).toEqual([bytes.length, 1])
  })

  it('stops the sender of a slow reader', async () => {
    const to = await serve((socket) => socket.pause())
    const { port } = await proxied('torture', to, '--cuts', 'random', '--pieces', '1')
    const socket = await client(port)
    let accepted = 0
    const chunk = Buffer.alloc(64 * 1024)
    void (async () => {
      for (let index = 0; index < 1024 && !socket.destroyed; index++) {
        if (!socket.write(chunk, () => accepted++)) await once(socket, 'drain').catch(() => {})
      }
    })()
    let before = -1
    for (let still = 0; still < 20; still = accepted === before ? still + 1 : 0) {
      before = accepted
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(accepted).toBeLessThan(512)
    socket.destroy()
  })

  it.each([
    [[], 'torture needs --listen'],
    [['--listen', '0', '--to', '1'], 'torture needs --cuts'],
    [['--listen', '0', '--to', '1', '--cuts', 'headers'], '--cuts headers needs a codec'],
    [['--listen', '0', '--to', '1', '--cuts', 'random', '--lines'], '--cuts random takes no codec'],
  ])('misuse exits 2: %j', async (args, message) => {
    const { code, err } = await unstick(['torture', ...args])
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('cutting', () => {
  it('bytewise gives each byte, and random cuts are the same for the same seed', () => {
    expect(bytewise(bytes)).toHaveLength(bytes.length)
    const cut = randomly(1)(bytes)
    expect(Buffer.concat(cut).equals(bytes)).toBe(true)
    expect(cut.length).toBeGreaterThan(bytes.length / 64)
    expect(randomly(1)(bytes)).toEqual(cut)
    expect(randomly(2)(bytes)).not.toEqual(cut)
  })

  it('inside headers: every frame is cut within its first bytes, and never at its ends', () => {
    const pieces = insideHeaders(codec, 1, expect.unreachable)(bytes)
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
    const cuts = new Set<number>()
    let at = 0
    for (const piece of pieces) cuts.add((at += piece.length))
    let start = 0
    for (const frame of frames.filter(({ length }) => length > 8)) {
      start = bytes.indexOf(frame, start)
      expect(cuts.has(start)).toBe(false)
      expect(Array.from({ length: 8 }, (_, index) => cuts.has(start + 1 + index))).toContain(true)
      start += frame.length
    }
  })

  it('inside headers: a frame that the codec refuses is reported once, and its bytes stay whole', () => {
    const faults: string[] = []
    const cut = insideHeaders(lengthField({ maxFrameLength: 10 }), 1, (message) => faults.push(message))
    const chunk = Buffer.from('00000001ffffffffff', 'hex')
    expect(Buffer.concat(cut(chunk)).equals(chunk)).toBe(true)
    expect(cut(chunk)).toEqual([chunk])
    expect(faults).toHaveLength(1)
  })
})
