// What the rules say of a whole stream, found the naive way.

import { isFrameError, type FrameCodec } from '@unstick/core'
import fc from 'fast-check'

export interface Outcome {
  frames: unknown[]
  skipped: { offset: number; length: number }[]
  error?: { code: string; offset: number | undefined }
}

export interface Rules {
  maxFrameLength: number
  oversize: 'error' | 'skip'
  atEnd: 'error' | 'emit' | 'drop'
}

/** The first ending at `from` or later; 'bare' where half of one stands alone. */
type Ending = { at: number; length: number } | { at: number; bare: true } | undefined
export type FindEnding = (stream: Uint8Array, from: number) => Ending

export const anyOf =
  (...delimiters: number[][]): FindEnding =>
  (stream, from) => {
    for (let at = from; at < stream.length; at++) {
      const here = delimiters.filter((each) => each.every((byte, index) => stream[at + index] === byte))
      if (here.length > 0) return { at, length: Math.max(...here.map((each) => each.length)) }
    }
    return undefined
  }

export const endings: Record<string, FindEnding> = {
  lf: anyOf([10]),
  auto: anyOf([10], [13, 10]),
  crlf: (stream, from) => {
    const at = stream.findIndex((byte, index) => index >= from && (byte === 10 || byte === 13))
    if (at === -1) return undefined
    return stream[at] === 13 && stream[at + 1] === 10 ? { at, length: 2 } : { at, bare: true }
  },
}

/** Whether the stream's last bytes, from the limit on at the latest, can become an ending. */
function mayYetEnd(stream: Uint8Array, limit: number, find: FindEnding, alphabet: number[]): boolean {
  const more = alphabet.flatMap((a) => [[a], ...alphabet.flatMap((b) => [[a, b], ...alphabet.map((c) => [a, b, c])])])
  return more.some((bytes) => {
    const ending = find(new Uint8Array([...stream, ...bytes]), 0)
    return ending !== undefined && !('bare' in ending) && ending.at <= limit && ending.at < stream.length
  })
}

/** `alphabet`: bytes of which every delimiter is made. */
export function oracle(stream: Uint8Array, find: FindEnding, rules: Rules, alphabet: number[]): Outcome {
  const { maxFrameLength, oversize, atEnd } = rules
  const outcome: Outcome = { frames: [], skipped: [] }
  let start = 0
  const fail = (code: string): Outcome => ({ ...outcome, error: { code, offset: start } })
  while (start < stream.length) {
    const ending = find(stream, start)
    const content = (ending?.at ?? stream.length) - start
    const isTooLong = content > maxFrameLength
    if (ending !== undefined && 'bare' in ending) {
      return fail(isTooLong && oversize === 'error' ? 'ERR_FRAME_TOO_LONG' : 'ERR_FRAME_CORRUPT')
    }
    if (ending === undefined) {
      const rest = stream.subarray(start)
      if (isTooLong && (atEnd === 'emit' || !mayYetEnd(rest, maxFrameLength, find, alphabet))) {
        return fail(oversize === 'skip' ? 'ERR_FRAME_TRUNCATED' : 'ERR_FRAME_TOO_LONG')
      }
      if (atEnd === 'error') return fail('ERR_FRAME_TRUNCATED')
      if (atEnd === 'emit') outcome.frames.push([...rest])
      return outcome
    }
    if (isTooLong && oversize === 'error') return fail('ERR_FRAME_TOO_LONG')
    const length = content + ending.length
    if (isTooLong) outcome.skipped.push({ offset: start, length })
    else outcome.frames.push([...stream.subarray(start, start + content)])
    start += length
  }
  return outcome
}

/** All that can be seen of decoding `chunks` to the end. */
export function outcomeOf<Frame>(
  codec: FrameCodec<Frame>,
  chunks: Uint8Array[],
  road: 'decode' | 'scan' | 'one a call' = 'decode',
): Outcome {
  const outcome: Outcome = { frames: [], skipped: [] }
  const shown = (frame: unknown): unknown => (frame instanceof Uint8Array ? [...frame] : frame)
  const decoder = codec.decoder({ onSkip: (skip) => outcome.skipped.push(skip) })
  try {
    for (const chunk of chunks) {
      if (road === 'scan') {
        decoder.scan(chunk, (bytes, start, end) => outcome.frames.push([...bytes.subarray(start, end)]))
        continue
      }
      for (const frame of decoder.decode(chunk)) {
        outcome.frames.push(shown(frame))
        if (road === 'one a call') break
      }
      // Its owner uses the chunk's memory again.
      if (road === 'one a call') chunk.fill(33)
    }
    outcome.frames.push(...decoder.end().map(shown))
  } catch (error) {
    if (!isFrameError(error)) throw error
    outcome.frames.push(...(error.frames ?? []).map(shown))
    outcome.error = { code: error.code, offset: error.offset }
  }
  return outcome
}

/** `bytes` in chunks whose lengths are `sizes`, then the rest; each chunk in memory of its own. */
export function cut(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  let at = 0
  return [...sizes, bytes.length].map((size) => bytes.slice(at, (at += size)))
}

export const cuttings = fc.array(fc.oneof(fc.constant(1), fc.nat(9)), { maxLength: 80 })

export const rules = fc.record({
  maxFrameLength: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(50)),
  oversize: fc.constantFrom('error' as const, 'skip' as const),
  atEnd: fc.constantFrom('error' as const, 'emit' as const, 'drop' as const),
})

/** Streams of few different bytes, so that delimiters and parts of them come often. */
export function streams(alphabet: number[]): fc.Arbitrary<Uint8Array> {
  return fc.array(fc.constantFrom(...alphabet), { maxLength: 70 }).map((bytes) => new Uint8Array(bytes))
}
