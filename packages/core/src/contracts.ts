// The contracts of codecs and decoders.

import type { FrameError } from './errors.ts'

/** The type of a frame decoded from chunks of class `Chunk`: frames of bytes have the class of the chunks. */
export type FrameOf<Frame, Chunk extends Uint8Array> = Frame & (Uint8Array extends Frame ? Chunk : unknown)

/** Bytes in new memory of their own: `Uint8Array<ArrayBuffer>`, written so that TypeScript 5.5 accepts it. */
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
   * Encodes a frame, in one new buffer.
   *
   * @throws {FrameError} `ERR_FRAME_NOT_ENCODABLE`, or `ERR_FRAME_TOO_LONG` for a frame that the decoder would refuse.
   */
  encode(frame: Frame): OwnedBytes
  /**
   * Encodes a frame as header, payload and trailer, without copying the payload, for `writev`.
   *
   * @throws {FrameError} As `encode` does.
   */
  encodeParts(frame: Frame): Uint8Array[]
  /** The limit in force, in bytes. */
  readonly maxFrameLength: number
}

/** A state machine: chunks in, frames out. The result never depends on how the stream was cut into chunks. */
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
   * @throws {FrameError} The bytes are faulty. Thrown by `next()`, and from then on by every call until `reset()`.
   * @throws {TypeError} `chunk` is not a `Uint8Array`.
   * @throws {Error} The stream was ended by `end()`, or a chunk was transferred away while it still held frames.
   */
  decode<Chunk extends Uint8Array>(chunk: Chunk): IterableIterator<FrameOf<Frame, Chunk>>
  /**
   * Adds to `frames` all frames that a loop over `decode` would still give. Faster than the loop.
   *
   * @throws {FrameError} The bytes are faulty. Thrown after the frames before the fault were added.
   */
  takeAll(frames: Frame[]): void
  /**
   * Calls `visit` for each frame, with offsets into memory that is valid only during the call: no object per frame.
   *
   * Visits the frames of `decode`, in the same order, as slices: `toFrame` and mappings are not applied. The bytes have
   * the class of the chunks.
   *
   * @throws {FrameError} The bytes are faulty. Thrown after the frames before the fault were visited.
   */
  scan(chunk: Uint8Array, visit: FrameVisitor): void
  /**
   * Ends the stream, and returns the last frames, which only the end decides.
   *
   * @throws {FrameError} `ERR_FRAME_TRUNCATED` if a frame was cut short; the error's `frames` are the frames before it.
   */
  end(): Frame[]
  /** Returns the decoder to its initial state: no bytes, no error, offsets from 0. */
  reset(): void
  /** Hands over the bytes not yet given out, for another protocol. After an error they begin at the faulty frame. */
  takeRemaining(): Uint8Array
  /** The number of bytes received and neither given out nor dropped yet. */
  readonly bufferedLength: number
  /**
   * Stream offset of the unfinished frame's first byte, or `undefined` between frames. Unlike `bufferedLength`, it is
   * also set while an oversized frame is being skipped.
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
   * @defaultValue none: skipped bytes are not reported
   */
  onSkip?: (skipped: Skipped) => void
}

/** Bytes that became no frame: a frame that was dropped, or a gap between frames. */
export interface Skipped {
  /** Stream offset of the first byte. */
  offset: number
  /** Length in bytes; for a frame the whole length, header and delimiter included. */
  length: number
  /** A frame over the limit; a frame that is corrupt; or bytes that belong to no frame. */
  reason: SkipReason
  /** The error that would have been thrown without the option to skip. Gaps have none. */
  error?: FrameError
}

/** Why bytes were skipped: a frame over the limit, a corrupt frame or damaged gap, or bytes of no frame. */
export type SkipReason = 'too-long' | 'corrupt' | 'garbage'
