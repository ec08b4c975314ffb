// Tests the playground in Chromium: every control, the keyboard, both colour schemes, narrow screens, and no requests to
// other hosts.

import { eventLine, headerLine, PcapngWriter } from '@unstick/stream/recording'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EXHIBITS, KINDS, SAMPLES, stateOf } from '../playground/index.ts'
import { faultsOf, hasChromium, noteFaults, startChromium } from './browser.ts'
import { startSite, type Site } from './site.ts'

describe.skipIf(!hasChromium)('the playground in Chromium (skipped where there is none)', () => {
  let site: Site
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let faults: string[]

  beforeAll(async () => {
    site = await startSite()
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser?.close()
    site?.close()
  })

  const open = async (options: { width?: number; colorScheme?: 'light' | 'dark'; hash?: string } = {}) => {
    const { width = 1280, colorScheme = 'light', hash = '' } = options
    context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(site.url).origin })
    page = await context.newPage()
    // Only against hangs, like every timeout here: the machine may be busy.
    page.setDefaultTimeout(120_000)
    noteFaults(page, site, faults)
    await page.goto(`${site.url}playground${hash}`)
    await page.locator('[data-test=slider]:not([max="0"])').waitFor()
  }
  const at = (name: string) => page.locator(`[data-test="${name}"]`)
  const frames = () => at('frames').locator('.frame b').allTextContents()
  const cuts = async () => (await stateSoon()).stream.cuts
  const byte = (index: number) => page.locator(`[data-at="${index}"]`)
  const hexOfByte = (index: number) => byte(index).locator('.hex').textContent()
  /** The state in the URL, once it has stopped changing. */
  const stateSoon = async () => {
    // A timer in the page that fires after the one that writes the URL.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 350)))
    return stateOf(new URL(page.url()).hash)!
  }

  beforeEach(() => {
    faults = []
  })
  afterEach(async () => {
    await context?.close()
    if (faults.length > 0) throw new Error(`the page has errors:\n${faults.join('\n')}`)
  })

  it('shows the bytes of each example', async () => {
    await open()
    for (const { name, stream } of SAMPLES) {
      await at('sample').selectOption(name)
      await expect.poll(async () => (await stateSoon()).stream.bytes).toEqual(stream().bytes)
      await expect.poll(frames).not.toEqual([])
      expect(await at('error').count()).toBe(0)
    }
  })

  it('makes every kind of codec, and shows its options', async () => {
    await open()
    for (const kind of KINDS) {
      await at('kind').selectOption(kind)
      await expect.poll(async () => Object.keys((await stateSoon()).choice)).toContain(kind)
      expect(await at('fault').count()).toBe(0)
    }
    await at('protocol').selectOption('mysql')
    await expect.poll(async () => (await stateSoon()).choice).toEqual({ protocol: 'mysql' })
    expect(await at('fault').count()).toBe(0)
  })

  it('shows the fault of an option, and continues when it is fixed', async () => {
    await open()
    await at('main').fill('9')
    await expect.poll(() => at('fault').textContent()).toContain('--length-field must be')
    await at('main').fill('4')
    await expect.poll(() => at('fault').count()).toBe(0)
    await at('options').locator('summary').click()
    await at('options').getByLabel('max frame length').fill('20')
    await expect.poll(() => at('error').textContent()).toContain('ERR_FRAME_TOO_LONG')
    await at('options').getByLabel('oversize').selectOption('skip')
    await expect.poll(frames).toEqual(['Frame 1', 'Frame 2'])
    expect(await at('frames').textContent()).toContain('Gap: too-long')
  })

  it('reads bytes in every form, and shows their faults', async () => {
    await open()
    await at('bytes').fill('00 00 00 01 61 | 00 00 00 01 | 62')
    await expect.poll(frames).toEqual(['Frame 1', 'Frame 2'])
    expect(await cuts()).toEqual([5, 9])
    await at('form').selectOption('text')
    await expect.poll(() => at('bytes').inputValue()).toBe(String.raw`\0\0\0\x01a\0\0\0\x01b`)
    await at('bytes').fill(String.raw`\0\0\0\x01a\q`)
    await expect.poll(() => at('bytes-fault').textContent()).toContain('is not an escape')
    await at('form').selectOption('base64')
    await at('bytes').fill('AAAAAXo=')
    await expect.poll(frames).toEqual(['Frame 1'])
    expect(await at('bytes-fault').count()).toBe(0)
  })

  it('reads a recording, and lets its streams be chosen', async () => {
    await open()
    const event = (from: 'client' | 'server', data: number[]) =>
      eventLine({ connection: 1, from, at: 0, data: Uint8Array.from(data) })
    const recording =
      headerLine({}) + event('client', [0, 0]) + event('client', [0, 1, 97]) + event('server', [0, 0, 0, 0])
    await at('file').setInputFiles({ name: 'tap.jsonl', mimeType: 'text/plain', buffer: Buffer.from(recording) })
    await expect
      .poll(async () => (await stateSoon()).stream)
      .toEqual({ bytes: Uint8Array.of(0, 0, 0, 1, 97), cuts: [2] })
    await at('found').selectOption({ index: 1 })
    await expect.poll(async () => (await stateSoon()).stream.bytes).toEqual(new Uint8Array(4))
    // Drop the file instead of choosing it.
    const dropped = await page.evaluateHandle((content) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([content], 'tap.jsonl'))
      return transfer
    }, recording)
    await at('bytes').dispatchEvent('drop', { dataTransfer: dropped })
    await expect.poll(async () => (await stateSoon()).stream.bytes).toHaveLength(5)
  })

  it('tells how many bytes a capture lost, until the bytes are edited', async () => {
    await open()
    const blocks: Uint8Array[] = []
    const capture = new PcapngWriter(
      (block) => blocks.push(block),
      () => 0,
    )
    const [client, server] = [40_000, 80].map((port) => ({ host: '127.0.0.1', port }))
    const connection = { id: 1, client: client!, server: server! }
    capture.open(connection)
    capture.chunk(connection, 'client', Uint8Array.of(0, 0, 0, 1, 97))
    capture.skip(connection, 'client', 7)
    capture.chunk(connection, 'client', Uint8Array.of(98))
    const buffer = Buffer.concat(blocks)
    await at('file').setInputFiles({ name: 'a.pcapng', mimeType: 'application/octet-stream', buffer })
    await expect.poll(async () => (await stateSoon()).stream.bytes).toHaveLength(6)
    expect(await at('missing').textContent()).toContain('lost 7 bytes of this stream (7 before offset 5)')
    await at('bytes').fill('00')
    await expect.poll(() => at('missing').count()).toBe(0)
  })

  it('cuts by its buttons, and frames stay the same', async () => {
    await open()
    const before = await frames()
    for (const button of ['coalesce', 'fragment', 'bytewise']) {
      const [had] = [await cuts()]
      await at(button).click()
      expect(await cuts()).not.toEqual(had)
      expect(await frames()).toEqual(before)
    }
    await at('coalesce').click()
    await byte(7).click()
    await at('cut').click()
    expect(await cuts()).toEqual([7])
    await at('cut').click()
    expect(await cuts()).toEqual([])
  })

  it('lets a cut be dragged, made and removed by the pointer', async () => {
    await open({ hash: '#length-field=1&bytes=A2FiYwJkZQ&cuts=2' })
    const centre = async (index: number) => {
      const { x, y, width, height } = (await byte(index).boundingBox())!
      return [x + width / 4, y + height / 2] as const
    }
    await page.locator('[data-gap="2"]').hover()
    await page.mouse.down()
    await page.mouse.move(...(await centre(3)), { steps: 4 })
    await page.mouse.move(...(await centre(5)), { steps: 4 })
    await page.mouse.up()
    expect(await cuts()).toEqual([5])
    await page.locator('[data-gap="1"]').click()
    expect(await cuts()).toEqual([1, 5])
    await page.locator('[data-gap="5"]').click()
    expect(await cuts()).toEqual([1])
  })

  it('edits bytes and cuts by the keyboard', async () => {
    await open({ hash: '#length-field=1&bytes=A2FiYwJkZQ' })
    await byte(0).focus()
    for (const key of ['ArrowRight', 'ArrowRight', ' ']) await page.keyboard.press(key)
    expect(await cuts()).toEqual([2])
    await page.keyboard.press('Shift+ArrowRight')
    expect(await cuts()).toEqual([3])
    await page.keyboard.type('7a')
    expect(await hexOfByte(3)).toBe('7a')
    await page.keyboard.press('Home')
    await page.keyboard.press('Insert')
    expect((await stateSoon()).stream).toEqual({ bytes: Uint8Array.of(0, 3, 97, 98, 122, 2, 100, 101), cuts: [4] })
    await page.keyboard.press('Delete')
    await page.keyboard.press('End')
    expect(await byte(6).evaluate((element) => element === document.activeElement)).toBe(true)
    expect((await stateSoon()).stream.bytes).toHaveLength(7)
  })

  it('keeps the cursor at a byte, and its row, on the keyboard', async () => {
    await open({ width: 360, hash: `#length-field=1&bytes=${'AAAA'.repeat(8)}` })
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.at)
    const tops = await page.locator('[data-at]').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top))
    const inRow = tops.filter((top) => top === tops[0]).length
    await byte(1).focus()
    await byte(1).click()
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe(`${inRow + 1}`)
    await page.keyboard.press('ArrowUp')
    expect(await focused()).toBe('1')
    await page.keyboard.press('End')
    await page.keyboard.press('Delete')
    await expect.poll(focused).toBe('22')
    // A digit typed at one byte is not the first one of another.
    await page.keyboard.press('7')
    await byte(3).click()
    await page.keyboard.type('61')
    expect(await hexOfByte(3)).toBe('61')
    // The last byte is removed, and one inserted again, without the pointer.
    await at('bytes').fill('41')
    await byte(0).focus()
    await page.keyboard.press('Delete')
    await page.keyboard.press('Insert')
    await expect.poll(focused).toBe('0')
  })

  it('keeps its cursor in the stream when a URL with fewer bytes is opened', async () => {
    await open()
    await byte(40).click()
    await page.evaluate(() => (location.hash = '#length-field=1&bytes=AWEBYg'))
    await expect.poll(frames).toEqual(['Frame 1', 'Frame 2'])
    expect(await page.locator('[data-at][aria-current=true]').count()).toBe(1)
  })

  it('corrupts, inserts and removes a byte', async () => {
    await open()
    const before = (await stateSoon()).stream.bytes
    await at('corrupt').click()
    const { bytes } = (await stateSoon()).stream
    expect([...bytes].filter((one, index) => one !== before[index])).toHaveLength(1)
    expect(await at('said').textContent()).toMatch(/^Byte \d+ changed from .. to ..\.$/)
    await byte(0).click()
    await byte(1).click()
    expect(await at('said').textContent()).toMatch(/^Byte 1: /)
    await byte(0).click()
    await at('byte').fill('7f')
    expect(await hexOfByte(0)).toBe('7f')
    await at('byte').fill(bytes[0]!.toString(16).padStart(2, '0'))
    await at('insert').click()
    expect((await stateSoon()).stream.bytes).toHaveLength(before.length + 1)
    await at('remove').click()
    expect((await stateSoon()).stream.bytes).toEqual(bytes)
  })

  it('plays step by step', async () => {
    await open({ hash: '#length-field=1&bytes=A2FiYwJkZQ&cuts=2.5&step=0' })
    await expect.poll(frames).toEqual([])
    const texts: (string | null)[] = []
    for (let step = 1; step <= 8; step++) {
      await at('next').click()
      texts.push(await at('step-text').textContent())
    }
    expect(texts.slice(0, 4)).toEqual([
      'Chunk 1 arrives: 2 bytes to search.',
      'The accumulator keeps 2 bytes until more arrive.',
      'Chunk 2 arrives: 5 bytes to search.',
      'Frame 1 is given out, bytes 0 to 4: a copy, because it was kept in the accumulator.',
    ])
    await at('first').click()
    expect(await at('step-text').textContent()).toBe('Nothing has arrived yet.')
    await at('play').click()
    await expect.poll(frames).toEqual(['Frame 1', 'Frame 2'])
    await at('back').click()
    await at('last').click()
    await at('slider').fill('2')
    expect((await stateSoon()).step).toBe(2)
    expect(await at('held').textContent()).toBe('holds 2 bytes')
  })

  it('explains the bytes of the chosen frame', async () => {
    await open()
    await expect
      .poll(() => at('parts').textContent())
      .toContain('00 00 00 2a = 42, counts the payload: the frame ends at 46')
    await at('frames').getByRole('button', { name: 'Frame 2' }).click()
    await expect
      .poll(() => at('parts').textContent())
      .toContain('00 00 00 05 = 5, counts the payload: the frame ends at 55')
    await byte(0).click()
    await expect.poll(() => at('parts').locator('.current').textContent()).toContain('the frame ends at 46')
    expect(await at('said').textContent()).toBe(
      'Byte 0: 00, chunk 1, frame 1. 00 00 00 2a = 42, counts the payload: the frame ends at 46.',
    )
  })

  it('shows and copies every output', async () => {
    await open()
    const texts: Record<string, string> = {
      TypeScript: 'lengthField({ lengthFieldLength: 4 })',
      Test: "test('4 chunks give 3 frames'",
      Command: 'unstick decode --length-field 4 capture.bin',
      Netty: 'LengthFieldBasedFrameDecoder',
      'tokio-util': 'LengthDelimitedCodec::builder()',
      Wireshark: 'Proto("unstick"',
    }
    for (const [tab, text] of Object.entries(texts)) {
      await at(`tab-${tab}`).click()
      expect(await at('output').textContent()).toContain(text)
      await at('copy').click()
      await expect.poll(() => at('copied').textContent()).toContain(tab)
      expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(text)
    }
    await at('tab-TypeScript').click()
    await page.keyboard.press('ArrowRight')
    expect(await at('tab-Test').getAttribute('aria-selected')).toBe('true')
    await at('copy-link').click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('#length-field=4&bytes=')
  })

  it('guesses the framing, with reasons, and uses it', async () => {
    await open()
    await at('kind').selectOption('lines')
    await at('guess').click()
    await at('guesses').waitFor()
    expect(await at('guesses').textContent()).toContain('Reasons: ')
    await at('choose-0').click()
    await expect.poll(async () => (await stateSoon()).choice).toEqual({ lengthField: '4' })
    const before = await frames()
    // A greeting in a chunk of its own.
    await at('bytes').fill(`53 65 72 76 65 72 20 31 2e 30 0a | ${await at('bytes').inputValue()}`)
    await at('guess').click()
    await at('guesses').getByRole('button', { name: 'Use it, without the first 11 bytes' }).first().click()
    await expect.poll(async () => (await stateSoon()).choice).toEqual({ lengthField: '4' })
    expect(await frames()).toEqual(before)
  })

  it('breaks each example framer, and shows the counter-example above', async () => {
    await open()
    for (const { name } of EXHIBITS) {
      await at('exhibit').selectOption(name)
      await at('try').click()
      await at('laws').waitFor()
      expect(await at('laws').textContent()).toContain('It breaks')
      await page.locator('[data-test^="show-"]').first().click()
      await expect.poll(() => at('beside').inputValue()).toBe(name)
      await expect.poll(() => at('naive').locator('.wrong').count()).toBeGreaterThan(0)
    }
  })

  it('tests a pasted framer, stops an endless one, and runs none from the URL', async () => {
    await open()
    await at('source').fill('function framer(chunks) { return [] }')
    await at('try').click()
    await at('laws').waitFor()
    expect(await at('laws').textContent()).toContain('round trip')
    await at('source').fill('function framer(chunks) { for (;;); }')
    await at('try').click()
    await expect.poll(() => at('break-fault').textContent()).toContain('stopped after 10 seconds')
    const hash = '#length-field=4&bytes=AAAAAWE&beside=own&framer=' + encodeURIComponent('(chunks) => ["ran"]')
    await context.close()
    await open({ hash })
    expect(await at('naive').textContent()).toContain('nothing yet')
    await page.getByRole('button', { name: 'Run it here' }).click()
    await expect.poll(() => at('naive').textContent()).toContain('"ran"')
  })

  it('keeps the own framer while an example is shown, and what is wrong with it apart from what it throws', async () => {
    await open()
    await at('source').fill('')
    expect(await at('source').inputValue()).toBe('')
    await at('source').fill('const framer = 7')
    await at('exhibit').selectOption(EXHIBITS[1]!.name)
    await at('exhibit').selectOption('own')
    expect(await at('source').inputValue()).toBe('const framer = 7')
    await at('beside').selectOption('own')
    await page.getByRole('button', { name: 'Run it here' }).click()
    const lane = page.locator('.naive')
    await expect.poll(() => lane.locator('.fault').textContent()).toContain('this is not a function in JavaScript')
    expect(await lane.locator('.right').count()).toBe(0)
  })

  it('keeps everything in the URL', async () => {
    await open()
    await at('sample').selectOption('packets')
    await at('fragment').click()
    await at('form').selectOption('base64')
    await at('back').click()
    await at('exhibit').selectOption('text-too-early')
    await at('beside').selectOption('whole-header')
    const state = await stateSoon()
    const { hash } = new URL(page.url())
    await context.close()
    await open({ hash })
    expect(await stateSoon()).toEqual(state)
    expect(await at('exhibit').inputValue()).toBe('text-too-early')
    expect(await at('beside').inputValue()).toBe('whole-header')
    // Each URL opened in the same tab, as when a user pastes a link, can be returned to.
    await page.evaluate(() => (location.hash = '#lines=&bytes=YQpi'))
    await expect.poll(frames).toEqual(['Frame 1', 'Frame 2'])
    await page.goBack()
    await expect.poll(stateSoon).toEqual(state)
  })

  it('leaves the URL of another page alone that was opened right after a change', async () => {
    await open()
    await at('main').fill('2')
    await page.locator('.VPNavBarMenuLink', { hasText: 'Tutorial' }).click()
    await page.locator('h1', { hasText: 'Ten minutes' }).waitFor()
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 350)))
    expect(new URL(page.url()).hash).toBe('')
  })

  it('copies a link to what it shows, even right after a change', async () => {
    await open()
    await page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('[data-test=main]')!
      input.value = '2'
      input.dispatchEvent(new Event('input'))
      document.querySelector<HTMLElement>('[data-test=copy-link]')!.click()
    })
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('#length-field=2&')
  })

  it('opens a URL that was cut off in an escape', async () => {
    await open({ hash: '#length-field=1&bytes=AWE&framer=%C3' })
    await expect.poll(frames).toEqual(['Frame 1'])
    await page.evaluate(() => (location.hash = '#lines=&bytes=YQpi&framer=%'))
    await expect.poll(frames).toEqual(['Frame 1', 'Frame 2'])
  })

  describe.each([
    [1280, 'light'],
    [1280, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ] as const)('%i pixels wide, %s', (width, colorScheme) => {
    it('has no horizontal scroll, and axe finds nothing serious', async () => {
      await open({ width, colorScheme })
      for (const name of ['packets', 'length']) {
        await at('sample').selectOption(name)
        await at('corrupt').click()
        await at('guess').click()
        await at('guesses').waitFor()
        await at('try').click()
        await at('laws').waitFor()
        await at('options').evaluate((details) => ((details as HTMLDetailsElement).open = true))
        expect(await faultsOf(page)).toEqual([])
      }
    })
  })
})
