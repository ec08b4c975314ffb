// Starts Chromium: Debian's package, or the program that CHROMIUM names.

import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { Site } from './site.ts'

const path = process.env.CHROMIUM ?? '/usr/bin/chromium'

export const hasChromium: boolean = existsSync(path)

export function startChromium(): Promise<Browser> {
  // Containers run tests as root, which Chromium's sandbox refuses.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'] })
}

/** Adds what a page must not do: errors in its console, and requests to anywhere but the site. */
export function noteFaults(page: Page, site: Site, faults: string[]): void {
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(site.url) && !/^(?:blob|data):/.test(url)) faults.push(`a request to ${url}`)
  })
  page.on('requestfailed', (request) => faults.push(`${request.url()} failed`))
}

/** What is wrong with the page in its window: a horizontal scroll, and what axe calls serious. */
export async function faultsOf(page: Page): Promise<string[]> {
  const scrolls = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth > clientWidth
  })
  await page.evaluate(axe.source)
  const serious = await page.evaluate(async () => {
    const { violations } = await (globalThis as never as { axe: AxeCore }).axe.run()
    return violations
      .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || id.startsWith('landmark'))
      .map(({ id, nodes }) => `${id}: ${nodes[0]!.html} ${nodes[0]!.failureSummary}`)
  })
  return [...(scrolls ? ['it scrolls horizontally'] : []), ...serious]
}

interface AxeCore {
  run(): Promise<{
    violations: { id: string; impact?: string | null; nodes: { html: string; failureSummary?: string }[] }[]
  }>
}
