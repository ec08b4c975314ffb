// Peers that read a length, as streams and as async iterables.

import { decodes, encodes, type Contender } from '../contender.ts'
import { onData, writing } from '../streams.ts'

export const lengthPrefixed: Contender[] = [
  {
    name: 'frame-stream',
    group: 'peer',
    how: "pipe(frame.decode()).on('data'); frame.encode() the other way",
    speaks: (workload) => decodes('length')(workload) || encodes('length')(workload),
    async prepare({ chunks, payloads, workload }, tally) {
      const { decode, encode } = await import('frame-stream')
      if (workload.direction === 'encode') {
        return writing(
          payloads,
          () => encode(),
          (bytes) => tally.written(bytes),
        )
      }
      return onData(
        chunks,
        () => decode(),
        (frame: Buffer) => tally.frame(frame),
      )
    },
  },
  {
    name: 'length-prefixed-stream',
    group: 'peer',
    how: "pipe(lpstream.decode()).on('data'); lpstream.encode() the other way",
    speaks: (workload) => decodes('varint')(workload) || encodes('varint')(workload),
    async prepare({ chunks, payloads, workload }, tally) {
      const { default: lpstream } = await import('length-prefixed-stream')
      if (workload.direction === 'encode') {
        return writing(
          payloads,
          () => lpstream.encode(),
          (bytes) => tally.written(bytes),
        )
      }
      return onData(
        chunks,
        () => lpstream.decode(),
        (frame: Buffer) => tally.frame(frame),
      )
    },
  },
  {
    name: 'it-length-prefixed',
    group: 'peer',
    how: 'for (const frame of lp.decode(chunks)) frame.slice(); lp.encode(payloads) the other way',
    speaks: (workload) => decodes('varint')(workload) || encodes('varint')(workload),
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
  {
    name: '@serialport/parser-packet-length',
    group: 'peer',
    how: "pipe(new PacketLengthParser({ delimiter: 0xaa })).on('data'): whole packets",
    speaks: decodes('packet'),
    async prepare({ chunks }, tally) {
      const { PacketLengthParser } = await import('@serialport/parser-packet-length')
      return onData(
        chunks,
        () => new PacketLengthParser({ delimiter: 0xaa, packetOverhead: 2, lengthBytes: 1, lengthOffset: 1 }),
        (packet: Buffer) => tally.slice(packet, 2, packet.length),
      )
    },
  },
]
