// Reads the format of `@unstick/stream/recording`.

import type { RecordedEvent } from '@unstick/stream/recording'
import { Misuse } from './misuse.ts'

/** Throws a `Misuse` for a line that is not an event. Browsers have no Buffer, so they pass another `fromBase64`. */
export function eventOf(
  line: string,
  fromBase64: (text: string) => Uint8Array = (text) => Buffer.from(text, 'base64'),
): RecordedEvent {
  let value: Partial<Record<keyof RecordedEvent, unknown>>
  try {
    value = JSON.parse(line) as typeof value
  } catch (cause) {
    throw new Misuse('a line of the recording is not JSON', { cause })
  }
  const { connection, from, at, data, end, error } = Object(value) as typeof value
  if (!Number.isInteger(connection) || (from !== 'client' && from !== 'server')) {
    throw new Misuse('a line of the recording has no connection or side')
  }
  if (typeof data === 'string' && !isBase64(data)) throw new Misuse('the data of a line of the recording is not base64')
  return {
    connection: connection as number,
    from,
    at: typeof at === 'number' ? at : 0,
    ...(typeof data === 'string' ? { data: fromBase64(data) } : {}),
    ...(end === true ? { end } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  }
}

/** Decoders drop other characters, and with them bytes. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

/** Throws a `Misuse` for the first line of a recording that this version cannot read. */
export function checkHeader(line: string): void {
  let header: { version?: unknown } | undefined
  try {
    header = Object(JSON.parse(line)) as typeof header
  } catch {
    // Reported as a header without a version.
  }
  if (header?.version !== 1) throw new Misuse('the first line of a recording must be JSON with version 1')
}
