// The input of decode and guess: raw bytes, a recording of `unstick tap --save`, or one JSON object with the `segments`
// of one direction in base64. A file's first bytes decide which.

import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { FORMAT, type RecordedEvent } from '@unstick/stream/recording'
import type { Direction } from './direction.ts'
import { Misuse } from './misuse.ts'
import { checkHeader, eventOf, isBase64 } from './recording.ts'
import type { Terminal } from './terminal.ts'
import { unreadable } from './unreadable.ts'

/** A piece of one direction of one connection. */
export interface InputChunk {
  /** The writer of the bytes; undefined if the input has only one direction. */
  origin: { connection: number; from: Direction } | undefined
  bytes: Uint8Array
  isEnd: boolean
}

const HEAD = 64
/** A longer file is read as raw bytes, since JSON is read whole. Recordings and raw bytes may have any length. */
const MAX_SEGMENTS_FILE = 256 * 1024 * 1024

/** The error for a flag that chooses from several connections or sides, if the input has only one. */
export function notRecorded(flag: string): Misuse {
  return new Misuse(`--${flag} chooses from a recording of unstick tap --save, and the input is none`)
}

/** Throws a `Misuse` for a file that cannot be read. */
export async function* inputOf(file: string | undefined, { stdin }: Terminal): AsyncGenerator<InputChunk, void, void> {
  if (file === undefined || file === '-') {
    yield* raw(stdin)
    return
  }
  try {
    yield* contentOf(file)
  } catch (error) {
    throw unreadable(file, error)
  }
}

async function* contentOf(file: string): AsyncGenerator<InputChunk, void, void> {
  const about = await stat(file)
  // A pipe can be read only once, so its bytes are raw, like those of standard input.
  const head = about.isFile() ? await headOf(file) : ''
  if (head.includes(`"${FORMAT}"`)) yield* recorded(file)
  else if (file.endsWith('.json') && about.size <= MAX_SEGMENTS_FILE && /^\s*\{\s*"/.test(head)) yield* segments(file)
  else yield* raw(createReadStream(file))
}

async function* raw(stream: NodeJS.ReadableStream): AsyncGenerator<InputChunk, void, void> {
  for await (const chunk of stream) yield { origin: undefined, bytes: chunk as Uint8Array, isEnd: false }
  yield { origin: undefined, bytes: Buffer.alloc(0), isEnd: true }
}

async function* recorded(file: string): AsyncGenerator<InputChunk, void, void> {
  const unended = new Map<string, RecordedEvent>()
  let isHeader = true
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (isHeader) checkHeader(line)
    else if (line !== '') {
      const event = eventOf(line)
      const { connection, from, data, end, error } = event
      const isEnd = end === true || error !== undefined
      if (isEnd) unended.delete(`${connection} ${from}`)
      else unended.set(`${connection} ${from}`, event)
      yield { origin: { connection, from }, bytes: data ?? Buffer.alloc(0), isEnd }
    }
    isHeader = false
  }
  // The recording may have been stopped while connections were open.
  for (const { connection, from } of unended.values()) {
    yield { origin: { connection, from }, bytes: Buffer.alloc(0), isEnd: true }
  }
}

async function* segments(file: string): AsyncGenerator<InputChunk, void, void> {
  const bytes = await readFile(file)
  let parsed: { segments?: unknown } | undefined
  try {
    parsed = JSON.parse(bytes.toString('utf8')) as typeof parsed
  } catch {
    // Several values, or something that only looks like JSON.
  }
  const parts = parsed?.segments
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string' && isBase64(part))) {
    yield { origin: undefined, bytes, isEnd: false }
  } else {
    for (const part of parts) yield { origin: undefined, bytes: Buffer.from(part, 'base64'), isEnd: false }
  }
  yield { origin: undefined, bytes: Buffer.alloc(0), isEnd: true }
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
