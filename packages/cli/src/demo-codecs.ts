// The codecs that the demo's traffic goes through. To add one, add an entry.

import type { FrameCodec } from '@unstick/core'
import { delimiter, lines } from '@unstick/delimiter'
import { fixedSize } from '@unstick/fixed-size'
import { lengthField, textLength, varintLength } from '@unstick/length-field'

export interface DemoCodec {
  name: string
  codec: FrameCodec
  /** Makes a message of any content one that this codec carries. */
  fit: (message: Buffer) => Buffer
}

const RECORD = 64

/** Content without the bytes that the codec cuts at. */
const without =
  (...bytes: number[]) =>
  (message: Buffer): Buffer =>
    message.map((byte) => (bytes.includes(byte) ? 32 : byte)) as Buffer

/** A type byte and two bytes for the length, which the codec fills in; the far side sees them. */
const typed = lengthField({ lengthFieldOffset: 1, lengthFieldLength: 2 })

export const demoCodecs: DemoCodec[] = [
  { name: 'lengthField, 4 bytes', codec: lengthField(), fit: (message) => message },
  {
    name: 'lengthField, 3 bytes, little-endian, counts itself',
    codec: lengthField({ lengthFieldLength: 3, byteOrder: 'little', lengthIncludes: 'frame' }),
    fit: (message) => message,
  },
  {
    name: 'lengthField, 2 bytes behind a type byte',
    codec: typed,
    fit: (message) => Buffer.from(typed.encode(Buffer.concat([Buffer.from([7, 0, 0]), message.subarray(0, 60_000)]))),
  },
  { name: 'varintLength', codec: varintLength(), fit: (message) => message },
  { name: 'textLength, netstrings', codec: textLength({ trailer: ',' }), fit: (message) => message },
  { name: "delimiter, '$_'", codec: delimiter({ delimiter: '$_' }), fit: without(95) },
  { name: "delimiter, NUL or ';;'", codec: delimiter({ delimiter: ['\0', ';;'] }), fit: without(0, 59) },
  { name: 'lines', codec: lines(), fit: without(10, 13) },
  {
    name: `fixedSize, ${RECORD} bytes`,
    codec: fixedSize({ size: RECORD }),
    fit: (message) => Buffer.concat([message.subarray(0, RECORD), Buffer.alloc(Math.max(0, RECORD - message.length))]),
  },
]
