import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { testLayouts } from '../../../tools/tests/layouts.ts'
import { testReadme } from '../../../tools/tests/readme.ts'
import { contentLength, lengthField, readVarint, textLength, varintLength, type VarintEncoding } from '../src/index.ts'

for (const index of [0, 1, 2]) testReadme(import.meta.url, index)
testLayouts(import.meta.url, { lengthField, varintLength, textLength, contentLength })

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('the encodings of 300 in the README', () => {
  const rows = [...readme.matchAll(/^\| `'(\w+)'` +\| `([0-9a-f ]+)` +\|/gm)].map(([, name, digits]) => [
    name!,
    digits!,
  ])

  it('are complete', () => expect(rows).toHaveLength(5))
  it.each(rows)('%s: %s', (name, digits) => {
    const bytes = new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
    expect(readVarint(bytes, 0, name as VarintEncoding)).toBe(300)
    const encoded = varintLength({ encoding: name as VarintEncoding }).encode(new Uint8Array(300))
    expect(encoded.subarray(0, bytes.length)).toEqual(bytes)
    expect(encoded).toHaveLength(bytes.length + 300)
  })
})
