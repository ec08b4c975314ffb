import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pages as sitePages } from '../.vitepress/pages.ts'
import { slug } from '../.vitepress/slug.ts'
import { allPages, docsPages, read, repository } from './pages.ts'

const FENCE = /^(`{3,}|~{3,})[^\n]*\n[^]*?^\1\s*$/gm

/** The page without code blocks, which have no links or headings. */
const proseOf = (page: string): string => read(page).replaceAll(FENCE, '')

function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of proseOf(page).matchAll(/^#+ (.+)$/gm)) {
    const anchor = slug(heading!.replaceAll(/\[(.*?)\]\(.*?\)/g, '$1'))
    let unique = anchor
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`
    anchors.add(unique)
  }
  return anchors
}

function linksOf(page: string): string[] {
  const prose = proseOf(page).replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g), ...prose.matchAll(/^\s*(?:link|src): (\S+)$/gm)].map(
    ([, link]) => link!,
  )
}

/** The fault of a link, or undefined. */
function faultOf(page: string, link: string): string | undefined {
  // TypeDoc makes the pages of the API.
  if (/^(https?:|\/api\/)/.test(link)) return undefined
  const [path, anchor] = link.split('#') as [string, string?]
  let file = path === '' ? page : join(path.startsWith('/') ? 'docs' : dirname(page), path)
  if (!existsSync(join(repository, file))) file += '.md'
  if (!existsSync(join(repository, file))) return `${link}: no such file`
  if (statSync(join(repository, file)).isDirectory()) {
    if (anchor === undefined) return undefined
    file = join(file, 'README.md')
  }
  if (anchor === undefined || anchorsOf(file).has(anchor)) return undefined
  return `${link}: no such heading in ${file}`
}

describe.each(allPages())('%s', (page) => {
  it('links to files and headings that exist', () => {
    const faults = linksOf(page).map((link) => faultOf(page, link))
    expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  })
})

it('finds what is wrong with a link', () => {
  expect(faultOf('README.md', 'docs/nowhere.md')).toBe('docs/nowhere.md: no such file')
  expect(faultOf('README.md', 'docs/testing.md#nowhere')).toBe(
    'docs/testing.md#nowhere: no such heading in docs/testing.md',
  )
  expect(faultOf('README.md', 'docs/testing.md#fuzzing')).toBeUndefined()
  expect(faultOf('docs/testing.md', '#the-laws-of-a-codec')).toBeUndefined()
})

it('lists every page of docs in the menus, and nothing else', () => {
  const listed = sitePages.filter((link) => !/^\/packages\/|#/.test(link)).map((link) => `docs${link}.md`)
  expect(listed.toSorted()).toEqual(
    docsPages()
      .filter((page) => page !== 'docs/index.md')
      .toSorted(),
  )
})
