// The laws against split2 4.2.0: lines of text, an object-mode Transform.

import fc from 'fast-check'
import split2 from 'split2'
import { framerLaws, oracles, type FramerLawOptions, type Law } from '../src/index.ts'

const lines: FramerLawOptions<string> = {
  frame: fc.string({ unit: 'grapheme', maxLength: 6 }).filter((line) => !/[\r\n]/.test(line)),
  encode: (line) => Buffer.from(`${line}\n`),
}

export const laws: Law[] = framerLaws(() => split2(), {
  ...lines,
  name: 'split2()',
  stream: fc
    .array(fc.constantFrom('a', 'é', '\r', '\n', '\r\n'), { maxLength: 12 })
    .map((parts) => Buffer.from(parts.join(''))),
  oracle: oracles.textLines({ malformed: 'replace' }),
})

/** With the option for a limit. */
export const lawsWithLimit: Law[] = framerLaws(() => split2({ maxLength: 4 }), {
  ...lines,
  name: 'split2({ maxLength: 4 })',
  frame: fc.array(fc.constant('a'), { maxLength: 6 }).map((letters) => letters.join('')),
  stream: fc.array(fc.constantFrom('a', '\n'), { maxLength: 12 }).map((parts) => Buffer.from(parts.join(''))),
})
