// With oversize: 'skip', presets of every shape drop and report exactly the frame over the limit.

import type { FrameCodec, Skipped } from '@unstick/core'
import { outcomeOf } from '@unstick/testing'
import { describe, expect, it } from 'vitest'
import * as protocols from '../src/index.ts'
import { ascii, bytesOf, joined, withCode } from './preset.ts'

interface Limits {
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
}

interface Shape {
  codec: (limits: Limits) => FrameCodec<never>
  maxFrameLength: number
  /** A frame with a payload of this length. */
  frameOf: (length: number) => unknown
  /** Bytes that the stream must begin with. */
  before?: Uint8Array
}

const EMPTY = new Uint8Array(0)
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(97)
const text = (length: number): string => 'a'.repeat(length)

function shape<Frame>(
  codec: (limits: Limits) => FrameCodec<Frame>,
  maxFrameLength: number,
  frameOf: (length: number) => Frame,
  before?: Uint8Array,
): Shape {
  return { codec: codec as never, maxFrameLength, frameOf, ...(before === undefined ? {} : { before }) }
}

const {
  amqp091,
  bittorrent,
  dnsTcp,
  fix,
  ftp,
  gitPktLine,
  httpChunked,
  http2,
  imap,
  irc,
  ldap,
  lsp,
  mcp,
  memcached,
  mllp,
  mqtt,
  mysql,
  nats,
  nmea0183,
  nntp,
  nullJson,
  postgres,
  proxyProtocol,
  resp,
  smtp,
  sse,
  ssh,
  stomp,
  syslog,
  tlsRecords,
} = protocols

