// Links in the pages name files of the repository, so that they also work in the repository.
import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { MarkdownOptions } from 'vitepress'
import core from '../../packages/core/package.json' with { type: 'json' }

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0]

const docs = resolve(import.meta.dirname, '..')
const repository = resolve(docs, '..')
const hosted = core.repository.url.replace(/^git\+/, '').replace(/\.git$/, '')
/** A link to a file in the hosted repository, as READMEs on npm need it. */
const inHosted = new RegExp(`^${hosted}/(?:blob|tree)/main/(.+)`)

/** Turns such links into links of the site, or of the hosted repository if the file is not a page. */
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

/** The source file of a page in the repository. */
function sourceOf(page: string): string {
  const [, name] = /^packages\/(.+)\.md$/.exec(page) ?? []
  return name === undefined ? join(docs, page) : join(repository, 'packages', name, 'README.md')
}

/** The URL of a file of the repository, which may have an anchor. */
function linkTo(target: string): string {
  const [file, anchor] = target.split('#') as [string, string?]
  const path = relative(repository, file)
  const [, name] = /^packages\/([^/]+)(?:\/README\.md)?$/.exec(path) ?? []
  const hash = anchor === undefined ? '' : `#${anchor}`
  if (name !== undefined) return `/packages/${name}${hash}`
  // VitePress reports links to missing files.
  if (path.startsWith('docs/') || !existsSync(file)) return `/${relative(docs, file)}${hash}`
  return `${hosted}/${statSync(file).isDirectory() ? 'tree' : 'blob'}/main/${path}${hash}`
}
