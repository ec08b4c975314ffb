// What a codec's author writes: a function that finds a frame, and what surrounds it.

import type { FindFrame } from './search.ts'

/** Many frames found at once. */
export interface FoundFrames {
  /** Three numbers a frame, `BOUNDS` in all: the payload's start and end, and the frame's end. */
  readonly bounds: Int32Array
  /**
   * Two numbers a frame, `BETWEEN_BOUNDS` in all: where it starts, and the state after it. Bytes between a frame's end
   * and the next one's start are dropped, as by `drop`. Unless it is asked for, each frame starts where the one before
   * it ends, and the state after each is 0.
   */
  readonly between: Int32Array
  /** The state in which the search begins. */
  readonly state: number
  /** For whatever the search learnt that `toFrames` can use, such as that all bytes are ASCII. */
  note: unknown
}

/**
 * Finds many frames of `bytes[start, end)` at once, and returns how many; `found.bounds` has room for a multiple of 3.
 *
 * An optimisation only. It must find exactly the frames that `find` would, and stop before one that is incomplete, too
 * long or malformed, or after which the state is no integer of 32 bits. Returning 0 is always correct. It is not called
 * for short inputs.
 */
export type FindMany = (bytes: Uint8Array, start: number, end: number, found: FoundFrames) => number

/** How many numbers each frame has in `bounds`. */
export const BOUNDS = 3
/** How many numbers each frame has in `between`. */
export const BETWEEN_BOUNDS = 2

/** What `toFrame` or a mapping returns for a slice that is no frame. The same value in the ESM and CommonJS copies. */
export const NO_FRAME: unique symbol = Symbol.for('unstick.NO_FRAME') as never

/** V8 compares an object with a symbol by a call, which costs a tenth of a small frame, but its type at once. */
export function isNoFrame(frame: unknown): frame is typeof NO_FRAME {
  return typeof frame === 'symbol' && frame === NO_FRAME
}

/** What `defineCodec` makes a codec of. Only `name`, `maxFrameLength` and `find` are needed. */
export interface CodecDefinition<Frame = Uint8Array> {
  /** The codec's name in error messages. */
  name: string
  /** The limit in bytes. Decoders and `encode` keep it. */
  maxFrameLength: number
  /**
   * Bytes on the wire that the limit does not count, such as a delimiter, stuffing or a long header. A finder is shown
   * at most `maxFrameLength + overhead` bytes of one frame, and keeps the exact limit by answering `ENDLESS`, or by
   * throwing `ERR_FRAME_TOO_LONG` with a `frameLength`.
   *
   * @defaultValue 0
   */
  overhead?: number
  /** The finder; or, where all frames are equally long, their length in bytes. */
  find: FindFrame | number
  /**
   * Finds many frames at once, where that is faster than a call per frame.
   *
   * @defaultValue none, and with `toFrames` one that asks `find` again and again
   */
  findMany?: FindMany | undefined
  /**
   * Called instead of `find` once no byte follows, where the end decides more. It is also called with no bytes at all,
   * and may throw where the stream must not end in this `state`.
   *
   * @defaultValue `find`
   */
  findAtEnd?: FindFrame | undefined
  /**
   * Whether a header alone determines where its frame ends: once the finder has answered the exact end of an incomplete frame, it
   * accepts whatever follows, and the next frame begins in state 0. Such frames can be given out in parts.
   *
   * @defaultValue true where `find` is a length, else false
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
   * What happens to a corrupt frame, whose end is known: `'error'` is `ERR_FRAME_CORRUPT`, `'skip'` drops exactly that
   * frame.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
  /**
   * Whether a slice that was found is a frame at all. Others are left out by `decode` and `scan`, without a report;
   * `index` counts the slices before it.
   */
  isFrame?: ((bytes: Uint8Array, start: number, end: number, index: number) => boolean) | undefined
  /** Makes the frame of a payload; `index` counts the frames before it, dropped ones included. Default: the payload. */
  toFrame?: ToFrame<Frame> | undefined
  /**
   * Makes the frames of `count` payloads that were found at once, where that is faster than one by one; `index` counts
   * the frames before the first. If it returns undefined or throws, they are made one by one; and so they are where
   * `copy` is asked for and frames hold their payload, of which this may make views.
   */
  toFrames?: ToFrames<Frame> | undefined
  /**
   * Whether the frames that `toFrame` and `toFrames` make hold the payload's memory. If not, that memory is used again,
   * and a payload that came in several chunks is not copied for its frame.
   *
   * @defaultValue false with `toFrames`, else true
   */
  holdsPayload?: boolean
  /**
   * Looks at the bytes of a frame that is too long, and says what they may be instead, as the end of a sentence for the
   * error message. It must not quote them.
   */
  hint?: ((bytes: Uint8Array, start: number, end: number) => string | undefined) | undefined
  /** A frame's header, payload and trailer, those that exist, in memory that the codec does not use again. Left out: the codec only decodes. */
  encodeParts?: ((frame: Frame) => Uint8Array[]) | undefined
}

/** Makes the frame of a payload; `index` counts the frames before it. Throwing a `FrameError` refuses the frame. */
export type ToFrame<Frame> = (payload: Uint8Array, index: number) => Frame | typeof NO_FRAME

/** Makes the frames of `count` payloads, or returns undefined to have them made one by one. */
export type ToFrames<Frame> = (
  bytes: Uint8Array,
  found: FoundFrames,
  count: number,
  index: number,
) => (Frame | typeof NO_FRAME)[] | undefined
