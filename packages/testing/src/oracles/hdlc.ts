// What `hdlc` must make of a whole stream. The FCS is computed bit by bit, as the remainder of a division of
// polynomials.

import { hex } from '../bytes.ts'
import type { Outcome } from '../outcome.ts'
import { flagged, type StuffingRules } from './flagged.ts'

/** The options of `hdlc` that determine the result. */
export interface HdlcRules extends StuffingRules {
  fcs?: 16 | 32 | 'none'
}

/** What `hdlc` must make of a whole stream. */
export function hdlc(rules: HdlcRules = {}): (stream: Uint8Array) => Outcome {
  const { fcs = 16 } = rules
  const trailer = fcs === 'none' ? 0 : fcs / 8
  const contentOf = (raw: Uint8Array): Uint8Array | undefined => {
    const units = unitsOf(raw)
    const bytes = units.map((unit) => Number.parseInt(unit.slice(-2), 16) ^ (unit.length === 4 ? 0x20 : 0))
    if (units.at(-1) === '7d' || bytes.length < trailer) return undefined
    const content = bytes.slice(0, bytes.length - trailer)
    const expected = fcs === 'none' ? [] : fcsOf(content, fcs)
    return hex(Uint8Array.from([...content, ...expected])) === hex(Uint8Array.from(bytes))
      ? Uint8Array.from(content)
      : undefined
  }
  const countOf = (raw: Uint8Array): number => unitsOf(raw).filter((unit) => unit !== '7d').length - trailer
  return (stream) => flagged(stream, { flag: 0x7e, contentOf, countOf }, rules)
}

/** An escape with the byte after it, or a byte that stands for itself. */
function unitsOf(raw: Uint8Array): string[] {
  return hex(raw).match(/7d..|../g) ?? []
}

const POLYNOMIALS = { 16: 0x11021n, 32: 0x104c11db7n }

/** The FCS of RFC 1662, lowest byte first: bits are processed lowest first, with all ones before and after. */
function fcsOf(content: number[], width: 16 | 32): number[] {
  const ones = (1n << BigInt(width)) - 1n
  let register = ones
  for (const byte of content) {
    for (let bit = 0; bit < 8; bit++) {
      const highest = (register >> BigInt(width - 1)) ^ BigInt((byte >> bit) & 1)
      register = (register << 1n) ^ (highest === 1n ? POLYNOMIALS[width] : 0n)
      register &= ones
    }
  }
  const bits = (register ^ ones).toString(2).padStart(width, '0')
  return Array.from({ length: width / 8 }, (_, index) => {
    const eight = bits.slice(8 * index, 8 * index + 8)
    return Number.parseInt(eight.split('').toReversed().join(''), 2)
  })
}
