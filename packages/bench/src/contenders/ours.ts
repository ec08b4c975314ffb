// Our contenders, from chunks to frames and back.

import type { FrameCodec, FrameDecoder, FrameVisitor } from '@unstick/core'
import { lines, textLines } from '@unstick/delimiter'
import { decodeStream, encodeStream, frames } from '@unstick/stream'
import type { Load } from '../load.ts'
import type { Tally } from '../tally.ts'
import { around } from '../wires.ts'
import type { Workload } from '../workloads.ts'
import { codecFor } from './codecs.ts'
import { decodes, decodesMany, encodes, type Contender, type Pass } from './contender.ts'
import { forAwait, onData, streamOf, writing } from './streams.ts'

const DATA = 'data: '

const isOurs = ({ direction, wire }: Workload): boolean => direction === 'decode' && wire !== 'codec'
/** Wires whose `scan` does not visit payloads: they are still stuffed, or fragments. */
const SLICED_OTHERWISE: ReadonlySet<Workload['wire']> = new Set(['slip', 'cobs', 'fragments'])
const ofOneConnection: Contender['supports'] = (workload) => isOurs(workload) && (workload.connections ?? 1) === 1

/** Excludes the wires of single protocols, for which fewer contenders suffice. */
const ofPlainWires = decodes('length', 'varint', 'lf', 'crlf', 'delimiter', 'fixed')

export const ours: Contender[] = [
  {
    name: 'scan',
    group: 'ours',
    how: 'decoder.scan(chunk, visit) of Buffers: frames as offsets',
    supports: (workload) => isOurs(workload) && !SLICED_OTHERWISE.has(workload.wire),
    prepare: (load, tally) => scanning(codecFor(load.workload).codec, load, tally),
  },
  {
    name: 'decode',
    group: 'ours',
    how: 'for (const frame of decoder.decode(chunk)), Buffers in, Buffers out',
    supports: isOurs,
    prepare: withCodec((codec, load, each) => decoding(codec, load, load.chunks, each)),
  },
  {
    name: 'decode, Uint8Arrays',
    group: 'ours',
    how: 'the same with Uint8Arrays in and out',
    supports: ofPlainWires,
    prepare: withCodec((codec, load, each) =>
      decoding(
        codec,
        load,
        load.chunks.map((chunk) => new Uint8Array(chunk)),
        each,
      ),
    ),
  },
  {
    name: 'frames',
    group: 'ours',
    how: 'for await (const frame of frames(stream, codec))',
    supports: ofPlainWires,
    prepare: withCodec(iterating),
  },
  {
    name: 'frames.batches',
    group: 'ours',
    how: 'for await (const batch of frames(stream, codec).batches())',
    supports: ofPlainWires,
    prepare: withCodec(batching),
  },
  {
    name: 'decodeStream',
    group: 'ours',
    how: "pipe(decodeStream(codec)).on('data')",
    supports: ofOneConnection,
    prepare: withCodec((codec, { chunks }, each) => onData(chunks, () => decodeStream(codec), each)),
  },
  {
    name: 'decodeStream, for await',
    group: 'ours',
    how: 'for await over pipe(decodeStream(codec))',
    supports: decodesMany('length', 'lf'),
    prepare: withCodec((codec, { chunks }, each) => forAwait(chunks, () => decodeStream(codec), each)),
  },
  {
    name: 'textLines.decode',
    group: 'ours',
    how: 'lines as strings, for (const line of decoder.decode(chunk))',
    supports: decodes('lf', 'crlf'),
    prepare: (load, tally) => decoding(textLines(), load, load.chunks, (line) => tally.text(line)),
  },
  {
    name: 'textLines.frames',
    group: 'ours',
    how: 'lines as strings, for await (const line of frames(stream, codec))',
    supports: decodes('lf', 'crlf'),
    prepare: (load, tally) => iterating(textLines(), load, (line) => tally.text(line)),
  },
  {
    name: 'textLines.batches',
    group: 'ours',
    how: 'lines as strings, for await (const batch of frames(stream, codec).batches())',
    supports: decodes('lf', 'crlf'),
    prepare: (load, tally) => batching(textLines(), load, (line) => tally.text(line)),
  },
  {
    name: 'textLines.decodeStream',
    group: 'ours',
    how: "lines as strings, pipe(decodeStream(codec)).on('data')",
    supports: decodes('lf', 'crlf'),
    prepare: ({ chunks }, tally) =>
      onData(
        chunks,
        () => decodeStream(textLines()),
        (line: string) => tally.text(line),
      ),
  },
  {
    name: 'lines, any ending',
    group: 'ours',
    how: "lines({ ending: 'any' }) of an event stream as bytes, decode; blank ones are left out",
    supports: decodes('sse', 'sse-crlf'),
    prepare: (load, tally) =>
      decoding(lines({ ending: 'any' }), load, load.chunks, (line) => {
        if (line.length > 0) tally.slice(line, DATA.length, line.length)
      }),
  },
  {
    name: 'textLines, any ending',
    group: 'ours',
    how: "textLines({ ending: 'any' }) of an event stream, decode; blank ones are left out",
    supports: decodes('sse', 'sse-crlf'),
    prepare: (load, tally) =>
      decoding(textLines({ ending: 'any' }), load, load.chunks, (line) => {
        if (line.length > 0) tally.text(line.slice(DATA.length))
      }),
  },
  {
    name: 'encode',
    group: 'ours',
    how: 'codec.encode(payload): one buffer each',
    supports: encodes('length', 'varint', 'lf'),
    prepare({ payloads, workload }, tally) {
      const { codec } = codecFor(workload)
      return () => {
        for (let index = 0; index < payloads.length; index++) tally.written(codec.encode(payloads[index]!))
      }
    },
  },
  {
    name: 'encodeParts',
    group: 'ours',
    how: 'codec.encodeParts(payload): header and payload, nothing copied',
    supports: encodes('length', 'varint', 'lf'),
    prepare({ payloads, workload }, tally) {
      const { codec } = codecFor(workload)
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
    supports: encodes('length', 'varint', 'lf'),
    prepare({ payloads, workload }, tally) {
      const { codec } = codecFor(workload)
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
    supports: decodes('codec'),
    prepare: (load, tally, codec) => scanning(given(codec), load, tally),
  },
  {
    name: 'your decode',
    group: 'yours',
    how: 'for (const frame of decoder.decode(chunk)) of your codec',
    supports: decodes('codec'),
    prepare: (load, tally, codec) => decoding(given(codec), load, load.chunks, anyFrame(tally)),
  },
  {
    name: 'your frames',
    group: 'yours',
    how: 'for await (const frame of frames(stream, codec)) of your codec',
    supports: decodes('codec'),
    prepare: (load, tally, codec) => iterating(given(codec), load, anyFrame(tally)),
  },
]

/** Makes a pass with our codec for the wire of the workload. */
function withCodec(
  passOf: (codec: FrameCodec<unknown>, load: Load, each: (frame: unknown) => void) => Pass,
): Contender['prepare'] {
  return (load, tally) => {
    const { codec, reportTo } = codecFor(load.workload)
    return passOf(codec, load, reportTo(tally))
  }
}

function given(codec: FrameCodec<unknown> | undefined): FrameCodec<unknown> {
  if (codec === undefined) throw new TypeError('no codec was given')
  return codec
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
  const { before, after } = around(load.workload)
  const visit: FrameVisitor =
    before === 0
      ? (bytes, start, end) => tally.slice(bytes, start, end)
      : (bytes, start, end) => tally.slice(bytes, start + before, end - after)
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
