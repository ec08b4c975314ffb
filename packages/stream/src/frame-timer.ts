// Against peers that begin a frame and never finish it. Between frames no timer runs.

import { FrameError } from '@unstick/core'

export class FrameTimer {
  private readonly limit: number | undefined
  private readonly fail: (error: FrameError) => void
  private timer: NodeJS.Timeout | undefined

  /** `limit` in milliseconds; without one this does nothing. */
  constructor(limit: number | undefined, fail: (error: FrameError) => void) {
    this.limit = limit
    this.fail = fail
  }

  /** A chunk has been used up: a frame that it began or went on with is still to be completed. */
  watch(decoder: { readonly bufferedLength: number }, received: number): void {
    const { limit } = this
    if (limit === undefined || this.timer !== undefined || decoder.bufferedLength === 0) return
    const offset = received - decoder.bufferedLength
    this.timer = setTimeout(() => {
      const message = `the frame at offset ${offset} was not completed within ${limit} ms`
      this.fail(new FrameError('ERR_FRAME_TIMEOUT', message, { offset }))
    }, limit)
  }

  /** A frame was completed, or nobody waits any more. */
  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
