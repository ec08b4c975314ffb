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
  const { connection, from, at, data, end, error } = value
  if (!Number.isInteger(connection) || (from !== 'client' && from !== 'server')) {
    throw new Misuse('a line of the recording has no connection or side')
  }
  return {
    connection: connection as number,
    from,
    at: typeof at === 'number' ? at : 0,
    ...(typeof data === 'string' ? { data: fromBase64(data) } : {}),
    ...(end === true ? { end } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  }
}
