// Reads what recordings/record.js wrote.

import { readFileSync } from 'node:fs'

export type From = 'client' | 'server'

export interface Recording {
  /** The programs that were recorded. */
  program: string
  /** In the order in which they came; a connection is 0 if it is not given. */
  chunks: [from: From, base64: string, connection?: number][]
}

export const recordingsFolder: URL = new URL('../recordings/', import.meta.url)

export function recordingOf(name: string): Recording {
  return JSON.parse(readFileSync(new URL(`${name}.json`, recordingsFolder), 'utf8')) as Recording
}

/** The chunks of one direction, of each connection. */
export function connectionsOf({ chunks }: Recording, from: From): Buffer[][] {
  const connections = new Map<number, Buffer[]>()
  for (const [by, base64, number = 0] of chunks) {
    if (by !== from) continue
    const connection = connections.get(number) ?? []
    connections.set(number, connection)
    connection.push(Buffer.from(base64, 'base64'))
  }
  return [...connections.values()]
}
