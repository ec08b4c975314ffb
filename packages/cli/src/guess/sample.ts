// The beginning of one direction of a connection, with its chunk boundaries, and the cost of its bytes without a
// framing.

/** Only this many bytes of a longer stream are examined. */
export const SAMPLE_BYTES: number = 512 * 1024

export class Sample {
  readonly bytes: Uint8Array
  /** Positions at which a chunk ends, without the start and end of the sample. */
  readonly chunkEnds: readonly number[]
  /** Whether the stream ends with the sample. */
  readonly isWhole: boolean
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
    this.chance = costs(this.bytes).map((bits) => 2 ** -bits)
    this.isText = isText(this.bytes)
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
    return this.spread.slice(0, count)
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

/**
 * The counts for the cost of a byte exclude that byte, otherwise short streams would predict themselves. The previous
 * byte is used only if it saves bits: with random bytes it would raise the cost.
 */
function costs(bytes: Uint8Array): Float32Array {
  const single = new Uint32Array(256)
  const pairs = new Uint32Array(65_536)
  const followers = new Uint32Array(256)
  const kinds = new Uint32Array(256)
  for (let at = 0; at < bytes.length; at++) {
    single[bytes[at]!]!++
    if (at === 0) continue
    const before = bytes[at - 1]!
    if (pairs[(before << 8) | bytes[at]!]!++ === 0) kinds[before]!++
    followers[before]!++
  }
  const alone = new Float64Array(256).map((_, byte) => (Math.max(0, single[byte]! - 1) + 1 / 256) / bytes.length)
  // Witten and Bell: the more different bytes have followed, the likelier a new one is.
  const inContext = (before: number, byte: number): number =>
    (pairs[(before << 8) | byte]! - 1 + kinds[before]! * alone[byte]!) / (followers[before]! - 1 + kinds[before]!)
  const saved = new Float64Array(256)
  for (let at = 1; at < bytes.length; at++) {
    const [before, byte] = [bytes[at - 1]!, bytes[at]!]
    saved[before]! += Math.log2(inContext(before, byte) / alone[byte]!)
  }
  const cost = new Float32Array(bytes.length).map((_, at) => {
    const byte = bytes[at]!
    const before = bytes[at - 1]
    return -Math.log2(before !== undefined && saved[before]! > 0 ? inContext(before, byte) : alone[byte]!)
  })
  return withRepeats(bytes, cost)
}

/** How many previous bytes must match to find an earlier occurrence. */
const CONTEXT = 3
const LONGEST_RUN = 15

/**
 * Repetition costs almost nothing: rows of one table, or equal requests, look alike with any framing. Each byte is
 * predicted by the byte that last followed the same three bytes.
 */
function withRepeats(bytes: Uint8Array, cost: Float32Array): Float32Array {
  const last = new Int32Array(65_536)
  const hits = new Float64Array(LONGEST_RUN + 1).fill(1)
  const tries = new Float64Array(LONGEST_RUN + 1).fill(2)
  let run = 0
  return cost.map((without, at) => {
    if (at < CONTEXT) return without
    const key = (Math.imul((bytes[at - 3]! << 16) | (bytes[at - 2]! << 8) | bytes[at - 1]!, 0x9e3779b1) >>> 16) & 0xffff
    const earlier = last[key]!
    last[key] = at
    if (earlier === 0) return without
    const isHit = bytes[earlier] === bytes[at]
    const rate = hits[run]! / tries[run]!
    const probability = (isHit ? rate : 0) + (1 - rate) * 2 ** -without
    tries[run]!++
    if (isHit) hits[run]!++
    run = isHit ? Math.min(run + 1, LONGEST_RUN) : 0
    return -Math.log2(probability)
  })
}

/** Less than one control character in a thousand: binary lengths have more. */
function isText(bytes: Uint8Array): boolean {
  let controls = 0
  for (const byte of bytes) if ((byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 127) controls++
  return controls * 1000 < bytes.length
}
