// Writes the `ts` blocks of all Markdown files into `docs/reports/compiled`, for `npm run typecheck`, which compiles them
// with everything else: a compiler of their own would read the sources of all packages again.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = 'docs/reports/compiled'
const LEFT_OUT = /(^|\/)(node_modules|reports|dist|\.vitepress)(\/|$)/

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('packages').map((name) => `packages/${name}/README.md`),
  ...readdirSync('docs', { recursive: true })
    .map((name) => join('docs', name))
    .filter((name) => name.endsWith('.md') && !name.includes('[') && !LEFT_OUT.test(name)),
]

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER, { recursive: true })
for (const page of pages) {
  const blocks = readFileSync(page, 'utf8').matchAll(/^( *)```ts\n(.*?)^\1```$/gms)
  for (const [index, [, indent, code]] of [...blocks].entries()) {
    // Other examples can import one that begins with its file name.
    const name =
      /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `${page.replace(/\.md$/, '').replaceAll(/[/\\]/g, '-')}-${index + 1}.ts`
    writeFileSync(join(FOLDER, name), code.replaceAll(`\n${indent}`, '\n'))
  }
}
