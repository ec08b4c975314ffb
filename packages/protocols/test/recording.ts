// Reads the recordings of recordings/record.js, in the format of `unstick tap --save`.

import { readFileSync } from 'node:fs'

export type From = 'client' | 'server'

export interface Recording {
  /** The recorded programs. */
  program: string
  /** What the client reported to have received, if it did. */
  saw: unknown
  /** In order of arrival. */
  chunks: { connection: number; from: From; data: string }[]
}

export const recordingsFolder: URL = new URL('../recordings/', import.meta.url)

export function recordingOf(name: string): Recording {
  const lines = readFileSync(new URL(`${name}.jsonl`, recordingsFolder), 'utf8')
    .trimEnd()
    .split('\n')
  const [about, ...chunks] = lines.map((line): unknown => JSON.parse(line))
  return { ...(about as Pick<Recording, 'program' | 'saw'>), chunks: chunks as Recording['chunks'] }
}

/** The chunks of one direction, of each connection. */
export function connectionsOf({ chunks }: Recording, from: From): Buffer[][] {
  const connections = new Map<number, Buffer[]>()
  for (const { connection, from: by, data } of chunks) {
    if (by !== from) continue
    const recorded = connections.get(connection) ?? []
    connections.set(connection, recorded)
    recorded.push(Buffer.from(data, 'base64'))
  }
  return [...connections.values()]
}
