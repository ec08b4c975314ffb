// Checks that the files named in docs/architecture.md exist.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/architecture.md', root), 'utf8')

const files = ['packages', 'tools', 'docs', 'examples'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => !/(?:^|\/)(?:node_modules|dist|reports)\//.test(path))
    .map((path) => `/${folder}/${path}`),
)
files.push(...readdirSync(root).map((name) => `/${name}`))

/** File names in code spans. `*` and NAME stand for any name. */
const named = [...page.matchAll(/`([\w./*-]+\.(?:ts|js|json|wat))`/g)].map(([, name]) => name!)

it('names files', () => expect(named.length).toBeGreaterThan(40))

it.each([...new Set(named)])('%s exists', (name) => {
  const pattern = name
    .replaceAll('.', String.raw`\.`)
    .replaceAll('NAME', '*')
    .replaceAll('*', '[^/]*')
  expect(files.some((file) => new RegExp(`/${pattern}$`).test(file))).toBe(true)
})
