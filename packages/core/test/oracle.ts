// A codec simple enough to be its own oracle, and the outcome of decoding.

import {
  defineCodec,
  FrameError,
  isFrameError,
  UNKNOWN,
  ENDLESS,
  type CodecDefinition,
  type FindFrame,
  type FrameCodec,
} from '../src/index.ts'

/** Finds one length byte, then the payload; a length of 255 is invalid. */
export const findByteLength: FindFrame = (bytes, start, end, search) => {
  if (start === end) return start + 1
  const length = bytes[start]!
  if (length === 255) throw new FrameError('ERR_FRAME_LENGTH_INVALID', 'byteLength: 255 is no length')
  search.payloadStart = start + 1
  search.payloadEnd = start + 1 + length
  return start + 1 + length
}

export function byteLength(overrides: Partial<CodecDefinition> = {}): FrameCodec {
  return defineCodec({
    name: 'byteLength',
    maxFrameLength: 100,
    find: findByteLength,
    encodeParts: (payload) => [new Uint8Array([payload.length]), payload],
    ...overrides,
  })
}

/** Frames ended by the two bytes 1, 2; content of at most `max` bytes. */
export function endedBy12(max: number, overrides: Partial<CodecDefinition> = {}): FrameCodec {
  return defineCodec({
    name: 'endedBy12',
    maxFrameLength: max,
    overhead: 2,
    find(bytes, start, end, search) {
      for (let at = search.resumeAt; at <= start + max; at++) {
        search.resumeAt = at
        if (at >= end || (at + 1 === end && bytes[at] === 1)) return UNKNOWN
        if (bytes[at] === 1 && bytes[at + 1] === 2) {
          search.payloadStart = start
          search.payloadEnd = at
          return at + 2
        }
      }
      search.resumeAt = start + max + 1
      return ENDLESS
    },
    ...overrides,
  })
}

/** Finds the end of frames ended by the three bytes 1, 2, 3. Leaves nothing in `search` but the payload's end. */
export const findEndedBy123: FindFrame = (bytes, start, end, search) => {
  for (let at = start; at + 2 < end; at++) {
    if (bytes[at] !== 1 || bytes[at + 1] !== 2 || bytes[at + 2] !== 3) continue
    search.payloadEnd = at
    return at + 3
  }
  return UNKNOWN
}

export interface Outcome {
  frames: number[][]
  skipped: { offset: number; length: number }[]
  error?: { code: unknown; offset: unknown }
}

/** The observable outcome of decoding `chunks` to the end. */
export function outcomeOf(codec: FrameCodec, chunks: Uint8Array[], method: 'decode' | 'scan' = 'decode'): Outcome {
  const outcome: Outcome = { frames: [], skipped: [] }
  const decoder = codec.decoder({ onSkip: ({ offset, length }) => outcome.skipped.push({ offset, length }) })
  try {
    for (const chunk of chunks) {
      if (method === 'scan')
        decoder.scan(chunk, (bytes, start, end) => outcome.frames.push([...bytes.subarray(start, end)]))
      else for (const frame of decoder.decode(chunk)) outcome.frames.push([...frame])
    }
    for (const frame of decoder.end()) outcome.frames.push([...frame])
  } catch (error) {
    if (!isFrameError(error)) throw error
    for (const frame of (error.frames ?? []) as Uint8Array[]) outcome.frames.push([...frame])
    outcome.error = { code: error.code, offset: error.offset }
  }
  return outcome
}

/** `bytes` in chunks whose lengths are `sizes`, then the rest, each in memory of its own. */
export function cut(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const size of sizes) {
    chunks.push(bytes.slice(at, at + size))
    at = Math.min(bytes.length, at + size)
  }
  chunks.push(bytes.slice(at))
  return chunks
}
