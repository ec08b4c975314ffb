// The options of all adapters, and their checks. An adapter uses the values read here, never the caller's object, which
// may change later.

import { choiceOption, functionOption, integerOption, readOptions, shown, type DecoderOptions } from '@unstick/core'

/**
 * The same for all adapters, so that one object serves both directions: a limit on reading does not affect a writer.
 */
export interface FrameStreamOptions extends DecoderOptions {
  /**
   * Ends the work with an `AbortError`, the signal's reason as its `cause`.
   *
   * @defaultValue none
   */
  signal?: AbortSignal
  /**
   * How long a started frame may take, in milliseconds: `ERR_FRAME_TIMEOUT` after that. The clock stops while your side
   * is slow.
   *
   * @defaultValue no limit
   */
  frameTimeout?: number
  /**
   * The longest time from a frame to the first byte of the next one, in milliseconds: `ERR_FRAME_TIMEOUT` after that.
   * It does not count while the reader works on a frame, or has paused the stream.
   *
   * @defaultValue no limit
   */
  idleTimeout?: number
  /**
   * How much the readable side queues: frames if it gives frames, else bytes (chunks in Web Streams).
   *
   * @defaultValue Node's, 16 frames; 0 for Web Streams
   */
  readableHighWaterMark?: number
  /**
   * How much the writable side queues before `write` returns false: frames if it takes frames, else bytes (chunks in
   * Web Streams).
   *
   * @defaultValue Node's, 16 frames; 1 for Web Streams, which is their least
   */
  writableHighWaterMark?: number
}

/** The options of adapters that encode. */
export interface EncodeStreamOptions<Frame = Uint8Array> extends FrameStreamOptions {
  /**
   * Called with each frame that could not be encoded and therefore was not written, after the callback of its `write`.
   *
   * @defaultValue none: the stream is destroyed, unless the `write` has a callback
   */
  onEncodeError?: (error: unknown, frame: Frame) => void
  /**
   * Whether a frame that cannot be encoded destroys the stream as well.
   *
   * @defaultValue false
   */
  destroyOnEncodeError?: boolean
}

/** The longest delay that a timer supports, in milliseconds. */
export const LONGEST_DELAY: number = 2 ** 31 - 1

const STREAM_OPTIONS = [
  'copy',
  'onSkip',
  'signal',
  'frameTimeout',
  'idleTimeout',
  'readableHighWaterMark',
  'writableHighWaterMark',
] as const

const ENCODE_OPTIONS = ['onEncodeError', 'destroyOnEncodeError'] as const

/**
 * Reads the options of the adapter `by`, each once, and checks those that all adapters have. `own` lists the names of
 * the others.
 *
 * @throws {TypeError} `given` is not an object, or an option is unknown or of the wrong kind.
 * @throws {RangeError} An option is out of range.
 */
export function readStreamOptions<Options extends FrameStreamOptions>(
  by: string,
  given: Options | undefined,
  own: readonly (keyof Options & string)[] = [],
): Options {
  const options = readOptions<Options>(by, given, [...STREAM_OPTIONS, ...own])
  const { copy, onSkip, signal, frameTimeout, idleTimeout, readableHighWaterMark, writableHighWaterMark } = options
  if (copy !== undefined) choiceOption('copy', copy, [true, false])
  functionOption('onSkip', onSkip)
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw new TypeError(`signal must be an AbortSignal, received ${shown(signal)}`)
  }
  if (frameTimeout !== undefined) integerOption('frameTimeout', frameTimeout, 1, LONGEST_DELAY)
  if (idleTimeout !== undefined) integerOption('idleTimeout', idleTimeout, 1, LONGEST_DELAY)
  if (readableHighWaterMark !== undefined) integerOption('readableHighWaterMark', readableHighWaterMark, 0)
  if (writableHighWaterMark !== undefined) integerOption('writableHighWaterMark', writableHighWaterMark, 0)
  return options
}

/** The same for an adapter that encodes. */
export function readEncodeOptions<Options extends EncodeStreamOptions<never>>(
  by: string,
  given: Options | undefined,
  own: readonly (keyof Options & string)[] = [],
): Options {
  const options = readStreamOptions<Options>(by, given, [...ENCODE_OPTIONS, ...own])
  functionOption('onEncodeError', options.onEncodeError)
  choiceOption('destroyOnEncodeError', options.destroyOnEncodeError ?? false, [true, false])
  return options
}

/** Whether it is an AbortSignal, of any realm. An event target without `aborted` is not one. */
function isAbortSignal(value: Partial<AbortSignal>): boolean {
  return typeof value.addEventListener === 'function' && typeof value.aborted === 'boolean'
}

export function checkCodec(codec: { decoder: unknown }, name = 'codec'): void {
  // Such as `lengthField` instead of `lengthField()`.
  const hint = typeof codec === 'function' ? ': call it to make a codec' : ''
  if (typeof codec?.decoder !== 'function') {
    throw new TypeError(`${name} must be a FrameCodec, received ${shown(codec)}${hint}`)
  }
}

/** The high-water marks that were given, for the constructor of a stream. */
export function highWaterMarks(options: FrameStreamOptions): HighWaterMarks {
  const { readableHighWaterMark, writableHighWaterMark } = options
  return {
    ...(readableHighWaterMark === undefined ? {} : { readableHighWaterMark }),
    ...(writableHighWaterMark === undefined ? {} : { writableHighWaterMark }),
  }
}

type HighWaterMarks = Pick<FrameStreamOptions, 'readableHighWaterMark' | 'writableHighWaterMark'>

/** For a Web stream: with a mark of 0 it would never ask a pipe for a chunk. */
export function webWritableStrategy({ writableHighWaterMark = 1 }: FrameStreamOptions): { highWaterMark: number } {
  return { highWaterMark: Math.max(1, writableHighWaterMark) }
}
