// Any source of chunks, pulled one at a time.

import { Readable } from 'node:stream'
import { isBytes, shown } from '@unstick/core'
import { ReadableChunks } from './readable-chunks.ts'

/** Whatever gives chunks one after another. */
export type FrameSource =
  | Readable
  | NodeJS.ReadableStream
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>

/** One pull at a time. Nothing is asked of the source before the first. */
export interface ChunkSource {
  /** The next chunk, or `undefined` at the end. */
  pull(): Promise<Uint8Array | undefined>
  /** The next chunk if it has arrived already, else `null`: a pull says what there is instead. Only what can tell has it. */
  poll?(): Uint8Array | null
  /** Ends the source before its end: nobody will read from it any more. */
  close(): Promise<unknown> | undefined
  /** The source has ended by itself. */
  finish(): void
  /** Leaves the source open, with `unread` the next bytes that its next reader sees. Only what can do this has it. */
  leave?(unread: Uint8Array): void
}

export function chunkSource(source: FrameSource): ChunkSource {
  if (source instanceof Readable) return new ReadableSource(source)
  if (typeof source === 'object' && source !== null && !isBytes(source)) {
    if (source instanceof ReadableStream) return new WebSource(source)
    if (Symbol.asyncIterator in source || Symbol.iterator in source) {
      return new IterableSource(source as AsyncIterable<Uint8Array>)
    }
  }
  throw new TypeError(`source must be a Readable, a ReadableStream or an iterable of chunks, received ${shown(source)}`)
}

class ReadableSource implements ChunkSource {
  private readonly readable: Readable
  private chunks: ReadableChunks | undefined
  private settle: (() => void) | undefined

  constructor(readable: Readable) {
    this.readable = readable
  }

  pull(): Promise<Uint8Array | undefined> {
    this.chunks ??= new ReadableChunks(this.readable, () => this.settle?.())
    const { chunks } = this
    return new Promise((resolve, reject) => {
      this.settle = () => {
        try {
          const chunk = chunks.poll()
          if (chunk === null) return
          this.settle = undefined
          resolve(chunk)
        } catch (error) {
          this.settle = undefined
          reject(error)
        }
      }
      this.settle()
    })
  }

  poll(): Uint8Array | null {
    return this.chunks === undefined ? null : this.chunks.read()
  }

  close(): undefined {
    this.settle = undefined
    this.chunks ??= new ReadableChunks(this.readable, () => {})
    this.chunks.close()
  }

  finish(): void {
    this.chunks?.finish()
  }

  leave(unread: Uint8Array): void {
    this.settle = undefined
    this.chunks?.leave()
    if (unread.length > 0) this.readable.unshift(unread)
  }
}

class WebSource implements ChunkSource {
  private readonly stream: ReadableStream<Uint8Array>
  private reader: ReadableStreamDefaultReader<Uint8Array> | undefined

  constructor(stream: ReadableStream<Uint8Array>) {
    this.stream = stream
  }

  async pull(): Promise<Uint8Array | undefined> {
    this.reader ??= this.stream.getReader()
    const { value } = await this.reader.read()
    return value
  }

  async close(): Promise<void> {
    this.reader ??= this.stream.getReader()
    await this.reader.cancel()
    this.reader.releaseLock()
  }

  finish(): void {
    this.reader?.releaseLock()
  }
}

class IterableSource implements ChunkSource {
  private readonly iterable: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  private chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array> | undefined

  constructor(iterable: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.iterable = iterable
  }

  async pull(): Promise<Uint8Array | undefined> {
    this.chunks ??=
      Symbol.asyncIterator in this.iterable ? this.iterable[Symbol.asyncIterator]() : this.iterable[Symbol.iterator]()
    const { done, value } = await this.chunks.next()
    return done === true ? undefined : value
  }

  async close(): Promise<void> {
    await this.chunks?.return?.()
  }

  finish(): void {}
}
