// The options that every adapter takes, and their checks.

import { choiceOption, functionOption, integerOption, shown, type DecoderOptions } from '@unstick/core'

/** The same for all, so that one object serves both directions: what does not concern an adapter is ignored by it. */
export interface FrameStreamOptions extends DecoderOptions {
  /** Ends the work with an `AbortError`, the signal's reason as its `cause`. */
  signal?: AbortSignal
  /** How long a started frame may take, in milliseconds: `ERR_FRAME_TIMEOUT` after that. Default: no limit. */
  frameTimeout?: number
  /**
   * How long a next frame may be waited for, from the last one to its first byte, in milliseconds: `ERR_FRAME_TIMEOUT`
   * after that. Default: no limit.
   */
  idleTimeout?: number
  /** How much the readable side queues: frames where it gives frames, bytes where it gives bytes. */
  readableHighWaterMark?: number
  /** How much the writable side queues before `write` returns false: frames where it takes frames, else bytes. */
  writableHighWaterMark?: number
}

export interface EncodeStreamOptions<Frame = Uint8Array> extends FrameStreamOptions {
  /** Called with each frame that could not be encoded and therefore was not written, after the callback of its `write`. */
  onEncodeError?: (error: unknown, frame: Frame) => void
  /**
   * Whether a frame that cannot be encoded destroys the stream as well.
   *
   * @defaultValue false
   */
  destroyOnEncodeError?: boolean
}

/** The longest delay that a timer keeps, in milliseconds. */
export const LONGEST_DELAY: number = 2 ** 31 - 1

export function checkOptions(options: FrameStreamOptions): void {
  const { signal, frameTimeout, idleTimeout, readableHighWaterMark, writableHighWaterMark } = options
  if (frameTimeout !== undefined) integerOption('frameTimeout', frameTimeout, 1, LONGEST_DELAY)
  if (idleTimeout !== undefined) integerOption('idleTimeout', idleTimeout, 1, LONGEST_DELAY)
  if (signal !== undefined && typeof (signal as Partial<AbortSignal>)?.addEventListener !== 'function') {
    throw new TypeError(`signal must be an AbortSignal, received ${shown(signal)}`)
  }
  if (readableHighWaterMark !== undefined) integerOption('readableHighWaterMark', readableHighWaterMark, 0)
  if (writableHighWaterMark !== undefined) integerOption('writableHighWaterMark', writableHighWaterMark, 0)
  functionOption('onSkip', options.onSkip)
}

export function checkEncodeOptions<Frame>(options: EncodeStreamOptions<Frame>): void {
  checkOptions(options)
  functionOption('onEncodeError', options.onEncodeError)
  choiceOption('destroyOnEncodeError', options.destroyOnEncodeError ?? false, [true, false])
}

export function checkCodec(codec: { decoder: unknown }, name = 'codec'): void {
  if (typeof codec?.decoder !== 'function')
    throw new TypeError(`${name} must be a FrameCodec, received ${shown(codec)}`)
}

/** Those that were given, for the constructor of a stream. */
export function highWaterMarks(options: FrameStreamOptions): HighWaterMarks {
  const { readableHighWaterMark, writableHighWaterMark } = options
  return {
    ...(readableHighWaterMark === undefined ? {} : { readableHighWaterMark }),
    ...(writableHighWaterMark === undefined ? {} : { writableHighWaterMark }),
  }
}

type HighWaterMarks = Pick<FrameStreamOptions, 'readableHighWaterMark' | 'writableHighWaterMark'>
