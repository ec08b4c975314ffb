// The machine and the versions of a run, without host or user names.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
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

const PACKAGES = [
  '@unstick/core',
  '@unstick/delimiter',
  '@unstick/fixed-size',
  '@unstick/json',
  '@unstick/length-field',
  '@unstick/packet',
  '@unstick/protocols',
  '@unstick/stream',
  '@unstick/stuffing',
  '@endo/netstring',
  '@serialport/parser-byte-length',
  '@serialport/parser-delimiter',
  '@serialport/parser-inter-byte-timeout',
  '@serialport/parser-packet-length',
  '@serialport/parser-readline',
  '@serialport/parser-slip-encoder',
  '@streamparser/json',
  'JSONStream',
  'binary-split',
  'bl',
  'byline',
  'cobs',
  'eventsource-parser',
  'frame-stream',
  'it-byte-stream',
  'it-length-prefixed',
  'jsonparse',
  'length-prefixed-stream',
  'mqtt-packet',
  'pg-protocol',
  'redis-parser',
  'slip',
  'split2',
  'stream-json',
  'uint8arraylist',
  'vscode-jsonrpc',
]

/** Of the packages that take part and are installed. */
export function versions(): Record<string, string> {
  const { resolve } = createRequire(import.meta.url)
  const found = PACKAGES.flatMap((name) => {
    const version = (resolve.paths(name) ?? []).map((folder) => versionIn(join(folder, name))).find(Boolean)
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
