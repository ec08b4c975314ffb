// Links in the pages name files of the repository, so that they work where the repository is read as well.
import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { MarkdownOptions } from 'vitepress'

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0]

const docs = resolve(import.meta.dirname, '..')
const repository = resolve(docs, '..')

/** Makes such links ones of the site; what is no page is left as text. */
export function repositoryLinks(md: MarkdownIt): void {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const { children } of tokens) {
      let leftOut = false
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const href = token.attrGet('href')!
          const link = /^(?:[a-z]+:|\/|#)/.test(href) ? href : linkFrom(sourceOf(env.relativePath), href)
          leftOut = link === undefined
          if (!leftOut) token.attrSet('href', link!)
        }
        if (leftOut && token.type.startsWith('link_')) {
          leftOut = token.type === 'link_open'
          token.type = 'text'
          token.content = ''
        }
      }
    }
  })
}

/** The file in the repository that a page is made of. */
function sourceOf(page: string): string {
  const [, name] = /^packages\/(.+)\.md$/.exec(page) ?? []
  return name === undefined ? join(docs, page) : join(repository, 'packages', name, 'README.md')
}

function linkFrom(source: string, href: string): string | undefined {
  const [path, anchor] = href.split('#') as [string, string?]
  const file = path === '' ? source : resolve(dirname(source), path)
  const inRepository = relative(repository, file)
  const [, name] = /^packages\/([^/]+)(?:\/README\.md)?$/.exec(inRepository) ?? []
  const hash = anchor === undefined ? '' : `#${anchor}`
  if (name !== undefined) return `/packages/${name}${hash}`
  if (inRepository.startsWith('docs/') || !existsSync(file)) return `/${relative(docs, file)}${hash}`
  return undefined
}
