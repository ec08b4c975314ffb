// Hypotheses that only a codec can test: protocols, and framings without a simple rule for frame ends.

import { isFrameError, type FrameCodec } from '@unstick/core'
import { codecOf } from '../codecs.ts'
import { DIRECTIONS } from '../direction.ts'
import { LocatedDecoder } from '../located-decoder.ts'
import { allPresets } from '../protocols.ts'
import type { GuessedFlags, Hypothesis, Rule, Tiling } from './hypothesis.ts'
import type { Sample } from './sample.ts'

export interface DecodedHypothesis {
  description: string
  flags: GuessedFlags
  prior: number
  codec: FrameCodec<unknown>
}

const FRAMINGS: [description: string, flags: GuessedFlags, prior: number][] = [
  ['netstrings', { textLength: true, trailer: ',' }, 4],
  ['digits that count the bytes after the colon', { textLength: true }, 6],
  ['4 hexadecimal digits that count the whole frame', { textLength: true, radix: 16, digits: 4, includes: 'frame' }, 6],
  ['4 digits that count the bytes after them', { textLength: true, digits: 4 }, 6],
  ['header lines with Content-Length', { contentLength: true }, 3],
  ['JSON values, one per line', { jsonLines: true }, 3],
  ['SLIP', { slip: true }, 6],
  ['COBS', { cobs: true }, 6],
  ['HDLC', { hdlc: true }, 3],
]

export async function decodedHypotheses(sample: Sample): Promise<DecodedHypothesis[]> {
  const framings = FRAMINGS.map(([description, flags, prior]) => ({ description, flags, prior, codec: codecOf(flags) }))
  const presets: DecodedHypothesis[] = []
  for (const [name, { sides, codec }] of await allPresets()) {
    const options = name === 'multipart' ? boundaryIn(sample) : {}
    if (options === undefined) continue
    for (const [index, from] of (sides === undefined ? [undefined] : DIRECTIONS).entries()) {
      const side = sides?.[index]
      presets.push({
        description: side === undefined ? name : `${name}, from the ${side}`,
        flags: { protocol: name, ...options, ...(side === undefined ? {} : { from: side }) },
        prior: 5,
        codec: codec(options, from),
      })
    }
  }
  return [...framings, ...presets]
}

/** A multipart body begins with its boundary. */
function boundaryIn({ bytes }: Sample): { boundary: string } | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 80))
  const [, boundary] = /^--([\w'()+,./:=?-]{1,70})\r\n/.exec(head) ?? []
  return boundary === undefined ? undefined : { boundary }
}

/** The frames that the codec finds. Undefined if it throws, or if most of the bytes remain. */
export function decoded({ description, flags, prior, codec }: DecodedHypothesis, sample: Sample): Tiling | undefined {
  const ends = endsOf(codec, sample.bytes)
  if (ends === undefined || ends.length === 0) return undefined
  const pair = haveLines(flags, ends, sample.bytes) ? { pair: [13, 10] as const } : {}
  const hypothesis: Hypothesis = { description, flags, prior, start: 0, ...pair, frameEnd: () => NaN }
  const rest = sample.length - ends.at(-1)!
  return rest * 2 > sample.length ? undefined : { hypothesis, ends, rest, promised: Infinity }
}

/** Whether frames consist of lines, so that their ends are visible. */
function haveLines(flags: GuessedFlags, ends: readonly number[], bytes: Uint8Array): boolean {
  if (flags.contentLength !== undefined) return true
  return ends.filter((end) => bytes[end - 2] === 13 && bytes[end - 1] === 10).length >= ends.length * 0.9
}

const SKIPPED = new Error('bytes that a codec skips are not its frames')

/** Undefined if the codec refuses bytes or skips them as garbage. */
function endsOf(codec: FrameCodec<unknown>, bytes: Uint8Array): number[] | undefined {
  const ends: number[] = []
  // Throw at once: otherwise a codec that skips unknown bytes would search a whole stream of another protocol.
  const decoder = new LocatedDecoder(codec, 0, () => {
    throw SKIPPED
  })
  try {
    // Two frames of one message have the same end.
    for (const { offset, length } of decoder.decode(bytes)) if (length > 0) ends.push(offset + length)
  } catch (error) {
    if (isFrameError(error) || error === SKIPPED) return undefined
    throw error
  }
  return ends
}

const PROBES = 64
const PROBES_OF_RULES = 512
const PROBED_BYTES = 512
/** The most evidence of one frame, in bits. */
const MOST_PER_FRAME = 8

/** How improbable it is, in bits, that the codec finds frames in the middle of the stream. */
export function strictnessOf(codec: FrameCodec<unknown>, sample: Sample): number {
  const taken = sample
    .probes(PROBES)
    .filter((at) => endsOf(codec, sample.bytes.subarray(at, at + PROBED_BYTES)) !== undefined)
  return improbability(taken.length, PROBES)
}

/** The same for a rule that gives frame ends. */
export function strictnessOfRule(rule: Rule, sample: Sample): number {
  const taken = sample.probes(PROBES_OF_RULES).filter((at) => rule.frameEnd(sample.bytes, at) <= sample.length)
  return improbability(taken.length, PROBES_OF_RULES)
}

/** A margin in bits, subtracted for each frame, because a few probes are inexact. */
const UNCERTAIN = 0.1

function improbability(taken: number, of: number): number {
  return Math.min(MOST_PER_FRAME, Math.max(0, -Math.log2((taken + 0.5) / (of + 0.5)) - UNCERTAIN))
}
