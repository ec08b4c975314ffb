/* oxlint-disable vitest/no-standalone-expect -- the checks of the table are called inside of tests */

// The expected content of the frames of each recording, for stored and live traffic.

import type { FrameCodec } from '@unstick/core'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import {
  amqp091,
  dnsTcp,
  esbuildService,
  ftp,
  gitPktLine,
  http2,
  httpChunked,
  imap,
  irc,
  lsp,
  mcp,
  memcached,
  memcachedBinary,
  modbusRtu,
  mqtt,
  mysql,
  nats,
  nmea0183,
  nullJson,
  pop3,
  postgres,
  protobufDelimited,
  resp,
  smtp,
  sse,
  ssh,
  tlsRecords,
  websocket,
  type Amqp091Frame,
  type EsbuildPacket,
  type GitPktLine,
  type Http2Frame,
  type HttpChunk,
  type ImapMessage,
  type IrcMessage,
  type McpMessage,
  type MemcachedLine,
  type MemcachedPacket,
  type ModbusRtuFrame,
  type MqttPacket,
  type MysqlPacket,
  type NatsFrame,
  type NmeaSentence,
  type Pop3Response,
  type PostgresMessage,
  type RespValue,
  type ServerSentEvent,
  type SmtpCommand,
  type SshFrame,
  type TlsRecord,
  type WebsocketMessage,
} from '../src/index.ts'
import type { Command } from '../src/framing/commands.ts'
import type { Reply } from '../src/framing/replies.ts'
import { slip } from '@unstick/stuffing'
import { chunkingsOf, joined } from './chunkings.ts'
import { connectionsOf, type From, type Recording } from './recording.ts'

export interface Replay<Frame> {
  codecOf: (from: From) => FrameCodec<Frame>
  /** The directions that the preset frames. Default: both. */
  from?: From
  /** The bytes before the framing, such as an HTTP header, which are left out. */
  skip?: (stream: Uint8Array) => number
  /** The last frame before another protocol begins. */
  isLast?: (frame: Frame) => boolean
  /** Whether the programs encode some frames differently from our codec. */
  hasVariants?: true
  /** Checks the frames of one direction, of all connections. */
  check: (frames: Frame[], from: From, saw: unknown) => void
}

const numbers = Array.from({ length: 4000 }, (_, index) => `${index * index}\n`)
  .join('')
  .slice(0, 20_000)

