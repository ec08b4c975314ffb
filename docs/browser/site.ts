// Builds the site with a base path, as on a project page, and serves it to a browser.

import { readFile } from 'node:fs/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { build } from 'vitepress'

const BASE = '/unstick/'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

export interface Site {
  /** The URL with the base path and a slash at the end. */
  url: string
  close(): void
}

export async function startSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'unstick-site-'))
  await build(new URL('..', import.meta.url).pathname, { base: BASE, outDir: folder })
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : '404'
    // Serve URLs without `.html`, as static hosts do.
    const name = file === '' ? 'index.html' : extname(file) === '' ? `${file}.html` : file
    readFile(join(folder, name)).then(
      (content) => {
        response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream')
        response.end(content)
      },
      () => {
        response.statusCode = 404
        response.end()
      },
    )
  })
  const port = await listening(server)
  return {
    url: `http://localhost:${port}${BASE}`,
    close() {
      server.close()
      server.closeAllConnections()
      rmSync(folder, { recursive: true })
    },
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, 'localhost', () => resolve((server.address() as AddressInfo).port))
  })
}
