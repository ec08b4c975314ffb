// Any source of chunks, pulled one at a time.

import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { isBytes, shown } from '@unstick/core'
import { END, isInUse, ReadableChunks, type ReadableChunksOptions } from './readable-chunks.ts'

/** Anything that gives chunks, or arrays of chunks, one after another. */
export type FrameSource =
  | Readable
  | NodeJS.ReadableStream
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | readonly Uint8Array[]>
  | Iterable<Uint8Array | readonly Uint8Array[]>

/** What a pull calls, once. */
export interface ChunkReceiver {
  /** The next chunk, or `END`. */
  readonly give: (chunk: unknown) => void
  readonly fail: (error: unknown) => void
}

/** Allows one pull at a time. The source is not read before the first one. */
export interface ChunkSource {
  /**
   * Asks for the next chunk, and may answer before it returns. It takes callbacks because a promise would hold the chunk
   * until its reactions run, and a loop that is left meanwhile would lose it.
   */
  pull(receiver: ChunkReceiver): void
  /**
   * The next chunk if one has already arrived, else `null`: call `pull` to wait, or to learn why. Optional: only
   * sources that can tell have it.
   */
  poll?(): unknown
  /** All bytes given so far have become frames. */
  release?(): void
  /** Ends the source early: nothing more is read from it. */
  close(): Promise<unknown> | undefined
  /** Called when the source has ended by itself. */
  finish(): void
  /**
   * Leaves the source open, with `unread` as the next bytes for its next reader. Returns whether it has taken them.
   * Optional: only sources that can do this have it.
   */
  leave?(unread: Uint8Array): boolean
  /** Whether `leave` still takes bytes. */
  readonly takesBytesBack?: boolean
}

export function chunkSource(source: FrameSource, options: ReadableChunksOptions): ChunkSource {
  if (source instanceof Readable) return new ReadableSource(source, options)
  if (typeof source === 'object' && source !== null && !isBytes(source)) {
    if (source instanceof ReadableStream) return new WebSource(source)
    if (Symbol.asyncIterator in source || Symbol.iterator in source) return new IterableSource(source as Chunks)
  }
  throw new TypeError(`source must be a Readable, a ReadableStream or an iterable of chunks, received ${shown(source)}`)
}

class ReadableSource implements ChunkSource {
  private readonly readable: Readable
  private readonly options: ReadableChunksOptions
  private chunks: ReadableChunks | undefined
  private resume: (() => void) | undefined

  constructor(readable: Readable, options: ReadableChunksOptions) {
    this.readable = readable
    this.options = options
  }

  pull({ give, fail }: ChunkReceiver): void {
    this.resume = () => {
      let chunk: unknown
      try {
        this.chunks ??= new ReadableChunks(this.readable, () => this.resume?.(), this.options)
        chunk = this.chunks.next()
      } catch (error) {
        this.resume = undefined
        fail(error)
        return
      }
      if (chunk === null) return
      this.resume = undefined
      give(chunk)
    }
    this.resume()
  }

  poll(): unknown {
    return this.chunks === undefined ? null : this.chunks.poll()
  }

  release(): void {
    this.chunks?.release()
  }

  close(): undefined {
    this.resume = undefined
    if (this.chunks === undefined) {
      // A source that belongs to another reader is not closed here.
      if (isInUse(this.readable)) return
      this.chunks = new ReadableChunks(this.readable, () => {}, this.options)
    }
    this.chunks.close()
  }

  /** A socket ends with its reader. Other duplexes, such as an HTTP/2 stream, may still have to answer. */
  finish(): void {
    this.chunks?.finish(this.options.isOwned && this.readable instanceof Socket)
  }

  /** In object mode a stream ends while bytes of a cut frame are unread. */
  get takesBytesBack(): boolean {
    return !this.readable.readableEnded
  }

  leave(unread: Uint8Array): boolean {
    this.resume = undefined
    return this.chunks?.leave(unread) ?? true
  }
}

class WebSource implements ChunkSource {
  private readonly stream: ReadableStream<unknown>
  private reader: ReadableStreamDefaultReader<unknown> | undefined

  constructor(stream: ReadableStream<unknown>) {
    this.stream = stream
  }

  pull({ give, fail }: ChunkReceiver): void {
    this.next().then(give, fail)
  }

  async close(): Promise<void> {
    this.reader ??= this.stream.getReader()
    await this.reader.cancel()
    this.reader.releaseLock()
  }

  finish(): void {
    this.reader?.releaseLock()
  }

  private async next(): Promise<unknown> {
    this.reader ??= this.stream.getReader()
    const { done, value } = await this.reader.read()
    return done ? END : value
  }
}

type Chunks = AsyncIterable<unknown> | Iterable<unknown>

class IterableSource implements ChunkSource {
  private readonly iterable: Chunks
  private chunks: AsyncIterator<unknown> | Iterator<unknown> | undefined

  constructor(iterable: Chunks) {
    this.iterable = iterable
  }

  pull({ give, fail }: ChunkReceiver): void {
    this.next().then(give, fail)
  }

  async close(): Promise<void> {
    await this.chunks?.return?.()
  }

  finish(): void {}

  private async next(): Promise<unknown> {
    this.chunks ??=
      Symbol.asyncIterator in this.iterable ? this.iterable[Symbol.asyncIterator]() : this.iterable[Symbol.iterator]()
    const { done, value } = await this.chunks.next()
    return done === true ? END : value
  }
}
