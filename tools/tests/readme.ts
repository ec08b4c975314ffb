// Runs examples of a package's README, or of another page, from source, and compares what each prints with the block
// after it.

import { basename } from 'node:path'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'

/** Runs the first example, or the one at `index`. The page is named as seen from the folder of tests. */
export function testReadme(testUrl: string, index = 0, page = '../README.md'): void {
  const name = basename(page, '.md')
  it(`${name} example ${index + 1} prints what the page says`, async () => {
    const readme = readFileSync(new URL(page, testUrl), 'utf8')
    const [, example, output] = [...readme.matchAll(/```[jt]s\n((?:(?!```).)*)```\n+```text\n(.*?)```/gs)][index] ?? []
    if (example === undefined) throw new Error(`${page} has no example ${index + 1} with its output`)
    const folder = new URL('../reports/', testUrl)
    mkdirSync(folder, { recursive: true })
    const file = new URL(`${name.toLowerCase()}${index === 0 ? '' : `-${index + 1}`}.ts`, folder)
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
