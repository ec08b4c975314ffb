// Our codec for each wire, and how its frames are reported to a tally.

import type { FrameCodec } from '@unstick/core'
import { delimiter, lines } from '@unstick/delimiter'
import { fixedSize } from '@unstick/fixed-size'
import { jsonValues } from '@unstick/json'
import { lengthField, textLength, varintLength } from '@unstick/length-field'
import { packet } from '@unstick/packet'
import { lsp } from '@unstick/protocols/lsp'
import { mqtt } from '@unstick/protocols/mqtt'
import { oncRpc } from '@unstick/protocols/onc-rpc'
import { postgres } from '@unstick/protocols/postgres'
import { resp } from '@unstick/protocols/resp'
import { sse } from '@unstick/protocols/sse'
import { cobs, slip } from '@unstick/stuffing'
import type { Tally } from '../tally.ts'
import { around } from '../wires.ts'
import type { Wire, Workload } from '../workloads.ts'

/** A codec, and the function that reports its frames to a tally. */
export interface WireCodec {
  codec: FrameCodec<unknown>
  reportTo: (tally: Tally) => (frame: unknown) => void
}

const codecs: Record<Exclude<Wire, 'codec'>, (workload: Workload) => WireCodec> = {
  length: () => ofBytes(lengthField()),
  varint: () => ofBytes(varintLength()),
  lf: () => ofBytes(lines()),
  crlf: () => ofBytes(lines()),
  delimiter: () => ofBytes(delimiter({ delimiter: '$_' })),
  fixed: ({ payload }) => ofBytes(fixedSize({ size: payload as number })),
  packet: (workload) => {
    const { before } = around(workload)
    return wireCodec(
      packet({ sync: { bytes: Uint8Array.of(0xaa) }, lengthFieldLength: 1, maxFrameLength: before + 255 }),
      (tally) => (bytes) => tally.slice(bytes, before, bytes.length),
    )
  },
  slip: () => ofBytes(slip()),
  cobs: () => ofBytes(cobs()),
  json: () => ofValues(jsonValues()),
  'json-array': () => ofValues(jsonValues({ within: 'array' })),
  sse: () => ofEvents(),
  'sse-crlf': () => ofEvents(),
  netstring: () => ofBytes(textLength({ trailer: ',' })),
  mqtt: (workload) => ofPayloads(mqtt(), around(workload).before - 2),
  postgres: (workload) => ofPayloads(postgres({ from: 'server' }), around(workload).before - 5),
  redis: () => wireCodec(resp(), (tally) => (reply) => tally.frame(reply.value as Uint8Array)),
  jsonrpc: () =>
    wireCodec(lsp<{ params: { text: string } }>(), (tally) => (message) => tally.text(message.params.text)),
  // Nested values are compared in the encoding of the codec.
  'resp-array': () => {
    const codec = resp()
    return wireCodec(codec, (tally) => (value) => tally.frame(codec.encode(value)))
  },
  fragments: () => ofBytes(oncRpc()),
}

export function codecFor(workload: Workload): WireCodec {
  if (workload.wire === 'codec') throw new TypeError(`${workload.id}: the codec of this wire is not ours`)
  return codecs[workload.wire](workload)
}

function wireCodec<Frame>(codec: FrameCodec<Frame>, reportTo: (tally: Tally) => (frame: Frame) => void): WireCodec {
  return { codec, reportTo: reportTo as WireCodec['reportTo'] }
}

function ofBytes(codec: FrameCodec): WireCodec {
  return wireCodec(codec, (tally) => (bytes) => tally.frame(bytes))
}

function ofValues(codec: FrameCodec<unknown>): WireCodec {
  return wireCodec(codec, (tally) => (value) => tally.value(value as { size: number }))
}

function ofEvents(): WireCodec {
  return wireCodec(sse(), (tally) => (event) => tally.text(event.data!))
}

/** Messages whose payload begins with fields, up to `from`. */
function ofPayloads(codec: FrameCodec<{ payload: Uint8Array }>, from: number): WireCodec {
  return wireCodec(codec, (tally) => (message) => tally.slice(message.payload, from, message.payload.length))
}
