import { describe, expect, it } from 'vitest'
import { counterExamples } from '../examples/counter-examples.ts'
import * as lengthPrefixed from '../examples/length-prefixed-stream.ts'
import * as readline from '../examples/parser-readline.ts'
import * as split2 from '../examples/split2.ts'

describe('x', () => {
  it.each([
    ['split2', split2.laws],
    ['lps', lengthPrefixed.laws],
    ['lpe', lengthPrefixed.lawsAllowingEmpty],
    ['rl', readline.laws],
  ])('%s', async (_n, laws) => {
    console.log(await counterExamples(laws))
    expect(1).toBe(1)
  })
})
