// The options that only `frames` has.

import type { FrameStreamOptions } from '../options.ts'

/** The options of `frames`. */
export interface FramesOptions extends FrameStreamOptions {
  /**
   * Whether leaving the loop early ends the source. With `false` the source, which must be a Node Readable, stays open
   * and its next reader gets exactly the next byte, even if the source has ended meanwhile.
   *
   * @defaultValue true
   */
  destroyOnReturn?: boolean
  /**
   * Whether a `FrameError` ends the source. With `false` the source, which must be a Node Readable, stays open for an
   * answer to the peer, and its next reader gets the bytes from the faulty frame on (in object mode not those of
   * `ERR_FRAME_TRUNCATED`, since a stream that has ended takes nothing back). Closing it is then up to you.
   *
   * @defaultValue true
   */
  destroyOnError?: boolean
}
