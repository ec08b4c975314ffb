import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { jsonLines, lines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it, vi } from 'vitest'
import { channelOf, debugLogOf } from '../src/channels.ts'
import { encodeStream, framed, frames, reader } from '../src/index.ts'
import { FrameDecoderStream, FrameEncoderStream } from '../src/web.ts'
import { afterwards, collect, connection, turns } from './connection.ts'

const codec = lengthField({ lengthFieldLength: 1, maxFrameLength: 6, oversize: 'skip' })
const CHANNELS = [
  'frame:received',
  'frame:sent',
  'frame:skipped',
  'frame:error',
  'stream:open',
  'stream:close',
  'stream:stall',
]

type Published = Record<string, unknown>

/** The messages published from here to the end of the test, as [channel, message]. */
function listen(...names: string[]): [string, Published][] {
  const heard: [string, Published][] = []
  for (const name of names.length > 0 ? names : CHANNELS) {
    const listener = (message: unknown): void => void heard.push([name, message as Published])
    subscribe(`unstick:${name}`, listener)
    afterwards(() => void unsubscribe(`unstick:${name}`, listener))
  }
  return heard
}

describe('the diagnostics channels', () => {
  it('report a stream from opening to close: frames per chunk, with offsets and lengths, skips, and stats', async () => {
    const heard = listen()
    const chunks = [Buffer.from([1, 1, 2, 1]), Buffer.from([1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0]), Buffer.from([0])]
    const loop = frames(chunks, codec)
    await collect(loop)
    const { id } = heard[0]![1]
    const identity = { id, adapter: 'frames', codec: 'lengthField' }
    expect(heard).toEqual([
      ['stream:open', { ...identity, source: chunks }],
      ['frame:received', { ...identity, offset: 0, length: 2, frames: 1 }],
      ['frame:skipped', { ...identity, offset: 5, length: 9, reason: 'too-long' }],
      ['frame:received', { ...identity, offset: 2, length: 13, frames: 2 }],
      ['frame:received', { ...identity, offset: 15, length: 1, frames: 1 }],
      ['stream:close', { ...identity, stats: loop.stats }],
    ])
  })

  it('report each frame once, even if a stream is decoded again, since its first frame was not bytes', async () => {
    const heard = listen('frame:received')
    const source = new PassThrough()
    source.end('1\n2\n')
    await collect(framed(source, jsonLines()))
    expect(heard.map(([, { offset, length, frames: count }]) => [offset, length, count])).toEqual([[0, 4, 2]])
  })

  it('get one message per chunk from batches as well', async () => {
    const heard = listen('frame:received')
    await collect(frames([Buffer.from([1, 1, 0, 0, 5]), Buffer.from([1, 2, 3, 4, 5, 0])], codec).batches())
    expect(heard.map(([, { offset, length, frames: count }]) => [offset, length, count])).toEqual([
      [0, 4, 3],
      [4, 7, 2],
    ])
  })

  it('report both directions of a connection under one identity', async () => {
    const heard = listen()
    const { client, server } = await connection()
    const peer = framed(server, codec)
    client.end(Buffer.from([1, 1]))
    peer.write(Buffer.from('abc'))
    peer.end(Buffer.from('d'))
    await collect(peer)
    if (!peer.closed) await once(peer, 'close')
    const names = heard.map(([name]) => name)
    expect(names).toContain('frame:received')
    expect(names.at(-1)).toBe('stream:close')
    expect(new Set(heard.map(([, { id }]) => id)).size).toBe(1)
    expect(heard.filter(([name]) => name === 'frame:sent').map(([, { offset, length }]) => [offset, length])).toEqual([
      [0, 4],
      [4, 2],
    ])
    expect(heard[0]![1]['source']).toBe(server)
  })

  it('report errors by code and offset, and never quote the bytes', async () => {
    const heard = listen()
    await collect(frames([Buffer.from('{"fine":1}\n{"secret" 1}\n')], jsonLines()))
    const errors = heard.filter(([name]) => name === 'frame:error')
    expect(errors.map(([, { name, code, offset }]) => [name, code, offset])).toEqual([
      ['FrameError', 'ERR_FRAME_CORRUPT', 11],
    ])
    for (const [, { source: _, ...message }] of heard) expect(JSON.stringify(message)).not.toContain('secret')
    heard.length = 0
    const broken = new PassThrough()
    const loop = collect(frames(broken, codec))
    await turns(2)
    broken.destroy(Object.assign(new Error('secret'), { code: 'ECONNRESET' }))
    await loop
    expect(heard.find(([name]) => name === 'frame:error')?.[1]).toMatchObject({ name: 'Error', code: 'ECONNRESET' })
  })

  it('report a frame that cannot be encoded, and frames that wait', async () => {
    const heard = listen('frame:error', 'stream:stall')
    const stream = encodeStream(lines(), { readableHighWaterMark: 1 })
    stream.write(Buffer.from('a\n'), () => {})
    for (let index = 0; index < 3; index++) stream.write(Buffer.from('abc'))
    await turns(3)
    stream.write(Buffer.from('abc'))
    await turns(3)
    expect(heard.map(([name, { code, direction }]) => [name, code ?? direction])).toContainEqual([
      'frame:error',
      'ERR_FRAME_NOT_ENCODABLE',
    ])
    expect(heard).toContainEqual([
      'stream:stall',
      expect.objectContaining({ direction: 'write', adapter: 'encodeStream' }),
    ])
    stream.destroy()
  })

  it('report no stream that was refused, since its source is being read', async () => {
    const heard = listen('stream:open', 'stream:close')
    const source = new PassThrough()
    const peer = framed(source, codec)
    expect(() => framed(source, codec)).toThrow('already being read')
    peer.destroy()
    expect(heard.map(([channel]) => channel)).toEqual(['stream:open', 'stream:close'])
  })

  it('report a reader as one stream, with the codec of each request', async () => {
    const heard = listen()
    const input = reader([Buffer.from('HEAD'), Buffer.from([1, 1])])
    await input.exactly(4)
    await input.frame(codec)
    await input.cancel()
    expect(heard.map(([name, { codec: by, offset }]) => [name, by, offset])).toEqual([
      ['stream:open', 'unnamed', undefined],
      ['frame:received', 'exactly', 0],
      ['frame:received', 'lengthField', 4],
      ['stream:close', 'unnamed', undefined],
    ])
    expect(new Set(heard.map(([, { id }]) => id)).size).toBe(1)
  })

  it('report streams that were open before anyone subscribed, from the next chunk on', async () => {
    const source = new PassThrough()
    const loop = frames(source, codec)
    source.write(Buffer.from([1, 1]))
    await loop.next()
    const heard = listen('frame:received')
    source.end(Buffer.from([2, 1, 1]))
    await collect(loop)
    expect(heard.map(([, { offset, length }]) => [offset, length])).toEqual([[2, 3]])
  })

  it('are logged with NODE_DEBUG=unstick, even without subscribers', async () => {
    const logged: unknown[][] = []
    vi.resetModules()
    // Node reads NODE_DEBUG when the process starts.
    const original = process.getBuiltinModule.bind(process)
    const util = {
      debuglog: (section: string) =>
        Object.assign((...parts: unknown[]) => logged.push([section, ...parts]), { enabled: true }),
    }
    const spy = vi.spyOn(process, 'getBuiltinModule')
    spy.mockImplementation((id: string) => (id === 'node:util' ? util : original(id)))
    const fresh = (await import('../src/index.ts')) as { frames: typeof frames }
    spy.mockRestore()
    await collect(fresh.frames([Buffer.from([1, 65])], codec))
    expect(logged.map(([section, , name]) => [section, name])).toEqual([
      ['unstick', 'unstick:stream:open'],
      ['unstick', 'unstick:frame:received'],
      ['unstick', 'unstick:stream:close'],
    ])
    expect(logged[1]?.[3]).toMatchObject({ adapter: 'frames', offset: 0, length: 2, frames: 1 })
  })
})

