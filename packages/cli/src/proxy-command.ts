// The common part of the proxy commands: their addresses and their end.

import { once } from 'node:events'
import { address, positive, type Address } from './flag-values.ts'
import type { Flag } from './flag.ts'
import { Misuse } from './misuse.ts'
import type { Proxy } from './proxy.ts'

export interface ProxyFlags {
  listen?: Address
  to?: Address
  connections?: number
}

export const proxyFlags: readonly Flag[] = [
  {
    name: 'listen',
    value: '[host:]port',
    description: 'where clients connect; port 0 means any free port',
    parse: address,
  },
  { name: 'to', value: '[host:]port', description: 'the server', parse: address },
  {
    name: 'connections',
    value: 'count',
    description: 'end after this many connections (default: at Ctrl-C)',
    parse: positive,
  },
]

/** Throws a `Misuse` if an address is missing. */
export function addressesOf(command: string, { listen, to }: ProxyFlags): { listen: Address; to: Address } {
  if (listen === undefined) throw new Misuse(`${command} needs --listen [host:]port`)
  if (to === undefined) throw new Misuse(`${command} needs --to [host:]port`)
  return { listen, to }
}

/** Runs a proxy until the signal is aborted or the user presses Ctrl-C, then closes it. */
export async function runProxy(
  start: () => Promise<Proxy>,
  onListening: (proxy: Proxy) => void,
  ended: AbortController,
): Promise<void> {
  // Listen for signals first: a program may stop the proxy as soon as it reads that it listens.
  const stopped = untilStopped(ended.signal)
  let proxy: Proxy | undefined
  try {
    proxy = await start()
    onListening(proxy)
    await stopped
  } finally {
    ended.abort()
    await proxy?.close()
  }
}

async function untilStopped(signal: AbortSignal): Promise<void> {
  const stopped = new AbortController()
  const stop = (): void => stopped.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    await once(AbortSignal.any([signal, stopped.signal]), 'abort')
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}
