// Where a proxy cuts the bytes that it passes on. The cuts depend only on the chunks and a seed.

import { isFrameError, type FrameCodec } from '@unstick/core'
import { LocatedDecoder } from './located-decoder.ts'
import { prand } from './random.ts'

export type Cuts = 'bytewise' | 'random' | 'coalesce' | 'headers'

/** Cuts a chunk into pieces. */
export type Cutter = (chunk: Uint8Array) => Uint8Array[]

export const bytewise: Cutter = (chunk) =>
  pieces(
    chunk,
    Array.from({ length: chunk.length - 1 }, (_, index) => index + 1),
  )

const LONGEST_PIECE = 64

/** Makes mostly short pieces. */
export function randomly(seed: number): Cutter {
  const random = prand(seed)
  return (chunk) => {
    const cuts: number[] = []
    for (let at = 0; at < chunk.length;) cuts.push((at += 1 + random(1 + random(LONGEST_PIECE))))
    return pieces(chunk, cuts)
  }
}

/** The assumed length of headers. If they are shorter, some cuts fall into the payload. */
const HEADER = 8

/**
 * Cuts each frame inside its header, in two places, and never between frames, so that the end of one arrives with the
 * first bytes of the next. After a frame that the codec refuses, which is reported once, chunks stay whole.
 */
export function insideHeaders(codec: FrameCodec<unknown>, seed: number, onFault: (message: string) => void): Cutter {
  const random = prand(seed)
  let offset = 0
  /** Where the next frame begins, as a position in the stream. */
  let start = 0
  let isLost = false
  const decoder = new LocatedDecoder(codec, 0, () => {})
  const cutsOf = (chunk: Uint8Array): number[] => {
    const cuts: number[] = []
    const cutHeader = (frameLength: number): void => {
      // A frame that began in an earlier chunk was cut there. A single byte cannot be cut.
      if (start < offset || frameLength < 2) return
      const room = Math.min(HEADER, frameLength - 1)
      cuts.push(start - offset + 1 + random(room), start - offset + 1 + random(room))
    }
    try {
      for (const frame of decoder.decode(chunk)) {
        cutHeader(frame.length)
        start = frame.offset + frame.length
      }
      cutHeader(Infinity)
    } catch (error) {
      if (!isFrameError(error)) throw error
      isLost = true
      onFault(error.message)
    }
    return cuts
  }
  return (chunk) => {
    if (isLost) return [chunk]
    const cuts = cutsOf(chunk)
    offset += chunk.length
    return pieces(chunk, cuts)
  }
}

/** Ignores repeated cuts and cuts outside the chunk. */
function pieces(chunk: Uint8Array, cuts: number[]): Uint8Array[] {
  const inside = [...new Set(cuts)].filter((cut) => cut > 0 && cut < chunk.length).toSorted((a, b) => a - b)
  return [0, ...inside].map((cut, index) => chunk.subarray(cut, inside[index]))
}
