// Example streams and their codecs. The streams are encoded by the codecs.

import { contentLength, lengthField, textLength } from '@unstick/length-field'
import { packet } from '@unstick/packet'
import { postgres } from '@unstick/protocols/postgres'
import type { Choice } from './codec-choice.ts'
import { joined, withCuts } from './cutting.ts'
import type { ChunkedBytes } from './input.ts'

export interface StreamSample {
  name: string
  title: string
  choice: Choice
  stream: () => ChunkedBytes
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export const SAMPLES: readonly StreamSample[] = [
  {
    name: 'length',
    title: 'Three messages with a 4-byte length',
    choice: { lengthField: '4' },
    stream() {
      const codec = lengthField({ lengthFieldLength: 4 })
      const messages = ['TCP carries bytes, programs need messages!', 'hello', 'sticky']
      const { bytes } = joined(messages.map((message) => codec.encode(utf8(message))))
      return withCuts(bytes, [2, 30, 57])
    },
  },
  {
    name: 'json-lines',
    title: 'JSON lines, cut inside a character',
    choice: { jsonLines: '' },
    stream() {
      const bytes = new Uint8Array(utf8('{"drink":"café"}\n{"price":"3 €"}\r\n\n[1,2]\n'))
      return withCuts(bytes, [14, 32, 35])
    },
  },
  {
    name: 'netstrings',
    title: 'Netstrings: lengths in digits',
    choice: { textLength: '', trailer: ',' },
    stream() {
      const codec = textLength({ trailer: ',' })
      const { bytes } = joined(['hello, world', '', '2:ab,'].map((text) => codec.encode(utf8(text))))
      return withCuts(bytes, [1, 17])
    },
  },
  {
    name: 'lsp',
    title: 'Header lines, as a language server sends them',
    choice: { contentLength: '' },
    stream() {
      const codec = contentLength()
      const { bytes } = joined(['{"id":1}', '{"id":2,"result":null}'].map((text) => codec.encode(utf8(text))))
      return withCuts(bytes, [9, 40])
    },
  },
  {
    name: 'packets',
    title: 'Serial packets with noise and a bad checksum',
    choice: { packet: 'aa55', lengthBytes: '1', offset: '2', checksum: 'CRC-16/MODBUS', adjustment: '2' },
    stream() {
      const codec = packet({
        sync: { bytes: Uint8Array.of(0xaa, 0x55) },
        lengthFieldLength: 1,
        lengthFieldOffset: 2,
        lengthAdjustment: 2,
        checksum: { algorithm: 'CRC-16/MODBUS' },
      })
      const packetOf = (text: string): Uint8Array => {
        const payload = utf8(text)
        return codec.encode(Uint8Array.of(0xaa, 0x55, 0, ...payload, 0, 0))
      }
      const damaged = packetOf('lost')
      damaged[4]! ^= 0x20
      const { bytes } = joined([Uint8Array.of(0x13, 0x37, 0xaa), packetOf('temp 21.5'), damaged, packetOf('temp 21.6')])
      return withCuts(bytes, [4, 20])
    },
  },
  {
    name: 'postgres',
    title: 'A PostgreSQL client connects',
    choice: { protocol: 'postgres', from: 'client' },
    stream() {
      const codec = postgres({ from: 'client' })
      const messages = [
        { type: '', payload: Uint8Array.of(0, 3, 0, 0, ...utf8('user\0ada\0\0')) },
        { type: 'Q', payload: utf8('select 42\0') },
        { type: 'X', payload: new Uint8Array() },
      ]
      const { bytes } = joined(messages.map((message) => codec.encode(message)))
      return withCuts(bytes, [3, 22, 26])
    },
  },
]
