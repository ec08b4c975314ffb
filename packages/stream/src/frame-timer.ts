// Against peers that begin a frame and never finish it. Between frames no timer runs.

import { FrameError } from '@unstick/core'

export class FrameTimer {
  private readonly limit: number | undefined
  private readonly fail: (error: unknown) => void
  private timer: ReturnType<typeof setTimeout> | undefined
  /** Where the timed frame begins. */
  private offset: number | undefined

  /** `limit` in milliseconds; without one this does nothing. */
  constructor(limit: number | undefined, fail: (error: unknown) => void) {
    this.limit = limit
    this.fail = fail
  }

  /** Bytes are waited for that the frame at `offset` needs, if one is begun. Its time goes on if it runs already. */
  watch(offset: number | undefined): void {
    const { limit } = this
    if (limit === undefined || (this.timer !== undefined && this.offset === offset)) return
    this.stop()
    if (offset === undefined) return
    this.offset = offset
    const expire = (): void => {
      const message = `the frame at offset ${offset} was not completed within ${limit} ms`
      this.fail(new FrameError('ERR_FRAME_TIMEOUT', message, { offset }))
    }
    // After a long computation timers come before the bytes that arrived meanwhile: those get one turn to be read.
    this.timer = setTimeout(() => (this.timer = setTimeout(expire)), limit)
  }

  /** A frame was completed, or no more bytes are waited for. */
  stop(): void {
    if (this.timer === undefined) return
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
