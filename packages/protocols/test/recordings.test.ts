/* oxlint-disable vitest/no-standalone-expect -- the checks of the table are called inside of tests */

// Replays what real programs said to each other (recordings/record.js): the frames are the same in every cutting, they are
// all of the stream, and they say what the client sent and received.

import type { FrameCodec } from '@unstick/core'
import { readdirSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  dnsTcp,
  esbuildService,
  ftp,
  gitPktLine,
  http2,
  httpChunked,
  lsp,
  mcp,
  memcached,
  memcachedBinary,
  mqtt,
  mysql,
  nats,
  postgres,
  resp,
  ssh,
  tlsRecords,
  websocket,
  type EsbuildPacket,
  type GitPktLine,
  type HttpChunk,
  type Http2Frame,
  type McpMessage,
  type MemcachedLine,
  type MemcachedPacket,
  type MqttPacket,
  type MysqlPacket,
  type NatsFrame,
  type PostgresMessage,
  type RespValue,
  type SshFrame,
  type TlsRecord,
  type WebsocketMessage,
} from '../src/index.ts'
import { chunkingsOf, joined } from './chunkings.ts'
import { connectionsOf, recordingOf, recordingsFolder, type From } from './recording.ts'

interface Replay<Frame> {
  codecOf: (from: From) => FrameCodec<Frame>
  /** Which directions are framed by it. Default: both. */
  from?: From
  /** What precedes the framing and is left out, such as an HTTP header. */
  skip?: (stream: Uint8Array) => number
  /** The last frame before another protocol begins. */
  isLast?: (frame: Frame) => boolean
  /** Whether the programs write some frames in another way than we do. */
  hasVariants?: true
  /** What the frames of one direction, of all connections, must say. */
  check: (frames: Frame[], from: From) => void
}

const numbers = Array.from({ length: 4000 }, (_, index) => `${index * index}\n`)
  .join('')
  .slice(0, 20_000)

