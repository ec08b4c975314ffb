// HAProxy's PROXY protocol, versions 1 and 2, by which a proxy passes on the address of its client.

import { defineCodec, UNKNOWN, type FindFrame, type FrameCodec } from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { BYTES, namingMembers, oneOf, optional, UINT8, type Kind } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeLatin1, encodeLatin1 } from './framing/text.ts'

/** The header that a proxy writes before the first byte of a connection. */
export type ProxyHeader =
  | {
      version: 1
      family: 'TCP4' | 'TCP6'
      /** The addresses of the client and of the server it connected to. */
      source: { address: string; port: number }
      destination: { address: string; port: number }
    }
  /** 'UNKNOWN': the proxy's own connection, or another address family. */
  | { version: 1; family: 'UNKNOWN'; source: undefined; destination: undefined }
  | {
      version: 2
      /** 0 LOCAL, the proxy's own connection; 1 PROXY. */
      command: number
      /** Address family and transport: 0x11 TCP over IPv4, 0x21 TCP over IPv6, 0x31 UNIX stream ... */
      family: number
      /** The addresses, as bytes: two of 4 bytes and two ports for 0x11, two of 16 bytes and two ports for 0x21. */
      payload: Uint8Array
    }

const NAME = 'proxyProtocol'
const bigEndian = bigEndianFor(NAME)
const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
const PREFIX = [0x50, 0x52, 0x4f, 0x58, 0x59, 0x20]
const HEADER = 16
/** The longest line of version 1, CR LF included. */
const LONGEST_LINE = 107

const ENDPOINT: Kind = /* @__PURE__ */ optional({
  what: 'an object { address, port }',
  is: (value) => typeof value === 'object' && value !== null,
})

function membersOf({ version }: ProxyHeader): Readonly<Record<string, Kind>> {
  if (version === 1) return { family: oneOf('TCP4', 'TCP6', 'UNKNOWN'), source: ENDPOINT, destination: ENDPOINT }
  return { version: oneOf(1, 2), command: oneOf(0, 1), family: UINT8, payload: BYTES }
}

/**
 * One header at the beginning of a connection. Take it, then call `takeRemaining()` for the protocol that follows:
 *
 * ```
 *  PROXY TCP4 192.0.2.1 198.51.100.1 56324 443 CR LF
 *
 *  +---------------------------+---------------+--------+--------+---------------------+
 *  | 0d0a0d0a 000d0a51 5549540a | 2 | command   | family | length | addresses, TLVs ... |
 *  +---------------------------+---------------+--------+--------+---------------------+
 *    12                          4 bits 4        1        2
 * ```
 *
 * Source: HAProxy, `doc/proxy-protocol.txt`, sections 2.1 and 2.2.
 *
 * Decoding throws `ERR_FRAME_CORRUPT` (no header, another version, command or family, a malformed line or one of more
 * than 107 bytes), `ERR_FRAME_LENGTH_INVALID` (shorter than the addresses of its family), `ERR_FRAME_TOO_LONG` and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function proxyProtocol(options?: PresetOptions): FrameCodec<ProxyHeader> {
  return defineCodec<ProxyHeader>({
    name: NAME,
    ...limitsOf(NAME, options, { maxFrameLength: HEADER + 0xffff, minFrameLength: LONGEST_LINE }),
    find(bytes, start, end, search) {
      if (start === end) return UNKNOWN
      return bytes[start] === SIGNATURE[0] ? findBinary(bytes, start, end, search) : findLine(bytes, start, end, search)
    },
    toFrame: (bytes) => (bytes[0] === SIGNATURE[0] ? binaryHeader(bytes) : lineHeader(bytes)),
    encodeParts: namingMembers(NAME, membersOf, (header) =>
      header.version === 1 ? [lineOf(header)] : binaryParts(header),
    ),
  })
}

function checkBytes(bytes: Uint8Array, start: number, end: number, expected: readonly number[]): void {
  const length = Math.min(expected.length, end - start)
  for (let index = 0; index < length; index++) {
    if (bytes[start + index] !== expected[index]) throw corrupt(NAME, 'a connection must begin with a PROXY header')
  }
}

// ── Version 1 ──

const findLine: FindFrame = (bytes, start, end, search) => {
  checkBytes(bytes, start, end, PREFIX)
  const last = Math.min(end, start + LONGEST_LINE)
  for (let at = start; at < last; at++) {
    if (bytes[at] === 10) return (search.payloadEnd = at + 1)
  }
  if (last - start === LONGEST_LINE) throw corrupt(NAME, `a line must have at most ${LONGEST_LINE} bytes`)
  return UNKNOWN
}

function lineHeader(bytes: Uint8Array): ProxyHeader {
  const text = decodeLatin1(bytes)
  const [, family, ...rest] = text.slice(0, -2).split(' ')
  if (text.endsWith('\r\n') && family === 'UNKNOWN') {
    return { version: 1, family, source: undefined, destination: undefined }
  }
  const [source, destination, sourcePort, destinationPort] = rest
  const isIp = family === 'TCP4' || family === 'TCP6'
  if (
    !text.endsWith('\r\n') ||
    !isIp ||
    rest.length !== 4 ||
    !isAddress(family, source!) ||
    !isAddress(family, destination!) ||
    !isPort(sourcePort!) ||
    !isPort(destinationPort!)
  ) {
    throw corrupt(NAME, 'a line must have a family, two addresses of it and two ports, with one space between')
  }
  return {
    version: 1,
    family,
    source: { address: source!, port: Number(sourcePort) },
    destination: { address: destination!, port: Number(destinationPort) },
  }
}

function isAddress(family: 'TCP4' | 'TCP6', text: unknown): boolean {
  if (typeof text !== 'string') return false
  return family === 'TCP4' ? isIpv4(text) : isIpv6(text)
}

function isIpv4(text: string): boolean {
  const octets = text.split('.')
  return octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)
}

function isIpv6(text: string): boolean {
  const halves = text.split('::')
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  // The last two groups may be written as an IPv4 address.
  if (!text.endsWith(':') && isIpv4(groups.at(-1) ?? '')) groups.splice(-1, 1, '0', '0')
  const isWhole = halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8
  return isWhole && groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
}

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 0xffff
}

function lineOf({ family, source, destination }: ProxyHeader & { version: 1 }): Uint8Array {
  if (family === 'UNKNOWN' && source === undefined && destination === undefined) {
    return encodeLatin1(NAME, 'PROXY UNKNOWN\r\n')
  }
  if (
    (family !== 'TCP4' && family !== 'TCP6') ||
    !isAddress(family, source?.address) ||
    !isAddress(family, destination?.address) ||
    typeof source?.port !== 'number' ||
    typeof destination?.port !== 'number' ||
    !isPort(String(source.port)) ||
    !isPort(String(destination.port))
  ) {
    throw notEncodable(
      NAME,
      'the source and destination of TCP4 or TCP6 must be addresses of it with ports, those of UNKNOWN undefined',
    )
  }
  const words = ['PROXY', family, source.address, destination.address, source.port, destination.port]
  return encodeLatin1(NAME, `${words.join(' ')}\r\n`)
}

// ── Version 2 ──

/** Bytes of two addresses and ports, by address family: none, IPv4, IPv6, UNIX. */
const ADDRESSES = [0, 12, 36, 216]
const LAST_TRANSPORT = 2

