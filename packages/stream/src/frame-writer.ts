// Frames as bytes into a Writable, header and payload as they are: corked until the end of the tick, as Node advises,
// so that the frames of one tick leave together, with one `writev` where the Writable has it.

import type { Writable } from 'node:stream'

export type WriteCallback = (error?: Error | null) => void

export class FrameWriter {
  private readonly writable: Writable
  private isCorked = false
  /** The callback of the write that waits for the Writable to drain. */
  private drained: WriteCallback | undefined = undefined

  constructor(writable: Writable) {
    this.writable = writable
    writable.on('drain', this.settle)
  }

  /** Calls back when the next frame may be written: not before `stop` if the Writable takes nothing any more. */
  write(parts: Uint8Array[], callback: WriteCallback): void {
    const { writable } = this
    if (!this.isCorked) {
      this.isCorked = true
      writable.cork()
      process.nextTick(() => {
        this.isCorked = false
        writable.uncork()
      })
    }
    let isFlowing = writable.writable
    if (isFlowing) for (const part of parts) isFlowing = writable.write(part)
    if (isFlowing) callback()
    else this.drained = callback
  }

  /** Stops listening; a write that waits fails. */
  stop(error: Error | null): void {
    this.writable.off('drain', this.settle)
    this.settle(error)
  }

  private readonly settle = (error?: Error | null): void => {
    const { drained } = this
    this.drained = undefined
    drained?.(error)
  }
}
