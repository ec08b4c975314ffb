// Decodes with any framer, to one form of result.

import type { FrameCodec } from '@unstick/core'
import { copyOf } from './frame-content.ts'
import { outcomeOf, type Outcome } from './outcome.ts'

/** The methods that a Node stream of frames must have. */
export interface NodeDuplex {
  /** Writes a chunk. */
  write(chunk: Uint8Array, done: (error?: Error | null) => void): boolean
  /** Ends the input. */
  end(): unknown
  /** Adds a listener, such as for 'data'. */
  on(event: string, listener: (value: never) => void): unknown
}

/** The members that a Web stream of frames must have. */
export interface WebTransform {
  /** Takes chunks. */
  writable: WritableStream
  /** Gives frames. */
  readable: ReadableStream
}

/** Frames, one by one or all at once. */
export type Frames = Iterable<unknown> | AsyncIterable<unknown> | Promise<Iterable<unknown>>

/**
 * Anything that turns chunks into frames: a codec, or a function that is called once for every stream and returns a
 * Node stream, a Web `TransformStream`, or the frames of the given chunks (an array, a generator, an async generator,
 * or a promise). The chunks also work with `for await`.
 */
export type Framer = FrameCodec<never> | ((chunks: Uint8Array[]) => NodeDuplex | WebTransform | Frames)

/**
 * Decodes `chunks` to the end. An error ends the frames, and is reported by its `code`, or else its name, and by its
 * `offset`, if any.
 */
export async function decodeWith(framer: Framer, chunks: readonly Uint8Array[]): Promise<Outcome> {
  if (typeof framer !== 'function') return outcomeOf(framer, chunks)
  const frames: unknown[] = []
  const take = (frame: unknown): void => void frames.push(copyOf(frame))
  try {
    const made = framer([...chunks])
    if ('write' in made) await throughNode(made, chunks, take)
    else if ('writable' in made) await throughWeb(made, chunks, take)
    else for await (const frame of await made) take(frame)
  } catch (error) {
    return { frames, skipped: [], error: faultOf(error) }
  }
  return { frames, skipped: [] }
}

function faultOf(error: unknown): NonNullable<Outcome['error']> {
  // Anything can be thrown, `null` too.
  const { code, name, offset } = Object(error) as { code?: unknown; name?: unknown; offset?: number }
  return { code: String(code ?? name ?? error), offset }
}

/** Each chunk is written once the previous one has been read, so that a stream does not join them. */
function throughNode(duplex: NodeDuplex, chunks: readonly Uint8Array[], take: (frame: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    duplex.on('error', reject)
    duplex.on('data', take)
    for (const event of ['end', 'close']) duplex.on(event, () => resolve())
    const writeNext = (index: number): void => {
      const chunk = chunks[index]
      if (chunk === undefined) duplex.end()
      else duplex.write(chunk, (error) => (error ? reject(error) : writeNext(index + 1)))
    }
    writeNext(0)
  })
}

async function throughWeb(
  { writable, readable }: WebTransform,
  chunks: readonly Uint8Array[],
  take: (frame: unknown) => void,
): Promise<void> {
  const feed = async (): Promise<void> => {
    const writer = writable.getWriter()
    for (const chunk of chunks) await writer.write(chunk)
    await writer.close()
  }
  // The reader receives the error, after the frames before it.
  const fed = feed().catch(() => {})
  for await (const frame of readable as unknown as AsyncIterable<unknown>) take(frame)
  await fed
}
