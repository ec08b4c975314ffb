// Decodes captured TCP segments, if the folder with the captures is present: the frames must be those of a dissector.

import type { FrameCodec } from '@unstick/core'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ftp, irc, modbusTcp, mqtt, mysql, postgres, resp, tlsRecords, tpkt } from '../src/index.ts'
import { chunkingsOf, joined } from './chunkings.ts'

interface Capture {
  name: string
  protocol: string
  direction: string
  segments: string[]
  framing: { kind: string; initialBytes: number }
  frames: { lengths: number[]; sha256: string }
  stats: { trailingBytes: number }
}

const codecs: Record<string, (from: 'client' | 'server') => FrameCodec<unknown>> = {
  ftp: (from) => (from === 'client' ? ftp({ from }) : ftp({ from })),
  irc: () => irc(),
  modbus: () => modbusTcp(),
  mqtt: () => mqtt(),
  mysql: () => mysql(),
  pgsql: (from) => postgres({ from }),
  'redis-resp': () => resp(),
  tls: () => tlsRecords(),
  tpkt: () => tpkt(),
}

/** Protocols in which a message has several encodings. */
const WITH_VARIANTS = new Set(['ftp', 'irc'])

const folder = new URL('../../../../shared/captures/', import.meta.url)
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
const captures = names
  .map((name): Capture => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
  .filter(({ protocol }) => protocol in codecs)

if (captures.length === 0) it.skip('captures of real traffic are not here: nothing is replayed')

for (const capture of captures) {
  const { name, protocol, direction, segments, framing, frames, stats } = capture
  it(`${name}: finds the same frames of ${protocol} as the dissector, however the stream is cut`, () => {
    const codec = codecs[protocol]!(direction.startsWith('server') ? 'server' : 'client')
    for (const chunks of chunkingsOf(segments.map((segment) => Buffer.from(segment, 'base64')))) {
      const decoder = codec.decoder()
      const slices: Uint8Array[] = []
      for (const chunk of chunks) {
        decoder.scan(chunk, (bytes, start, end) => slices.push(new Uint8Array(bytes.subarray(start, end))))
      }
      const whole = joined(slices).subarray(framing.initialBytes)
      const units = framing.kind === 'delimiter' ? linesOf(whole) : afterBytes(slices, framing.initialBytes)
      // A RESP frame is a whole reply: the lines of the last, incomplete one are missing.
      const expected = frames.lengths.slice(0, protocol === 'redis-resp' ? units.length : undefined)
      expect(units.map((unit) => unit.length)).toEqual(expected)
      if (expected.length === frames.lengths.length) expect(hashOf(units)).toBe(frames.sha256)
      if (protocol !== 'redis-resp') expect(decoder.bufferedLength).toBe(stats.trailingBytes)
    }
  })

  it(`${name}: encodes the decoded frames to the same bytes, or to an equivalent form`, () => {
    const codec = codecs[protocol]!(direction.startsWith('server') ? 'server' : 'client')
    const stream = joined(segments.map((segment) => Buffer.from(segment, 'base64')))
    const decoded = [...codec.decoder().decode(stream)]
    const encoded = joined(decoded.map((frame) => codec.encode(frame)))
    if (WITH_VARIANTS.has(protocol)) expect([...codec.decoder().decode(encoded)]).toEqual(decoded)
    else expect(Buffer.compare(encoded, stream.subarray(0, encoded.length))).toBe(0)
    // One Redis capture holds less than one reply.
    if (protocol !== 'redis-resp') expect(decoded.length).toBeGreaterThan(0)
  })
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let start = 0; start < bytes.length;) {
    const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n', start) + 2
    lines.push(bytes.subarray(start, end))
    start = end
  }
  return lines
}

function afterBytes(slices: Uint8Array[], count: number): Uint8Array[] {
  let seen = 0
  return slices.filter((slice) => {
    seen += slice.length
    return seen > count
  })
}

function hashOf(units: Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const unit of units) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(unit.length)
    hash.update(length).update(unit)
  }
  return hash.digest('hex')
}
