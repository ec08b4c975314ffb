// A hypothesis is a framing: the flags that make its codec, and a fast function that finds frame ends.

import { SAMPLE_BYTES, type Sample } from './sample.ts'

/** The flags of `unstick decode` that make a codec. */
export type GuessedFlags = Record<string, string | number | true | readonly [string]>

/** Finds the ends of frames, wherever the first one begins. */
export interface Rule {
  description: string
  flags: GuessedFlags
  /** The cost of this choice among all hypotheses, in bits: unusual ones cost more. */
  prior: number
  /** The length of an empty frame. */
  emptyLength?: number
  /** Two different bytes that occur together: a delimiter, or a line ending inside frames. */
  pair?: readonly [number, number]
  /** The end of the frame at `position`; Infinity if it is beyond the bytes, NaN if no frame can begin there. */
  frameEnd(bytes: Uint8Array, position: number): number
}

export interface Hypothesis extends Rule {
  /** Bytes before the framing begins. */
  start: number
}

/** The frames of a hypothesis, one after another from `start` on. */
export interface Tiling {
  hypothesis: Hypothesis
  ends: Int32Array
  /** Bytes after the last frame. */
  rest: number
  /** The length of the frame that they begin; Infinity if unknown. */
  promised: number
}

/** The longest accepted frame, the default limit of the codecs. */
export const MAX_FRAME: number = 8 * 1024 * 1024

/** The ends found so far: one array for all hypotheses, most of which fail. */
const FOUND = new Int32Array(SAMPLE_BYTES)

/** Undefined if the bytes do not divide into frames, or if most of them remain. */
export function tile(rule: Rule, start: number, { bytes }: Sample): Tiling | undefined {
  let count = 0
  let position = start
  let promised = Infinity
  while (position < bytes.length) {
    const end = rule.frameEnd(bytes, position)
    if (!(end > position) || (end !== Infinity && end - position > MAX_FRAME)) return undefined
    if (end > bytes.length) {
      promised = end - position
      break
    }
    FOUND[count++] = end
    position = end
  }
  const rest = bytes.length - position
  if (count === 0 || rest * 2 > bytes.length) return undefined
  return { hypothesis: { ...rule, start }, ends: FOUND.slice(0, count), rest, promised }
}

const MAX_START = 1024

/** Where framing may begin: at the first byte, or after one of the first chunks, such as a greeting. */
export function* startsOf(sample: Sample, given: number): Generator<number> {
  yield given
  for (const end of sample.chunkEnds.slice(0, 6))
    if (end > given && end <= MAX_START && end * 2 < sample.length) yield end
}
