// Which of our codecs speaks which wire.

import { defineCodec, UNKNOWN, type FrameCodec } from '@unstick/core'
import { delimiter, lines } from '@unstick/delimiter'
import { fixedSize } from '@unstick/fixed-size'
import { lengthField, textLength, varintLength } from '@unstick/length-field'
import type { Wire } from '../wires.ts'
import type { Workload } from '../workloads.ts'

const codecs: Record<Exclude<Wire, 'codec'>, (workload: Workload) => FrameCodec> = {
  length: () => lengthField(),
  varint: () => varintLength(),
  lf: () => lines(),
  crlf: () => lines(),
  delimiter: () => delimiter({ delimiter: '$_' }),
  fixed: ({ payload }) => fixedSize({ size: payload as number }),
  packet: () => lengthField({ lengthFieldOffset: 1, lengthFieldLength: 1, initialBytesToStrip: 2 }),
  netstring: () => textLength({ trailer: ',' }),
  mqtt: () => varintLength({ lengthFieldOffset: 1, maxBytes: 4 }),
  postgres: () => lengthField({ lengthFieldOffset: 1, lengthIncludes: 'lengthField' }),
  redis: bulkStrings,
  jsonrpc: contentLength,
}

export function codecOf(workload: Workload): FrameCodec {
  if (workload.wire === 'codec') throw new TypeError(`${workload.id}: the codec of this wire is not ours`)
  return codecs[workload.wire](workload)
}

const CR = 13
const COLON = 58
const MAX_FRAME_LENGTH = 8 << 20

/** RESP bulk strings alone: `$`, digits, CRLF, the payload, CRLF. */
function bulkStrings(): FrameCodec {
  return defineCodec({
    name: 'bulkStrings',
    maxFrameLength: MAX_FRAME_LENGTH,
    find(bytes, start, end, search) {
      let length = 0
      let at = start + 1
      for (; at < end && bytes[at] !== CR; at++) length = length * 10 + (bytes[at]! - 48)
      if (at >= end) return UNKNOWN
      search.payloadStart = at + 2
      search.payloadEnd = at + 2 + length
      return at + 2 + length + 2
    },
  })
}

/** A `Content-Length` header as the only one, an empty line, the payload. */
function contentLength(): FrameCodec {
  return defineCodec({
    name: 'contentLength',
    maxFrameLength: MAX_FRAME_LENGTH,
    find(bytes, start, end, search) {
      let at = start
      while (at < end && bytes[at] !== COLON) at++
      let length = 0
      for (at += 2; at < end && bytes[at] !== CR; at++) length = length * 10 + (bytes[at]! - 48)
      if (at >= end) return UNKNOWN
      search.payloadStart = at + 4
      search.payloadEnd = at + 4 + length
      return at + 4 + length
    },
  })
}
