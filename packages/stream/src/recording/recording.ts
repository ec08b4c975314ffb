// Recordings of connections: the chunks of both directions, as JSON lines that can be written and read in parts.
//
//   {"format":"unstick-recording","version":1,"to":"127.0.0.1:5432"}
//   {"connection":1,"from":"client","at":12.5,"data":"UQAAAA=="}      a chunk, in base64; at: milliseconds since the start
//   {"connection":1,"from":"server","at":13.1,"end":true}             a FIN; "error" instead of "end": what broke it

/** Who wrote the bytes of a connection. */
export type Direction = 'client' | 'server'

/** The `format` in the first line of a recording. */
export const FORMAT = 'unstick-recording'

/** A chunk of a connection, or its end. */
export interface RecordedEvent {
  /** The number of the connection, counted from 1. */
  connection: number
  /** The side that wrote the chunk, or ended. */
  from: Direction
  /** Milliseconds since the start of the recording. */
  at: number
  /** The chunk. */
  data?: Uint8Array
  /** The side has written its FIN. */
  end?: true
  /** The error that broke the connection. */
  error?: string
}

/** The first line of a recording. */
export function headerLine(about: Record<string, unknown>): string {
  return `${JSON.stringify({ format: FORMAT, version: 1, ...about })}\n`
}

/** Every other line. */
export function eventLine({ data, ...event }: RecordedEvent): string {
  const chunk =
    data === undefined ? {} : { data: Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64') }
  return `${JSON.stringify({ ...event, ...chunk })}\n`
}
