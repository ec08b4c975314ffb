// Writes connections as a capture file for Wireshark and tshark, with the packets that would have carried them.
//
// A program sees streams and not packets, so the headers of IP and TCP are made up: the addresses and ports are the
// real ones, and the sequence numbers count the bytes. A chunk is one packet, or several if it is too long for one.
// Source: draft-ietf-opsawg-pcapng, sections 4.1 to 4.3; RFC 791, RFC 8200 and RFC 9293 for the headers.

import { isIPv4, isIPv6 } from 'node:net'
import type { Direction } from './recording.ts'

interface Address {
  /** An IP address; a name is written as the loopback address. */
  host: string
  port: number
}

/** The addresses of both sides of a connection, and its number. */
export interface RecordedConnection {
  /** The number of the connection, unique in the file. */
  id: number
  /** The side that connected. */
  client: Address
  /** The side that was connected to. */
  server: Address
}

const FIN = 0x01
const SYN = 0x02
const RST = 0x04
const PSH = 0x08
const ACK = 0x10
/** LINKTYPE_RAW: packets begin with the header of IPv4 or IPv6. */
const RAW_IP = 101
/** The most bytes of a packet with both headers. */
const MAX_PAYLOAD = 65_535 - 60
const WINDOW = 65_535

/** The next sequence number of each side, modulo 2^32. */
type Sequences = Record<Direction, number>

/** Writes connections as a capture file. */
export class PcapngWriter {
  private readonly write: (block: Uint8Array) => void
  private readonly now: () => number
  private readonly sequences = new Map<number, Sequences>()

  /** `write` takes the blocks of the file in order; `now` is the time of a packet, in milliseconds since 1970. */
  constructor(write: (block: Uint8Array) => void, now: () => number) {
    this.write = write
    this.now = now
    // Section header: byte-order magic, version 1.0, a section of unknown length.
    this.block(0x0a0d0d0a, Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex'))
    // Interface description: link type, reserved, no limit of a packet's length.
    const description = Buffer.alloc(8)
    description.writeUInt16LE(RAW_IP, 0)
    this.block(1, description)
  }

  /** The handshake, so that dissectors know which side is the client. */
  open(connection: RecordedConnection): void {
    this.sequences.set(connection.id, { client: 0, server: 0 })
    this.packet(connection, 'client', SYN)
    this.packet(connection, 'server', SYN | ACK)
    this.packet(connection, 'client', ACK)
  }

  /** A chunk of one side. */
  chunk(connection: RecordedConnection, from: Direction, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MAX_PAYLOAD) {
      this.packet(connection, from, PSH | ACK, bytes.subarray(at, at + MAX_PAYLOAD))
    }
  }

  /** Unknown bytes, which readers of the file show as missing. */
  skip(connection: RecordedConnection, from: Direction, length: number): void {
    const sequences = this.sequences.get(connection.id)!
    sequences[from] = (sequences[from] + length) % 2 ** 32
  }

  /** The FIN of a side. */
  end(connection: RecordedConnection, from: Direction): void {
    this.packet(connection, from, FIN | ACK)
  }

  /** A reset by a side. */
  reset(connection: RecordedConnection, from: Direction): void {
    this.packet(connection, from, RST | ACK)
  }

  /** Both sides are closed. */
  forget(connection: RecordedConnection): void {
    this.sequences.delete(connection.id)
  }

