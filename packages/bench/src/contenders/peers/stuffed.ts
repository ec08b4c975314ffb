// Peers that undo byte stuffing.

import { decodes, type Contender } from '../contender.ts'
import { piped } from '../streams.ts'

export const stuffed: Contender[] = [
  {
    name: 'slip',
    group: 'peer',
    how: 'new slip.Decoder(onMessage), decoder.decode(chunk): Uint8Arrays',
    supports: decodes('slip'),
    async prepare({ chunks }, tally) {
      const { default: slip } = await import('slip')
      return () => {
        const decoder = new slip.Decoder((frame) => tally.frame(frame))
        for (const chunk of chunks) decoder.decode(chunk)
      }
    },
  },
  piped({
    name: '@serialport/parser-slip-encoder',
    how: "pipe(new SlipDecoder()).on('data'): Buffers",
    supports: decodes('slip'),
    async load() {
      const { SlipDecoder } = await import('@serialport/parser-slip-encoder')
      return () => new SlipDecoder()
    },
  }),
  piped({
    name: 'cobs',
    how: "pipe(cobs.decodeStream()).on('data'): Buffers",
    supports: decodes('cobs'),
    async load() {
      const { default: cobs } = await import('cobs')
      return () => cobs.decodeStream()
    },
  }),
]