const replays: Record<string, Replay<never>> = {
  postgres: replay<PostgresMessage>({
    codecOf: (from) => postgres({ from }),
    check(frames, from) {
      const types = frames.map(({ type }) => type).join('')
      if (from === 'client') return expect(types).toMatch(/^Q+X$/)
      expect(types).toMatch(/^RS+KZ/)
      expect(frames.filter(({ type }) => type === 'D')).toHaveLength(40)
      expect(types).toContain('EZ')
      expect(types).toContain('NCZ')
      expect(types).toMatch(/HdcCZ$/)
    },
  }),
  redis: replay<RespValue>({
    codecOf: () => resp(),
    check(frames, from) {
      if (from === 'client') return expect(frames.length).toBeGreaterThan(110)
      expect(frames).toContainEqual({
        type: '%',
        value: [
          [text('f'), text('1')],
          [text('g'), text('2')],
        ],
      })
      expect(frames).toContainEqual({ type: '*', value: [text('z'), text('y'), text('x')] })
      expect(frames).toContainEqual({
        type: '*',
        value: [integer(1), integer(2), { type: '*', value: [integer(3), text('x')] }, { type: '-', value: 'ERR no' }],
      })
      expect(frames.filter((each) => each.type === '+' && each.value === 'OK').length).toBeGreaterThanOrEqual(100)
    },
  }),
  memcached: replay<MemcachedLine>({
    codecOf: (from) => memcached({ from }),
    hasVariants: true,
    check(frames) {
      const value = bytes(`END\r\nVALUE ${'v'.repeat(3000)}\r\n`)
      expect(frames.find((frame) => frame.value !== undefined)?.value).toEqual(value)
    },
  }),
  'memcached-binary': replay<MemcachedPacket>({
    codecOf: (from) => memcachedBinary({ from }),
    check(frames, from) {
      const holding = frames.filter(({ value }) => value.length === 300)
      expect(holding.map(({ opcode }) => opcode)).toEqual([from === 'client' ? 1 : holding[0]!.opcode])
      expect(holding[0]!.value).toEqual(bytes('v'.repeat(300)))
    },
  }),
  mqtt: replay<MqttPacket>({
    codecOf: () => mqtt(),
    check(frames, from) {
      const published = frames.filter(({ type }) => type === 3)
      expect(published.map(({ flags }) => (flags >> 1) & 3)).toEqual([0, 1, 2])
      expect(new TextDecoder().decode(published[0]!.payload)).toMatch(/a\/b\0?hello$/)
      expect(frames.filter(({ type }) => type === (from === 'client' ? 1 : 2))).toHaveLength(4)
    },
  }),
  mysql: replay<MysqlPacket>({
    codecOf: () => mysql(),
    check(frames, from) {
      const all = frames.map(({ payload }) => Buffer.from(payload).toString('latin1'))
      if (from === 'client') return expect(all.filter((each) => each.startsWith('\x03SELECT *'))).toHaveLength(1)
      expect(all.some((each) => each.endsWith('b'.repeat(2000)))).toBe(true)
      expect(all.some((each) => each.startsWith('\xff') && each.includes('no_such'))).toBe(true)
    },
  }),
  'http-chunked': replay<HttpChunk>({
    codecOf: () => httpChunked(),
    from: 'server',
    skip: (stream) => Buffer.from(stream).indexOf('\r\n\r\n') + 4,
    check(frames) {
      const body = joined(frames.flatMap((frame) => (frame.type === 'chunk' ? [frame.payload] : [])))
      expect(gunzipSync(body).toString()).toBe(numbers)
      expect(frames.at(-1)).toEqual({ type: 'last', extensions: '', trailers: [] })
    },
  }),
  http2: replay<Http2Frame>({
    codecOf: (from) => http2({ from }),
    check(frames, from) {
      const prefaces = frames.filter(({ type }) => type === 'preface')
      expect(prefaces).toHaveLength(from === 'client' ? 2 : 0)
      if (from === 'client') return
      const data = frames.flatMap((frame) => (frame.type === 0 && frame.payload.length > 1000 ? [frame.payload] : []))
      expect(new TextDecoder().decode(joined(data))).toBe(numbers)
    },
  }),
  'tls-records': replay<TlsRecord>({
    codecOf: () => tlsRecords(),
    // Handshakes, changes of the cipher, and data; alerts are from the client alone.
    check: (frames) => expect(frames.map(({ type }) => type)).toEqual(expect.arrayContaining([20, 22, 23])),
  }),
  'dns-tcp': replay<Uint8Array>({
    codecOf: () => dnsTcp(),
    check(frames, from) {
      expect(frames).toHaveLength(4)
      // The bit that tells a response from a query.
      for (const frame of frames) expect(frame[2]! >> 7).toBe(from === 'client' ? 0 : 1)
    },
  }),
  git: replay<GitPktLine>({
    codecOf: () => gitPktLine(),
    check(frames, from) {
      const lines = frames.flatMap((frame) =>
        frame.type === 'data' ? [Buffer.from(frame.payload).toString('latin1')] : [],
      )
      if (from === 'client') return expect(lines).toContain('command=fetch')
      expect(lines[0]).toBe('version 2\n')
      const pack = lines.slice(lines.indexOf('packfile\n') + 1)
      expect(pack[0]!.slice(0, 5)).toBe('\x01PACK')
    },
  }),
  ssh: replay<SshFrame>({
    codecOf: () => ssh(),
    isLast: (frame) => frame.type === 'packet' && frame.payload[0] === 21,
    hasVariants: true,
    check(frames) {
      expect(frames[0]).toMatchObject({ type: 'banner', line: expect.stringMatching(/^SSH-2\.0-OpenSSH/) })
      expect(frames[1]).toMatchObject({ type: 'packet', payload: expect.objectContaining({ 0: 20 }) })
    },
  }),
  ftp: replay<{ verb: string; args: string } | { code: number; lines: string[] }>({
    codecOf: (from) => (from === 'client' ? ftp({ from }) : ftp({ from })),
    hasVariants: true,
    check(frames, from) {
      if (from === 'client') return expect(frames).toContainEqual({ verb: 'FEAT', args: '' })
      const features = frames.find((frame) => 'code' in frame && frame.code === 211) as { lines: string[] }
      expect(features.lines[0]).toBe('Features:')
      expect(features.lines.at(-1)).toBe('End')
    },
  }),
  nats: replay<NatsFrame>({
    codecOf: () => nats(),
    hasVariants: true,
    check(frames, from) {
      const messages = frames.filter(({ payload }) => payload !== undefined)
      expect(messages.map(({ op }) => op)).toEqual(from === 'client' ? ['PUB', 'HPUB', 'PUB'] : ['MSG', 'HMSG', 'MSG'])
      expect(messages[0]!.payload).toEqual(bytes('hello'))
      expect(messages[2]!.payload).toEqual(bytes(''))
    },
  }),
  websocket: replay<WebsocketMessage>({
    codecOf: (from) => websocket({ from }),
    skip: (stream) => Buffer.from(stream).indexOf('\r\n\r\n') + 4,
    hasVariants: true,
    check(frames, from) {
      expect(frames.filter(({ type }) => type === 'text')).toEqual([
        { type: 'text', text: 'Hello' },
        { type: 'text', text: 'fragment' },
      ])
      const binary = frames.flatMap((frame) => (frame.type === 'binary' ? [frame.payload] : []))
      expect(binary).toEqual([new Uint8Array(300).fill(7), new Uint8Array(8000).fill(1)])
      expect(frames.filter(({ type }) => type === (from === 'client' ? 'ping' : 'pong'))).toHaveLength(2)
      expect(frames.at(-1)).toEqual({ type: 'close', code: 1000, reason: 'done' })
    },
  }),
  lsp: replay<{ id?: number; result?: unknown }>({
    codecOf: () => lsp(),
    check(frames, from) {
      const ids = frames.flatMap(({ id }) => (id === undefined ? [] : [id]))
      expect(ids.toSorted((a, b) => a - b)).toEqual([1, 2, 3])
      if (from === 'server') expect(JSON.stringify(frames)).toContain('const é: string')
    },
  }),
  mcp: replay<McpMessage>({
    codecOf: () => mcp(),
    check(frames, from) {
      expect(frames.flatMap((frame) => ('id' in frame ? [frame['id']] : []))).toEqual([1, 2, 3, 4])
      if (from === 'server')
        expect(frames.at(-1)).toMatchObject({ result: { content: [{ text: 'Echo: héllo\u2028' }] } })
    },
  }),
  'esbuild-service': replay<EsbuildPacket>({
    codecOf: (from) => esbuildService({ from: from === 'client' ? 'client' : 'service' }),
    check(frames, from) {
      if (from === 'server') expect(frames.shift()).toEqual({ version: '0.28.2' })
      const packets = frames as Exclude<EsbuildPacket, { version: string }>[]
      const commands = packets.flatMap(({ value, isRequest }) =>
        isRequest ? [(value as { command: string }).command] : [],
      )
      if (from === 'client') expect(commands).toEqual(['transform', 'build', 'transform'])
      else expect(packets[0]!.value).toMatchObject({ code: 'export const x = 1;\n' })
    },
  }),
}

