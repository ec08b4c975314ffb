// Links in the pages name files of the repository, so that they work where the repository is read as well.
import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { MarkdownOptions } from 'vitepress'
import core from '../../packages/core/package.json' with { type: 'json' }

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0]

const docs = resolve(import.meta.dirname, '..')
const repository = resolve(docs, '..')
const hosted = core.repository.url.replace(/^git\+/, '').replace(/\.git$/, '')
/** A link to a file there, as the READMEs on npm need it. */
const inHosted = new RegExp(`^${hosted}/(?:blob|tree)/main/(.+)`)

/** Makes such links ones of the site, or of the hosted repository where the file is no page. */
export function repositoryLinks(md: MarkdownIt): void {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type !== 'link_open') continue
      const href = token.attrGet('href')!
      const [, path] = inHosted.exec(href) ?? []
      if (path !== undefined) token.attrSet('href', linkTo(join(repository, path)))
      else if (!/^(?:[a-z]+:|\/|#)/.test(href)) {
        token.attrSet('href', linkTo(resolve(dirname(sourceOf(env.relativePath)), href)))
      }
    }
  })
}

/** The file in the repository that a page is made of. */
function sourceOf(page: string): string {
  const [, name] = /^packages\/(.+)\.md$/.exec(page) ?? []
  return name === undefined ? join(docs, page) : join(repository, 'packages', name, 'README.md')
}

/** Where a file of the repository is to be read, which may be followed by an anchor. */
function linkTo(target: string): string {
  const [file, anchor] = target.split('#') as [string, string?]
  const path = relative(repository, file)
  const [, name] = /^packages\/([^/]+)(?:\/README\.md)?$/.exec(path) ?? []
  const hash = anchor === undefined ? '' : `#${anchor}`
  if (name !== undefined) return `/packages/${name}${hash}`
  // What is in no place at all is left to VitePress, which refuses dead links.
  if (path.startsWith('docs/') || !existsSync(file)) return `/${relative(docs, file)}${hash}`
  return `${hosted}/${statSync(file).isDirectory() ? 'tree' : 'blob'}/main/${path}${hash}`
}
