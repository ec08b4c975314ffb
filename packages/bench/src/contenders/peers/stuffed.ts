// Peers that undo byte stuffing.

import { decodes, type Contender } from '../contender.ts'
import { onData } from '../streams.ts'

export const stuffed: Contender[] = [
  {
    name: 'slip',
    group: 'peer',
    how: 'new slip.Decoder(onMessage), decoder.decode(chunk): Uint8Arrays',
    speaks: decodes('slip'),
    async prepare({ chunks }, tally) {
      const { default: slip } = await import('slip')
      return () => {
        const decoder = new slip.Decoder((frame) => tally.frame(frame))
        for (const chunk of chunks) decoder.decode(chunk)
      }
    },
  },
  {
    name: '@serialport/parser-slip-encoder',
    group: 'peer',
    how: "pipe(new SlipDecoder()).on('data'): Buffers",
    speaks: decodes('slip'),
    async prepare({ chunks }, tally) {
      const { SlipDecoder } = await import('@serialport/parser-slip-encoder')
      return onData(
        chunks,
        () => new SlipDecoder(),
        (frame: Buffer) => tally.frame(frame),
      )
    },
  },
  {
    name: 'cobs',
    group: 'peer',
    how: "pipe(cobs.decodeStream()).on('data'): Buffers",
    speaks: decodes('cobs'),
    async prepare({ chunks }, tally) {
      const { default: cobs } = await import('cobs')
      return onData(
        chunks,
        () => cobs.decodeStream(),
        (frame: Buffer) => tally.frame(frame),
      )
    },
  },
]
