// Our own ways from chunks to frames and back.

import type { FrameCodec, FrameDecoder, FrameVisitor } from '@unstick/core'
import { textLines } from '@unstick/delimiter'
import { decodeStream, encodeStream, frames } from '@unstick/stream'
import type { Load } from '../load.ts'
import type { Tally } from '../tally.ts'
import { around } from '../wires.ts'
import type { Workload } from '../workloads.ts'
import { codecOf } from './codecs.ts'
import { decodes, decodesMany, encodes, type Contender, type Pass } from './contender.ts'
import { forAwait, onData, streamOf, writing } from './streams.ts'

const isOurs = ({ direction, wire }: Workload): boolean => direction === 'decode' && wire !== 'codec'
const ofOneConnection: Contender['speaks'] = (workload) => isOurs(workload) && (workload.connections ?? 1) === 1

/** Without the wires of single protocols, where fewer ways are enough to compare. */
const ofPlainWires = decodes('length', 'varint', 'lf', 'crlf', 'delimiter', 'fixed')

export const ours: Contender[] = [
  {
    name: 'scan',
    group: 'ours',
    how: 'decoder.scan(chunk, visit) of Buffers: frames as offsets',
    speaks: isOurs,
    prepare: (load, tally) => scanning(codecOf(load.workload), load, tally),
  },
  {
    name: 'decode',
    group: 'ours',
    how: 'for (const frame of decoder.decode(chunk)), Buffers in, Buffers out',
    speaks: isOurs,
    prepare: (load, tally) => decoding(codecOf(load.workload), load, load.chunks, inFull(load, tally)),
  },
  {
    name: 'decode, Uint8Arrays',
    group: 'ours',
    how: 'the same with Uint8Arrays in and out',
    speaks: ofPlainWires,
    prepare(load, tally) {
      const chunks = load.chunks.map((chunk) => new Uint8Array(chunk))
      return decoding(codecOf(load.workload), load, chunks, inFull(load, tally))
    },
  },
  {
    name: 'frames',
    group: 'ours',
    how: 'for await (const frame of frames(stream, codec))',
    speaks: ofPlainWires,
    prepare: (load, tally) => iterating(codecOf(load.workload), load, inFull(load, tally)),
  },
  {
    name: 'frames.batches',
    group: 'ours',
    how: 'for await (const batch of frames(stream, codec).batches())',
    speaks: ofPlainWires,
    prepare: (load, tally) => batching(codecOf(load.workload), load, inFull(load, tally)),
  },
  {
    name: 'decodeStream',
    group: 'ours',
    how: "pipe(decodeStream(codec)).on('data')",
    speaks: ofOneConnection,
    prepare(load, tally) {
      const codec = codecOf(load.workload)
      return onData(load.chunks, () => decodeStream(codec), inFull(load, tally))
    },
  },
  {
    name: 'decodeStream, for await',
    group: 'ours',
    how: 'for await over pipe(decodeStream(codec))',
    speaks: decodesMany('length', 'lf'),
    prepare(load, tally) {
      const codec = codecOf(load.workload)
      return forAwait(load.chunks, () => decodeStream(codec), inFull(load, tally))
    },
  },
  {
    name: 'textLines.decode',
    group: 'ours',
    how: 'lines as strings, for (const line of decoder.decode(chunk))',
    speaks: decodes('lf', 'crlf'),
    prepare: (load, tally) => decoding(textLines(), load, load.chunks, (line) => tally.text(line)),
  },
  {
    name: 'textLines.frames',
    group: 'ours',
    how: 'lines as strings, for await (const line of frames(stream, codec))',
    speaks: decodes('lf', 'crlf'),
    prepare: (load, tally) => iterating(textLines(), load, (line) => tally.text(line)),
  },
  {
    name: 'textLines.batches',
    group: 'ours',
    how: 'lines as strings, for await (const batch of frames(stream, codec).batches())',
    speaks: decodes('lf', 'crlf'),
    prepare: (load, tally) => batching(textLines(), load, (line) => tally.text(line)),
  },
  {
    name: 'textLines.decodeStream',
    group: 'ours',
    how: "lines as strings, pipe(decodeStream(codec)).on('data')",
    speaks: decodes('lf', 'crlf'),
    prepare: ({ chunks }, tally) =>
      onData(
        chunks,
        () => decodeStream(textLines()),
        (line: string) => tally.text(line),
      ),
  },
  {
    name: 'encode',
    group: 'ours',
    how: 'codec.encode(payload): one buffer each',
    speaks: encodes('length', 'varint', 'lf'),
    prepare({ payloads, workload }, tally) {
      const codec = codecOf(workload)
      return () => {
        for (let index = 0; index < payloads.length; index++) tally.written(codec.encode(payloads[index]!))
      }
    },
  },
  {
    name: 'encodeParts',
    group: 'ours',
    how: 'codec.encodeParts(payload): header and payload, nothing copied',
    speaks: encodes('length', 'varint', 'lf'),
    prepare({ payloads, workload }, tally) {
      const codec = codecOf(workload)
      return () => {
        for (let index = 0; index < payloads.length; index++) {
          for (const part of codec.encodeParts(payloads[index]!)) tally.written(part)
        }
      }
    },
  },
  {
    name: 'encodeStream',
    group: 'ours',
    how: 'payloads written to encodeStream(codec), which joins what is written in one tick',
    speaks: encodes('length', 'varint', 'lf'),
    prepare({ payloads, workload }, tally) {
      const codec = codecOf(workload)
      return writing(
        payloads,
        () => encodeStream(codec),
        (bytes) => tally.written(bytes),
      )
    },
  },
]

