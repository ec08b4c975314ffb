import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Duplex } from 'node:stream'
import { ReadStream } from 'node:tty'
import { lengthField } from '@unstick/length-field'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isInstalled } from '../../../tools/tests/installed.ts'
import { bySilence, decodeStream, framed, frames } from '../src/index.ts'
import { FrameDecoderStream } from '../src/web.ts'
import { afterwards, listenersOf, turns } from './connection.ts'
import { fakeTimers, realTimers, timerCount } from './timers.ts'
import { memoryPair } from './memory-pair.ts'

const codec = lengthField({ lengthFieldLength: 1 })

/** Advances time, and runs what it triggers. */
async function pass(milliseconds: number): Promise<void> {
  await turns(3)
  await vi.advanceTimersByTimeAsync(milliseconds)
  await turns(3)
}

/** The items of an iteration so far. */
function gathered<Item>(source: AsyncIterable<Item>): {
  items: Item[]
  error: { code?: unknown } | undefined
  over: Promise<void>
} {
  const state: { items: Item[]; error: { code?: unknown } | undefined; over: Promise<void> } = {
    items: [],
    error: undefined,
    over: Promise.resolve(),
  }
  state.over = (async () => {
    try {
      for await (const item of source) state.items.push(item)
    } catch (error) {
      state.error = error as { code?: unknown }
    }
  })()
  return state
}

