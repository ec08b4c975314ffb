// What `slip` must make of a whole stream. Bytes are read as text: a regular expression finds escaped pairs.

import { fromHex, hex } from '../bytes.ts'
import type { Outcome } from '../outcome.ts'
import { flagged, type StuffingRules } from './flagged.ts'

/** The options of `slip` that determine the result. */
export type SlipRules = StuffingRules

/** What `slip` must make of a whole stream. */
export function slip(rules: SlipRules = {}): (stream: Uint8Array) => Outcome {
  return (stream) => flagged(stream, { flag: 0xc0, contentOf, countOf }, rules)
}

function contentOf(raw: Uint8Array): Uint8Array | undefined {
  const units = unitsOf(raw)
  if (units.some((unit) => unit.startsWith('db') && unit !== 'dbdc' && unit !== 'dbdd')) return undefined
  return fromHex(units.map((unit) => (unit === 'dbdc' ? 'c0' : unit === 'dbdd' ? 'db' : unit)).join(''))
}

/** An escape with the byte after it, or a byte that stands for itself. */
function unitsOf(raw: Uint8Array): string[] {
  return hex(raw).match(/db..|../g) ?? []
}

/** An escape alone is not complete. */
function countOf(raw: Uint8Array): number {
  return unitsOf(raw).filter((unit) => unit !== 'db').length
}
