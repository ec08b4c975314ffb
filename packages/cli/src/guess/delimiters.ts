// Hypotheses of frames that end with a delimiter, and of records of one size.

import type { Rule } from './hypothesis.ts'
import type { Sample } from './sample.ts'

interface Candidate {
  name: string
  bytes: number[]
  prior: number
}

const KNOWN: Candidate[] = [
  { name: 'CR LF', bytes: [13, 10], prior: 1 },
  { name: 'LF', bytes: [10], prior: 2 },
  { name: 'NUL', bytes: [0], prior: 5 },
  { name: 'CR', bytes: [13], prior: 6 },
  { name: 'an empty line', bytes: [13, 10, 13, 10], prior: 6 },
  { name: 'an empty line of LF', bytes: [10, 10], prior: 6 },
  { name: 'FS CR', bytes: [28, 13], prior: 6 },
  { name: 'ETX', bytes: [3], prior: 7 },
  { name: 'EOT', bytes: [4], prior: 7 },
  { name: 'RS', bytes: [30], prior: 7 },
]

export function* delimiters(sample: Sample): Generator<Rule> {
  const { bytes } = sample
  const text = shareOfText(bytes)
  for (const candidate of [...KNOWN, ...endings(sample)]) {
    const { name, bytes: delimiter, prior } = candidate
    const escaped = delimiter.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
    const given = { CR: '\\r', LF: '\\n', NUL: '\\0', 'CR LF': '\\r\\n' }[name] ?? escaped
    yield {
      description: `ends with ${name}`,
      flags: { delimiter: [given] },
      ...(delimiter.length === 2 && delimiter[0] !== delimiter[1]
        ? { pair: [delimiter[0]!, delimiter[1]!] as const }
        : {}),
      // Line ends are common in text, but not among other bytes.
      prior: delimiter.some((byte) => byte === 10 || byte === 13)
        ? prior + (1 - text) * 40 - (text === 1 ? 8 : 0)
        : prior,
      frameEnd(all, position) {
        const at = indexOf(all, delimiter, position)
        return at === -1 ? Infinity : at + delimiter.length
      },
    }
  }
}

/** The bytes at the end of the stream and of most chunks, unless they are a known delimiter. */
function* endings({ bytes, chunkEnds }: Sample): Generator<Candidate> {
  for (const length of [1, 2]) {
    const counts = new Map<string, number>()
    for (const end of [...chunkEnds, bytes.length]) {
      if (end < length) continue
      const ending = [...bytes.subarray(end - length, end)].join()
      counts.set(ending, (counts.get(ending) ?? 0) + 1)
    }
    for (const [ending, count] of counts) {
      const delimiter = ending.split(',').map(Number)
      const isKnown = KNOWN.some((known) => known.bytes.join() === ending)
      if (isKnown || count * 2 <= chunkEnds.length) continue
      yield {
        name: delimiter.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' '),
        bytes: delimiter,
        prior: 8 * length,
      }
    }
  }
}

/** Printable ASCII, line ends, tabs and bytes of UTF-8. */
function shareOfText(bytes: Uint8Array): number {
  let count = 0
  for (const byte of bytes) if ((byte >= 32 && byte !== 127) || byte === 9 || byte === 10 || byte === 13) count++
  return bytes.length === 0 ? 0 : count / bytes.length
}

function indexOf(bytes: Uint8Array, delimiter: number[], from: number): number {
  for (let at = bytes.indexOf(delimiter[0]!, from); at !== -1; at = bytes.indexOf(delimiter[0]!, at + 1)) {
    if (delimiter.every((byte, index) => bytes[at + index] === byte)) return at
  }
  return -1
}

const MAX_RECORD = 4096

/** Sizes that divide the number of bytes, and the most frequent chunk sizes. */
export function* fixedSizes({ length, chunkEnds, isWhole }: Sample, start: number): Generator<Rule> {
  const sizes = new Set<number>()
  const total = length - start
  const longest = isWhole ? Math.min(MAX_RECORD, total / 2) : 0
  for (let size = 2; size <= longest; size++) if (total % size === 0) sizes.add(size)
  const counts = new Map<number, number>()
  for (const [index, end] of chunkEnds.entries()) {
    const size = end - (chunkEnds[index - 1] ?? 0)
    counts.set(size, (counts.get(size) ?? 0) + 1)
  }
  const frequent = [...counts].filter(([size, count]) => count > 2 && size > 1 && size <= MAX_RECORD)
  for (const [size] of frequent.toSorted(([, a], [, b]) => b - a).slice(0, 4)) sizes.add(size)
  for (const size of sizes) {
    yield {
      description: `records of ${size} bytes`,
      flags: { fixedSize: size },
      prior: 6 + Math.log2(size),
      frameEnd: (bytes, position) => (position + size > bytes.length ? Infinity : position + size),
    }
  }
}