describe('the channels of Web streams', () => {
  const bytes = Buffer.from([1, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 2, 1, 1])
  const writeAll = async (stream: { writable: WritableStream }, chunks: unknown[]): Promise<void> => {
    const writer = stream.writable.getWriter()
    for (const chunk of chunks) await writer.write(chunk)
    await writer.close()
  }

  it('report a decoder like any adapter', async () => {
    const heard = listen()
    const decoding = new FrameDecoderStream(codec)
    const writing = writeAll(decoding, [bytes, Buffer.of(0)])
    await collect(decoding.readable as unknown as AsyncIterable<unknown>)
    await writing
    const { id } = heard[0]![1]
    const identity = { id, adapter: 'FrameDecoderStream', codec: 'lengthField' }
    expect(heard).toEqual([
      ['stream:open', { ...identity, source: decoding }],
      ['frame:skipped', { ...identity, offset: 2, length: 9, reason: 'too-long' }],
      ['frame:received', { ...identity, offset: 0, length: 14, frames: 2 }],
      ['frame:received', { ...identity, offset: 14, length: 1, frames: 1 }],
      ['stream:close', { ...identity, stats: decoding.stats }],
    ])
  })

  it('report an encoder: each frame sent, and its close', async () => {
    const heard = listen()
    const encoding = new FrameEncoderStream(codec)
    const reading = collect(encoding.readable as unknown as AsyncIterable<unknown>)
    await writeAll(encoding, [Buffer.from('abc'), Buffer.alloc(0)])
    await reading
    const { id } = heard[0]![1]
    const identity = { id, adapter: 'FrameEncoderStream', codec: 'lengthField' }
    expect(heard).toEqual([
      ['stream:open', { ...identity, source: encoding }],
      ['frame:sent', { ...identity, offset: 0, length: 4, frames: 1 }],
      ['frame:sent', { ...identity, offset: 4, length: 1, frames: 1 }],
      ['stream:close', { ...identity, stats: encoding.stats }],
    ])
  })

  it('report errors, aborts and cancels, with one close each', async () => {
    const heard = listen('frame:error', 'stream:close')
    const told = (): unknown[] => heard.splice(0).map(([name, { code }]) => [name, code].filter(Boolean).join(' '))
    const cut = new FrameDecoderStream(codec)
    const cutting = writeAll(cut, [Buffer.of(5, 1)]).catch(() => {})
    await collect(cut.readable as unknown as AsyncIterable<unknown>)
    await cutting
    expect(told()).toEqual(['frame:error ERR_FRAME_TRUNCATED', 'stream:close'])
    for (const open of [
      (signal: AbortSignal) => new FrameDecoderStream(codec, { signal }),
      (signal: AbortSignal) => new FrameEncoderStream(codec, { signal }),
    ]) {
      const aborting = new AbortController()
      const aborted = open(aborting.signal)
      await turns(1)
      aborting.abort()
      await expect(aborted.readable.getReader().read()).rejects.toThrow('aborted')
      expect(told()).toEqual(['frame:error ABORT_ERR', 'stream:close'])
    }
    const cancelled = new FrameDecoderStream(codec)
    await cancelled.readable.cancel()
    expect(told()).toEqual(['stream:close'])
    await new FrameEncoderStream(codec).readable.cancel()
    expect(told()).toEqual(['stream:close'])
    await new FrameEncoderStream(codec).writable.abort()
    expect(told()).toEqual(['stream:close'])
    const encoding = new FrameEncoderStream(codec)
    const writer = encoding.writable.getWriter()
    void collect(encoding.readable as unknown as AsyncIterable<unknown>)
    await expect(writer.write(Buffer.alloc(99))).rejects.toMatchObject({ code: 'ERR_FRAME_TOO_LONG' })
    expect(told()).toEqual(['frame:error ERR_FRAME_TOO_LONG', 'stream:close'])
  })

  it.each([
    ['no process', undefined],
    ['a process without built-in modules', {}],
  ])('are silent where there is %s, as in a browser', (_what, process) => {
    vi.stubGlobal('process', process)
    afterwards(() => void vi.unstubAllGlobals())
    const channel = channelOf('unstick:frame:received')
    expect([channel.hasSubscribers, debugLogOf('unstick')]).toEqual([false, undefined])
    channel.publish({})
  })
})
