// The bytes of one side of each connection of a recording.

import { readFileSync } from 'node:fs'

export function streamsOf(name, from) {
  const lines = readFileSync(new URL(`../recordings/${name}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const streams = new Map()
  for (const { connection, from: by, data } of lines.slice(1).map((line) => JSON.parse(line))) {
    if (by !== from) continue
    streams.set(connection, [...(streams.get(connection) ?? []), Buffer.from(data, 'base64')])
  }
  return [...streams.values()].map((chunks) => Buffer.concat(chunks))
}
