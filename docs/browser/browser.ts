// Starts Chromium: Debian's package, or the program that CHROMIUM names.

import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const path = process.env.CHROMIUM ?? '/usr/bin/chromium'

export const hasChromium: boolean = existsSync(path)

export function startChromium(): Promise<Browser> {
  // Containers run tests as root, which Chromium's sandbox refuses.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'] })
}
