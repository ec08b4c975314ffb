// Limits the time of peers that begin a frame and do not finish it, and of those that begin none. The clock stops while
// the adapter is not waiting for a chunk.

import { FrameError } from '@unstick/core'
import type { FrameStreamOptions } from './options.ts'

export class FrameTimer {
  private readonly frameLimit: number | undefined
  private readonly idleLimit: number | undefined
  private readonly fail: (error: unknown) => void
  private timer: ReturnType<typeof setTimeout> | undefined
  /** Where the timed frame begins; undefined while waiting for the next frame. */
  private offset: number | undefined

  /** Without a limit it does nothing. */
  constructor({ frameTimeout, idleTimeout }: FrameStreamOptions, fail: (error: unknown) => void) {
    this.frameLimit = frameTimeout
    this.idleLimit = idleTimeout
    this.fail = fail
  }

  /**
   * The adapter waits for the bytes that the frame at `offset` needs, or for a next frame, at `position` or later. A
   * running clock continues.
   */
  watch(offset: number | undefined, position: number): void {
    const limit = offset === undefined ? this.idleLimit : this.frameLimit
    if (this.timer !== undefined && this.offset === offset) return
    this.stop()
    if (limit === undefined) return
    this.offset = offset
    const expire = (): void => {
      const message =
        offset === undefined
          ? `no frame was begun within ${limit} ms (idleTimeout)`
          : `the frame at offset ${offset} was not completed within ${limit} ms (frameTimeout)`
      this.fail(new FrameError('ERR_FRAME_TIMEOUT', message, { offset: offset ?? position }))
    }
    // After a long computation, timers fire before the bytes that arrived meanwhile are read: give those one turn of
    // the event loop.
    this.timer = setTimeout(() => (this.timer = setTimeout(expire)), limit)
  }

  /** A frame was completed, or the adapter no longer waits for bytes. */
  stop(): void {
    if (this.timer === undefined) return
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
