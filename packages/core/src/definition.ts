// The definition of a codec, as its author writes it.

import type { FindFrame } from './search.ts'

/** Frames found at once. */
export interface FoundFrames {
  /** `BOUNDS` numbers per frame: the payload's start and end, and the frame's end. */
  readonly bounds: Int32Array
  /**
   * `BETWEEN_BOUNDS` numbers per frame: where it starts, and the state after it. Bytes between the end of a frame and
   * the start of the next one are dropped, as by `drop`. If this is never read, each frame starts where the previous
   * one ends, and the state after each is 0.
   */
  readonly between: Int32Array
  /** The state in which the search begins. */
  readonly state: number
  /** Anything the search found out that `toFrames` can use, such as that all bytes are ASCII. */
  note: unknown
}

/**
 * Finds many frames of `bytes[start, end)` at once, and returns how many; `found.bounds` has room for a multiple of 3.
 *
 * An optimisation only. It must find exactly the frames that `find` would, and stop before one that is incomplete, too
 * long or malformed, or after which the state is not a 32-bit integer. Returning 0 is always correct. It is not called
 * for short inputs.
 */
export type FindMany = (bytes: Uint8Array, start: number, end: number, found: FoundFrames) => number

/** The number of entries per frame in `bounds`. */
export const BOUNDS = 3
/** The number of entries per frame in `between`. */
export const BETWEEN_BOUNDS = 2

/**
 * Returned by `toFrame` or a mapping for a slice that is not a frame. The same value in the ESM and CommonJS copies.
 */
export const NO_FRAME: unique symbol = Symbol.for('unstick.NO_FRAME') as never

/** V8 compares an object with a symbol by a call, which costs a tenth of a small frame; the type check avoids it. */
export function isNoFrame(frame: unknown): frame is typeof NO_FRAME {
  return typeof frame === 'symbol' && frame === NO_FRAME
}

/** The definition from which `defineCodec` makes a codec. Only `name`, `maxFrameLength` and `find` are needed. */
export interface CodecDefinition<Frame = Uint8Array> {
  /** The codec's name in error messages. */
  name: string
  /** The limit, in bytes. Decoders and `encode` enforce it. */
  maxFrameLength: number
  /**
   * Bytes on the wire that the limit does not count, such as a delimiter, stuffing or a long header. A finder is shown
   * at most `maxFrameLength + overhead` bytes of one frame, and enforces the exact limit by answering `ENDLESS`, or by
   * throwing `ERR_FRAME_TOO_LONG` with a `frameLength`.
   *
   * @defaultValue 0
   */
  overhead?: number
  /** The finder; or the length of every frame in bytes, if all are equally long. */
  find: FindFrame | number
  /**
   * Finds many frames at once, if that is faster than a call per frame.
   *
   * @defaultValue none; with `toFrames`, one that calls `find` repeatedly
   */
  findMany?: FindMany | undefined
  /**
   * Called instead of `find` once no byte follows, if the end decides more. Also called without any bytes, and may
   * throw if the stream must not end in this `state`.
   *
   * @defaultValue `find`
   */
  findAtEnd?: FindFrame | undefined
  /**
   * Whether the header alone determines where a frame ends: once the finder has answered the exact end of an incomplete
   * frame, it accepts any bytes that follow, and the next frame begins in state 0. Such frames can be given out in
   * parts.
   *
   * @defaultValue true if `find` is a length, else false
   */
  lengthFirst?: boolean
  /**
   * What happens to the bytes of an unfinished frame at the end of the stream: `'error'` is `ERR_FRAME_TRUNCATED`,
   * `'emit'` makes them a frame, `'drop'` drops them.
   *
   * @defaultValue 'error'
   */
  atEnd?: 'error' | 'emit' | 'drop'
  /**
   * What happens to a frame over the limit: `'error'` is `ERR_FRAME_TOO_LONG`, `'skip'` drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
  /**
   * What happens to a corrupt frame whose end is known: `'error'` is `ERR_FRAME_CORRUPT`, `'skip'` drops exactly that
   * frame.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
  /**
   * Whether a slice that was found is a frame. Others are left out by `decode` and `scan`, without a report. `index` is
   * the number of slices before it.
   *
   * @defaultValue every slice is a frame
   */
  isFrame?: ((bytes: Uint8Array, start: number, end: number, index: number) => boolean) | undefined
  /**
   * Makes the frame from a payload; `index` is the number of frames before it, dropped ones included.
   *
   * @defaultValue the payload is the frame
   */
  toFrame?: ToFrame<Frame> | undefined
  /**
   * Makes the frames from `count` payloads found at once, if that is faster than one by one; `index` is the number of
   * frames before the first. If it returns undefined or throws, they are made one by one. It is not called if `copy` is
   * set and frames hold their payload, since it may make views.
   *
   * @defaultValue none: frames are made one by one
   */
  toFrames?: ToFrames<Frame> | undefined
  /**
   * Whether the frames made by `toFrame` and `toFrames` hold the payload's memory. If not, that memory is reused, and a
   * payload that spans chunks is not copied for its frame.
   *
   * @defaultValue false with `toFrames`, else true
   */
  holdsPayload?: boolean
  /**
   * Guesses from the bytes of a frame that is too long what they may be instead, as the end of a sentence for the error
   * message. Must not quote them.
   *
   * @defaultValue none
   */
  hint?: ((bytes: Uint8Array, start: number, end: number) => string | undefined) | undefined
  /**
   * Encodes a frame as those of header, payload and trailer that exist, in memory that the codec does not reuse.
   *
   * @defaultValue none: the codec only decodes
   */
  encodeParts?: ((frame: Frame) => Uint8Array[]) | undefined
}

/**
 * Makes the frame from a payload; `index` is the number of frames before it. Throwing a `FrameError` refuses the frame.
 */
export type ToFrame<Frame> = (payload: Uint8Array, index: number) => Frame | typeof NO_FRAME

/** Makes the frames from `count` payloads, or returns undefined to have them made one by one. */
export type ToFrames<Frame> = (
  bytes: Uint8Array,
  found: FoundFrames,
  count: number,
  index: number,
) => (Frame | typeof NO_FRAME)[] | undefined
