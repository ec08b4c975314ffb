// Decodes with any framer, in one form.

import type { FrameCodec } from '@unstick/core'
import { copyOf } from './frame-content.ts'
import { outcomeOf, type Outcome } from './outcome.ts'

/** What a Node stream of frames needs to have. */
export interface NodeDuplex {
  /** Takes a chunk. */
  write(chunk: Uint8Array, done: (error?: Error | null) => void): boolean
  /** Says that no chunk follows. */
  end(): unknown
  /** Adds a listener, of 'data' among others. */
  on(event: string, listener: (value: never) => void): unknown
}

/** What a Web stream of frames needs to have. */
export interface WebTransform {
  /** Takes chunks. */
  writable: WritableStream
  /** Gives frames. */
  readable: ReadableStream
}

/** Frames, one after the other or all at once. */
export type Frames = Iterable<unknown> | AsyncIterable<unknown> | Promise<Iterable<unknown>>

/**
 * Anything that turns chunks into frames: a codec, or a function that is called once for every stream and returns a
 * Node stream, a Web `TransformStream`, or the frames of the chunks it is given (an array, a generator, an async one,
 * or a promise). `for await` takes the chunks as well.
 */
export type Framer = FrameCodec<never> | ((chunks: Uint8Array[]) => NodeDuplex | WebTransform | Frames)

/**
 * Decodes `chunks` to the end. An error ends the frames, and is reported by its `code`, or else its name, and its
 * `offset`, if it has one.
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
  const { code, name, offset } = error as { code?: unknown; name?: unknown; offset?: number }
  return { code: String(code ?? name), offset }
}

/** Each chunk is written when the one before has been taken, so that a stream does not join them. */
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
  // The reader gets the error, after the frames before it.
  const fed = feed().catch(() => {})
  for await (const frame of readable as unknown as AsyncIterable<unknown>) take(frame)
  await fed
}
