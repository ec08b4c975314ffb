// Records, step by step, what the real decoder does with chunks.

import type { FrameCodec, Skipped } from '@unstick/core'
import { LocatedDecoder, type LocatedFrame } from '../../packages/cli/src/located-decoder.ts'
import type { Place } from './explain.ts'

/**
 * Whether a frame shares memory with a chunk, owns its bytes because they were kept in the accumulator, is in new memory
 * because the framing changes bytes on the wire (it escapes, masks or joins them), or has no bytes.
 */
export type FrameMemory = 'view' | 'copy' | 'new' | 'value'

export interface TracedFrame {
  frame: unknown
  /** The bounds in the stream, including header and delimiter. */
  start: number
  end: number
  memory: FrameMemory
}

export interface TracedGap {
  start: number
  end: number
  reason: Skipped['reason']
  message: string | undefined
}

interface TracedError {
  code: string
  message: string
  /** Where the faulty frame begins. */
  offset: number
}

/** One event. `chunk` is the index of the last chunk that has arrived. */
export type Step = {
  chunk: number
  /** The number of bytes that have arrived, and that were given out or dropped. */
  received: number
  taken: number
} & (
  | { kind: 'chunk' }
  | { kind: 'frame'; index: number }
  | { kind: 'gap'; index: number }
  | { kind: 'keep' }
  | { kind: 'error' }
  | { kind: 'end' }
)

export interface Trace {
  steps: Step[]
  frames: TracedFrame[]
  gaps: TracedGap[]
  error: TracedError | undefined
}

type Event = { kind: 'chunk' | 'keep' | 'end' } | { kind: 'frame' | 'gap'; index: number } | { kind: 'error' }

/** A longer trace could not be shown. */
const MOST_FRAMES = 10_000

export function traceOf(codec: FrameCodec<unknown>, chunks: readonly Uint8Array[]): Trace {
  const trace: Trace = { steps: [], frames: [], gaps: [], error: undefined }
  let chunk = -1
  let received = 0
  let taken = 0
  let chunkStart = 0
  const step = (event: Event): void => void trace.steps.push({ chunk, received, taken, ...event })
  const decoder = new LocatedDecoder(codec, 0, ({ offset, length, reason, error }) => {
    trace.gaps.push({ start: offset, end: offset + length, reason, message: error?.message })
    taken = Math.max(taken, offset + length)
    step({ kind: 'gap', index: trace.gaps.length - 1 })
  })
  const take = (located: LocatedFrame): void => {
    if (trace.frames.length === MOST_FRAMES) throw new RangeError('there are too many frames to show')
    const { frame, offset, length } = located
    const memory = memoryOf(frame, chunks, offset >= chunkStart)
    trace.frames.push({ frame, start: offset, end: offset + length, memory })
    taken = Math.max(taken, offset + length)
    step({ kind: 'frame', index: trace.frames.length - 1 })
  }
  try {
    for (const bytes of chunks) {
      chunk++
      chunkStart = received
      received += bytes.length
      step({ kind: 'chunk' })
      for (const located of decoder.decode(bytes)) take(located)
      taken = received - decoder.bufferedLength
      step({ kind: 'keep' })
    }
    // What only the end completes was kept until then.
    chunkStart = Infinity
    for (const located of decoder.end()) take(located)
    taken = received
    step({ kind: 'end' })
  } catch (error) {
    const { code, name, message, offset } = error as { code?: string; name: string; message: string; offset?: number }
    trace.error = { code: code ?? name, message, offset: offset ?? taken }
    step({ kind: 'error' })
  }
  return trace
}

function memoryOf(frame: unknown, chunks: readonly Uint8Array[], isOfLastChunk: boolean): FrameMemory {
  const held = bytesIn(frame, 0)
  if (held.length === 0) return 'value'
  if (held.every(({ buffer }) => chunks.some((chunk) => chunk.buffer === buffer))) return 'view'
  return isOfLastChunk ? 'new' : 'copy'
}

const DEEPEST = 4

/** Frames of protocols have bytes in one or more members. */
function bytesIn(value: unknown, depth: number): Uint8Array[] {
  if (value instanceof Uint8Array) return [value]
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return []
  return Object.values(value).flatMap((one) => bytesIn(one, depth + 1))
}

/**
 * The bounds of the payload of each traced frame, as `scan` gives them. Undefined if the payload is not a slice of the
 * stream.
 */
export function payloadsOf(
  codec: FrameCodec<unknown>,
  bytes: Uint8Array<ArrayBuffer>,
  frames: readonly TracedFrame[],
): (Place | undefined)[] {
  const scanned = scannedIn(codec, bytes)
  let next = 0
  return frames.map(({ frame, start, end }) => {
    // `scan` also visits slices that were no frames.
    while (next < scanned.length && scanned[next]!.start < start) next++
    const payload = scanned[next]
    if (payload !== undefined && payload.end <= end) {
      next++
      return payload
    }
    // It does not visit a frame that only the end of the stream has completed.
    return frame instanceof Uint8Array && frame.length === end - start ? { start, end } : undefined
  })
}

function scannedIn(codec: FrameCodec<unknown>, bytes: Uint8Array<ArrayBuffer>): Place[] {
  const scanned: Place[] = []
  const chunk = bytes.slice()
  try {
    codec.decoder().scan(chunk, (visited, start, end) => {
      if (visited.buffer !== chunk.buffer) return
      scanned.push({ start: visited.byteOffset + start, end: visited.byteOffset + end })
    })
  } catch {
    // `scan` has visited the frames before the error; the trace shows the error.
  }
  return scanned
}

/** A range of the stream, split at chunk boundaries. */
export interface Piece {
  chunk: number
  start: number
  end: number
}

export function piecesOf(start: number, end: number, cuts: readonly number[]): Piece[] {
  const boundaries = [0, ...cuts, Infinity]
  return boundaries
    .slice(0, -1)
    .map((from, chunk) => ({ chunk, start: Math.max(start, from), end: Math.min(end, boundaries[chunk + 1]!) }))
    .filter((piece) => piece.start < piece.end)
}
