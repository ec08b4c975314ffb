// Peers that split at a delimiter or at a fixed size.

import { createInterface } from 'node:readline'
import type { Wire } from '../../workloads.ts'
import { decodes, type Contender } from '../contender.ts'
import { forAwait, piped, streamOf, textTo } from '../streams.ts'

const delimiterOf: Partial<Record<Wire, string>> = { lf: '\n', crlf: '\r\n', delimiter: '$_' }

export const splitters: Contender[] = [
  piped({
    name: 'split2',
    how: "pipe(split2()).on('data'): lines as strings; split2('$_') for that delimiter",
    supports: decodes('lf', 'crlf', 'delimiter'),
    async load(workload) {
      const { default: split2 } = await import('split2')
      const matcher = workload.wire === 'delimiter' ? delimiterOf.delimiter : undefined
      return () => split2(matcher)
    },
    reportTo: textTo,
  }),
  {
    name: 'split2, for await',
    group: 'peer',
    how: 'for await over pipe(split2()): lines as strings',
    supports: decodes('lf', 'crlf'),
    async prepare({ chunks }, tally) {
      const { default: split2 } = await import('split2')
      return forAwait(
        chunks,
        () => split2(),
        (line: string) => tally.text(line),
      )
    },
  },
  piped({
    name: 'byline',
    how: "pipe(byline.createStream()).on('data'): lines as Buffers",
    supports: decodes('lf', 'crlf'),
    async load() {
      const { default: byline } = await import('byline')
      return () => byline.createStream()
    },
  }),
  piped({
    name: 'binary-split',
    how: "pipe(split(delimiter)).on('data'): Buffers",
    supports: decodes('lf', 'crlf', 'delimiter'),
    async load(workload) {
      const { default: split } = await import('binary-split')
      return () => split(delimiterOf[workload.wire]!)
    },
  }),
  {
    name: 'node:readline',
    group: 'peer',
    how: "createInterface({ input, crlfDelay: Infinity }).on('line'): strings",
    supports: decodes('lf', 'crlf'),
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
    supports: decodes('lf', 'crlf'),
    prepare({ chunks }, tally) {
      return async () => {
        const lines = createInterface({ input: streamOf(chunks), crlfDelay: Infinity })
        for await (const line of lines) tally.text(line)
      }
    },
  },
  piped({
    name: '@serialport/parser-delimiter',
    how: "pipe(new DelimiterParser({ delimiter })).on('data'): Buffers",
    supports: decodes('lf', 'crlf', 'delimiter'),
    async load(workload) {
      const { DelimiterParser } = await import('@serialport/parser-delimiter')
      return () => new DelimiterParser({ delimiter: delimiterOf[workload.wire]! })
    },
  }),
  piped({
    name: '@serialport/parser-readline',
    how: "pipe(new ReadlineParser({ delimiter })).on('data'): strings",
    supports: decodes('lf', 'crlf'),
    async load(workload) {
      const { ReadlineParser } = await import('@serialport/parser-readline')
      return () => new ReadlineParser({ delimiter: delimiterOf[workload.wire]! })
    },
    reportTo: textTo,
  }),
  piped({
    name: '@serialport/parser-byte-length',
    how: "pipe(new ByteLengthParser({ length })).on('data'): Buffers",
    supports: decodes('fixed'),
    async load(workload) {
      const { ByteLengthParser } = await import('@serialport/parser-byte-length')
      const length = workload.payload as number
      return () => new ByteLengthParser({ length })
    },
  }),
  piped({
    name: '@serialport/parser-inter-byte-timeout',
    how: "pipe(new InterByteTimeoutParser({ maxBufferSize, interval })).on('data'): Buffers, cut by length",
    supports: decodes('fixed'),
    async load(workload) {
      const { InterByteTimeoutParser } = await import('@serialport/parser-inter-byte-timeout')
      const maxBufferSize = workload.payload as number
      return () => new InterByteTimeoutParser({ maxBufferSize, interval: 60_000 })
    },
  }),
]
