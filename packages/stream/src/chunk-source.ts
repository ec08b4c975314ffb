// Any source of chunks, pulled one at a time. A pull that waits can be interrupted.

import { Duplex, Readable } from 'node:stream'
import { shown } from '@unstick/core'

/** Whatever gives chunks one after another. */
export type FrameSource =
  | Readable
  | NodeJS.ReadableStream
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>

export class ChunkSource {
  private readonly source: FrameSource
  private readonly chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>
  private rejectPull: ((error: unknown) => void) | undefined

  constructor(source: FrameSource) {
    this.source = source
    this.chunks = iteratorOf(source)
  }

  /** The next chunk, or `undefined` at the end. */
  pull(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.rejectPull = reject
      Promise.resolve(this.chunks.next()).then(({ done, value }) => resolve(done ? undefined : value), reject)
    })
  }

  /** Makes the waiting pull fail with `error`. */
  interrupt(error: unknown): void {
    this.rejectPull?.(error)
  }

  /** Ends the source: nobody will read from it any more. */
  async close(): Promise<void> {
    if (this.source instanceof Readable) this.source.destroy()
    else await this.chunks.return?.()
  }

  /** The source has ended: a socket's other side ends as well, once what was written to it has left. */
  finish(): void {
    if (this.source instanceof Duplex && this.source.writable) this.source.end()
  }

  /** Leaves the source open, with `unread` the next bytes that its next reader sees. */
  async leave(unread: Uint8Array): Promise<void> {
    await this.chunks.return?.()
    if (this.source instanceof Readable && unread.length > 0) this.source.unshift(unread)
  }
}

function iteratorOf(source: FrameSource): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  if (source instanceof Readable) return source.iterator({ destroyOnReturn: false })
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
    if (Symbol.iterator in source) return source[Symbol.iterator]()
  }
  throw new TypeError(`source must be a Readable, a ReadableStream or an iterable of chunks, received ${shown(source)}`)
}
