// Peers that read a length, as streams and as async iterables.

import { decodes, encodes, type Contender } from '../contender.ts'
import { piped } from '../streams.ts'

export const lengthPrefixed: Contender[] = [
  piped({
    name: 'frame-stream',
    how: "pipe(frame.decode()).on('data'); frame.encode() the other way",
    supports: (workload) => decodes('length')(workload) || encodes('length')(workload),
    async load({ direction }) {
      const { decode, encode } = await import('frame-stream')
      return () => (direction === 'encode' ? encode() : decode())
    },
  }),
  piped({
    name: 'length-prefixed-stream',
    how: "pipe(lpstream.decode()).on('data'); lpstream.encode() the other way",
    supports: (workload) => decodes('varint')(workload) || encodes('varint')(workload),
    async load({ direction }) {
      const { default: lpstream } = await import('length-prefixed-stream')
      return () => (direction === 'encode' ? lpstream.encode() : lpstream.decode())
    },
  }),
  {
    name: 'it-length-prefixed',
    group: 'peer',
    how: 'for (const frame of lp.decode(chunks)) frame.slice(); lp.encode(payloads) the other way',
    supports: (workload) => decodes('varint')(workload) || encodes('varint')(workload),
    async prepare({ chunks, payloads, workload }, tally) {
      const { decode, encode } = await import('it-length-prefixed')
      if (workload.direction === 'encode') {
        return () => {
          for (const bytes of encode(payloads as Uint8Array<ArrayBuffer>[])) tally.written(bytes.slice())
        }
      }
      return () => {
        for (const frame of decode(chunks as Uint8Array<ArrayBuffer>[])) tally.frame(frame.slice())
      }
    },
  },
  piped({
    name: '@serialport/parser-packet-length',
    how: "pipe(new PacketLengthParser({ delimiter: 0xaa })).on('data'): whole packets",
    supports: decodes('packet'),
    async load() {
      const { PacketLengthParser } = await import('@serialport/parser-packet-length')
      return () => new PacketLengthParser({ delimiter: 0xaa, packetOverhead: 2, lengthBytes: 1, lengthOffset: 1 })
    },
    reportTo: (tally) => (packet: Buffer) => tally.slice(packet, 2, packet.length),
  }),
]
