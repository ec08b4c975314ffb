// What `cobs` has to make of a whole stream, a block at a time.

import type { Outcome } from '../outcome.ts'
import { flagged, type StuffingRules } from './flagged.ts'

/** The options of `cobs` that decide what a stream means. */
export type CobsRules = StuffingRules

/** What `cobs` must make of a whole stream. */
export function cobs(rules: CobsRules = {}): (stream: Uint8Array) => Outcome {
  return (stream) => flagged(stream, { flag: 0, contentOf, countOf: (raw) => walk(raw).content.length }, rules)
}

function contentOf(raw: Uint8Array): Uint8Array | undefined {
  const { content, isWhole } = walk(raw)
  return isWhole ? Uint8Array.from(content) : undefined
}

/** The content as far as it goes. A block's zero is not content before another block follows. */
function walk(raw: Uint8Array): { content: number[]; isWhole: boolean } {
  const content: number[] = []
  let zero: number[] = []
  for (let at = 0; at < raw.length;) {
    const code = raw[at]!
    const data = raw.slice(at + 1, at + code)
    content.push(...zero, ...data)
    if (data.length < code - 1) return { content, isWhole: false }
    zero = code === 255 ? [] : [0]
    at += code
  }
  return { content, isWhole: true }
}
