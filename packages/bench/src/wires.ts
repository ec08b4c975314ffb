// The bytes of frames on the wire, written without the measured codecs, so that their mistakes show.

import type { Wire, Workload } from './workloads.ts'

const MQTT_TOPIC = Buffer.from('a/sensor')
const END = 0xc0
const ESC = 0xdb
const FRAGMENT = 256

type Content = (text: Buffer) => Buffer

/** Makes the content of payloads where plain text is not enough. */
export const contentOf: Partial<Record<Wire, Content>> = {
  json: jsonRecord,
  'json-array': jsonRecord,
  // Bytes of all values, so that there is something to escape.
  slip: anyBytes,
  cobs: anyBytes,
  'resp-array': respArray,
}

/** Encodes one frame: `index` is its place in a stream of `count` frames. */
export const framed: Record<Exclude<Wire, 'codec'>, (payload: Buffer, index: number, count: number) => Buffer> = {
  length: (payload) => Buffer.concat([uint32(payload.length), payload]),
  varint: (payload) => Buffer.concat([varint(payload.length), payload]),
  lf: (payload) => Buffer.concat([payload, Buffer.from('\n')]),
  crlf: (payload) => Buffer.concat([payload, Buffer.from('\r\n')]),
  delimiter: (payload) => Buffer.concat([payload, Buffer.from('$_')]),
  fixed: (payload) => payload,
  /** A marker, the payload's length in one byte, the payload, as @serialport/parser-packet-length reads it. */
  packet: (payload) => Buffer.concat([Buffer.from([0xaa, payload.length]), payload]),
  netstring: (payload) => Buffer.concat([Buffer.from(`${payload.length}:`), payload, Buffer.from(',')]),
  /** PUBLISH, QoS 0 (MQTT 3.1.1, 3.3). */
  mqtt(payload) {
    const rest = Buffer.concat([Buffer.from([0, MQTT_TOPIC.length]), MQTT_TOPIC, payload])
    return Buffer.concat([Buffer.from([0x30]), varint(rest.length), rest])
  },
  /** DataRow with one column (PostgreSQL, message formats): the length counts itself, not the type byte. */
  postgres(payload) {
    const columns = Buffer.concat([Buffer.from([0, 1]), uint32(payload.length), payload])
    return Buffer.concat([Buffer.from('D'), uint32(4 + columns.length), columns])
  },
  /** A bulk string (RESP). */
  redis: (payload) => Buffer.concat([Buffer.from(`$${payload.length}\r\n`), payload, Buffer.from('\r\n')]),
  /** The base protocol of the Language Server Protocol. */
  jsonrpc(payload) {
    const body = Buffer.concat([Buffer.from(JSONRPC_HEAD), payload, Buffer.from(JSONRPC_TAIL)])
    return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body])
  },
  json: (payload) => Buffer.concat([payload, Buffer.from('\n')]),
  /** The elements of one array. */
  'json-array': (payload, index, count) =>
    Buffer.concat([Buffer.from(index === 0 ? '[' : ','), payload, Buffer.from(index === count - 1 ? ']' : '')]),
  slip(payload) {
    const stuffed = [...payload].flatMap((byte) => (byte === END ? [ESC, 0xdc] : byte === ESC ? [ESC, 0xdd] : [byte]))
    return Buffer.from([END, ...stuffed, END])
  },
  /** For payloads shorter than 254 bytes: each zero becomes the distance to the next one. */
  cobs(payload) {
    const bytes = Buffer.concat([Buffer.alloc(1), payload, Buffer.alloc(1)])
    for (let next = bytes.length - 1, at = next - 1; at >= 0; at--) {
      if (bytes[at] !== 0) continue
      bytes[at] = next - at
      next = at
    }
    return bytes
  },
  sse: (payload) => Buffer.concat([Buffer.from('data: '), payload, Buffer.from('\n\n')]),
  'sse-crlf': (payload) => Buffer.concat([Buffer.from('data: '), payload, Buffer.from('\r\n\r\n')]),
  'resp-array': (payload) => payload,
  /**
   * Fragments of 256 bytes; the highest bit of a length marks the last one (RFC 5531, section 11).
   */
  fragments(payload) {
    const fragments: Buffer[] = []
    for (let at = 0; at < payload.length; at += FRAGMENT) {
      const body = payload.subarray(at, at + FRAGMENT)
      const isLast = at + FRAGMENT >= payload.length
      fragments.push(uint32(body.length + (isLast ? 2 ** 31 : 0)), body)
    }
    return Buffer.concat(fragments)
  },
}

const JSONRPC_HEAD = '{"jsonrpc":"2.0","method":"text","params":{"text":"'
const JSONRPC_TAIL = '"}}'

/** How many bytes `scan` gives before and after the payload. */
export function around({ wire, payload }: Pick<Workload, 'wire' | 'payload'>): { before: number; after: number } {
  if (wire === 'packet') return { before: 2, after: 0 }
  if (wire === 'mqtt') return { before: 1 + 1 + 2 + MQTT_TOPIC.length, after: 0 }
  if (wire === 'postgres') return { before: 1 + 4 + 2 + 4, after: 0 }
  if (wire === 'redis') return { before: `$${payload}\r\n`.length, after: 2 }
  if (wire === 'jsonrpc') return { before: JSONRPC_HEAD.length, after: JSONRPC_TAIL.length }
  if (wire === 'sse') return { before: 'data: '.length, after: 2 }
  // The event is complete at its last CR.
  if (wire === 'sse-crlf') return { before: 'data: '.length, after: 3 }
  return { before: 0, after: 0 }
}

/** A JSON record as long as the text, as `JSON.stringify` writes it. A field holds its length. */
function jsonRecord(text: Buffer): Buffer {
  const head = `{"size":${text.length},"items":[`
  const items: string[] = []
  const first = text[0]!
  for (let length = head.length; length + 2 * LONGEST_ITEM < text.length; length += items.at(-1)!.length + 1) {
    const id = first + items.length
    items.push(`{"id":${id},"name":"user ${id}","tags":["alpha","beta"],"active":${id % 2 === 0},"score":${id * 1.5}}`)
  }
  const start = `${head}${items.join(',')}],"text":"`
  return Buffer.from(`${start}${text.subarray(start.length + 2).toString()}"}`)
}

const LONGEST_ITEM = 90

/** Bytes of any value, as many as in the text. */
function anyBytes(text: Buffer): Buffer {
  return Buffer.from(text.map((byte, at) => byte * 167 + at * 31))
}

/** The text in bulk strings of up to 16 bytes. */
function respArray(text: Buffer): Buffer {
  const items = text.toString().match(/.{1,16}/g) ?? []
  return Buffer.from(`*${items.length}\r\n${items.map((item) => `$${item.length}\r\n${item}\r\n`).join('')}`)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  return Buffer.from([...bytes, value])
}
