// The pages that TypeDoc makes.

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Application, TypeDocReader } from 'typedoc'
import { expect, it } from 'vitest'
import { repository } from '../test/pages.ts'

it('links from every page of the API to the root of the site, whatever its base path', async () => {
  const site = mkdtempSync(join(tmpdir(), 'unstick-api-'))
  try {
    const typedoc = await Application.bootstrapWithPlugins(
      {
        options: join(repository, 'docs/typedoc.json'),
        // One file is enough, and takes less time.
        entryPoints: [join(repository, 'packages/core/src/errors.ts')],
        logLevel: 'Error',
      },
      [new TypeDocReader()],
    )
    await typedoc.generateDocs((await typedoc.convert())!, join(site, 'api'))
    const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
    expect(pages).toContain('api/index.html')
    for (const page of pages) {
      const html = readFileSync(join(site, page), 'utf8')
      const links = [...html.matchAll(/href="([^"]*)"[^>]*>Documentation</g)].map(([, link]) => link!)
      expect([page, new Set(links.map((link) => join(dirname(page), link)))]).toEqual([page, new Set(['./'])])
      expect(html).not.toMatch(/(href|src)="\//)
    }
  } finally {
    rmSync(site, { recursive: true })
  }
})
