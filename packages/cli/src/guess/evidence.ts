// How much a tiling of the sample into frames explains, in bits: four kinds of evidence, less what the choice costs.

import type { Tiling } from './hypothesis.ts'
import type { Sample } from './sample.ts'

export interface Evidence {
  /** Frames that begin alike: bits saved by saying each of their first bytes at its place. */
  headers: number
  /** Frames end where chunks do, more often than chance has it. */
  borders: number
  /** Elsewhere in the stream no frame could begin. */
  strictness: number
  /** The last frame ends with the stream; negative where it is cut off. */
  end: number
  prior: number
  /** The sum. */
  bits: number
}

export function evidenceOf(tiling: Tiling, sample: Sample, strictnessPerFrame: number): Evidence {
  const { hypothesis, ends } = tiling
  const headers = headerBits(tiling, sample)
  const borders = borderBits(ends, sample)
  const strictness = strictnessPerFrame * ends.length
  const end = endBits(tiling, sample)
  const skipped = hypothesis.start === 0 ? 0 : 3 + Math.log2(hypothesis.start)
  const prior = -hypothesis.prior - skipped
  return { headers, borders, strictness, end, prior, bits: headers + borders + strictness + end + prior }
}

/** Bytes of a frame that are compared with those of others at the same place: a header's, or a record's. */
const COMPARED = 16
const COMPARED_OF_RECORDS = 64
/** Bytes of the stream that are looked at. */
const LOOKED_AT = 64 * 1024
/** How much is known of a place before its first byte. */
const ALPHA = 2

/**
 * What the bytes at each place of a frame cost with what was seen at that place before, against what they cost without.
 * A place at which nothing is saved is not told apart, so payloads cost nothing.
 */
function headerBits({ hypothesis, ends }: Tiling, { bytes, cost }: Sample): number {
  const compared = hypothesis.flags.fixedSize === undefined ? COMPARED : COMPARED_OF_RECORDS
  const counts = Array.from({ length: compared }, () => new Uint32Array(256))
  const seen = new Uint32Array(compared)
  const saved = new Float64Array(compared)
  let start = hypothesis.start
  for (const end of ends) {
    const length = Math.min(end - start, compared)
    for (let place = 0; place < length; place++) {
      const byte = bytes[start + place]!
      const without = cost[start + place]!
      const probability = (counts[place]![byte]! + ALPHA * 2 ** -without) / (seen[place]! + ALPHA)
      saved[place]! += without + Math.log2(probability)
      counts[place]![byte]!++
      seen[place]!++
    }
    start = end
    if (start - hypothesis.start > LOOKED_AT) break
  }
  return saved.reduce((sum, bits) => sum + Math.max(0, bits - 1), 0)
}

/** The logarithm of the likelihoods' ratio: chunks end at frames' ends as often as seen, or as at any byte. */
function borderBits(ends: readonly number[], sample: Sample): number {
  const total = ends.filter((end) => end < sample.length).length
  if (total === 0 || sample.chunkEnds.length === 0) return 0
  const met = ends.filter((end) => sample.isChunkEnd(end)).length
  const chance = sample.chunkEnds.length / sample.length
  const rate = (met + 0.5) / (total + 1)
  if (rate <= chance) return 0
  const bits = met * Math.log2(rate / chance) + (total - met) * Math.log2((1 - rate) / (1 - chance))
  return Math.max(0, bits - Math.log2(total + 1) / 2)
}

function endBits({ hypothesis, ends, rest, promised }: Tiling, sample: Sample): number {
  if (!sample.isWhole) return 0
  const mean = (sample.length - rest - hypothesis.start) / ends.length
  if (rest === 0) return Math.log2(mean)
  // A frame may be cut off where the recording ends, but hardly one that is longer than all before it.
  const longest = ends.reduce((most, end, index) => Math.max(most, end - (ends[index - 1] ?? hypothesis.start)), 1)
  const length = promised === Infinity ? rest : promised
  return -8 - 4 * Math.max(0, Math.log2(length / longest)) - (64 * rest) / sample.length
}
