// What `cobs` must make of a whole stream, one block at a time.

import type { Outcome } from '../outcome.ts'
import { flagged, type StuffingRules } from './flagged.ts'

/** The options of `cobs` that determine the result. */
export type CobsRules = StuffingRules

/** What `cobs` must make of a whole stream. */
export function cobs(rules: CobsRules = {}): (stream: Uint8Array) => Outcome {
  return (stream) => flagged(stream, { flag: 0, contentOf, countOf: (raw) => walk(raw).content.length }, rules)
}

function contentOf(raw: Uint8Array): Uint8Array | undefined {
  const { content, isWhole } = walk(raw)
  return isWhole ? Uint8Array.from(content) : undefined
}

/** The content received so far. A block's zero is content only once another block follows. */
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
