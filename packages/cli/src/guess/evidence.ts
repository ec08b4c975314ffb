// The evidence, in bits, for a division of the sample into frames: the sum of several kinds, less the cost of the
// choice.

import type { Tiling } from './hypothesis.ts'
import type { Sample } from './sample.ts'

export interface Evidence {
  /** Frames begin alike: the bits saved by coding each of their first bytes by its position in the frame. */
  headers: number
  /** Frames end where chunks do, more often than by chance. */
  borders: number
  /** No frame could begin elsewhere in the stream. */
  strictness: number
  /** The last frame ends with the stream; negative if it is truncated. */
  end: number
  /** The two bytes of a delimiter occur together more often than by chance. */
  pairs: number
  /** Negative for empty frames, which may be halves of a header. */
  empty: number
  prior: number
  /** The sum. */
  bits: number
}

/** The evidence that depends only on the frames, not on the rule that finds them. */
export type EvidenceOfFrames = Pick<Evidence, 'headers' | 'borders'>

export function evidenceOfFrames(tiling: Tiling, sample: Sample): EvidenceOfFrames {
  return { headers: headerBits(tiling, sample), borders: borderBits(tiling.ends, sample) }
}

export function evidenceOf(
  tiling: Tiling,
  sample: Sample,
  strictnessPerFrame: number,
  { headers, borders }: EvidenceOfFrames,
): Evidence {
  const { hypothesis, ends } = tiling
  const strictness = strictnessPerFrame * ends.length
  const end = endBits(tiling, sample)
  const pairs = pairBits(tiling, sample)
  const empty = -4 * countOfLength(tiling, hypothesis.emptyLength)
  const skipped = hypothesis.start === 0 ? 0 : 3 + Math.log2(hypothesis.start)
  const prior = -hypothesis.prior - skipped
  const bits = headers + borders + strictness + end + pairs + empty + prior
  return { headers, borders, strictness, end, pairs, empty, prior, bits }
}

/** How many first bytes of each frame are compared at the same position: a header, or a record. */
const COMPARED = 16
const COMPARED_OF_RECORDS = 64
/** How many bytes of the stream are examined. */
const LOOKED_AT = 64 * 1024
/** The weight of the prior for a position before its first byte. */
const ALPHA = 2
/** How often each byte was seen at each position: one array for all hypotheses. Floats, since they are divided. */
const COUNTS = new Float64Array(COMPARED_OF_RECORDS * 256)
/** Products outside these limits are close to underflow or overflow. */
const LEAST_GAIN = 1e-200
const MOST_GAIN = 1e200

/**
 * The bits saved by coding the bytes at each position of a frame with earlier bytes at that position. A position that
 * saves nothing is not coded separately, so payloads cost nothing.
 */
function headerBits({ hypothesis, ends }: Tiling, { bytes, chance }: Sample): number {
  const compared = hypothesis.flags.fixedSize === undefined ? COMPARED : COMPARED_OF_RECORDS
  COUNTS.fill(0, 0, compared * 256)
  const seen = new Float64Array(compared)
  const saved = new Float64Array(compared)
  // A logarithm of a product is faster than a sum of logarithms.
  const gains = new Float64Array(compared).fill(1)
  let start = hypothesis.start
  for (const end of ends) {
    const length = Math.min(end - start, compared)
    for (let place = 0; place < length; place++) {
      const at = start + place
      const index = (place << 8) | bytes[at]!
      const before = chance[at]!
      const probability = (COUNTS[index]! + ALPHA * before) / (seen[place]! + ALPHA)
      const gain = gains[place]! * (probability / before)
      if (gain > LEAST_GAIN && gain < MOST_GAIN) gains[place] = gain
      else {
        saved[place]! += Math.log2(gain)
        gains[place] = 1
      }
      COUNTS[index]!++
      seen[place]!++
    }
    start = end
    if (start - hypothesis.start > LOOKED_AT) break
  }
  // A position with a single byte is compared with nothing.
  const isCompared = (_: number, place: number): boolean => seen[place]! > 1
  return bestOf(saved.map((bits, place) => bits + Math.log2(gains[place]!)).filter(isCompared))
}

/** The number of frames of this length. */
function countOfLength({ hypothesis, ends }: Tiling, length: number | undefined): number {
  let count = 0
  let start = hypothesis.start
  for (const end of ends) {
    if (end - start === length) count++
    start = end
  }
  return count
}

/**
 * The most bits that some of the positions save, less the bits that say which ones. Among many positions, one saves by
 * chance.
 */
function bestOf(saved: Float64Array): number {
  const sorted = saved.toSorted((a, b) => b - a)
  let best = 0
  let sum = 0
  let choice = 0
  for (let count = 1; count <= sorted.length && sorted[count - 1]! > 0; count++) {
    sum += sorted[count - 1]!
    choice += Math.log2((sorted.length - count + 1) / count)
    best = Math.max(best, sum - choice)
  }
  return best
}

/** Compares how often chunks end at frame ends with how often they end at any byte. */
function borderBits(ends: Int32Array, sample: Sample): number {
  let met = 0
  for (const end of ends) if (sample.isChunkEnd(end)) met++
  const inside = ends.at(-1) === sample.length ? ends.length - 1 : ends.length
  return likelihoodGain(met, inside, sample.chunkEnds.length / sample.length)
}

/** Compares how often a delimiter's second byte follows the first with how often it follows any byte. */
function pairBits({ hypothesis: { pair } }: Tiling, { length, counts, pairCounts }: Sample): number {
  if (pair === undefined) return 0
  const [first, second] = pair
  return likelihoodGain(pairCounts[(first << 8) | second]!, counts[first]!, counts[second]! / length)
}

/** The logarithm of the likelihood ratio of the observed rate and chance. A rate below chance is no evidence. */
function likelihoodGain(met: number, all: number, chance: number): number {
  const rate = (met + 0.5) / (all + 1)
  if (all === 0 || chance === 0 || rate <= chance) return 0
  const bits = met * Math.log2(rate / chance) + (all - met) * Math.log2((1 - rate) / (1 - chance))
  return Math.max(0, bits - Math.log2(all + 1) / 2)
}

function endBits({ hypothesis, ends, rest, promised }: Tiling, sample: Sample): number {
  if (!sample.isWhole) return 0
  const mean = (sample.length - rest - hypothesis.start) / ends.length
  if (rest === 0) return Math.log2(mean)
  // The end of a recording may truncate a frame, but hardly one that is longer than all before it.
  let longest = 1
  let start = hypothesis.start
  for (const end of ends) {
    longest = Math.max(longest, end - start)
    start = end
  }
  const length = promised === Infinity ? rest : promised
  return -8 - 4 * Math.max(0, Math.log2(length / longest)) - (64 * rest) / sample.length
}
