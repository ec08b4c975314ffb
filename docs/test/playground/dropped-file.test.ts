import { eventLine, headerLine, PcapngWriter } from '@unstick/stream/recording'
import { describe, expect, it } from 'vitest'
import { missingText } from '../../playground/capture-stream.ts'
import { readDropped } from '../../playground/dropped-file.ts'
import { hexOf } from '../../playground/hex.ts'

const FIN = 0x01
const SYN = 0x02
const RST = 0x04
/** The stream of the packets of `ethernet`. */
const NAME = '10.0.0.1:40000 → 10.0.0.2:80'

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
    expect(shown('a.pcap', bytes)).toEqual([[NAME, '0102 | 0304 | 0506']])
  })

  const missingIn = (bytes: Uint8Array) => readDropped('a.pcap', bytes).map(({ missing }) => missing)

  it('reports the bytes it lost, and keeps those that follow', () => {
    const lossy = pcapOf([
      ethernet(999, [], SYN),
      ethernet(1002, [3, 4]),
      ethernet(1009, [10]),
      ethernet(1004, [5]),
      ethernet(1015, [], FIN),
    ])
    expect(shown('a.pcap', lossy)).toEqual([[NAME, '0304 | 05 | 0a']])
    expect(missingIn(lossy)).toEqual([
      [
        { offset: 0, length: 2 },
        { offset: 3, length: 4 },
        { offset: 4, length: 5 },
      ],
    ])
    const whole = pcapOf([ethernet(999, [], SYN), ethernet(1000, [1]), ethernet(0, [], RST)])
    expect(missingIn(whole)).toEqual([[]])
  })

  it('has a sentence on the bytes it lost, with the first places', () => {
    const lost = (length: number, offset: number) => ({ length, offset })
    expect(missingText([])).toBe('')
    expect(missingText([lost(1, 5)])).toContain('lost 1 byte of this stream (1 before offset 5)')
    expect(missingText([lost(1, 0), lost(2, 3), lost(3, 7), lost(4, 9), lost(5, 12)])).toContain(
      'lost 15 bytes of this stream (1 before offset 0, 2 before offset 3, 3 before offset 7, and 2 more)',
    )
  })

  it('that kept only the beginnings of packets reports the bytes it lost', () => {
    const cut = ethernet(1000, [1, 2, 3, 4, 5, 6, 7, 8, 9]).subarray(0, 57)
    const capture = pcapOf([cut, ethernet(1009, [10])])
    expect(shown('a.pcap', capture)).toEqual([[NAME, '010203 | 0a']])
    expect(missingIn(capture)).toEqual([[{ offset: 3, length: 6 }]])
  })

  it('has the bytes on both sides of the largest sequence number', () => {
    const capture = pcapOf([ethernet(1, [3, 4]), ethernet(2 ** 32 - 1, [1, 2]), ethernet(3, [5])])
    expect(shown('a.pcap', capture)).toEqual([[NAME, '0102 | 0304 | 05']])
  })

  it.each([
    ['with other numbers', [ethernet(4999, [], SYN), ethernet(4999, [], SYN), ethernet(5000, [2])]],
    ['after a FIN', [ethernet(1001, [], FIN), ethernet(999, [], SYN), ethernet(1000, [2])]],
  ])('has a stream for each connection between the same ports, %s', (_, second) => {
    const first = [ethernet(999, [], SYN), ethernet(1000, [1]), ethernet(999, [], SYN)]
    expect(shown('a.pcap', pcapOf([...first, ...second]))).toEqual([
      [NAME, '01'],
      [`${NAME} (2)`, '02'],
    ])
  })

  it('is read in linear time, even after a lost segment', () => {
    // With one more step for every earlier segment, this would take minutes.
    const count = 200_000
    const start = pcapOf([ethernet(999, [], SYN)])
    const record = pcapOf([ethernet(1001, [0])]).subarray(PCAP_HEADER)
    const segments = Buffer.alloc(count * record.length, record)
    for (let index = 0; index < count; index++) segments.writeUInt32BE(1001 + index, index * record.length + SEQUENCE)
    const [stream] = readDropped('a.pcap', new Uint8Array(Buffer.concat([start, segments])))
    expect(stream!.chunks).toHaveLength(count)
    expect(stream!.missing).toEqual([{ offset: 0, length: 1 }])
  })

  it('without TCP is refused', () => {
    expect(() => readDropped('a.pcap', pcapOf([]))).toThrow('no TCP payload')
  })
})

const PCAP_HEADER = 24
/** Where a record has its sequence number. */
const SEQUENCE = 16 + 14 + 20 + 4

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

function ethernet(sequence: number, data: number[], flags = 0): Uint8Array {
  const tcp = Buffer.from('9c40005000000000000000005018000000000000', 'hex')
  tcp.writeUInt32BE(sequence, 4)
  tcp[13]! |= flags
  const ip = Buffer.from('4500000000000000400600000a0000010a000002', 'hex')
  ip.writeUInt16BE(40 + data.length, 2)
  const frame = Buffer.concat([Buffer.from('0000000000000000000000000800', 'hex'), ip, tcp, Buffer.from(data)])
  // Ethernet pads short frames: what lies after the IP packet is none of it.
  return Buffer.concat([frame, Buffer.alloc(Math.max(0, 60 - frame.length))])
}
