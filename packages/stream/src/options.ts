// The options that every adapter takes, and their checks.

import { functionOption, integerOption, shown, type DecoderOptions } from '@unstick/core'

export interface FrameStreamOptions extends DecoderOptions {
  /** Ends the work with an `AbortError`, the signal's reason as its `cause`. */
  signal?: AbortSignal
  /** How long a started frame may take, in milliseconds: `ERR_FRAME_TIMEOUT` after that. Default: no limit. */
  frameTimeout?: number
}

/** The longest delay that a timer keeps, in milliseconds. */
const LONGEST_DELAY = 2 ** 31 - 1

export function checkOptions(options: FrameStreamOptions): void {
  const { signal, frameTimeout } = options
  if (frameTimeout !== undefined) integerOption('frameTimeout', frameTimeout, 1, LONGEST_DELAY)
  if (signal !== undefined && typeof (signal as Partial<AbortSignal>)?.addEventListener !== 'function') {
    throw new TypeError(`signal must be an AbortSignal, received ${shown(signal)}`)
  }
  functionOption('onSkip', options.onSkip)
}

export function checkCodec(codec: { decoder: unknown }): void {
  if (typeof codec?.decoder !== 'function') throw new TypeError(`codec must be a FrameCodec, received ${shown(codec)}`)
}