const shapes: Record<string, Shape> = {
  amqp091: shape(amqp091, 40, (length) => ({ type: 1, channel: 0, payload: bytes(length) })),
  bittorrent: shape(bittorrent, 80, (length) => ({ type: 'message' as const, id: 7, payload: bytes(length) })),
  dnsTcp: shape(dnsTcp, 40, (length) => bytes(length + 12)),
  fix: shape(fix, 60, (length) => ({ beginString: 'FIX.4.4', body: ascii(`${text(length)}\x01`) })),
  'ftp from the server': shape(
    (limits) => ftp({ from: 'server', ...limits }),
    60,
    (length) => ({ code: 211, lines: [text(length / 4), '', text(length / 2), text(length / 4)] }),
  ),
  'ftp from the client': shape(
    (limits) => ftp({ from: 'client', ...limits }),
    60,
    (length) => ({ verb: 'RETR', args: text(length) }),
  ),
  gitPktLine: shape(gitPktLine, 40, (length) => ({ type: 'data' as const, payload: bytes(length) })),
  httpChunked: shape(httpChunked, 8192, (length) => ({
    type: 'chunk' as const,
    extensions: '',
    payload: bytes(length + 1),
  })),
  'http2 from the client': shape(
    (limits) => http2({ from: 'client', ...limits }),
    40,
    (length) => ({ type: 0, flags: 0, streamId: 1, payload: bytes(length) }),
    http2({ from: 'client' }).encode({ type: 'preface' }),
  ),
  'imap, a literal': shape(imap, 60, (length) => ({ parts: [`a {${length}}`, bytes(length), ''] })),
  'imap, text': shape(imap, 60, (length) => ({ parts: [text(length)] })),
  'imap, text after a literal': shape(imap, 60, (length) => ({ parts: ['a {1}', bytes(1), text(length)] })),
  irc: shape(irc, 60, (length) => ({ tags: undefined, source: undefined, command: 'A', params: [text(length)] })),
  ldap: shape(ldap, 40, (length) =>
    joined([bytesOf('30 82'), new Uint8Array([length >> 8, length & 255]), bytes(length)]),
  ),
  lsp: shape(lsp, 60, (length) => text(length)),
  mcp: shape(mcp, 60, (length) => ({ jsonrpc: '2.0' as const, method: text(length) })),
  'memcached from the client': shape(
    (limits) => memcached({ from: 'client', ...limits }),
    60,
    (length) => ({ words: ['set', 'k', '0', '0', String(length)], value: bytes(length) }),
  ),
  mllp: shape(mllp, 40, bytes),
  mqtt: shape(mqtt, 40, (length) => ({ type: 3, flags: 0, payload: bytes(length) })),
  mysql: shape(mysql, 40, (length) => ({ sequence: 0, payload: bytes(length) })),
  nats: shape(nats, 60, (length) => ({ op: 'PUB', args: `a ${length}`, payload: bytes(length) })),
  nmea0183: shape(nmea0183, 40, (length) => ({ start: '$' as const, address: text(length), fields: [] })),
  'nntp from the server': shape(
    (limits) => nntp({ from: 'server', ...limits }),
    512,
    (length) => ({ code: 220, text: '', body: joined([bytes(length), ascii('\r\n')]) }),
  ),
  nullJson: shape(nullJson, 40, text),
  'postgres from the client': shape(
    (limits) => postgres({ from: 'client', ...limits }),
    40,
    (length) => ({ type: 'Q', payload: bytes(length) }),
  ),
  'postgres from the server': shape(
    (limits) => postgres({ from: 'server', ...limits }),
    40,
    (length) => ({ type: 'D', payload: bytes(length) }),
  ),
  proxyProtocol: shape(proxyProtocol, 107, (length) => ({
    version: 2 as const,
    command: 1,
    family: 0,
    payload: bytes(length),
  })),
  'resp, a string': shape(resp, 40, (length) => ({ type: '$' as const, value: bytes(length) })),
  'resp, a line': shape(resp, 40, (length) => ({ type: '+' as const, value: text(length) })),
  'resp, an array': shape(resp, 40, (length) => ({
    type: '*' as const,
    value: [
      { type: '+' as const, value: text(length / 2) },
      { type: '*' as const, value: [{ type: '$' as const, value: bytes(length / 2) }] },
      { type: ':' as const, value: 1 },
    ],
  })),
  'smtp from the server': shape(
    (limits) => smtp({ from: 'server', ...limits }),
    60,
    (length) => ({ code: 250, lines: [text(length / 2), text(length / 2)] }),
  ),
  'smtp from the client, a chunk': shape(
    (limits) => smtp({ from: 'client', ...limits }),
    60,
    (length) => ({ verb: 'BDAT', args: String(length), payload: bytes(length) }),
  ),
  sse: shape(sse, 40, (length) => ({ event: 'message', data: text(length), id: undefined, retry: undefined })),
  'sse of many lines': shape(sse, 60, (length) => ({
    event: 'message',
    data: 'a\n'.repeat(length / 2),
    id: undefined,
    retry: undefined,
  })),
  ssh: shape(ssh, 8192, (length) => ({ type: 'packet' as const, payload: bytes(length + 1) }), ascii('SSH-2.0-a\r\n')),
  'stomp with a length': shape(stomp, 16_384, (length) => ({
    command: 'SEND',
    headers: [['content-length', String(length)]],
    body: bytes(length),
  })),
  'stomp without a length': shape(stomp, 16_384, (length) => ({ command: 'SEND', headers: [], body: bytes(length) })),
  syslog: shape(syslog, 40, (length) => bytes(length + 1)),
  tlsRecords: shape(tlsRecords, 40, (length) => ({ type: 23, version: 0x0303, payload: bytes(length) })),
}

describe.each(Object.entries(shapes))('%s', (_name, { codec, maxFrameLength, frameOf, before = EMPTY }) => {
  const encoded = (length: number): Uint8Array =>
    (codec({ maxFrameLength: 1 << 20 }) as FrameCodec<unknown>).encode(frameOf(length))
  const chunkings = (stream: Uint8Array): Uint8Array[][] =>
    [1, 7, 64, stream.length].map((size) =>
      Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        stream.slice(index * size, (index + 1) * size),
      ),
    )

  it('refuses a frame over the limit, at its offset', () => {
    const [small, long] = [encoded(4), encoded(2 * maxFrameLength)]
    for (const chunks of chunkings(joined([before, small, long, small]))) {
      const { error, frames } = outcomeOf(codec({ maxFrameLength }), chunks)
      expect(error).toEqual({ code: 'ERR_FRAME_TOO_LONG', offset: before.length + small.length })
      expect(frames.at(-1)).toEqual(frameOf(4))
    }
    expect(() => (codec({ maxFrameLength }) as FrameCodec<unknown>).encode(frameOf(2 * maxFrameLength))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_FRAME_(TOO_LONG|NOT_ENCODABLE)$/) }),
    )
  })

  it("skips exactly that frame if oversize is 'skip'", () => {
    const [small, long] = [encoded(4), encoded(2 * maxFrameLength)]
    const limited = codec({ maxFrameLength, oversize: 'skip' }) as FrameCodec<unknown>
    for (const chunks of chunkings(joined([before, small, long, small, long, small]))) {
      const skipped: Pick<Skipped, 'offset' | 'length' | 'reason'>[] = []
      const decoder = limited.decoder({
        onSkip: ({ offset, length, reason }) => skipped.push({ offset, length, reason }),
      })
      const frames: unknown[] = []
      for (const chunk of chunks) frames.push(...decoder.decode(chunk))
      decoder.end()
      expect(frames.slice(-3)).toEqual([frameOf(4), frameOf(4), frameOf(4)])
      const first = before.length + small.length
      expect(skipped).toEqual([
        { offset: first, length: long.length, reason: 'too-long' },
        { offset: first + long.length + small.length, length: long.length, reason: 'too-long' },
      ])
    }
  })
})

