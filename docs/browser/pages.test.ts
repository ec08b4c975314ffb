// A page of every kind in Chromium: both colour schemes, wide and narrow.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultsOf, hasChromium, noteFaults, startChromium } from './browser.ts'
import { startSite, type Site } from './site.ts'

const PAGES = [
  '',
  '404',
  'tutorial',
  'which-codec',
  'guides/tcp-server',
  'explanation/tcp-and-messages',
  'comparison',
  'reference/options',
  'packages/core',
  'decisions',
  'benchmarks',
]

/** Where screenshots go, to be looked at. */
const screenshots = process.env.UNSTICK_SCREENSHOTS

describe.skipIf(!hasChromium)('the pages in Chromium (skipped where there is none)', () => {
  let site: Site
  let browser: Browser

  beforeAll(async () => {
    site = await startSite()
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser?.close()
    site?.close()
  })

  it('prints dark on white, without menus, and cuts no line of code off', async () => {
    const context = await browser.newContext({ viewport: { width: 700, height: 800 }, colorScheme: 'dark' })
    const page = await context.newPage()
    page.setDefaultTimeout(120_000)
    await page.goto(`${site.url}guides/tcp-server`, { waitUntil: 'networkidle' })
    await page.emulateMedia({ media: 'print' })
    const isDark = () => page.evaluate(() => document.documentElement.classList.contains('dark'))
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    expect(await isDark()).toBe(false)
    expect(await page.locator('.VPNav').isVisible()).toBe(false)
    const cutOff = await page
      .locator('pre')
      .evaluateAll((all) => all.filter((pre) => pre.scrollWidth > pre.clientWidth))
    expect(cutOff).toEqual([])
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    expect(await isDark()).toBe(true)
    await context.close()
  })

  describe.each([
    [1280, 'light'],
    [1280, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ] as const)('%i pixels wide, %s', (width, colorScheme) => {
    it.each(PAGES)('/%s has one main part, no horizontal scroll, and nothing serious for axe', async (path) => {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme })
      const page = await context.newPage()
      page.setDefaultTimeout(120_000)
      const faults: string[] = []
      noteFaults(page, site, faults)
      await page.goto(site.url + path, { waitUntil: 'networkidle' })
      expect(await page.locator('main').count()).toBe(1)
      expect([...faults, ...(await faultsOf(page))]).toEqual([])
      const name = `${path.replace('/', '-') || 'home'}-${width}-${colorScheme}.png`
      if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/${name}`, fullPage: false })
      await context.close()
    })
  })
})