const names = readdirSync(recordingsFolder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))

describe.each(names)('recording %s', (name) => {
  const recording = recordingOf(name)
  const { codecOf, from: only, skip, isLast, hasVariants, check } = replays[name]! as unknown as Replay<unknown>

  it.each((['client', 'server'] as const).filter((from) => only === undefined || from === only))(
    `${recording.program}: what the %s said is framed the same in every cutting`,
    (from) => {
      const all: unknown[] = []
      for (const recorded of connectionsOf(recording, from)) {
        const stream = withoutHead(recorded, skip)
        const codec = codecOf(from)
        const [first, ...others] = chunkingsOf(stream).map((cut) => framesOf(codec, cut, isLast))
        for (const other of others) expect(other).toEqual(first)
        if (hasVariants === undefined)
          expect(joined(first!.map((frame) => codec.encode(frame)))).toEqual(joined(stream))
        all.push(...first!)
      }
      check(all, from)
    },
  )
})

it('has a test for every recording, and a recording for every test', () => {
  expect(names.toSorted()).toEqual(Object.keys(replays).toSorted())
})

/** The frames, copied. The stream must end with the last of them, or with what another protocol takes over. */
function framesOf(codec: FrameCodec<unknown>, chunks: Uint8Array[], isLast?: (frame: unknown) => boolean): unknown[] {
  const decoder = codec.decoder({ copy: true })
  const frames: unknown[] = []
  for (const chunk of chunks) {
    for (const frame of decoder.decode(chunk)) {
      frames.push(frame)
      if (isLast?.(frame) === true) return frames
    }
  }
  decoder.end()
  return frames
}

function withoutHead(chunks: Uint8Array[], skip?: (stream: Uint8Array) => number): Uint8Array[] {
  let left = skip?.(joined(chunks)) ?? 0
  return chunks.map((chunk) => {
    const dropped = Math.min(left, chunk.length)
    left -= dropped
    return chunk.subarray(dropped)
  })
}

function replay<Frame>(each: Replay<Frame>): Replay<never> {
  return each as unknown as Replay<never>
}

function text(value: string): RespValue {
  return { type: '$', value: bytes(value) }
}

function integer(value: number): RespValue {
  return { type: ':', value }
}

function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}
