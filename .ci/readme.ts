// Runs the first example of a package's README, from source, and compares what it prints with the block behind it.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'

export function testReadme(testUrl: string): void {
  it('the README example prints what the README says', async () => {
    const readme = readFileSync(new URL('../README.md', testUrl), 'utf8')
    const [, example, output] = /```ts\n(.*?)```\n+```text\n(.*?)```/s.exec(readme) ?? []
    if (example === undefined) throw new Error('the README has no example with its output')
    const folder = new URL('../reports/', testUrl)
    mkdirSync(folder, { recursive: true })
    const file = new URL('readme.ts', folder)
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
