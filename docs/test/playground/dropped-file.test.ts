import { eventLine, headerLine, PcapngWriter } from '@unstick/stream/recording'
import { describe, expect, it } from 'vitest'
import { readDropped } from '../../playground/dropped-file.ts'
import { hexOf } from '../../playground/hex.ts'

const shown = (name: string, bytes: Uint8Array): [string, string][] =>
  readDropped(name, bytes).map((stream) => [stream.name, stream.chunks.map((chunk) => hexOf(chunk)).join(' | ')])

it('raw bytes are one chunk', () => {
  expect(shown('raw.bin', Uint8Array.of(0, 1, 2))).toEqual([['raw.bin', '000102']])
  expect(() => readDropped('raw.bin', new Uint8Array())).toThrow('raw.bin has no bytes')
})

it('other JSON is raw bytes', () => {
  expect(shown('a.json', new TextEncoder().encode('{"a":1}'))).toEqual([
    ['a.json', hexOf(new TextEncoder().encode('{"a":1}'))],
  ])
})

it('segments in base64 are chunks', () => {
  const text = JSON.stringify({ segments: ['AAE=', 'Ag=='] })
  expect(shown('a.json', new TextEncoder().encode(text))).toEqual([['a.json', '0001 | 02']])
})

it('a recording has a stream for each side of each connection', () => {
  const lines = [
    headerLine({ to: '127.0.0.1:5432' }),
    eventLine({ connection: 1, from: 'client', at: 1, data: Uint8Array.of(1, 2) }),
    eventLine({ connection: 1, from: 'server', at: 2, data: Uint8Array.of(3) }),
    eventLine({ connection: 1, from: 'client', at: 3, data: Uint8Array.of(4) }),
    eventLine({ connection: 1, from: 'client', at: 4, end: true }),
    eventLine({ connection: 2, from: 'client', at: 5, end: true }),
  ]
  expect(shown('tap.jsonl', new TextEncoder().encode(lines.join('')))).toEqual([
    ['connection 1, from the client', '0102 | 04'],
    ['connection 1, from the server', '03'],
  ])
  const broken = `${headerLine({})}{"connection":"x"}\n`
  expect(() => readDropped('tap.jsonl', new TextEncoder().encode(broken))).toThrow('has no connection or side')
})

describe('a capture file', () => {
  const ends = (host: string) => ({ client: { host, port: 40_000 }, server: { host, port: 80 } })

  it.each([
    ['IPv4', '127.0.0.1', '127.0.0.1'],
    ['IPv6', '::1', '[::1]'],
  ])('of pcapng over %s, as written by tap, has the chunks of both sides', (_, host, written) => {
    const blocks: Uint8Array[] = []
    const capture = new PcapngWriter(
      (block) => blocks.push(block),
      () => 0,
    )
    const connection = { id: 1, ...ends(host) }
    capture.open(connection)
    capture.chunk(connection, 'client', Uint8Array.of(1, 2, 3))
    capture.chunk(connection, 'server', Uint8Array.of(9))
    capture.chunk(connection, 'client', Uint8Array.of(4))
    capture.end(connection, 'client')
    const bytes = new Uint8Array(Buffer.concat(blocks))
    expect(shown('capture.pcapng', bytes)).toEqual([
      [`${written}:40000 → ${written}:80`, '010203 | 04'],
      [`${written}:80 → ${written}:40000`, '09'],
    ])
    // Cut off in a block: what stands before it is read, or the file is refused, and nothing else happens.
    expect(() => readDropped('capture.pcapng', bytes.subarray(0, 60))).toThrow(SyntaxError)
  })

  it('of pcap has segments in the order of their numbers, each byte once', () => {
    const segments: [number, number[]][] = [
      [1000, [1, 2]],
      [1004, [5, 6]],
      [1000, [1, 2]],
      [1001, [2, 3, 4]],
      [1006, []],
    ]
    const bytes = pcapOf(segments.map(([sequence, data]) => ethernet(sequence, data)))
    expect(shown('a.pcap', bytes)).toEqual([['10.0.0.1:40000 → 10.0.0.2:80', '0102 | 0304 | 0506']])
  })

  it('without TCP is refused', () => {
    expect(() => readDropped('a.pcap', pcapOf([]))).toThrow('no TCP payload')
  })
})

/** Little-endian, link type Ethernet. */
function pcapOf(packets: Uint8Array[]): Uint8Array {
  const header = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex')
  const records = packets.map((packet) => {
    const head = Buffer.alloc(16)
    head.writeUInt32LE(packet.length, 8)
    head.writeUInt32LE(packet.length, 12)
    return Buffer.concat([head, packet])
  })
  return new Uint8Array(Buffer.concat([header, ...records]))
}

function ethernet(sequence: number, data: number[]): Uint8Array {
  const tcp = Buffer.from('9c40005000000000000000005018000000000000', 'hex')
  tcp.writeUInt32BE(sequence, 4)
  const ip = Buffer.from('4500000000000000400600000a0000010a000002', 'hex')
  ip.writeUInt16BE(40 + data.length, 2)
  const frame = Buffer.concat([Buffer.from('0000000000000000000000000800', 'hex'), ip, tcp, Buffer.from(data)])
  // Ethernet pads short frames: what lies after the IP packet is none of it.
  return Buffer.concat([frame, Buffer.alloc(Math.max(0, 60 - frame.length))])
}
