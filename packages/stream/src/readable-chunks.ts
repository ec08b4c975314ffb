// A Node Readable as chunks to be polled, through `read()` and its events: Node's async iterator costs a promise a
// chunk, drops what is queued when the stream fails, and cannot be left while it waits.

import type { Readable } from 'node:stream'
import { prematureClose } from './premature-close.ts'

const EVENTS = ['readable', 'end', 'error', 'close'] as const

export class ReadableChunks {
  private readonly readable: Readable
  private readonly wake: () => void

  /** `wake` is called when polling may give something else than before. */
  constructor(readable: Readable, wake: () => void) {
    this.readable = readable
    this.wake = wake
    for (const event of EVENTS) readable.on(event, wake)
  }

  /** The next chunk, `null` when none has arrived, `undefined` at the end. Throws what came instead of the end. */
  poll(): Uint8Array | null | undefined {
    const { readable } = this
    // Chunks that are queued come before the error that ended the stream.
    const chunk = readable.read() as Uint8Array | null
    if (chunk !== null) return chunk
    if (readable.readableEnded) return undefined
    if (readable.errored) throw readable.errored
    if (readable.destroyed) throw prematureClose()
    return null
  }

  /** Stops listening, and leaves the stream open. */
  leave(): void {
    for (const event of EVENTS) this.readable.off(event, this.wake)
  }

  /** Stops listening, and destroys the stream. An error that is on its way to its listeners finds one. */
  close(): void {
    const { readable } = this
    this.leave()
    readable.destroy()
    const ignore = (): void => {}
    const forget = (): void => void readable.off('error', ignore)
    readable.on('error', ignore)
    // `closed` is true a tick before the events say so.
    if (readable.closed) process.nextTick(forget)
    else readable.once('close', forget)
  }
}
