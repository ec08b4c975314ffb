// Recordings of connections: the chunks of both directions as they were read, as JSON lines that can be written and read
// in parts.
//
//   {"format":"unstick-recording","version":1,"to":"127.0.0.1:5432"}
//   {"connection":1,"from":"client","at":12.5,"data":"UQAAAA=="}      a chunk, in base64; at: milliseconds since the start
//   {"connection":1,"from":"server","at":13.1,"end":true}             a FIN; "error" instead of "end": what broke it

import type { Direction } from './direction.ts'
import { Misuse } from './misuse.ts'

export const FORMAT = 'unstick-recording'

export interface RecordedEvent {
  connection: number
  from: Direction
  /** Milliseconds since the start of the recording. */
  at: number
  data?: Uint8Array
  end?: true
  error?: string
}

export function headerLine(about: Record<string, unknown>): string {
  return `${JSON.stringify({ format: FORMAT, version: 1, ...about })}\n`
}

export function eventLine({ data, ...event }: RecordedEvent): string {
  const chunk =
    data === undefined ? {} : { data: Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64') }
  return `${JSON.stringify({ ...event, ...chunk })}\n`
}

/** Throws a `Misuse` for a line that is no event. */
export function eventOf(line: string): RecordedEvent {
  let value: Partial<Record<keyof RecordedEvent, unknown>>
  try {
    value = JSON.parse(line) as typeof value
  } catch (cause) {
    throw new Misuse('a line of the recording is not JSON', { cause })
  }
  const { connection, from, at, data, end, error } = value
  if (!Number.isInteger(connection) || (from !== 'client' && from !== 'server')) {
    throw new Misuse('a line of the recording names no connection or side')
  }
  return {
    connection: connection as number,
    from,
    at: typeof at === 'number' ? at : 0,
    ...(typeof data === 'string' ? { data: Buffer.from(data, 'base64') } : {}),
    ...(end === true ? { end } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  }
}
