// Peers that look for a delimiter or cut at a fixed size.

import { createInterface } from 'node:readline'
import type { Wire } from '../../workloads.ts'
import { decodes, type Contender } from '../contender.ts'
import { forAwait, onData, streamOf } from '../streams.ts'

const delimiterOf: Partial<Record<Wire, string>> = { lf: '\n', crlf: '\r\n', delimiter: '$_' }

export const splitters: Contender[] = [
  {
    name: 'split2',
    group: 'peer',
    how: "pipe(split2()).on('data'): lines as strings; split2('$_') for that delimiter",
    speaks: decodes('lf', 'crlf', 'delimiter'),
    async prepare({ chunks, workload }, tally) {
      const { default: split2 } = await import('split2')
      const matcher = workload.wire === 'delimiter' ? delimiterOf.delimiter : undefined
      return onData(
        chunks,
        () => split2(matcher),
        (line: string) => tally.text(line),
      )
    },
  },
  {
    name: 'split2, for await',
    group: 'peer',
    how: 'for await over pipe(split2()): lines as strings',
    speaks: decodes('lf', 'crlf'),
    async prepare({ chunks }, tally) {
      const { default: split2 } = await import('split2')
      return forAwait(
        chunks,
        () => split2(),
        (line: string) => tally.text(line),
      )
    },
  },
  {
    name: 'byline',
    group: 'peer',
    how: "pipe(byline.createStream()).on('data'): lines as Buffers",
    speaks: decodes('lf', 'crlf'),
    async prepare({ chunks }, tally) {
      const { default: byline } = await import('byline')
      return onData(
        chunks,
        () => byline.createStream(),
        (line: Buffer) => tally.frame(line),
      )
    },
  },
  {
    name: 'binary-split',
    group: 'peer',
    how: "pipe(split(delimiter)).on('data'): Buffers",
    speaks: decodes('lf', 'crlf', 'delimiter'),
    async prepare({ chunks, workload }, tally) {
      const { default: split } = await import('binary-split')
      return onData(
        chunks,
        () => split(delimiterOf[workload.wire]!),
        (frame: Buffer) => tally.frame(frame),
      )
    },
  },
  {
    name: 'node:readline',
    group: 'peer',
    how: "createInterface({ input, crlfDelay: Infinity }).on('line'): strings",
    speaks: decodes('lf', 'crlf'),
    prepare({ chunks }, tally) {
      return () =>
        new Promise((resolve) => {
          createInterface({ input: streamOf(chunks), crlfDelay: Infinity })
            .on('line', (line: string) => tally.text(line))
            .on('close', resolve)
        })
    },
  },
  {
    name: 'node:readline, for await',
    group: 'peer',
    how: 'for await over createInterface({ input, crlfDelay: Infinity }): strings',
    speaks: decodes('lf', 'crlf'),
    prepare({ chunks }, tally) {
      return async () => {
        const lines = createInterface({ input: streamOf(chunks), crlfDelay: Infinity })
        for await (const line of lines) tally.text(line)
      }
    },
  },
  {
    name: '@serialport/parser-delimiter',
    group: 'peer',
    how: "pipe(new DelimiterParser({ delimiter })).on('data'): Buffers",
    speaks: decodes('lf', 'crlf', 'delimiter'),
    async prepare({ chunks, workload }, tally) {
      const { DelimiterParser } = await import('@serialport/parser-delimiter')
      return onData(
        chunks,
        () => new DelimiterParser({ delimiter: delimiterOf[workload.wire]! }),
        (frame: Buffer) => tally.frame(frame),
      )
    },
  },
  {
    name: '@serialport/parser-readline',
    group: 'peer',
    how: "pipe(new ReadlineParser({ delimiter })).on('data'): strings",
    speaks: decodes('lf', 'crlf'),
    async prepare({ chunks, workload }, tally) {
      const { ReadlineParser } = await import('@serialport/parser-readline')
      return onData(
        chunks,
        () => new ReadlineParser({ delimiter: delimiterOf[workload.wire]! }),
        (line: string) => tally.text(line),
      )
    },
  },
  {
    name: '@serialport/parser-byte-length',
    group: 'peer',
    how: "pipe(new ByteLengthParser({ length })).on('data'): Buffers",
    speaks: decodes('fixed'),
    async prepare({ chunks, workload }, tally) {
      const { ByteLengthParser } = await import('@serialport/parser-byte-length')
      const length = workload.payload as number
      return onData(
        chunks,
        () => new ByteLengthParser({ length }),
        (frame: Buffer) => tally.frame(frame),
      )
    },
  },
  {
    name: '@serialport/parser-inter-byte-timeout',
    group: 'peer',
    how: "pipe(new InterByteTimeoutParser({ maxBufferSize, interval })).on('data'): Buffers, cut by length, since no silence comes",
    speaks: decodes('fixed'),
    async prepare({ chunks, workload }, tally) {
      const { InterByteTimeoutParser } = await import('@serialport/parser-inter-byte-timeout')
      const maxBufferSize = workload.payload as number
      return onData(
        chunks,
        () => new InterByteTimeoutParser({ maxBufferSize, interval: 60_000 }),
        (frame: Buffer) => tally.frame(frame),
      )
    },
  },
]
