// The streams in a dropped file: a recording of `unstick tap --save`, a capture file, segments in base64, or raw bytes.

import { eventOf } from '../../packages/cli/src/recording.ts'
import { FORMAT } from '../../packages/stream/src/recording/recording.ts'
import { bytesOfBase64 } from './base64.ts'
import { isCapture, readCapture, type CapturedStream } from './capture.ts'

/**
 * One stream for each side of a connection that wrote bytes; at least one.
 *
 * @throws {Error} The file is malformed or has no bytes.
 */
export function readDropped(name: string, bytes: Uint8Array): CapturedStream[] {
  const streams = streamsIn(name, bytes).filter(({ chunks }) => chunks.some(({ length }) => length > 0))
  if (streams.length === 0) throw new SyntaxError(`${name} has no bytes of a stream`)
  return streams
}

const HEAD = 64

function streamsIn(name: string, bytes: Uint8Array): CapturedStream[] {
  if (isCapture(bytes)) return readCapture(bytes)
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD))
  if (head.includes(`"${FORMAT}"`)) return recorded(new TextDecoder().decode(bytes))
  const segments = /^\s*\{\s*"/.test(head) ? segmentsIn(new TextDecoder().decode(bytes)) : undefined
  return [{ name, chunks: segments ?? [bytes] }]
}

function recorded(text: string): CapturedStream[] {
  const streams = new Map<string, Uint8Array[]>()
  for (const line of text.split('\n').slice(1)) {
    if (line.trim() === '') continue
    const { connection, from, data } = eventOf(line, bytesOfBase64)
    const name = `connection ${connection}, from the ${from}`
    const chunks = streams.get(name) ?? []
    streams.set(name, chunks)
    if (data !== undefined) chunks.push(data)
  }
  return [...streams].map(([name, chunks]) => ({ name, chunks }))
}

/** Undefined for other JSON, which is the stream itself. */
function segmentsIn(text: string): Uint8Array[] | undefined {
  try {
    const { segments } = JSON.parse(text) as { segments?: unknown }
    if (!Array.isArray(segments)) return undefined
    return segments.map((segment) => bytesOfBase64(String(segment)))
  } catch {
    return undefined
  }
}
