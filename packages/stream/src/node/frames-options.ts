// The options that only `frames` has.

import type { FrameStreamOptions } from '../options.ts'

/** The options of `frames`. */
export interface FramesOptions extends FrameStreamOptions {
  /**
   * Whether leaving the loop early ends the source. With `false` the source, which must be a Node Readable, stays open
   * and its next reader sees the exact next byte, also when the source has ended meanwhile.
   *
   * @defaultValue true
   */
  destroyOnReturn?: boolean
  /**
   * Whether a `FrameError` ends the source. With `false` the source, which must be a Node Readable, stays open, so that
   * the peer can be answered, and its next reader sees the bytes from the faulty frame on. It is then yours to close.
   *
   * @defaultValue true
   */
  destroyOnError?: boolean
}
