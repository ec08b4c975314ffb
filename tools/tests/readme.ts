// Runs examples of a package's README, from source, and compares what each prints with the block after it.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'

/** Runs the first example, or the one at `index`. */
export function testReadme(testUrl: string, index = 0): void {
  it(`README example ${index + 1} prints what the README says`, async () => {
    const readme = readFileSync(new URL('../README.md', testUrl), 'utf8')
    const [, example, output] = [...readme.matchAll(/```[jt]s\n((?:(?!```).)*)```\n+```text\n(.*?)```/gs)][index] ?? []
    if (example === undefined) throw new Error('the README has no example with its output')
    const folder = new URL('../reports/', testUrl)
    mkdirSync(folder, { recursive: true })
    const file = new URL(index === 0 ? 'readme.ts' : `readme-${index + 1}.ts`, folder)
    writeFileSync(file, example)
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    try {
      await import(/* @vite-ignore */ file.pathname)
      expect(log.mock.calls.map((args) => `${args.join(' ')}\n`).join('')).toBe(output)
    } finally {
      log.mockRestore()
    }
  })
}