const findBinary: FindFrame = (bytes, start, end, search) => {
  checkBytes(bytes, start, end, SIGNATURE)
  if (end - start <= SIGNATURE.length) return UNKNOWN
  checkCommand(bytes[start + SIGNATURE.length]!)
  if (end - start < HEADER) return start + HEADER
  const length = readBig(bytes, start + 14, 2)
  const least = leastLength(bytes[start + 12]! & 15, bytes[start + 13]!)
  if (least === undefined) throw corrupt(NAME, 'the family must be UNSPEC, TCP, UDP or UNIX')
  if (length < least) throw invalidLength(NAME, `the addresses must have at least ${least} bytes`)
  return (search.payloadEnd = start + HEADER + length)
}

/** The least bytes of addresses, or undefined: there is no such family. LOCAL has any family, which is ignored. */
function leastLength(command: number, family: number): number | undefined {
  const transport = family & 15
  if (command === 0) return 0
  if (transport > LAST_TRANSPORT) return undefined
  const least = ADDRESSES[family >> 4]
  return transport === 0 && least !== undefined ? 0 : least
}

function checkCommand(byte: number): void {
  if (byte !== 0x20 && byte !== 0x21) throw corrupt(NAME, 'the version must be 2, and the command LOCAL or PROXY')
}

function binaryHeader(bytes: Uint8Array): ProxyHeader {
  return { version: 2, command: bytes[12]! & 15, family: bytes[13]!, payload: bytes.subarray(HEADER) }
}

function binaryParts({ version, command, family, payload }: ProxyHeader & { version: 2 }): Uint8Array[] {
  if (version !== 2) throw notEncodable(NAME, 'a version must be 1 or 2')
  if (command !== 0 && command !== 1) throw notEncodable(NAME, 'a command must be 0 or 1')
  if (payload.length < (leastLength(command, family) ?? Infinity)) {
    throw notEncodable(NAME, 'a family must be known, and its addresses whole')
  }
  return [new Uint8Array(SIGNATURE), bigEndian([1, 0x20 | command], [1, family], [2, payload.length]), payload]
}
