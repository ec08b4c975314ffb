// Hypotheses that only a codec can test: protocols, and framings without a simple rule for frame ends.

import { isFrameError, type FrameCodec } from '@unstick/core'
import { codecOf } from '../codecs.ts'
import { DIRECTIONS } from '../direction.ts'
import { allPresets } from '../protocols.ts'
import type { GuessedFlags, Hypothesis, Rule, Tiling } from './hypothesis.ts'
import type { Sample } from './sample.ts'

export interface DecodedHypothesis {
  description: string
  flags: GuessedFlags
  prior: number
  codec: FrameCodec<unknown>
  /** If the codec skips bytes that it does not know: the same one, which refuses them. */
  refusing?: FrameCodec<unknown>
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

/** Protocols whose codecs skip unknown bytes, and search for the next frame after them. */
const RESYNCHRONISING = new Set(['mavlink', 'modbus-rtu', 'rtcm3', 'ubx'])

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
        ...(RESYNCHRONISING.has(name) ? { refusing: codec({ ...options, corrupt: 'error' }, from) } : {}),
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
export function decoded(
  { description, flags, prior, codec, refusing }: DecodedHypothesis,
  sample: Sample,
): Tiling | undefined {
  // A codec that skips unknown bytes would search all of another protocol's stream for a frame. Whether it then found
  // one or not, its frames would not be those of this stream.
  if (refusing !== undefined && refusedAt(refusing, sample.bytes) * 2 < sample.length) return undefined
  const ends = endsOf(codec, sample.bytes)
  if (ends === undefined || ends.length === 0) return undefined
  const pair = haveLines(flags, ends, sample.bytes) ? { pair: [13, 10] as const } : {}
  const hypothesis: Hypothesis = { description, flags, prior, start: 0, ...pair, frameEnd: () => NaN }
  const rest = sample.length - ends.at(-1)!
  return rest * 2 > sample.length ? undefined : { hypothesis, ends, rest, promised: Infinity }
}

/** Whether frames consist of lines, so that their ends are visible. */
function haveLines(flags: GuessedFlags, ends: Int32Array, bytes: Uint8Array): boolean {
  if (flags.contentLength !== undefined) return true
  return ends.filter((end) => bytes[end - 2] === 13 && bytes[end - 1] === 10).length >= ends.length * 0.9
}

const SKIPPED = new Error('bytes that a codec skips are not its frames')

/** Undefined if the codec refuses bytes or skips them as garbage. */
function endsOf(codec: FrameCodec<unknown>, bytes: Uint8Array): Int32Array | undefined {
  const ends: number[] = []
  // Throw at once: otherwise a codec that skips unknown bytes would search a whole stream of another protocol.
  const decoder = codec.decoder({
    onSkip: () => {
      throw SKIPPED
    },
  })
  let last = 0
  try {
    for (const frame of decoder.decode(bytes)) {
      void frame
      const end = bytes.length - decoder.bufferedLength
      // Two frames of one message have the same end.
      if (end > last) ends.push(end)
      last = end
    }
  } catch (error) {
    if (isFrameError(error) || error === SKIPPED) return undefined
    throw error
  }
  return Int32Array.from(ends)
}

/** The position of the first frame that the codec refuses, or Infinity. */
function refusedAt(codec: FrameCodec<unknown>, bytes: Uint8Array): number {
  try {
    codec.decoder().scan(bytes, () => {})
  } catch (error) {
    if (isFrameError(error)) return error.offset ?? 0
    throw error
  }
  return Infinity
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
  let taken = 0
  for (const at of sample.probes(PROBES_OF_RULES)) if (rule.frameEnd(sample.bytes, at) <= sample.length) taken++
  return improbability(taken, PROBES_OF_RULES)
}

/** A margin in bits, subtracted for each frame, because a few probes are inexact. */
const UNCERTAIN = 0.1

function improbability(taken: number, of: number): number {
  return Math.min(MOST_PER_FRAME, Math.max(0, -Math.log2((taken + 0.5) / (of + 0.5)) - UNCERTAIN))
}
