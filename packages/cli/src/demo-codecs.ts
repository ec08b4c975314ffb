// The codecs of the demo, made with the flags of `unstick decode`. To add one, add an entry.

import type { FrameCodec } from '@unstick/core'
import { codecOf, type CodecFlags } from './codecs.ts'

export interface DemoCodec {
  name: string
  codec: FrameCodec
  /** Turns any message into one that this codec can encode. */
  fit: (message: Buffer) => Buffer
}

const RECORD = 64

const asIs = (message: Buffer): Buffer => message

/** Replaces the bytes that the content must not contain. */
const without =
  (...bytes: number[]) =>
  (message: Buffer): Buffer =>
    message.map((byte) => (bytes.includes(byte) ? 32 : byte)) as Buffer

const filled = (message: Buffer): Buffer =>
  Buffer.concat([message.subarray(0, RECORD), Buffer.alloc(Math.max(0, RECORD - message.length))])

/** The frames of all these codecs are bytes. */
const bytesCodec = (flags: CodecFlags): FrameCodec => codecOf(flags) as FrameCodec

/** A type byte and a length of two bytes, which the codec fills in and leaves on the frame. */
const typed = bytesCodec({ lengthField: 2, offset: 1 })

/** Two sync bytes, a length and a checksum, which the codec fills in. */
const packets = bytesCodec({
  packet: { bytes: new Uint8Array([0xaa, 0x55]) },
  lengthBytes: 2,
  adjustment: 2,
  checksum: 'CRC-16/MODBUS',
})

const filledIn =
  (codec: FrameCodec, header: number[], trailer: number) =>
  (message: Buffer): Buffer =>
    Buffer.from(codec.encode(Buffer.concat([Buffer.from(header), message.subarray(0, 60_000), Buffer.alloc(trailer)])))

export const demoCodecs: DemoCodec[] = [
  { name: 'lengthField, 4 bytes', codec: bytesCodec({ lengthField: 4 }), fit: asIs },
  {
    name: 'lengthField, 3 bytes, little-endian, counts itself',
    codec: bytesCodec({ lengthField: 3, byteOrder: 'little', includes: 'frame' }),
    fit: asIs,
  },
  { name: 'lengthField, 2 bytes after a type byte', codec: typed, fit: filledIn(typed, [7, 0, 0], 0) },
  { name: 'varintLength', codec: bytesCodec({ varint: true }), fit: asIs },
  { name: 'textLength, netstrings', codec: bytesCodec({ textLength: true, trailer: ',' }), fit: asIs },
  { name: "delimiter, '$_'", codec: bytesCodec({ delimiter: ['$_'] }), fit: without(95) },
  { name: "delimiter, NUL or ';;'", codec: bytesCodec({ delimiter: ['\0', ';;'] }), fit: without(0, 59) },
  { name: 'lines', codec: bytesCodec({ lines: true }), fit: without(10, 13) },
  { name: `fixedSize, ${RECORD} bytes`, codec: bytesCodec({ fixedSize: RECORD }), fit: filled },
  { name: 'packet, CRC-16', codec: packets, fit: filledIn(packets, [0xaa, 0x55, 0, 0], 2) },
  { name: 'cobs', codec: bytesCodec({ cobs: true }), fit: asIs },
]
