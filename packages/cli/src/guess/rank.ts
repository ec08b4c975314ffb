// Ranks the framings that divide a sample into frames. Those with the same frames share a rank, since the bytes do not
// show which one is right.

import { decoded, decodedHypotheses, strictnessOf, strictnessOfRule } from './decoded.ts'
import { delimiters, fixedSizes } from './delimiters.ts'
import { evidenceOf, evidenceOfFrames, type Evidence, type EvidenceOfFrames } from './evidence.ts'
import { startsOf, tile, type Hypothesis, type Rule, type Tiling } from './hypothesis.ts'
import { lengthFields, varints } from './length-fields.ts'
import type { Sample } from './sample.ts'

export interface Guess {
  tiling: Tiling
  evidence: Evidence
  /** Others with the same frames, the most likely first. */
  same: Hypothesis[]
}

export async function rank(sample: Sample, skipInitial: number): Promise<Guess[]> {
  const groups = new Map<string, Found[]>()
  // Many rules give the same frames, so compute the evidence of the frames once.
  const known = new Map<string, EvidenceOfFrames>()
  const add = (tiling: Tiling, strictness: number): void => {
    const { start, flags } = tiling.hypothesis
    const key = keyOf(tiling)
    const knownKey = `${key} ${start} ${flags.fixedSize !== undefined}`
    const ofFrames = known.get(knownKey) ?? evidenceOfFrames(tiling, sample)
    known.set(knownKey, ofFrames)
    const found = { tiling, evidence: evidenceOf(tiling, sample, strictness, ofFrames) }
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [found])
    else group.push(found)
  }
  const starts = [...startsOf(sample, skipInitial)]
  // Do not try a framing again from a later frame of its own.
  const visited = new Map(starts.map((start) => [start, new Set<string>()]))
  const anywhere = [...rulesFor(sample)]
  // The strictness of a rule does not depend on the start.
  const strictnesses = new Map<Rule, number>()
  for (const start of starts) {
    // Lines of one length are lines.
    for (const rule of [...anywhere, ...(sample.isText ? [] : fixedSizes(sample, start))]) {
      if (visited.get(start)!.has(rule.description)) continue
      const tiling = tile(rule, start, sample)
      if (tiling === undefined) continue
      for (const [other, descriptions] of visited) if (isEndOf(tiling, other)) descriptions.add(rule.description)
      const strictness = strictnesses.get(rule) ?? strictnessOfRule(rule, sample)
      strictnesses.set(rule, strictness)
      add(tiling, strictness)
    }
  }
  if (skipInitial === 0) {
    for (const candidate of await decodedHypotheses(sample)) {
      const tiling = decoded(candidate, sample)
      if (tiling !== undefined) add(tiling, strictnessOf(candidate.codec, sample))
    }
  }
  return [...groups.values()].map(guessOf).toSorted((a, b) => b.evidence.bits - a.evidence.bits)
}

function isEndOf({ ends }: Tiling, position: number): boolean {
  for (const end of ends) if (end >= position) return end === position
  return false
}

interface Found {
  tiling: Tiling
  evidence: Evidence
}

/** A protocol is preferred to an ordinary rule if it is stricter by this many bits per frame. */
const STRICTER = 3

/** Of rules with equal frames, prefers the one that begins first, or a protocol that recognises its own bytes. */
function guessOf(group: Found[]): Guess {
  const sorted = group.toSorted((a, b) => b.evidence.bits - a.evidence.bits)
  const [best] = sorted as [Found]
  const isProtocol = ({ tiling }: Found): boolean => tiling.hypothesis.flags.protocol !== undefined
  const byStart = sorted.toSorted((a, b) => a.tiling.hypothesis.start - b.tiling.hypothesis.start)
  const rule = byStart.find((one) => !isProtocol(one)) ?? best
  const protocol = sorted.find(isProtocol)
  const gain = ((protocol?.evidence.strictness ?? 0) - rule.evidence.strictness) / rule.tiling.ends.length
  const named = protocol !== undefined && gain >= STRICTER ? protocol : rule
  return {
    tiling: named.tiling,
    evidence: best.evidence,
    same: sorted.filter((one) => one !== named).map(({ tiling }) => tiling.hypothesis),
  }
}

function* rulesFor(sample: Sample): Generator<Rule> {
  // In text any byte may look like a length.
  const surprise = sample.isText ? 12 : 0
  for (const one of lengthFields()) yield { ...one, prior: one.prior + surprise }
  for (const one of varints()) yield { ...one, prior: one.prior + surprise }
  yield* delimiters(sample)
}

/** Equal for tilings with equal frames; the skipped beginning counts as a frame. */
function keyOf({ hypothesis: { start }, ends }: Tiling): string {
  let hash = start
  for (const end of ends) hash = Math.imul(hash, 0x01000193) ^ end
  return `${start > 0 ? ends.length + 1 : ends.length} ${hash} ${ends.at(-1)}`
}
