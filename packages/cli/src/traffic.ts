// The demo's traffic: messages of mixed sizes, the same for the same seed, and the ways to write them.

import { prand } from './random.ts'

export type Writing = 'one by one' | 'coalesced' | 'fragmented' | 'byte by byte'

/** Messages of random content: many small ones, some empty, a few longer than a read. */
export function messagesOf(count: number, seed: number): Buffer[] {
  const random = prand(seed)
  return Array.from({ length: count }, (_, index) => {
    const size = index % 250 === 249 ? 70_000 : random(10) === 0 ? random(4000) : random(200)
    const message = Buffer.alloc(size)
    for (let at = 0; at < size; at++) message[at] = random(256)
    return message
  })
}

/** `frames` as the pieces that are written one after another. */
export function piecesOf(frames: Uint8Array[], writing: Writing, seed: number): Uint8Array[] {
  if (writing === 'one by one') return frames
  const all = Buffer.concat(frames)
  if (writing === 'coalesced') return [all]
  const random = prand(seed)
  const pieces: Uint8Array[] = []
  for (let at = 0; at < all.length;) {
    const size = writing === 'fragmented' ? 1 + random(4000) : 1
    pieces.push(all.subarray(at, at + size))
    at += size
  }
  return pieces
}
