// The codec of ours for each wire, and how its frames are counted.

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
export interface Spoken {
  codec: FrameCodec<unknown>
  telling: (tally: Tally) => (frame: unknown) => void
}

const codecs: Record<Exclude<Wire, 'codec'>, (workload: Workload) => Spoken> = {
  length: () => ofBytes(lengthField()),
  varint: () => ofBytes(varintLength()),
  lf: () => ofBytes(lines()),
  crlf: () => ofBytes(lines()),
  delimiter: () => ofBytes(delimiter({ delimiter: '$_' })),
  fixed: ({ payload }) => ofBytes(fixedSize({ size: payload as number })),
  packet: (workload) => {
    const { before } = around(workload)
    return spoken(
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
  redis: () =>
    spoken(
      resp(),
      (tally) =>
        ({ value }) =>
          tally.frame(value as Uint8Array),
    ),
  jsonrpc: () =>
    spoken(
      lsp<{ params: { text: string } }>(),
      (tally) =>
        ({ params }) =>
          tally.text(params.text),
    ),
  // What is nested in a value is compared as the codec writes it.
  'resp-array': () => {
    const codec = resp()
    return spoken(codec, (tally) => (value) => tally.frame(codec.encode(value)))
  },
  fragments: () => ofBytes(oncRpc()),
}

export function speaking(workload: Workload): Spoken {
  if (workload.wire === 'codec') throw new TypeError(`${workload.id}: the codec of this wire is not ours`)
  return codecs[workload.wire](workload)
}

function spoken<Frame>(codec: FrameCodec<Frame>, telling: (tally: Tally) => (frame: Frame) => void): Spoken {
  return { codec, telling: telling as Spoken['telling'] }
}

function ofBytes(codec: FrameCodec): Spoken {
  return spoken(codec, (tally) => (bytes) => tally.frame(bytes))
}

function ofValues(codec: FrameCodec<unknown>): Spoken {
  return spoken(codec, (tally) => (value) => tally.value(value as { size: number }))
}

function ofEvents(): Spoken {
  return spoken(
    sse(),
    (tally) =>
      ({ data }) =>
        tally.text(data!),
  )
}

/** Messages whose payload begins with fields of its own, up to `from`. */
function ofPayloads(codec: FrameCodec<{ payload: Uint8Array }>, from: number): Spoken {
  return spoken(
    codec,
    (tally) =>
      ({ payload }) =>
        tally.slice(payload, from, payload.length),
  )
}