  private packet(
    connection: RecordedConnection,
    from: Direction,
    flags: number,
    payload: Uint8Array = new Uint8Array(0),
  ): void {
    const to = from === 'client' ? 'server' : 'client'
    const sequences = this.sequences.get(connection.id)!
    const tcp = tcpHeader(connection[from].port, connection[to].port, sequences[from], sequences[to], flags)
    const packet = ipPacket(connection[from], connection[to], Buffer.concat([tcp, payload]))
    // SYN and FIN count as one byte each.
    sequences[from] = (sequences[from] + payload.length + ((flags & (SYN | FIN)) === 0 ? 0 : 1)) >>> 0
    const time = BigInt(Math.round(this.now() * 1000))
    // Enhanced packet: interface, time in microseconds (high, low), captured and original length, the packet.
    const head = Buffer.alloc(20)
    head.writeUInt32LE(Number(time >> 32n), 4)
    head.writeUInt32LE(Number(time & 0xffffffffn), 8)
    head.writeUInt32LE(packet.length, 12)
    head.writeUInt32LE(packet.length, 16)
    this.block(6, Buffer.concat([head, packet]))
  }

  /** Type, length, body padded to four bytes, and the length again. */
  private block(type: number, body: Buffer): void {
    const padding = -body.length & 3
    const length = 12 + body.length + padding
    const block = Buffer.alloc(length)
    block.writeUInt32LE(type, 0)
    block.writeUInt32LE(length, 4)
    body.copy(block, 8)
    block.writeUInt32LE(length, length - 4)
    this.write(block)
  }
}

function tcpHeader(from: number, to: number, sequence: number, acknowledged: number, flags: number): Buffer {
  const header = Buffer.alloc(20)
  header.writeUInt16BE(from, 0)
  header.writeUInt16BE(to, 2)
  header.writeUInt32BE(sequence, 4)
  header.writeUInt32BE((flags & ACK) === 0 ? 0 : acknowledged, 8)
  header[12] = 5 << 4
  header[13] = flags
  header.writeUInt16BE(WINDOW, 14)
  return header
}

/** An IPv4 packet if both addresses are IPv4, else an IPv6 packet, with checksums. */
function ipPacket(from: Address, to: Address, tcp: Buffer): Buffer {
  const [source, target] = [ipv4(from.host), ipv4(to.host)]
  if (source !== undefined && target !== undefined) {
    const header = Buffer.alloc(20)
    header[0] = 0x45
    header.writeUInt16BE(20 + tcp.length, 2)
    header[8] = 64
    header[9] = 6
    source.copy(header, 12)
    target.copy(header, 16)
    header.writeUInt16BE(checksum(header), 10)
    const pseudo = Buffer.from([0, 6, tcp.length >> 8, tcp.length & 0xff])
    return withChecksum(header, Buffer.concat([source, target, pseudo]), tcp)
  }
  const addresses = Buffer.concat([ipv6(from.host), ipv6(to.host)])
  const header = Buffer.alloc(8)
  header[0] = 0x60
  header.writeUInt16BE(tcp.length, 4)
  header[6] = 6
  header[7] = 64
  const pseudo = Buffer.alloc(8)
  pseudo.writeUInt32BE(tcp.length, 0)
  pseudo[7] = 6
  return withChecksum(Buffer.concat([header, addresses]), Buffer.concat([addresses, pseudo]), tcp)
}

/** The TCP checksum covers the addresses as well. */
function withChecksum(header: Buffer, pseudo: Buffer, tcp: Buffer): Buffer {
  tcp.writeUInt16BE(checksum(Buffer.concat([pseudo, tcp])), 16)
  return Buffer.concat([header, tcp])
}

/** The ones' complement of the ones' complement sum of 16-bit words (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}

/** The bytes of an address, also of an IPv4 address as IPv6 sockets report it; for a name, the loopback address. */
function ipv4(host: string): Buffer | undefined {
  const address = host.replace(/^::ffff:(?=\d+\.)/, '')
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  return isIPv6(address) ? undefined : Buffer.from([127, 0, 0, 1])
}

function ipv6(host: string): Buffer {
  const plain = ipv4(host)
  if (plain !== undefined) return Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), plain])
  const [head, tail] = host.split('%')[0]!.split('::')
  const words = (part: string | undefined): number[] =>
    part ? part.split(':').map((word) => Number.parseInt(word, 16)) : []
  const [before, after] = [words(head), words(tail)]
  const all =
    tail === undefined
      ? before
      : [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]))
}
