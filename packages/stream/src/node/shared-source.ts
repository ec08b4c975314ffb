// A source that is read by one loop after another. Bytes that one loop leaves unread go to the next.

import { isBytes } from '@unstick/core'
import type { ChunkReceiver, ChunkSource } from './chunk-source.ts'
import { END } from './readable-chunks.ts'

export class SharedSource {
  /** The number of bytes given out and not put back. */
  position = 0
  private readonly open: () => ChunkSource
  private source: ChunkSource | undefined = undefined
  /** Chunks that were pulled and are unread, in order. */
  private unread: unknown[] = []
  /** Whether the source has been asked for a chunk, maybe by a loop that is over. */
  private isPulling = false
  /** The loop that waits for a chunk. */
  private waiting: ChunkReceiver | undefined = undefined
  /** Why the source failed while no loop was waiting. */
  private failure: { readonly error: unknown } | undefined = undefined
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
    while (this.unread.length === 0 && !this.hasEnded && !this.isPulling) {
      const chunk = this.source?.poll === undefined ? null : this.source.poll()
      if (chunk === null) return null
      this.keep(chunk)
    }
    return this.unread.length > 0 ? this.take() : null
  }

  pull(receiver: ChunkReceiver): void {
    this.waiting = receiver
    this.answer()
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
    this.waiting = undefined
    this.putBack(bytes)
    if (!this.hasEnded || this.unread.length > 0 || !this.endsAtEnd) return
    this.source?.finish()
    this.source = undefined
  }

  /** Ends the source before its end. */
  close(): Promise<unknown> | undefined {
    const source = this.source ?? (this.hasEnded ? undefined : this.open())
    this.forget()
    this.hasEnded = true
    return source?.close()
  }

  /**
   * Checks that the source can be given back. `lent` is the number of bytes that the current loop has not made frames
   * of.
   *
   * @throws {TypeError} Bytes would be lost: some are unread, or about to be, and the source takes none back.
   */
  checkGiveBack(lent: number): void {
    const { source } = this
    if (source === undefined || source.takesBytesBack === true) return
    const length = this.unread.filter(isBytes).reduce((sum, chunk) => sum + chunk.length, lent)
    const only = 'only a Node Readable takes bytes back, until it has ended'
    if (length > 0) throw new TypeError(`${only}, and ${length} bytes of the source are unread`)
    if (this.isPulling && source.leave === undefined)
      throw new TypeError(`${only}, and the source has been asked for its next bytes`)
  }

  /** Gives the source back, with the unread bytes. Those that it does not take are kept for the next loop. */
  giveBack(): void {
    const { source } = this
    const chunks = this.unread.filter(isBytes)
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    this.forget()
    this.hasEnded = false
    const isTaken = source?.leave?.(bytes) ?? false
    if (!isTaken && bytes.length > 0) this.unread = [bytes]
    if (source?.leave === undefined) source?.finish()
  }

  /** Gives the waiting loop what there is, or asks the source for it. */
  private answer(): void {
    const { waiting, failure } = this
    if (waiting === undefined) return
    if (this.unread.length === 0 && !this.hasEnded && failure === undefined) {
      if (!this.isPulling) this.pullNext()
      return
    }
    this.waiting = undefined
    if (this.unread.length > 0) waiting.give(this.take())
    else if (failure === undefined) waiting.give(END)
    else {
      this.failure = undefined
      waiting.fail(failure.error)
    }
  }

  private pullNext(): void {
    const source = (this.source ??= this.open())
    const settle = (result: () => void): void => {
      if (this.source !== source) return
      this.isPulling = false
      result()
      this.answer()
    }
    this.isPulling = true
    source.pull({
      give: (chunk) => settle(() => this.keep(chunk)),
      fail: (error) => settle(() => (this.failure = { error })),
    })
  }

  private forget(): void {
    this.source = undefined
    this.unread = []
    this.isPulling = false
    this.waiting = undefined
    this.failure = undefined
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

  pull(receiver: ChunkReceiver): void {
    this.shared.pull(receiver)
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

  leave(unread: Uint8Array): boolean {
    if (!this.isOver) this.shared.leave(unread)
    this.isOver = true
    return true
  }
}
