// The workloads, as plain data: the wire, the payloads, and how the stream is cut into chunks.

/** How frames look on the wire. */
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
  | 'json'
  | 'json-array'
  | 'slip'
  | 'cobs'
  | 'sse'
  | 'sse-crlf'
  | 'resp-array'
  | 'fragments'
  /** The encoding of the measured codec. */
  | 'codec'

export interface Workload {
  id: string
  title: string
  wire: Wire
  direction: 'decode' | 'encode'
  /** Payload length in bytes; 'mixed': 0 to 2 KiB, 'skewed': one in a hundred 32 KiB, the others up to 64 B. */
  payload: number | 'mixed' | 'skewed'
  /** The length of the chunks in bytes. Several lengths are used in turn. */
  chunk: number | readonly number[]
  /** The number of frames. Default: as many as fill the run's volume. */
  frames?: number
  /** The number of connections among which the frames are divided. Their chunks arrive in turn. Default: 1. */
  connections?: number
  /** What a time is divided by. Default: 'frame'. */
  per?: 'frame' | 'byte'
}

const CHUNK = 64 << 10

const KINDS: Partial<Record<Wire, string>> = {
  length: '4-byte length',
  varint: 'varint',
  netstring: 'netstring',
  lf: 'ended by LF',
  crlf: 'ended by CRLF',
  delimiter: 'ended by $_',
  json: 'JSON value',
  'resp-array': 'RESP array',
  fragments: 'fragments of 256 B',
}

function decoding(
  id: string,
  title: string,
  wire: Wire,
  payload: Workload['payload'],
  chunk: Workload['chunk'] = CHUNK,
): Workload {
  return { id, title, wire, direction: 'decode', payload, chunk }
}

export const workloads: readonly Workload[] = [
  decoding('W1', '4-byte length + 64 B', 'length', 64),
  decoding('W2', '4-byte length + 16 B', 'length', 16),
  decoding('W3', '4-byte length + 1 KiB', 'length', 1 << 10),
  decoding('W4', '4-byte length + 64 KiB', 'length', 64 << 10),
  decoding('W5', 'lines of 32 B, LF', 'lf', 32),
  decoding('W6', 'lines of 128 B, CRLF', 'crlf', 128),
  decoding('W7', 'delimiter $_, 64 B', 'delimiter', 64),
  decoding('W8', 'fixed 64 B', 'fixed', 64),
  decoding('W9', 'varint + 64 B', 'varint', 64),
  oneFrame('W10', 'length', 1 << 20, 16),
  oneFrame('W10-lf', 'lf', 1 << 20, 16),
  // Typical writes, as they arrive on a connection that is not busy.
  decoding('W11', '4-byte length + 64 B, one frame a chunk', 'length', 64, 4 + 64),
  decoding('W11-two', '4-byte length + 64 B, header and payload in two chunks', 'length', 64, [4, 64]),
  decoding('small-writes', '4-byte length + 64 B, chunks of 64 B', 'length', 64, 64),
  decoding('mixed', '4-byte length + 0 to 2 KiB', 'length', 'mixed'),
  decoding('skewed', '4-byte length, 99 % up to 64 B, 1 % 32 KiB', 'length', 'skewed'),
  {
    ...decoding('connections', '4-byte length + 64 B on 10,000 connections, chunks of 40 B in turn', 'length', 64, 40),
    connections: 10_000,
    frames: 20_000,
  },
  { ...decoding('encode', 'encode: 4-byte length + 64 B', 'length', 64), direction: 'encode' },
  { ...decoding('encode-varint', 'encode: varint + 64 B', 'varint', 64), direction: 'encode' },
  { ...decoding('encode-lf', 'encode: lines of 32 B, LF', 'lf', 32), direction: 'encode' },
  decoding('packet', 'marker byte, 1-byte length, 64 B', 'packet', 64),
  decoding('packet-small', 'marker byte, 1-byte length, 64 B, chunks of 64 B', 'packet', 64, 64),
  decoding('slip', 'SLIP, 64 B', 'slip', 64),
  decoding('slip-small', 'SLIP, 64 B, chunks of 64 B', 'slip', 64, 64),
  decoding('cobs', 'COBS, 64 B', 'cobs', 64),
  decoding('cobs-small', 'COBS, 64 B, chunks of 64 B', 'cobs', 64, 64),
  decoding('json', 'JSON values of 200 B', 'json', 200),
  decoding('json-array', 'JSON values of 200 B in one array', 'json-array', 200),
  decoding('sse', 'server-sent events of 32 B, LF', 'sse', 32),
  decoding('sse-crlf', 'server-sent events of 32 B, CRLF', 'sse-crlf', 32),
  decoding('netstring', 'netstrings of 64 B', 'netstring', 64),
  decoding('mqtt', 'MQTT PUBLISH of 64 B', 'mqtt', 64),
  decoding('postgres', 'PostgreSQL DataRow, one column of 64 B', 'postgres', 64),
  decoding('redis', 'RESP bulk strings of 64 B', 'redis', 64),
  decoding('jsonrpc', 'JSON-RPC with Content-Length, text of 64 B', 'jsonrpc', 64),
]

/** The workloads for a codec of the user's own, which encodes the stream. */
export const codecWorkloads: readonly Workload[] = [
  decoding('W1', '64 B', 'codec', 64),
  decoding('W2', '16 B', 'codec', 16),
  decoding('W3', '1 KiB', 'codec', 1 << 10),
  decoding('W4', '64 KiB', 'codec', 64 << 10),
  oneFrame('W10', 'codec', 1 << 20, 16),
  decoding('small-writes', '64 B, chunks of 64 B', 'codec', 64, 64),
  decoding('mixed', '0 to 2 KiB', 'codec', 'mixed'),
  decoding('skewed', '99 % up to 64 B, 1 % 32 KiB', 'codec', 'skewed'),
]

/** One frame in small chunks, whose time must grow linearly with its length. */
export function oneFrame(id: string, wire: Wire, payload: number, chunk: number): Workload {
  const title = `one frame of ${kibibytes(payload)}, ${kindOf(wire)}, chunks of ${chunk} B`
  return { ...decoding(id, title, wire, payload, chunk), frames: 1, per: 'byte' }
}

/** The framing of a wire, in words. */
export function kindOf(wire: Wire): string {
  return KINDS[wire] ?? 'one payload'
}

function kibibytes(bytes: number): string {
  return bytes >= 1 << 20 ? `${bytes / (1 << 20)} MiB` : `${bytes / 1024} KiB`
}
