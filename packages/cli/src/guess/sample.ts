// The beginning of one direction of a connection, with its chunk boundaries, and the probability of its bytes without a
// framing.

/** Only this many bytes of a longer stream are examined. */
export const SAMPLE_BYTES: number = 512 * 1024

export class Sample {
  readonly bytes: Uint8Array
  /** Positions at which a chunk ends, without the start and end of the sample. */
  readonly chunkEnds: readonly number[]
  /** Whether the stream ends with the sample. */
  readonly isWhole: boolean
  /** How often each byte occurs. */
  readonly counts: Uint32Array
  /** How often each pair of bytes occurs, by `first << 8 | second`. */
  readonly pairCounts: Uint32Array
  /** The probability of each byte after the previous one, estimated from all other bytes. */
  readonly chance: Float32Array
  /** Whether it is text, with a few exceptions: line ends then divide it. */
  readonly isText: boolean
  private readonly isChunkEndAt: Uint8Array
  private readonly spread: readonly number[]

  constructor(chunks: readonly Uint8Array[], isWhole: boolean) {
    this.bytes = joined(chunks, SAMPLE_BYTES)
    this.isWhole = isWhole && chunks.reduce((sum, { length }) => sum + length, 0) <= SAMPLE_BYTES
    this.isChunkEndAt = new Uint8Array(this.bytes.length + 1)
    const ends: number[] = []
    let end = 0
    for (const { length } of chunks) {
      end += length
      if (length > 0 && end < this.bytes.length) ends.push(end)
    }
    for (const one of ends) this.isChunkEndAt[one] = 1
    this.chunkEnds = ends
    ;[this.counts, this.pairCounts] = countsOf(this.bytes)
    this.chance = chances(this.bytes, this.counts, this.pairCounts)
    this.isText = isText(this.counts, this.length)
    this.spread = spreadOver(this.length)
  }

  get length(): number {
    return this.bytes.length
  }

  isChunkEnd(position: number): boolean {
    return this.isChunkEndAt[position] === 1
  }

  /** Positions spread over the sample, the same at every call. */
  probes(count: number): readonly number[] {
    return count === this.spread.length ? this.spread : this.spread.slice(0, count)
  }
}

function joined(chunks: readonly Uint8Array[], limit: number): Uint8Array {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const bytes = new Uint8Array(Math.min(length, limit))
  let end = 0
  for (const chunk of chunks) {
    bytes.set(chunk.subarray(0, bytes.length - end), end)
    end = Math.min(end + chunk.length, bytes.length)
  }
  return bytes
}

const MOST_PROBES = 512

/** Steps of the golden ratio avoid any period in the stream. */
function spreadOver(length: number): number[] {
  return Array.from({ length: MOST_PROBES }, (_, index) => Math.floor(((index * 0.618_033_988_75) % 1) * length))
}

function countsOf(bytes: Uint8Array): [counts: Uint32Array, pairCounts: Uint32Array] {
  const counts = new Uint32Array(256)
  const pairCounts = new Uint32Array(65_536)
  for (let at = 0; at < bytes.length; at++) {
    counts[bytes[at]!]!++
    if (at > 0) pairCounts[(bytes[at - 1]! << 8) | bytes[at]!]!++
  }
  return [counts, pairCounts]
}

/**
 * The probability of each byte without a framing. The counts exclude that byte, otherwise short streams would predict
 * themselves. The previous byte is used only if it saves bits: with random bytes it would raise the cost.
 */
function chances(bytes: Uint8Array, counts: Uint32Array, pairCounts: Uint32Array): Float32Array {
  const followers = new Uint32Array(256)
  const kinds = new Uint32Array(256)
  for (let pair = 0; pair < pairCounts.length; pair++) {
    if (pairCounts[pair] === 0) continue
    followers[pair >> 8]! += pairCounts[pair]!
    kinds[pair >> 8]!++
  }
  const alone = new Float64Array(256).map((_, byte) => (Math.max(0, counts[byte]! - 1) + 1 / 256) / bytes.length)
  // Witten and Bell: the more different bytes have followed, the likelier a new one is.
  const inContext = new Float64Array(65_536)
  const saved = new Float64Array(256)
  for (let pair = 0; pair < pairCounts.length; pair++) {
    const count = pairCounts[pair]!
    if (count === 0) continue
    const before = pair >> 8
    const byte = pair & 0xff
    inContext[pair] = (count - 1 + kinds[before]! * alone[byte]!) / (followers[before]! - 1 + kinds[before]!)
    saved[before]! += count * Math.log2(inContext[pair]! / alone[byte]!)
  }
  const result = new Float32Array(bytes.length)
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    const before = bytes[at - 1]
    result[at] = before !== undefined && saved[before]! > 0 ? inContext[(before << 8) | byte]! : alone[byte]!
  }
  return withRepeats(bytes, result)
}

/** How many previous bytes must match to find an earlier occurrence. */
const CONTEXT = 3
const LONGEST_RUN = 15

/**
 * Repetition costs almost nothing: rows of one table, or equal requests, look alike with any framing. Each byte is
 * predicted by the byte that last followed the same three bytes, unless that saves no bits: then it would raise the cost
 * of bytes that are repeated by chance, and any framing would save some of it.
 */
function withRepeats(bytes: Uint8Array, without: Float32Array): Float32Array {
  const last = new Int32Array(65_536)
  const hits = new Float64Array(LONGEST_RUN + 1).fill(1)
  const tries = new Float64Array(LONGEST_RUN + 1).fill(2)
  const result = without.slice()
  let saved = 0
  let run = 0
  for (let at = CONTEXT; at < bytes.length; at++) {
    const key = (Math.imul((bytes[at - 3]! << 16) | (bytes[at - 2]! << 8) | bytes[at - 1]!, 0x9e3779b1) >>> 16) & 0xffff
    const earlier = last[key]!
    last[key] = at
    if (earlier === 0) continue
    const isHit = bytes[earlier] === bytes[at]
    const rate = hits[run]! / tries[run]!
    const probability = (isHit ? rate : 0) + (1 - rate) * without[at]!
    result[at] = probability
    saved += Math.log2(probability / without[at]!)
    tries[run]!++
    // Only the part of a hit that chance does not explain: of few different bytes, many are repeated by chance.
    if (isHit) hits[run]! += rate / probability
    run = isHit ? Math.min(run + 1, LONGEST_RUN) : 0
  }
  return saved > 0 ? result : without
}

/** Less than one control character in a thousand: binary lengths have more. */
function isText(counts: Uint32Array, length: number): boolean {
  let controls = counts[127]!
  for (let byte = 0; byte < 32; byte++) if (byte !== 9 && byte !== 10 && byte !== 13) controls += counts[byte]!
  return controls * 1000 < length
}
