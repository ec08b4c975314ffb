// The laws against split2 4.2.0: lines of text, an object-mode Transform.

import fc from 'fast-check'
import split2 from 'split2'
import { framerLaws, type Law } from '../src/index.ts'

export const laws: Law[] = framerLaws(() => split2(), {
  name: 'split2()',
  frame: fc.string({ unit: 'grapheme', maxLength: 6 }).filter((line) => !/[\r\n]/.test(line)),
  encode: (line) => Buffer.from(`${line}\n`),
  stream: fc
    .array(fc.constantFrom('a', 'é', '\r', '\n', '\r\n'), { maxLength: 12 })
    .map((parts) => Buffer.from(parts.join(''))),
})