export const yours: Contender[] = [
  {
    name: 'your scan',
    group: 'yours',
    how: 'decoder.scan(chunk, visit) of your codec',
    speaks: decodes('codec'),
    prepare: (load, tally, codec) => scanning(given(codec), load, tally),
  },
  {
    name: 'your decode',
    group: 'yours',
    how: 'for (const frame of decoder.decode(chunk)) of your codec',
    speaks: decodes('codec'),
    prepare: (load, tally, codec) => decoding(given(codec), load, load.chunks, anyFrame(tally)),
  },
  {
    name: 'your frames',
    group: 'yours',
    how: 'for await (const frame of frames(stream, codec)) of your codec',
    speaks: decodes('codec'),
    prepare: (load, tally, codec) => iterating(given(codec), load, anyFrame(tally)),
  },
]

function given(codec: FrameCodec<unknown> | undefined): FrameCodec<unknown> {
  if (codec === undefined) throw new TypeError('no codec was given')
  return codec
}

/** What the codec leaves around the payload is cut off, where it leaves something. */
function inFull({ workload }: Load, tally: Tally): (frame: Uint8Array) => void {
  const { before, behind } = around(workload.wire)
  if (before === 0) return (frame) => tally.frame(frame)
  return (frame) => tally.slice(frame, before, frame.length - behind)
}

function anyFrame(tally: Tally): (frame: unknown) => void {
  return (frame) => {
    if (typeof frame === 'string') tally.text(frame)
    else if (frame instanceof Uint8Array) tally.frame(frame)
    else throw new TypeError('frames are neither bytes nor strings, so they cannot be compared')
  }
}

function decodersOf<Frame>(codec: FrameCodec<Frame>, { workload }: Load): FrameDecoder<Frame>[] {
  return Array.from({ length: workload.connections ?? 1 }, () => codec.decoder())
}

function scanning<Frame>(codec: FrameCodec<Frame>, load: Load, tally: Tally): Pass {
  const { before, behind } = around(load.workload.wire)
  const visit: FrameVisitor =
    before === 0
      ? (bytes, start, end) => tally.slice(bytes, start, end)
      : (bytes, start, end) => tally.slice(bytes, start + before, end - behind)
  const { chunks, connectionOf } = load
  return () => {
    const decoders = decodersOf(codec, load)
    for (let index = 0; index < chunks.length; index++) decoders[connectionOf[index]!]!.scan(chunks[index]!, visit)
    for (const decoder of decoders) decoder.end()
  }
}

function decoding<Frame>(
  codec: FrameCodec<Frame>,
  load: Load,
  chunks: readonly Uint8Array[],
  each: (frame: Frame) => void,
): Pass {
  const { connectionOf } = load
  return () => {
    const decoders = decodersOf(codec, load)
    for (let index = 0; index < chunks.length; index++) {
      for (const frame of decoders[connectionOf[index]!]!.decode(chunks[index]!)) each(frame)
    }
    for (const decoder of decoders) for (const frame of decoder.end()) each(frame)
  }
}

function iterating<Frame>(codec: FrameCodec<Frame>, { chunks }: Load, each: (frame: Frame) => void): Pass {
  return async () => {
    for await (const frame of frames(streamOf(chunks), codec)) each(frame)
  }
}

function batching<Frame>(codec: FrameCodec<Frame>, { chunks }: Load, each: (frame: Frame) => void): Pass {
  return async () => {
    for await (const batch of frames(streamOf(chunks), codec).batches()) {
      for (const frame of batch) each(frame)
    }
  }
}