describe('options', () => {
  const needed: Record<string, object> = {
    cassandra: { from: 'client' },
    esbuildService: { from: 'client' },
    ftp: { from: 'client' },
    http2: { from: 'client' },
    kafka: { from: 'client' },
    memcached: { from: 'client' },
    memcachedBinary: { from: 'client' },
    modbusRtu: { from: 'client' },
    multipart: { boundary: 'b' },
    nativeMessaging: { from: 'host' },
    nntp: { from: 'client' },
    pop3: { from: 'client' },
    postgres: { from: 'client' },
    smtp: { from: 'client' },
    websocket: { from: 'client' },
  }
  /** Presets without `maxFrameLength`: their protocols set a fixed limit. */
  const withoutLimit = new Set(['mavlink', 'modbusRtu', 'rtcm3'])
  type Make = (options?: object) => FrameCodec<unknown>
  const makers = protocols as unknown as Record<string, Make>

  /** Their protocols know no frame that could be skipped. */
  const withoutSkip = new Set(['mavlink', 'modbusRtu', 'oncRpc', 'rtcm3', 'ubx', 'websocket'])

  it.each<[name: string, byDefault: number, least: number]>([
    ['amqp091', 8_388_608, 8],
    ['amqp10', 8_388_608, 8],
    ['arrowIpc', 268_435_456, 8],
    ['bgp', 4096, 19],
    ['bitcoin', 4_000_024, 24],
    ['bittorrent', 1_048_576, 68],
    ['cassandra', 268_435_465, 9],
    ['dap', 8_388_608, 22],
    ['diameter', 16_777_215, 20],
    ['dicom', 8_388_608, 6],
    ['dnsTcp', 65_537, 14],
    ['dockerStream', 8_388_608, 8],
    ['esbuildService', 8_388_608, 4],
    ['fastcgi', 65_798, 8],
    ['fix', 8_388_608, 38],
    ['ftp', 8_388_608, 3],
    ['gitPktLine', 65_520, 4],
    ['grpc', 4_194_309, 5],
    ['grpcWeb', 4_194_309, 5],
    ['httpChunked', 8_388_608, 8192],
    ['http2', 16_393, 24],
    ['iec104', 255, 6],
    ['imap', 8_388_608, 26],
    ['irc', 8_388_608, 3],
    ['kafka', 104_857_604, 12],
    ['ldap', 8_388_608, 6],
    ['lsp', 8_388_608, 22],
    ['mcp', 8_388_608, 1],
    ['memcached', 8_388_608, 3],
    ['memcachedBinary', 8_388_608, 24],
    ['minecraft', 2_097_154, 2],
    ['mllp', 8_388_608, 1],
    ['modbusTcp', 260, 8],
    ['mongodb', 48_000_000, 16],
    ['mqtt', 268_435_460, 2],
    ['multipart', 8_388_608, 138],
    ['mysql', 67_108_884, 4],
    ['nativeMessaging', 1_048_580, 4],
    ['nats', 8_388_608, 3],
    ['netstring', 8_388_608, 3],
    ['nmea0183', 1024, 1],
    ['nntp', 8_388_608, 3],
    ['nullJson', 8_388_608, 1],
    ['oncRpc', 8_388_608, 5],
    ['opcua', 8_388_608, 8],
    ['pop3', 8_388_608, 3],
    ['postgres', 8_388_608, 5],
    ['protobufDelimited', 67_108_864, 1],
    ['proxyProtocol', 65_551, 107],
    ['resp', 536_870_912, 3],
    ['smpp', 131_072, 16],
    ['smtp', 8_388_608, 3],
    ['sse', 8_388_608, 2],
    ['ssh', 35_000, 8192],
    ['stomp', 8_388_608, 16_384],
    ['syslog', 65_546, 11],
    ['tds', 32_767, 8],
    ['thrift', 16_384_004, 4],
    ['tlsRecords', 18_437, 5],
    ['tpkt', 65_535, 7],
    ['ubx', 8200, 8],
    ['websocket', 8_388_608, 14],
    ['zookeeper', 1_048_579, 4],
  ])('%s takes frames of %i bytes by default, and no limit below %i', (name, byDefault, least) => {
    const [make, own] = [makers[name]!, needed[name]]
    expect(make(own).maxFrameLength).toBe(byDefault)
    expect(make({ ...own, maxFrameLength: least }).maxFrameLength).toBe(least)
    expect(() => make({ ...own, maxFrameLength: least - 1 })).toThrow(RangeError)
  })

  it.each([
    ['ftp', 'server', 65_536, 5],
    ['nntp', 'server', 8_388_608, 512],
    ['pop3', 'server', 8_388_608, 5],
    ['smtp', 'server', 65_536, 5],
    ['nativeMessaging', 'browser', 67_108_868, 4],
  ])('%s from the %s takes frames of %i bytes by default, and no limit below %i', (name, from, byDefault, least) => {
    expect(makers[name]!({ from }).maxFrameLength).toBe(byDefault)
    expect(makers[name]!({ from, maxFrameLength: least }).maxFrameLength).toBe(least)
    expect(() => makers[name]!({ from, maxFrameLength: least - 1 })).toThrow(RangeError)
  })

  it.each([
    ['dap', 'error skip'],
    ['fix', 'error skip'],
    ['lsp', 'error skip'],
    ['mavlink', 'error resync'],
    ['mcp', 'error skip'],
    ['modbusRtu', 'error resync'],
    ['nmea0183', 'error skip'],
    ['nullJson', 'error skip'],
    ['rtcm3', 'error resync'],
    ['ubx', 'error resync'],
  ])('%s takes of corrupt %j, and nothing else', (name, choices) => {
    for (const corrupt of choices.split(' ')) expect(() => makers[name]!({ ...needed[name], corrupt })).not.toThrow()
    expect(() => makers[name]!({ ...needed[name], corrupt: 'drop' })).toThrow(/^corrupt must be /)
  })

  it.each(['dap', 'lsp', 'nullJson'])("%s skips with corrupt: 'skip' what is not JSON", (name) => {
    const stream = ascii(name === 'nullJson' ? '{\u00001\0' : 'Content-Length: 1\r\n\r\n{Content-Length: 1\r\n\r\n1')
    expect([...makers[name]!({ corrupt: 'skip' }).decoder().decode(stream)]).toEqual([1])
    expect(() => [...makers[name]!({}).decoder().decode(stream)]).toThrow(withCode('ERR_FRAME_CORRUPT'))
  })

  it.each(Object.keys(protocols).filter((name) => !withoutSkip.has(name)))(
    "%s takes 'error' and 'skip' for oversize, and nothing else",
    (name) => {
      for (const oversize of ['error', 'skip']) expect(() => makers[name]!({ ...needed[name], oversize })).not.toThrow()
      expect(() => makers[name]!({ ...needed[name], oversize: 'drop' })).toThrow(RangeError)
    },
  )

  it.each(Object.entries(makers))('%s refuses an unknown option, and a wrong limit', (name, make) => {
    const own = needed[name] ?? {}
    expect(make(own).maxFrameLength).toBeGreaterThan(0)
    expect(() => make({ ...own, maxFrameLenght: 1 })).toThrow(new RegExp(`^${name} has no option "maxFrameLenght"`))
    for (const each of [null, 5, 'from', [], () => own]) {
      expect(() => make(each as never)).toThrow(/takes an object of options, received /)
    }
    if (!withoutLimit.has(name)) expect(() => make({ ...own, maxFrameLength: 0 })).toThrow(RangeError)
    if ('from' in own) {
      expect(() => make({})).toThrow(TypeError)
      expect(() => make({ from: 'nobody' })).toThrow(/^from must be /)
    }
  })
})
