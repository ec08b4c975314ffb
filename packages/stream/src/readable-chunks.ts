// A Node Readable as chunks to be polled, through `read()` and its events: Node's async iterator costs a promise a
// chunk, drops what is queued when the stream fails, and cannot be left while it waits.

import { Duplex, type Readable } from 'node:stream'
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
    const chunk = this.read()
    if (chunk !== null) return chunk
    if (readable.readableEnded) return undefined
    if (readable.errored) throw readable.errored
    if (readable.destroyed) throw prematureClose()
    return null
  }

  /** The next chunk, `null` when none has arrived, whatever the reason. */
  read(): Uint8Array | null {
    return this.readable.read() as Uint8Array | null
  }

  /** Stops listening, and leaves the stream open. */
  leave(): void {
    for (const event of EVENTS) this.readable.off(event, this.wake)
  }

  /** Stops listening, and destroys the stream. */
  close(): void {
    this.leave()
    this.readable.destroy()
    ignoreErrors(this.readable)
  }

  /** Stops listening at the stream's end. The other side of a socket ends too, once what was written to it has left. */
  finish(): void {
    this.leave()
    if (!(this.readable instanceof Duplex) || !this.readable.writable) return
    this.readable.end()
    ignoreErrors(this.readable)
  }
}

/** An error on its way to the listeners of a stream that was given up finds one, which then goes. */
function ignoreErrors(readable: Readable): void {
  const ignore = (): void => {}
  const forget = (): void => void readable.off('error', ignore)
  readable.on('error', ignore)
  // `closed` is true a tick before the events say so.
  if (readable.closed) process.nextTick(forget)
  else readable.once('close', forget)
}