export const replays: Record<string, Replay<never>> = {
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
    // Handshakes, cipher changes, and data; alerts come from the client only.
    check: (frames) => expect(frames.map(({ type }) => type)).toEqual(expect.arrayContaining([20, 22, 23])),
  }),
  'dns-tcp': replay<Uint8Array>({
    codecOf: () => dnsTcp(),
    check(frames, from) {
      expect(frames).toHaveLength(4)
      // The bit that distinguishes a response from a query.
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
  'postgres-pg': replay<PostgresMessage>({
    codecOf: (from) => postgres({ from }),
    check(frames, from, saw) {
      const { texts, error } = saw as { texts: string[]; error: string }
      const types = frames.map(({ type }) => type).join('')
      // Parse, bind, describe, execute, sync, in one write.
      if (from === 'client') return expect(types).toMatch(/PBDES/)
      const rows = frames.flatMap(({ type, payload }) => (type === 'D' ? [Buffer.from(payload).toString()] : []))
      for (const each of texts) expect(rows.some((row) => row.includes(each))).toBe(true)
      expect(rows).toHaveLength(texts.length + 2)
      const failure = frames.find(({ type }) => type === 'E')!
      expect(Buffer.from(failure.payload).toString()).toContain(`C${error}\0`)
    },
  }),
  'redis-ioredis': replay<RespValue>({
    codecOf: () => resp(),
    check(frames, from, saw) {
      if (from === 'client') return expect(frames.length).toBeGreaterThan(53)
      const { list, error } = saw as { list: string[]; error: string }
      expect(frames).toContainEqual({ type: '*', value: list.map(text) })
      expect(frames).toContainEqual({ type: '-', value: error })
      expect(frames).toContainEqual({
        type: '*',
        value: [
          integer(1),
          { type: '*', value: [text('a'), { type: '*', value: [text('b')] }] },
          { type: '_', value: null },
        ],
      })
    },
  }),
  'mqtt-js': replay<MqttPacket>({
    codecOf: () => mqtt(),
    check(frames, from, saw) {
      const received = saw as [topic: string, payload: string][]
      const published = frames.filter(({ type }) => type === 3)
      expect(published).toHaveLength(received.length)
      for (const [index, [topic, payload]] of received.entries()) {
        const content = Buffer.from(published[index]!.payload).toString()
        expect(content.slice(2, 2 + topic.length)).toBe(topic)
        expect(content.endsWith(payload)).toBe(true)
      }
      expect(frames[0]!.type).toBe(from === 'client' ? 1 : 2)
    },
  }),
  mysql2: replay<MysqlPacket>({
    codecOf: () => mysql(),
    check(frames, from, saw) {
      const all = frames.map(({ payload }) => Buffer.from(payload).toString())
      const { prepared } = saw as { prepared: { a: string; b: string } }
      // COM_STMT_PREPARE, and then its parameters.
      if (from === 'client') expect(all).toContain('\x16SELECT ? AS a, ? AS b')
      expect(all.some((each) => each.includes(prepared.a) && each.endsWith(prepared.b))).toBe(true)
    },
  }),
  amqp091: replay<Amqp091Frame>({
    codecOf: () => amqp091(),
    check(frames, from, saw) {
      if (from === 'client')
        expect(frames[0]).toEqual({ type: 0x41, channel: 0, payload: new Uint8Array([0, 0, 9, 1]) })
      // Content bodies; an empty message has none.
      const bodies = frames.flatMap(({ type, payload }) => (type === 3 ? [Buffer.from(payload).toString()] : []))
      expect(bodies).toEqual((saw as string[]).filter((each) => each !== ''))
      expect(frames.filter(({ type }) => type === 2)).toHaveLength(3)
    },
  }),
  smtp: replay<SmtpCommand | Reply>({
    codecOf: (from) => (from === 'client' ? smtp({ from }) : smtp({ from })),
    // A dot-stuffed message follows.
    isLast: (frame) => 'verb' in frame && frame.verb === 'DATA',
    check(frames, from, saw) {
      const { accepted, response } = saw as { accepted: string[]; response: string }
      if (from === 'client') {
        const recipients = frames.flatMap((frame) => ('verb' in frame && frame.verb === 'RCPT' ? [frame.args] : []))
        return expect(recipients).toEqual(accepted.map((address) => `TO:<${address}>`))
      }
      const { code, lines } = frames.at(-1) as Reply
      expect([code, ...lines].join(' ')).toBe(response)
      expect(frames).toContainEqual({
        code: 250,
        lines: expect.arrayContaining(['PIPELINING', 'SMTPUTF8']) as string[],
      })
    },
  }),
  pop3: replay<Command | Pop3Response>({
    codecOf: (from) => (from === 'client' ? pop3({ from }) : pop3({ from })),
    check(frames, from, saw) {
      if (from === 'client') return expect(frames.at(-1)).toEqual({ verb: 'QUIT', args: '' })
      const { listed, texts, top, failure } = saw as Record<'listed' | 'texts' | 'top', string[]> & { failure: string }
      const bodies = frames.flatMap((frame) =>
        'body' in frame ? [Buffer.from(frame.body).toString('latin1').replace(/\r\n$/, '')] : [],
      )
      expect(bodies.slice(1)).toEqual([listed.join('\r\n'), ...texts, top.join('\r\n')])
      const { text: why } = frames.find((frame) => 'status' in frame && frame.status === '-ERR') as { text: string }
      // Python prints bytes.
      expect(failure).toContain(`-ERR ${why}`)
    },
  }),
  imap: replay<ImapMessage>({
    codecOf: () => imap(),
    check(frames, from, saw) {
      const { texts } = saw as { texts: string[] }
      const literals = frames.flatMap(({ parts }) => parts.filter((part) => typeof part !== 'string'))
      const contents = literals.map((literal) => Buffer.from(literal).toString('latin1'))
      expect(contents).toEqual(from === 'client' ? texts.slice(-1) : texts)
    },
  }),
  irc: replay<IrcMessage>({
    codecOf: () => irc(),
    hasVariants: true,
    check(frames, from, saw) {
      const said = frames.filter(({ command }) => command === 'PRIVMSG')
      const received = saw as [nick: string, target: string, message: string][]
      const plainOf = (message: string): string => message.replaceAll('\u0001', '').replace(/^ACTION /, '')
      const heard = said.map(({ source, params: [target, message] }) =>
        [source?.split('!')[0], target, plainOf(message!)].slice(from === 'client' ? 1 : 0).join(' '),
      )
      const expected = received.map((each) => each.slice(from === 'client' ? 1 : 0).join(' '))
      expect(heard.toSorted()).toEqual(expected.toSorted())
    },
  }),
  'dns-bind': replay<Uint8Array>({
    codecOf: () => dnsTcp(),
    check(frames, from, saw) {
      if (from === 'client') return expect(frames).toHaveLength(4)
      const { transferred } = saw as { transferred: number }
      // The number of answers, at 6; a zone transfer may span several messages.
      const answers = frames.slice(3).reduce((sum, frame) => sum + frame[6]! * 256 + frame[7]!, 0)
      expect(answers).toBe(transferred)
    },
  }),
  sse: replay<ServerSentEvent>({
    codecOf: () => sse(),
    from: 'server',
    skip: (stream) => Buffer.from(stream).indexOf('\r\n\r\n') + 4,
    hasVariants: true,
    check(frames, _from, saw) {
      const written = frames.map(({ id, data }) => `event: message\nid: ${id}\ndata: ${data}\n\n`)
      expect(written.join('')).toBe(saw)
      const notifications = frames.slice(0, -1).map(({ data }) => JSON.parse(data!) as { params: { data: string } })
      expect(notifications.map(({ params }) => params.data)).toEqual([0, 1, 2, 3, 4].map((n) => `é\u2028${n}`))
    },
  }),
  'sass-embedded': replay<Uint8Array>({
    codecOf: () => protobufDelimited(),
    check(frames, from, saw) {
      const { css, error } = saw as { css: string; error: string }
      if (from === 'client') return expect(frames).toHaveLength(4)
      expect(frames).toHaveLength(4)
      expect(Buffer.from(frames[2]!).includes(css)).toBe(true)
      expect(Buffer.from(frames[3]!).includes(error)).toBe(true)
    },
  }),
  'null-json': replay<{ id?: number; result?: unknown; error?: unknown }>({
    codecOf: () => nullJson(),
    check(frames, from) {
      expect(frames.flatMap(({ id }) => (id === undefined ? [] : [id])).toSorted((a, b) => a - b)).toEqual([
        1, 2, 3, 4, 5,
      ])
      if (from === 'server') expect(frames.find(({ id }) => id === 4)).toHaveProperty('error.code', -32_601)
    },
  }),
  nmea0183: replay<NmeaSentence>({
    // gpsd introduces itself in lines of JSON before the sentences.
    codecOf: () => nmea0183({ corrupt: 'skip' }),
    from: 'server',
    hasVariants: true,
    check(frames, _from, saw) {
      const read = frames.map(({ start, address, fields }) => `${start}${[address, ...fields].join(',')}`)
      const sentences = (saw as string[]).map((each) => each.split('*')[0])
      // The client counts its lines, and disconnects before the last ones.
      expect(read.slice(0, sentences.length)).toEqual(sentences)
      expect(sentences.length).toBeGreaterThan(10)
    },
  }),
  'modbus-rtu': replay<ModbusRtuFrame>({
    codecOf: (from) => modbusRtu({ from }),
    check(frames, from, saw) {
      const { registers, error } = saw as { registers: number[]; error: number }
      expect(frames.map(({ function: code }) => code & 0x7f)).toEqual([3, 1, 6, 16, 5, 4])
      if (from === 'client') return
      const read = Buffer.from(frames[0]!.payload)
      expect(registers).toEqual(registers.map((_, index) => read.readUInt16BE(1 + 2 * index)))
      expect(frames.at(-1)).toMatchObject({ function: 0x84, payload: new Uint8Array([error]) })
    },
  }),
  slip: replay<Uint8Array>({
    codecOf: () => slip(),
    from: 'client',
    hasVariants: true,
    check: (frames, _from, saw) => expect(frames.map((frame) => Buffer.from(frame).toString('hex'))).toEqual(saw),
  }),
}

/**
 * The frames of one side, of all connections; checks that they are the same however the stream is cut, and what
 * `encode` makes of them.
 */
export function framesOfSide(name: string, recording: Recording, from: From): unknown[] {
  const { codecOf, skip, isLast, hasVariants } = replays[name]! as unknown as Replay<unknown>
  const all: unknown[] = []
  for (const recorded of connectionsOf(recording, from)) {
    const stream = withoutHead(recorded, skip)
    const codec = codecOf(from)
    const [first, ...others] = chunkingsOf(stream).map((cut) => framesOf(codec, cut, isLast))
    for (const other of others) {
      // Many times as fast as `toEqual`, which then reports the difference.
      if (!isDeepStrictEqual(other, first)) expect(other).toEqual(first)
    }
    if (hasVariants === undefined) {
      const encoded = joined(first!.map((frame) => codec.encode(frame)))
      // Bytes of the next protocol remain.
      const framed = joined(stream).subarray(0, isLast === undefined ? undefined : encoded.length)
      expect(Buffer.compare(encoded, framed)).toBe(0)
    }
    all.push(...first!)
  }
  return all
}

/** The sides of a recording that the preset frames. */
export function sidesOf(name: string): readonly From[] {
  const { from: only } = replays[name]!
  return only === undefined ? ['client', 'server'] : [only]
}

/** The frames, copied. The stream must end with the last one, or with bytes of the next protocol. */
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
