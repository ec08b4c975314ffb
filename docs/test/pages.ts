// The Markdown files of the repository, for tests.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const repository = resolve(import.meta.dirname, '../..')

export const read = (path: string): string => readFileSync(join(repository, path), 'utf8')

/** Paths of the pages in `docs`, relative to the repository. */
export function docsPages(folder = 'docs'): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return /^(\.vitepress|reports|test)$/.test(entry.name) ? [] : docsPages(path)
    return path.endsWith('.md') && !path.includes('[') ? [path] : []
  })
}

/** The pages, and all other Markdown files for readers. */
export function allPages(): string[] {
  const root = readdirSync(repository).filter((name) => name.endsWith('.md'))
  const readmes = readdirSync(join(repository, 'packages')).map((name) => `packages/${name}/README.md`)
  return [...root, ...docsPages(), ...readmes]
}
