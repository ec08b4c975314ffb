// Operations on bytes and the cuts between their chunks.

import { prand } from '../../packages/cli/src/random.ts'
import type { ChunkedBytes } from './input.ts'

/** With more bytes the picture would be unreadable and the URL too long. */
export const MOST_BYTES = 4096

/** The chunks, each in its own memory, as from a socket. An empty stream has none. */
export function chunksOf({ bytes, cuts }: ChunkedBytes): Uint8Array<ArrayBuffer>[] {
  if (bytes.length === 0) return []
  return [0, ...cuts].map((cut, index) => bytes.slice(cut, cuts[index]))
}

export function joined(chunks: readonly Uint8Array[]): ChunkedBytes {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  const cuts: number[] = []
  let end = 0
  for (const chunk of chunks) {
    bytes.set(chunk, end)
    end += chunk.length
    cuts.push(end)
  }
  return { bytes, cuts: withoutOthers(cuts, bytes.length) }
}

/** The beginning of a longer stream. */
export function limited({ bytes, cuts }: ChunkedBytes): ChunkedBytes {
  return withCuts(bytes.slice(0, MOST_BYTES), cuts)
}

/** The stream from this position on. */
export function startingAt({ bytes, cuts }: ChunkedBytes, start: number): ChunkedBytes {
  return withCuts(
    bytes.slice(start),
    cuts.map((cut) => cut - start),
  )
}

export function withCuts(bytes: Uint8Array<ArrayBuffer>, cuts: readonly number[]): ChunkedBytes {
  return { bytes, cuts: withoutOthers(cuts, bytes.length) }
}

export function coalesced({ bytes }: ChunkedBytes): ChunkedBytes {
  return { bytes, cuts: [] }
}

export function bytewise({ bytes }: ChunkedBytes): ChunkedBytes {
  return { bytes, cuts: Array.from({ length: Math.max(0, bytes.length - 1) }, (_, index) => index + 1) }
}

const LONGEST_PIECE = 16

/** Chunks of 1 to 16 bytes, mostly short ones; the same for the same seed. */
export function fragmented({ bytes }: ChunkedBytes, seed: number): ChunkedBytes {
  const random = prand(seed)
  const cuts: number[] = []
  for (let at = 0; at < bytes.length;) cuts.push((at += 1 + random(1 + random(LONGEST_PIECE))))
  return withCuts(bytes, cuts)
}

export function toggled({ bytes, cuts }: ChunkedBytes, at: number): ChunkedBytes {
  return withCuts(bytes, cuts.includes(at) ? cuts.filter((cut) => cut !== at) : [...cuts, at])
}

/** Moving a cut onto another one, or to an end, removes it. */
export function moved({ bytes, cuts }: ChunkedBytes, from: number, to: number): ChunkedBytes {
  return withCuts(bytes, [...cuts.filter((cut) => cut !== from), to])
}

/** Flips a bit of a byte. The same seed gives the same byte and bit. */
export function corrupted({ bytes, cuts }: ChunkedBytes, seed: number): ChunkedBytes & { at: number } {
  const random = prand(seed)
  const at = random(Math.max(1, bytes.length))
  const changed = bytes.slice()
  if (changed.length > 0) changed[at]! ^= 1 << random(8)
  return { bytes: changed, cuts, at }
}

export function replaced({ bytes, cuts }: ChunkedBytes, at: number, byte: number): ChunkedBytes {
  const changed = bytes.slice()
  changed[at] = byte
  return { bytes: changed, cuts }
}

export function inserted({ bytes, cuts }: ChunkedBytes, at: number, byte: number): ChunkedBytes {
  const longer = Uint8Array.of(...bytes.subarray(0, at), byte, ...bytes.subarray(at))
  return limited({ bytes: longer, cuts: cuts.map((cut) => (cut > at ? cut + 1 : cut)) })
}

export function removed({ bytes, cuts }: ChunkedBytes, at: number): ChunkedBytes {
  const shorter = Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1))
  return withCuts(
    shorter,
    cuts.map((cut) => (cut > at ? cut - 1 : cut)),
  )
}

/** Sorted, without duplicates, and inside the bytes. */
function withoutOthers(cuts: readonly number[], length: number): number[] {
  return [...new Set(cuts)].filter((cut) => cut > 0 && cut < length).toSorted((a, b) => a - b)
}
