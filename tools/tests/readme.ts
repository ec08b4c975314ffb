// Runs examples of a package's README from source, and compares the output of each with the block after it.

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { printedBy } from './example.ts'

/** Runs the first example, or the one at `index`. */
export function testReadme(testUrl: string, index = 0): void {
  it(`README example ${index + 1} prints what the README says`, async () => {
    const readme = readFileSync(new URL('../README.md', testUrl), 'utf8')
    const [, example, output] = [...readme.matchAll(/```[jt]s\n((?:(?!```).)*)```\n+```text\n(.*?)```/gs)][index] ?? []
    if (example === undefined) throw new Error(`the README has no example ${index + 1} with its output`)
    const file = new URL(`../reports/${index === 0 ? 'readme.ts' : `readme-${index + 1}.ts`}`, testUrl)
    expect(await printedBy(example, file.pathname)).toBe(output)
  })
}
