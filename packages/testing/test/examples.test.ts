import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { counterExamples } from '../examples/counter-examples.ts'
import * as lengthPrefixedStream from '../examples/length-prefixed-stream.ts'
import * as parserReadline from '../examples/parser-readline.ts'
import * as split2 from '../examples/split2.ts'

it.each([
  ['split2()', split2.laws],
  ['split2 with maxLength', split2.lawsWithLimit],
  ['length-prefixed-stream', lengthPrefixedStream.laws],
  ['length-prefixed-stream with allowEmpty', lengthPrefixedStream.lawsAllowingEmpty],
  ['@serialport/parser-readline', parserReadline.laws],
])('docs/testing.md shows what the laws find in %s', async (_name, laws) => {
  const docs = readFileSync(new URL('../../../docs/testing.md', import.meta.url), 'utf8')
  expect(docs).toContain(await counterExamples(laws))
})
