// The TCP streams of a capture file: pcapng, and the older pcap.
//
// Each segment is a chunk, in the order of the sequence numbers. Bytes that were captured twice are given once.
// Source: draft-ietf-opsawg-pcapng sections 4.1 to 4.4, draft-ietf-opsawg-pcap section 4, and the link types' registry.

import { CaptureStream, type MissingBytes, type Segment } from './capture-stream.ts'

/** The bytes that one side of one connection wrote. */
export interface CapturedStream {
  name: string
  chunks: Uint8Array[]
  /** Bytes that the capture lost, in order. */
  missing?: MissingBytes[]
}

export function isCapture(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false
  const magic = viewOf(bytes).getUint32(0)
  return magic === SECTION || PCAP_MAGIC.has(magic)
}

/** @throws {SyntaxError} The file is malformed, or has no TCP payload. */
export function readCapture(bytes: Uint8Array): CapturedStream[] {
  const streams = new Map<string, CaptureStream[]>()
  try {
    for (const { linkType, data } of viewOf(bytes).getUint32(0) === SECTION ? pcapng(bytes) : pcap(bytes)) {
      const packet = tcpPacketIn(data, linkType)
      if (packet === undefined) continue
      const ofName = streams.get(packet.name) ?? [new CaptureStream()]
      streams.set(packet.name, ofName)
      if (ofName.at(-1)!.isFollowedBy(packet)) ofName.push(new CaptureStream())
      ofName.at(-1)!.take(packet)
    }
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('the capture file ends inside a packet', { cause: error })
    throw error
  }
  const read = [...streams].flatMap(([name, ofName]) =>
    ofName.map((stream, index) => ({ name: index === 0 ? name : `${name} (${index + 1})`, ...stream.read() })),
  )
  const captured = read.filter(({ chunks }) => chunks.length > 0)
  if (captured.length === 0) throw new SyntaxError('this capture file has no TCP payload')
  return captured
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length)
}

// ── Packets of a file ──

interface Packet {
  linkType: number
  data: Uint8Array
}

const SECTION = 0x0a0d0d0a
const INTERFACE = 1
const SIMPLE_PACKET = 3
const ENHANCED_PACKET = 6

function* pcapng(bytes: Uint8Array): Generator<Packet> {
  const view = viewOf(bytes)
  let isLittle = true
  let linkTypes: number[] = []
  for (let at = 0; at + 12 <= bytes.length;) {
    const type = view.getUint32(at, isLittle)
    if (type === SECTION) {
      isLittle = view.getUint32(at + 8, true) === 0x1a2b3c4d
      linkTypes = []
    }
    const length = view.getUint32(at + 4, isLittle)
    if (length < 12 || length % 4 !== 0) throw new SyntaxError('a block of the capture file has an invalid length')
    if (type === INTERFACE) linkTypes.push(view.getUint16(at + 8, isLittle))
    if (type === ENHANCED_PACKET) {
      const linkType = linkTypes[view.getUint32(at + 8, isLittle)] ?? -1
      const captured = view.getUint32(at + 20, isLittle)
      yield { linkType, data: bytes.subarray(at + 28, at + 28 + Math.min(captured, length - 32)) }
    }
    if (type === SIMPLE_PACKET) {
      const original = view.getUint32(at + 8, isLittle)
      yield { linkType: linkTypes[0] ?? -1, data: bytes.subarray(at + 12, at + 12 + Math.min(original, length - 16)) }
    }
    at += length
  }
}

/** With timestamps in microseconds or nanoseconds, in either byte order. */
const PCAP_MAGIC = new Set([0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1])

function* pcap(bytes: Uint8Array): Generator<Packet> {
  const view = viewOf(bytes)
  const isLittle = view.getUint8(0) !== 0xa1
  const linkType = view.getUint32(20, isLittle) & 0xffff
  for (let at = 24; at + 16 <= bytes.length;) {
    const captured = view.getUint32(at + 8, isLittle)
    yield { linkType, data: bytes.subarray(at + 16, at + 16 + captured) }
    at += 16 + captured
  }
}

// ── Headers ──

interface TcpPacket extends Segment {
  name: string
}

/** Bytes before the IP header: Ethernet, BSD loopback, Linux cooked, raw IP. */
const LINK_HEADERS: Record<number, number> = {
  0: 4,
  1: 14,
  12: 0,
  14: 0,
  101: 0,
  108: 4,
  113: 16,
  228: 0,
  229: 0,
  276: 20,
}
const ETHERNET = 1
const VLAN = new Set([0x8100, 0x88a8])
const TCP = 6

/** Undefined for packets that are not TCP, and for IP fragments. */
function tcpPacketIn(packet: Uint8Array, linkType: number): TcpPacket | undefined {
  const view = viewOf(packet)
  let ip = LINK_HEADERS[linkType]
  if (ip === undefined) return undefined
  if (linkType === ETHERNET) while (ip + 2 <= packet.length && VLAN.has(view.getUint16(ip - 2))) ip += 4
  if (packet.length < ip + 20) return undefined
  const found = packet[ip]! >> 4 === 4 ? tcpInIpv4(packet, view, ip) : tcpInIpv6(packet, view, ip)
  if (found === undefined || found.start + 20 > packet.length) return undefined
  const { start, end, source, target } = found
  const payload = start + (packet[start + 12]! >> 4) * 4
  return {
    name: `${source}:${view.getUint16(start)} → ${target}:${view.getUint16(start + 2)}`,
    sequence: view.getUint32(start + 4),
    flags: packet[start + 13]!,
    data: packet.subarray(payload, Math.max(payload, Math.min(end, packet.length))),
    length: Math.max(0, end - payload),
  }
}

interface TcpPlace {
  start: number
  end: number
  source: string
  target: string
}

function tcpInIpv4(packet: Uint8Array, view: DataView, at: number): TcpPlace | undefined {
  const isFragment = (view.getUint16(at + 6) & 0x3fff) !== 0
  if (packet[at + 9] !== TCP || isFragment) return undefined
  const address = (from: number): string => packet.subarray(from, from + 4).join('.')
  const total = view.getUint16(at + 2)
  return {
    start: at + (packet[at]! & 15) * 4,
    // 0 with segmentation offload: the segment then ends with the packet.
    end: total === 0 ? packet.length : at + total,
    source: address(at + 12),
    target: address(at + 16),
  }
}

function tcpInIpv6(packet: Uint8Array, view: DataView, at: number): TcpPlace | undefined {
  if (packet[at]! >> 4 !== 6 || packet.length < at + 40 || packet[at + 6] !== TCP) return undefined
  const address = (from: number): string => {
    const words = Array.from({ length: 8 }, (_, index) => view.getUint16(from + index * 2).toString(16))
    return `[${words.join(':').replace(/(^|:)0(:0)+(:|$)/, '::')}]`
  }
  const length = view.getUint16(at + 4)
  return {
    start: at + 40,
    end: length === 0 ? packet.length : at + 40 + length,
    source: address(at + 8),
    target: address(at + 24),
  }
}
