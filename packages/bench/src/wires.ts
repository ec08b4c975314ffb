// How frames look on the wire. Written by hand, not by the codecs that are measured, so that it can prove them wrong.

export type Wire =
  | 'length'
  | 'varint'
  | 'lf'
  | 'crlf'
  | 'delimiter'
  | 'fixed'
  | 'packet'
  | 'netstring'
  | 'mqtt'
  | 'postgres'
  | 'redis'
  | 'jsonrpc'
  /** Whatever the measured codec itself writes. */
  | 'codec'

const MQTT_TOPIC = Buffer.from('a/sensor')

/** The bytes of one frame with this payload. */
export const framed: Record<Exclude<Wire, 'codec'>, (payload: Buffer) => Buffer> = {
  length: (payload) => Buffer.concat([uint32(payload.length), payload]),
  varint: (payload) => Buffer.concat([varint(payload.length), payload]),
  lf: (payload) => Buffer.concat([payload, Buffer.from('\n')]),
  crlf: (payload) => Buffer.concat([payload, Buffer.from('\r\n')]),
  delimiter: (payload) => Buffer.concat([payload, Buffer.from('$_')]),
  fixed: (payload) => payload,
  /** A marker, the payload's length in one byte, the payload: what @serialport/parser-packet-length reads. */
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
}

const JSONRPC_HEAD = '{"jsonrpc":"2.0","method":"text","params":{"text":"'
const JSONRPC_TAIL = '"}}'

/** Bytes of our frame before and behind the payload, where the codec does not strip them. */
export function around(wire: Wire): { before: number; behind: number } {
  if (wire === 'mqtt') return { before: 1 + 1 + 2 + MQTT_TOPIC.length, behind: 0 }
  if (wire === 'postgres') return { before: 1 + 4 + 2 + 4, behind: 0 }
  if (wire === 'jsonrpc') return { before: JSONRPC_HEAD.length, behind: JSONRPC_TAIL.length }
  return { before: 0, behind: 0 }
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
