// Runs examples of a package's README, or of another page, from source, and compares what each prints with the block
// after it.

import { basename } from 'node:path'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { printedBy } from './example.ts'

/** Runs the first example, or the one at `index`. The page is named as seen from the folder of tests. */
export function testReadme(testUrl: string, index = 0, page = '../README.md'): void {
  const name = basename(page, '.md')
  it(`${name} example ${index + 1} prints what the page says`, async () => {
    const readme = readFileSync(new URL(page, testUrl), 'utf8')
    const [, example, output] = [...readme.matchAll(/```[jt]s\n((?:(?!```).)*)```\n+```text\n(.*?)```/gs)][index] ?? []
    if (example === undefined) throw new Error(`${page} has no example ${index + 1} with its output`)
    const file = new URL(`../reports/${name.toLowerCase()}${index === 0 ? '' : `-${index + 1}`}.ts`, testUrl)
    expect(await printedBy(example, file.pathname)).toBe(output)
  })
}
