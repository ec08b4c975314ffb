// The bytes and chunks of a workload, and the expected result of a pass. The same in every process.

import { randomFrom } from './random.ts'
import { ContentTally, type Expected } from './tally.ts'
import { contentOf, framed } from './wires.ts'
import type { Workload } from './workloads.ts'

export interface Load {
  workload: Workload
  payloads: Buffer[]
  /** The whole stream, for bare loops; with several connections, their streams one after another. */
  whole: Buffer
  chunks: Buffer[]
  /** The connection of each chunk. */
  connectionOf: Uint32Array
  expected: Expected
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz 0123456789'

/**
 * `volume` is the length of the stream in bytes, for workloads without a number of frames. `encode` writes frames of
 * the wire 'codec'.
 */
export function makeLoad(workload: Workload, volume: number, encode?: (payload: Buffer) => Uint8Array): Load {
  const write = workload.wire === 'codec' ? encode : framed[workload.wire]
  if (write === undefined) throw new TypeError(`${workload.id}: a codec must write this workload`)
  const payloads = payloadsOf(workload, volume)
  const frames = payloads.map((payload, index) => write(payload, index, payloads.length))
  const whole = Buffer.concat(frames)
  return { workload, payloads, whole, ...cut(workload, frames), expected: expectedOf(workload, payloads, whole) }
}

function payloadsOf({ wire, payload, frames }: Workload, volume: number): Buffer[] {
  const random = randomFrom(1)
  const text = Buffer.from(Array.from({ length: 4099 }, () => ALPHABET.charCodeAt(random() * ALPHABET.length)))
  const content = contentOf[wire] ?? ((made) => made)
  const payloads: Buffer[] = []
  for (let total = 0; frames === undefined ? total < volume : payloads.length < frames;) {
    const made = Buffer.alloc(lengthOf(payload, random), text.subarray(Math.floor(random() * 2048)))
    payloads.push(content(made))
    // Add the size of a small header, so that empty payloads count as well.
    total += made.length + 4
  }
  return payloads
}

function lengthOf(payload: Workload['payload'], random: () => number): number {
  if (payload === 'mixed') return Math.floor(random() * 2049)
  if (payload === 'skewed') return random() < 0.01 ? 32 << 10 : Math.floor(random() * 65)
  return payload
}

function cut({ chunk, connections = 1 }: Workload, frames: Uint8Array[]): Pick<Load, 'chunks' | 'connectionOf'> {
  const perConnection = Array.from({ length: connections }, (_, connection) =>
    piecesOf(Buffer.concat(everyNth(frames, connections, connection)), [chunk].flat()),
  )
  const chunks: Buffer[] = []
  const connectionOf: number[] = []
  const rounds = Math.max(...perConnection.map((pieces) => pieces.length))
  for (let round = 0; round < rounds; round++) {
    for (const [connection, pieces] of perConnection.entries()) {
      const piece = pieces[round]
      if (piece === undefined) continue
      chunks.push(piece)
      connectionOf.push(connection)
    }
  }
  return { chunks, connectionOf: Uint32Array.from(connectionOf) }
}

function everyNth(frames: Uint8Array[], step: number, first: number): Uint8Array[] {
  const dealt: Uint8Array[] = []
  for (let index = first; index < frames.length; index += step) dealt.push(frames[index]!)
  return dealt
}

/** Each piece has memory of its own, like a chunk read from a socket. */
function piecesOf(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + lengths[pieces.length % lengths.length]!
    pieces.push(Buffer.from(bytes.subarray(at, end)))
    at = end
  }
  return pieces
}

function expectedOf(workload: Workload, payloads: Buffer[], whole: Buffer): Expected {
  const tally = new ContentTally()
  if (workload.direction === 'encode') {
    tally.written(whole)
    return { frames: undefined, bytes: tally.bytes, checksum: tally.checksum }
  }
  // Connections take turns, with frames of equal length, so their frames complete in the order of `payloads`.
  for (const payload of payloads) tally.frame(payload)
  return { frames: tally.frames, bytes: tally.bytes, checksum: tally.checksum }
}
