// The machine and the versions of a run, without host or user names.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { contenders } from './contenders/all.ts'
import type { Report } from './report.ts'

export function machine(): Report['machine'] {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release().split('-')[0]}`,
    runtime: runtime(),
  }
}

/** Bun and Deno report a Node version as well. */
function runtime(): string {
  const { bun, deno, node, v8 } = process.versions
  if (bun !== undefined) return `Bun ${bun}`
  return `${deno === undefined ? `Node ${node}` : `Deno ${deno}`}, V8 ${v8}`
}

/** The versions of our packages and of the peers' packages, as far as they are installed. */
export function versions(): Record<string, string> {
  const require = createRequire(import.meta.url)
  const { dependencies } = require('../package.json') as { dependencies: Record<string, string> }
  const ours = Object.keys(dependencies).filter((name) => name.startsWith('@unstick/'))
  // A peer's name begins with that of its package.
  const peers = contenders.filter(({ group }) => group === 'peer').map(({ name }) => name.split(',')[0]!)
  const found = [...ours, ...new Set(peers.toSorted())].flatMap((name) => {
    const version = (require.resolve.paths(name) ?? []).map((folder) => versionIn(join(folder, name))).find(Boolean)
    return version === undefined ? [] : [[name, version]]
  })
  return Object.fromEntries(found) as Record<string, string>
}

/** Read as a file: not every package exports its own package.json. */
function versionIn(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version
  } catch {
    return undefined
  }
}
