// A source that is read by one loop after another. Bytes that one loop leaves unread go to the next.

import { isBytes } from '@unstick/core'
import type { ChunkSource } from './chunk-source.ts'
import { END } from './readable-chunks.ts'

export class SharedSource {
  /** The number of bytes given out and not put back. */
  position = 0
  private readonly open: () => ChunkSource
  private source: ChunkSource | undefined = undefined
  /** Chunks that were pulled and are unread, in order. */
  private unread: unknown[] = []
  /** A pull that no loop is waiting for any more: its result is the next chunk. */
  private pulling: Promise<unknown> | undefined = undefined
  private hasEnded = false
  private readonly endsAtEnd: boolean

  /** `open` returns the source. `endsAtEnd`: whether it is finished as soon as its last byte has been taken. */
  constructor(open: () => ChunkSource, endsAtEnd: boolean) {
    this.open = open
    this.endsAtEnd = endsAtEnd
  }

  /** The source for one loop, which leaves or closes it at its end. */
  lend(): ChunkSource {
    return new Loan(this)
  }

  /** The next chunk if it has arrived already, else `null`. */
  poll(): unknown {
    while (this.unread.length === 0 && !this.hasEnded && this.pulling === undefined) {
      const chunk = this.source?.poll === undefined ? null : this.source.poll()
      if (chunk === null) return null
      this.keep(chunk)
    }
    return this.unread.length > 0 ? this.take() : null
  }

  /** The next chunk, or `END`. A loop that no longer waits takes nothing: see `isWaiting`. */
  async pull(isWaiting: () => boolean): Promise<unknown> {
    while (this.unread.length === 0 && !this.hasEnded) {
      this.source ??= this.open()
      const pulling = (this.pulling ??= this.source.pull())
      let chunk: unknown
      try {
        chunk = await pulling
      } finally {
        if (isWaiting()) this.pulling = undefined
      }
      if (!isWaiting()) return END
      this.keep(chunk)
    }
    return this.unread.length > 0 ? this.take() : END
  }

  /** Puts bytes back, before all unread ones. */
  putBack(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.position -= bytes.length
    this.unread.unshift(bytes)
  }

  /** All bytes given out so far have been consumed. */
  release(): void {
    if (this.unread.length === 0) this.source?.release?.()
  }

  /** A loop is over. */
  leave(bytes: Uint8Array): void {
    this.putBack(bytes)
    if (!this.hasEnded || this.unread.length > 0 || !this.endsAtEnd) return
    this.source?.finish()
    this.source = undefined
  }

  /** Ends the source before its end. */
  close(): Promise<unknown> | undefined {
    const source = this.source ?? (this.hasEnded ? undefined : this.open())
    this.source = undefined
    this.unread = []
    this.hasEnded = true
    return source?.close()
  }

  /**
   * Gives the source back, with the unread bytes.
   *
   * @throws {TypeError} There are unread bytes, and the source takes none back.
   */
  giveBack(): void {
    const bytes = this.unread.filter(isBytes)
    const { source } = this
    if (source !== undefined && source.leave === undefined && bytes.length > 0) {
      const length = bytes.reduce((sum, chunk) => sum + chunk.length, 0)
      throw new TypeError(`only a Node Readable takes bytes back, and ${length} bytes of the source are unread`)
    }
    this.source = undefined
    this.pulling = undefined
    this.unread = []
    this.hasEnded = false
    if (source?.leave === undefined) source?.finish()
    else source.leave(bytes.length === 1 ? bytes[0]! : Buffer.concat(bytes))
  }

  private keep(chunk: unknown): void {
    if (chunk === END) this.hasEnded = true
    else if (Array.isArray(chunk)) this.unread.push(...(chunk as unknown[]))
    else this.unread.push(chunk)
  }

  private take(): unknown {
    const chunk = this.unread.shift()
    if (isBytes(chunk)) this.position += chunk.length
    return chunk
  }
}

class Loan implements ChunkSource {
  private readonly shared: SharedSource
  private isOver = false

  constructor(shared: SharedSource) {
    this.shared = shared
  }

  pull(): Promise<unknown> {
    return this.shared.pull(() => !this.isOver)
  }

  poll(): unknown {
    return this.shared.poll()
  }

  release(): void {
    this.shared.release()
  }

  close(): Promise<unknown> | undefined {
    if (this.isOver) return undefined
    this.isOver = true
    return this.shared.close()
  }

  finish(): void {
    this.leave(Buffer.alloc(0))
  }

  leave(unread: Uint8Array): void {
    if (this.isOver) return
    this.isOver = true
    this.shared.leave(unread)
  }
}
