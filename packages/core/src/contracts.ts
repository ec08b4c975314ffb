// What every codec is and what every decoder promises.

import type { FrameError } from './errors.ts'

/** The type of a frame decoded from chunks of class `Chunk`: frames of bytes have the class of the chunks. */
export type FrameOf<Frame, Chunk extends Uint8Array> = Frame & (Uint8Array extends Frame ? Chunk : unknown)

/** Bytes in new memory of their own: `Uint8Array<ArrayBuffer>`, spelled so that TypeScript 5.5 knows it too. */
export type OwnedBytes = ReturnType<Uint8ArrayConstructor['of']>

/** An immutable value made from validated options: it creates decoders and encodes frames. */
export interface FrameCodec<Frame = Uint8Array> {
  /**
   * Creates a decoder for one connection and direction.
   *
   * @throws {TypeError} An option is unknown or of the wrong kind.
   */
  decoder(options?: DecoderOptions): FrameDecoder<Frame>
  /**
   * The bytes that a decoder gives back as `frame`, in one new buffer.
   *
   * @throws {FrameError} `ERR_FRAME_NOT_ENCODABLE`, or `ERR_FRAME_TOO_LONG` for a frame that the decoder would refuse.
   */
  encode(frame: Frame): OwnedBytes
  /**
   * The same bytes as header, payload and trailer, without copying the payload: for `writev`.
   *
   * @throws {FrameError} As `encode` does.
   */
  encodeParts(frame: Frame): Uint8Array[]
  /** The limit in force, in bytes. */
  readonly maxFrameLength: number
}

/** A state machine, chunks in, frames out. The result never depends on how the stream was cut into chunks. */
export interface FrameDecoder<Frame = Uint8Array> {
  /**
   * Takes in the chunk at once and yields its frames lazily.
   *
   * Every frame before a faulty one is yielded before the `FrameError` is thrown. Leaving the loop early loses nothing:
   * the next call continues where this one stopped. A frame that lies whole inside the chunk is a view of it; one that
   * spans chunks owns its bytes. Once the loop is done, the chunk may be overwritten, unless views of it are held.
   *
   * All iterators of a decoder are one: what one loop leaves, the next one takes.
   *
   * @throws {FrameError} What is wrong with the bytes, from `next()`; from then on at every call, until `reset()`.
   * @throws {TypeError} `chunk` is not a `Uint8Array`.
   * @throws {Error} The stream was ended by `end()`, or a chunk was transferred while frames of it were left.
   */
  decode<Chunk extends Uint8Array>(chunk: Chunk): IterableIterator<FrameOf<Frame, Chunk>>
  /**
   * Adds to `frames` what a loop over `decode` would still give. It is faster than the loop.
   *
   * @throws {FrameError} What is wrong with the bytes, after the frames before it were added.
   */
  takeAll(frames: Frame[]): void
  /**
   * Calls `visit` for each frame, with offsets into memory that is valid during the call only: no object per frame.
   *
   * The frames are those of `decode`, in the same order, as slices: what `toFrame` or a mapping makes of them is not
   * made. The class of the bytes is that of the chunks.
   *
   * @throws {FrameError} What is wrong with the bytes, after the frames before it were visited.
   */
  scan(chunk: Uint8Array, visit: FrameVisitor): void
  /**
   * Says that no byte follows, and returns the last frames, which only the end decides.
   *
   * @throws {FrameError} `ERR_FRAME_TRUNCATED` if a frame was cut short; the frames before it are the error's `frames`.
   */
  end(): Frame[]
  /** Makes the decoder as new: no bytes, no error, offsets from 0. */
  reset(): void
  /** Hands over the bytes not yet given out, for another protocol. After an error they begin at the faulty frame. */
  takeRemaining(): Uint8Array
  /** Bytes taken in and neither given out nor dropped yet. */
  readonly bufferedLength: number
  /**
   * Stream offset of the unfinished frame's first byte, or `undefined` between frames. Unlike `bufferedLength` it also
   * tells of an oversized frame that is being skipped.
   */
  readonly frameOffset: number | undefined
}

/** Called with each frame's payload as `bytes[start, end)`. */
export type FrameVisitor = (bytes: Uint8Array, start: number, end: number) => void

/** The options of one decoder. */
export interface DecoderOptions {
  /**
   * Gives every frame an `ArrayBuffer` of its own.
   *
   * @defaultValue false
   */
  copy?: boolean
  /**
   * Called once for each gap and each frame that was dropped, before the frame or error that follows it. If it throws,
   * the exception reaches the caller, and nothing is lost or reported again.
   *
   * @defaultValue none: what is skipped is not reported
   */
  onSkip?: (skipped: Skipped) => void
}

/** Bytes that became no frame: a frame that was dropped, or a gap between frames. */
export interface Skipped {
  /** Position in the stream of the first byte. */
  offset: number
  /** Length in bytes; of a frame the whole length, header and delimiter included. */
  length: number
  /** A frame over the limit; a frame that is corrupt; or bytes that belong to no frame. */
  reason: SkipReason
  /** What would have been thrown, had skipping not been asked for. Gaps have none. */
  error?: FrameError
}

/** Why bytes were skipped: a frame over the limit, a corrupt frame or damaged gap, or bytes of no frame. */
export type SkipReason = 'too-long' | 'corrupt' | 'garbage'
