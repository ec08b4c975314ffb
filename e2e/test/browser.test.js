// The laws of the codecs in Chromium, with and without WebAssembly.

import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const BROWSER = '/usr/bin/chromium'
const policies = {
  'no policy': undefined,
  'a Content Security Policy without wasm-unsafe-eval': "default-src 'none'; script-src 'self'",
}

let server
let browser

beforeAll(async () => {
  const project = inject('project')
  const { outputFiles } = await build({
    entryPoints: [join(project, 'browser.js')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  })
  server = createServer(({ url }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    if (searchParams.has('policy')) response.setHeader('Content-Security-Policy', searchParams.get('policy'))
    if (pathname === '/page.js') response.setHeader('Content-Type', 'text/javascript').end(outputFiles[0].text)
    else
      response
        .setHeader('Content-Type', 'text/html')
        .end('<!doctype html><script type="module" src="/page.js"></script>')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  browser = existsSync(BROWSER) && (await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] }))
})

afterAll(async () => {
  if (browser) await browser.close()
  server.close()
})

describe.skipIf(!existsSync(BROWSER))('Chromium', () => {
  it.each(Object.entries(policies))('keeps the laws under %s', async (_name, policy) => {
    const page = await browser.newPage()
    const errors = []
    page.on('pageerror', (error) => errors.push(String(error)))
    const query = policy === undefined ? '' : `?${new URLSearchParams({ policy })}`
    await page.goto(`http://127.0.0.1:${server.address().port}/${query}`)
    await page.waitForFunction(() => globalThis.result !== undefined)
    const result = await page.evaluate(() => globalThis.result)
    expect(result).toEqual({ laws: expect.any(Number), streams: 7 })
    expect(result.laws).toBeGreaterThan(300)
    expect(errors).toEqual([])
    await page.close()
  })
})
