// Runs an example of the documentation from source. It writes the example to a file, so that its imports can be
// resolved.

import diagnosticsChannel from 'node:diagnostics_channel'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { dirname } from 'node:path'
import { vi } from 'vitest'

/** Returns the output of the example's `console.log` calls. */
export async function printedBy(example: string, file: string): Promise<string> {
  writeExample(example, file)
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const unsubscribe = watchSubscriptions()
  try {
    await import(/* @vite-ignore */ file)
    return log.mock.calls.map((args) => `${args.join(' ')}\n`).join('')
  } finally {
    unsubscribe()
    log.mockRestore()
  }
}

/** Returns a function that ends all later subscriptions to diagnostics channels: other tests share the process. */
function watchSubscriptions(): () => void {
  const subscribe = vi.spyOn(diagnosticsChannel, 'subscribe')
  syncBuiltinESMExports()
  return () => {
    for (const [channel, listener] of subscribe.mock.calls) diagnosticsChannel.unsubscribe(channel, listener)
    subscribe.mockRestore()
    syncBuiltinESMExports()
  }
}

export function writeExample(example: string, file: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === example) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, example)
}