describe('with fake time', () => {
  beforeEach(fakeTimers)
  afterEach(realTimers)

  describe('bySilence', () => {
    it('ends a frame when nothing arrives for that long, however its bytes were cut', async () => {
      const source = new PassThrough()
      const seen = gathered(bySilence(source, { milliseconds: 5 }))
      await pass(1000)
      source.write('ab')
      await pass(4)
      source.write('c')
      await pass(4)
      expect(seen.items).toEqual([])
      await pass(2)
      expect(seen.items.map(String)).toEqual(['abc'])
      source.write('next')
      await pass(6)
      expect(seen.items.map(String)).toEqual(['abc', 'next'])
      source.destroy()
      await seen.over
      expect(timerCount()).toBe(0)
    })

    it('ends the last frame with the source', async () => {
      const source = new PassThrough()
      const seen = gathered(bySilence(source, { milliseconds: 5 }))
      source.write('a')
      await pass(6)
      source.end('last')
      await seen.over
      expect(seen.items.map(String)).toEqual(['a', 'last'])
      expect(seen.error).toBeUndefined()
      expect(timerCount()).toBe(0)
    })

    it('refuses a frame that is too long while it arrives, at its offset', async () => {
      const source = new PassThrough()
      const seen = gathered(bySilence(source, { milliseconds: 5, maxFrameLength: 4 }))
      source.write('abcd')
      await pass(6)
      source.write('abc')
      await pass(1)
      source.write('de')
      await pass(0)
      expect(seen.items.map(String)).toEqual(['abcd'])
      expect(seen.error).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', offset: 4, maxFrameLength: 4 })
      expect(source.destroyed).toBe(true)
      expect(timerCount()).toBe(0)
    })

    it('has the life cycle, signal and stats of frames()', async () => {
      const source = new PassThrough()
      const abort = new AbortController()
      const loop = bySilence(source, { milliseconds: 5, signal: abort.signal })
      const seen = gathered(loop)
      source.write('ab')
      await pass(6)
      source.write('unfinished')
      await pass(1)
      abort.abort()
      await seen.over
      expect(seen.error).toMatchObject({ code: 'ABORT_ERR' })
      expect(loop.stats.received).toMatchObject({ frames: 1, bytes: 2 })
      expect(source.destroyed).toBe(true)
      expect(timerCount()).toBe(0)
      const left = new PassThrough()
      left.write('ab')
      const leaving = (async () => {
        for await (const frame of bySilence(left, { milliseconds: 5 })) return String(frame)
        return undefined
      })()
      await pass(6)
      expect(await leaving).toBe('ab')
      expect(left.destroyed).toBe(true)
      expect(listenersOf(left)).toEqual(listenersOf(new PassThrough()))
    })

    it('does not take an empty chunk for bytes that arrive', async () => {
      const source = new PassThrough({ objectMode: true })
      const seen = gathered(bySilence(source, { milliseconds: 5 }))
      source.write(Buffer.from('a'))
      await pass(4)
      source.write([Buffer.alloc(0)])
      source.write(Buffer.alloc(0))
      await pass(3)
      expect(seen.items.map(String)).toEqual(['a'])
      source.write(Buffer.from('b'))
      await pass(7)
      expect(seen.items.map(String)).toEqual(['a', 'b'])
      source.destroy()
    })

    it('lets a source reuse the memory of its chunks', async () => {
      const memory = Buffer.alloc(1)
      async function* line(): AsyncGenerator<Buffer> {
        for (const byte of 'abc') {
          await Promise.resolve()
          memory.write(byte)
          yield memory
        }
      }
      const seen = gathered(bySilence(line(), { milliseconds: 5 }))
      await pass(6)
      await seen.over
      expect(seen.items.map(String)).toEqual(['abc'])
    })

    it('accepts iterables and arrays of chunks, and refuses anything but bytes', async () => {
      const source = [[Buffer.from('a'), Buffer.from('b')], [], Buffer.from('c')]
      const whole = gathered(bySilence(source, { milliseconds: 5 }))
      await pass(6)
      await whole.over
      expect(whole.items.map(String)).toEqual(['abc'])
      const text = gathered(bySilence(['text' as never], { milliseconds: 5 }))
      await pass(6)
      await text.over
      expect(text.error).toBeInstanceOf(TypeError)
      expect(() => bySilence([], { milliseconds: 0 })).toThrow('milliseconds must be an integer from 1')
      expect(() => bySilence([], { milliseconds: 1, maxFrameLength: 0 })).toThrow('maxFrameLength')
    })
  })

  describe('idleTimeout', () => {
    it('is ERR_FRAME_TIMEOUT when no frame is begun for that long, and does not limit a frame', async () => {
      const source = new PassThrough()
      const seen = gathered(frames(source, codec, { idleTimeout: 100 }))
      await pass(90)
      source.write(Buffer.from([1, 65]))
      await pass(90)
      source.write(Buffer.from([2, 65]))
      await pass(1000)
      source.write(Buffer.from([66]))
      await pass(90)
      expect(seen.items.map(String)).toEqual(['A', 'AB'])
      expect(seen.error).toBeUndefined()
      await pass(20)
      expect(seen.error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: 5 })
      expect(source.destroyed).toBe(true)
      expect(timerCount()).toBe(0)
    })

    it('is separate from frameTimeout, which begins with the first byte of a frame', async () => {
      const source = new PassThrough()
      const seen = gathered(frames(source, codec, { idleTimeout: 1000, frameTimeout: 100 }))
      await pass(900)
      source.write(Buffer.from([2]))
      await pass(90)
      expect(seen.error).toBeUndefined()
      await pass(20)
      expect(seen.error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: 0 })
    })

    it('is not extended by bytes that belong to no frame', async () => {
      const source = new PassThrough()
      const skipping = lengthField({ lengthFieldLength: 1, maxFrameLength: 2, oversize: 'skip' })
      const seen = gathered(frames(source, skipping, { idleTimeout: 100 }))
      await pass(60)
      source.write(Buffer.from([2, 1, 1]))
      await pass(60)
      expect(seen.error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT' })
    })

    it('does not run while the reader is slow', async () => {
      const source = new PassThrough()
      const loop = frames(source, codec, { idleTimeout: 100 })
      source.write(Buffer.from([1, 65]))
      await loop.next()
      await pass(1000)
      source.end(Buffer.from([1, 66]))
      expect(String((await loop.next()).value)).toBe('B')
      expect((await loop.next()).done).toBe(true)
    })

    const readers: [string, (stream: Duplex, seen: unknown[]) => Promise<void>][] = [
      [
        'a loop',
        async (stream, seen) => {
          for await (const frame of stream) {
            seen.push(String(frame))
            await new Promise((resolve) => setTimeout(resolve, 1000))
          }
        },
      ],
      [
        'a listener that pauses the stream',
        async (stream, seen) => {
          stream.on('data', (frame) => {
            seen.push(String(frame))
            stream.pause()
            setTimeout(() => stream.resume(), 1000)
          })
          await once(stream, 'end')
        },
      ],
    ]

    it.each(readers)('does not run while the reader of framed or decodeStream is slow: %s', async (_who, read) => {
      const [left, right] = memoryPair([true, true])
      right.on('error', () => {})
      const input = new PassThrough()
      for (const [write, stream] of [
        [(bytes: Buffer) => right.write(bytes), framed(left, codec, { idleTimeout: 100 })],
        [(bytes: Buffer) => input.write(bytes), input.pipe(decodeStream(codec, { idleTimeout: 100 }))],
      ] as [(bytes: Buffer) => void, Duplex][]) {
        const seen: unknown[] = []
        const over = read(stream, seen).catch((error: unknown) => error)
        await pass(90)
        write(Buffer.from([1, 65, 1, 66]))
        await pass(1999)
        expect(seen).toEqual(['A', 'B'])
        await pass(90)
        expect(stream.destroyed).toBe(false)
        write(Buffer.from([1, 67]))
        await pass(1000)
        expect([seen, stream.destroyed]).toEqual([['A', 'B', 'C'], false])
        await pass(200)
        expect(await over).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: 6 })
        expect(timerCount()).toBe(0)
      }
    })

    it('starts again when a stream that was paused while it waited is resumed', async () => {
      const stream = decodeStream(codec, { idleTimeout: 100 }).resume()
      const failed = once(stream, 'error')
      await pass(90)
      stream.pause()
      await pass(1000)
      stream.resume()
      await pass(90)
      expect(stream.destroyed).toBe(false)
      await pass(20)
      expect(await failed).toMatchObject([{ code: 'ERR_FRAME_TIMEOUT' }])
    })

    it('applies to decodeStream, framed and Web streams, and leaves no timer', async () => {
      const decoding = decodeStream(codec, { idleTimeout: 100 })
      const decoded = gathered(decoding)
      const [left, right] = memoryPair([false, false])
      right.on('error', () => {})
      const peer = gathered(framed(left, codec, { idleTimeout: 100 }))
      const web = gathered(
        new FrameDecoderStream(codec, { idleTimeout: 100 }).readable as unknown as AsyncIterable<unknown>,
      )
      await pass(90)
      expect([decoded.error, peer.error, web.error]).toEqual([undefined, undefined, undefined])
      await pass(20)
      for (const { error } of [decoded, peer, web])
        expect(error).toMatchObject({ code: 'ERR_FRAME_TIMEOUT', offset: 0 })
      expect(timerCount()).toBe(0)
    })

    it('is checked', () => {
      expect(() => frames([], codec, { idleTimeout: 0 })).toThrow('idleTimeout must be an integer from 1')
    })
  })
})

describe.skipIf(!isInstalled('socat'))('over a pair of terminals made by socat', () => {
  it('bySilence gives the frames of a serial line, each written after the one before was received', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unstick-'))
    afterwards(() => rmSync(folder, { recursive: true }))
    const [near, far] = [join(folder, 'near'), join(folder, 'far')]
    const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`])
    afterwards(() => void socat.kill())
    // It says so when data can be transferred.
    let said = ''
    while (!said.includes('starting data transfer loop')) said += String((await once(socat.stderr, 'data'))[0])
    expect(existsSync(near) && existsSync(far)).toBe(true)
    const line = new ReadStream(openSync(near, 'r'))
    const device = createWriteStream(far)
    const loop = bySilence(line, { milliseconds: 50 })
    const requests = [Buffer.from([1, 3, 0, 0, 0, 10, 0xc5, 0xcd]), Buffer.alloc(256, 7), Buffer.of(0)]
    for (const request of requests) {
      device.write(request.subarray(0, 3))
      device.write(request.subarray(3))
      expect((await loop.next()).value).toEqual(request)
    }
    await loop.return()
    expect(line.destroyed).toBe(true)
    device.destroy()
  })
})
