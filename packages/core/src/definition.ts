// What a codec's author writes: one pure function that finds a frame, and what surrounds it.

/** Where the finder says the payload lies. One object serves all calls, so that a frame costs none. */
export interface FoundPayload {
  payloadStart: number
  payloadEnd: number
}

/**
 * Finds the first frame in `bytes[start, end)`. What lies outside is not the finder's: memory behind `end` is stale.
 *
 * It is pure, and keeps no state. `searched` says how many bytes of this frame an earlier call had seen, so that
 * nothing has to be searched twice. The answer is one number, an index into `bytes` like `start` and `end`:
 *
 * - the frame's end, at most `end`: the frame is whole, and `found` says where its payload lies;
 * - more than `end`: the frame is not whole, and needs bytes up to there at least (a header, then the whole frame);
 * - `UNKNOWN`: the frame is not whole, and how much it needs cannot be told;
 * - `ENDLESS`: no end lies within the limit, so the frame is too long, however it ends.
 *
 * Throws a `FrameError` (without an offset, which the decoder fills in) when the bytes can begin no frame.
 */
export type FindFrame = (bytes: Uint8Array, start: number, end: number, searched: number, found: FoundPayload) => number

/**
 * Finds many frames of `bytes[start, end)` at once, one right behind the other, and writes where they lie to `bounds`:
 * of each the payload's start and end, then the frame's end. Returns how many; `bounds` has room for a multiple of 3.
 *
 * It only saves calls, and is not asked about few bytes. It is pure, finds what `find` would, and stops before whatever
 * is not plain: a frame that is not whole, too long or faulty. So 0 is always right, and it may look at no more of
 * `bytes` than it likes.
 */
export type FindFrames = (bytes: Uint8Array, start: number, end: number, bounds: Int32Array) => number

/** How many numbers each frame has in `bounds`. */
export const BOUNDS = 3

/** A finder's answer: more bytes are needed, and how many cannot be told. */
export const UNKNOWN: -1 = -1

/** A finder's answer: no end lies within `maxFrameLength`. */
export const ENDLESS: number = Infinity

/** What `toFrame` returns for a slice that is no frame, such as a blank line. */
export const NO_FRAME: unique symbol = Symbol('unstick.NO_FRAME')

export interface CodecDefinition<Frame = Uint8Array> {
  /** What errors call the codec. */
  name: string
  /**
   * The limit in bytes, checked by the decoder on the whole frame. Where delimiters do not count, `delimiterLength`
   * is allowed on top, and the finder keeps the exact limit by answering `ENDLESS`.
   */
  maxFrameLength: number
  /** Length in bytes of the longest delimiter; 0, the default, where frames do not end by one. */
  delimiterLength?: number
  /**
   * Length in bytes of the longest header, where that may be more than `maxFrameLength`: so much is kept while the
   * finder answers `UNKNOWN`, since only a whole header tells how long a frame is. Default: 0.
   */
  headerLength?: number
  find: FindFrame
  /** Finds many frames at once, where that is faster. Default: they are found one by one. */
  findMany?: FindFrames | undefined
  /** Asked instead of `find` once no byte will follow, where that settles more. Default: `find`. */
  findAtEnd?: FindFrame
  /** What becomes of the bytes of an unfinished frame at the end of the stream. Default: 'error'. */
  atEnd?: 'error' | 'emit' | 'drop'
  /** What becomes of a frame that is too long: 'skip' drops exactly that frame. Default: 'error'. */
  oversize?: 'error' | 'skip'
  /** Turns a payload into a frame; `index` counts the frames before it, dropped ones included. Default: the payload. */
  toFrame?: (payload: Uint8Array, index: number) => Frame | typeof NO_FRAME
  /**
   * What `toFrame` makes of the `count` payloads that `findMany` has just found, at once, where that is faster; `index`
   * counts the frames before the first. Undefined, or an error: they are turned one by one. Frames of a codec that has
   * this hold nothing of the payload's memory, which is used again.
   */
  toFrames?: (bytes: Uint8Array, bounds: Int32Array, count: number, index: number) => Frame[] | undefined
  /** What becomes of a frame that `toFrame` refuses by throwing: 'skip' drops exactly that frame. Default: 'error'. */
  corrupt?: 'error' | 'skip'
  /** The frame's header, payload and trailer, those that there are. Left out: the codec only decodes. */
  encodeParts?: (frame: Frame) => Uint8Array[]
}
