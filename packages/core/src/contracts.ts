// What every codec is and every decoder promises. Chunks are bytes as they arrive; frames are what they meant.

/** A frame decoded from chunks of class `Chunk`: byte frames have the class of the chunks, others are what they are. */
export type FrameOf<Frame, Chunk extends Uint8Array> = Uint8Array extends Frame ? Chunk : Frame

/** An immutable value made from validated options: it mints decoders and encodes frames. */
export interface FrameCodec<Frame = Uint8Array> {
  /** A decoder for one connection and direction. */
  decoder(options?: DecoderOptions): FrameDecoder<Frame>
  /**
   * The bytes that the decoder gives back as `frame`, in one buffer.
   *
   * Throws `ERR_FRAME_NOT_ENCODABLE` or `ERR_FRAME_TOO_LONG`.
   */
  encode(frame: Frame): Uint8Array
  /** The same bytes as header, payload and trailer without copying the payload, for `writev`. */
  encodeParts(frame: Frame): Uint8Array[]
  /** The limit in force, in bytes. */
  readonly maxFrameLength: number
}

/** A state machine, chunks in, frames out. However the stream is cut into chunks, the result is the same. */
export interface FrameDecoder<Frame = Uint8Array> {
  /**
   * Takes the chunk at once and yields its frames lazily.
   *
   * Every frame before a faulty one is yielded before the `FrameError` is thrown. Leaving the loop early loses
   * nothing: the next call goes on where this one stopped. A frame that lies whole inside the chunk is a view of it;
   * one that spans chunks owns its bytes. Once the loop is done the chunk may be overwritten, unless views are held.
   */
  decode<Chunk extends Uint8Array>(chunk: Chunk): IterableIterator<FrameOf<Frame, Chunk>>
  /**
   * Adds the frames that a loop over `decode` would give from here on to `frames`, which is faster than the loop. Those
   * before a faulty one are added before the `FrameError` is thrown.
   */
  takeAll(frames: Frame[]): void
  /** The same frames as offsets into memory that is valid during the call of `visit` only: no object per frame. */
  scan(chunk: Uint8Array, visit: FrameVisitor): void
  /**
   * Says that no byte will follow, and returns the frames that this settles.
   *
   * Throws `ERR_FRAME_TRUNCATED` if a frame was cut short; the frames settled before it are the error's `frames`.
   */
  end(): Frame[]
  /** Makes the decoder as new: no bytes, no error, offsets from 0. */
  reset(): void
  /** Hands over the bytes not yet given out as frames, for another protocol. After an error they begin at the faulty frame. */
  takeRemaining(): Uint8Array
  /** Bytes taken in and neither given out nor dropped yet. */
  readonly bufferedLength: number
  /**
   * Where the frame begins that is neither given out nor dropped to its end, as a position in the stream. Undefined
   * between frames, which `bufferedLength` cannot tell while a frame is being skipped.
   */
  readonly frameOffset: number | undefined
}

/** Called with each frame's payload as `bytes[start, end)`. */
export type FrameVisitor = (bytes: Uint8Array, start: number, end: number) => void

export interface DecoderOptions {
  /** Makes every frame own its bytes. Default: false. */
  copy?: boolean
  /** Told once of each frame that was dropped: the position of its first byte and its whole length, in bytes. */
  onSkip?: (skipped: SkippedFrame) => void
}

/** A frame that was dropped because it was asked for, as with `oversize: 'skip'`. */
export interface SkippedFrame {
  /** Position in the stream of its first byte. */
  offset: number
  /** Its whole length in bytes, header and delimiter included. */
  length: number
}
