// The part that all adapters share: takes chunks in, gives frames out one by one, counts them, and times the waiting.
// Calls `fail` once for every error, after the frames before it.

import {
  isBytes,
  isFrameError,
  isLost,
  kindOf,
  type FrameCodec,
  type FrameDecoder,
  type PartDecoder,
} from '@unstick/core'
import { FrameTimer } from './frame-timer.ts'
import type { FrameStreamOptions } from './options.ts'
import type { ReceivedStats } from './stats.ts'

/** Called with the frames of each chunk, while it listens. */
export interface ChunkObserver {
  readonly isListening: boolean
  /** The frames lie in `length` bytes from `offset` on. */
  received(offset: number, length: number, frames: number): void
}

export class ChunkDecoder<Frame> {
  /** Whether the end of the stream has been taken in. */
  ended = false
  /**
   * The frames of the last chunk or of the end; undefined once they are used up.
   *
   * @internal `FrameReader` takes frames from it directly, which saves a call per frame.
   */
  decoded: IterableIterator<Frame> | undefined = undefined
  /** @internal */
  readonly timer: FrameTimer
  /** @internal The number of frames taken. */
  frames = 0
  private readonly decoder: FrameDecoder<Frame>
  private readonly observer: ChunkObserver | undefined
  /** Position in the stream of the first byte. */
  private readonly start: number
  private bytes = 0
  private skips = 0
  private skippedBytes = 0
  private copiedBytes = 0
  /** The length of the chunk whose frames are being taken. */
  private chunkLength = 0
  /** What has been reported to the observer; set while it listens. */
  private observed: { offset: number; frames: number } | undefined = undefined
  /**
   * The beginning and end of the frame that is being given out in parts. It counts once its last byte has been taken or
   * dropped.
   */
  private started: { readonly offset: number; readonly end: number } | undefined = undefined
  private readonly fail: (error: unknown) => void
  /** Whether `decoded` is an iterator of the decoder, for which `takeAll` can be used. */
  private isOfChunk = false
  /** What `stop` could not throw: an error of `onSkip`, or of a chunk that was transferred away. */
  failure: { readonly error: unknown } | undefined = undefined

  constructor(
    codec: FrameCodec<Frame>,
    options: FrameStreamOptions,
    fail: (error: unknown) => void,
    observer?: ChunkObserver,
    start = 0,
  ) {
    const { copy, onSkip } = options
    this.decoder = codec.decoder({
      ...(copy === undefined ? {} : { copy }),
      onSkip: (skipped) => {
        this.skips++
        this.skippedBytes += skipped.length
        onSkip?.(start === 0 ? skipped : { ...skipped, offset: start + skipped.offset })
      },
    })
    this.timer = new FrameTimer(options, fail)
    this.fail = fail
    this.observer = observer
    this.start = start
  }

  /** Takes a chunk in, once the frames of the last one are used up. */
  decode(chunk: unknown): void {
    try {
      const bytes = checkedChunk(chunk)
      if (this.observer?.isListening === true) this.observe()
      this.decoded = this.decoder.decode(bytes) as IterableIterator<Frame>
      this.bytes += bytes.length
      this.chunkLength = bytes.length
      this.isOfChunk = true
    } catch (error) {
      this.fail(error)
    }
  }

  /** Takes the end in. */
  end(): void {
    this.timer.stop()
    this.ended = true
    if (this.observer?.isListening === true) this.observe()
    this.decoded = lastFrames(this.decoder)
    this.isOfChunk = false
    this.chunkLength = 0
  }

  /** The next frame, or undefined when there is none. */
  take(): IteratorResult<Frame, void> | undefined {
    const { decoded } = this
    if (decoded === undefined) return undefined
    let result: IteratorResult<Frame>
    try {
      result = decoded.next()
    } catch (error) {
      this.decoded = undefined
      this.fail(error)
      return undefined
    }
    if (result.done === true) {
      this.useUp()
      return undefined
    }
    this.frames++
    this.timer.stop()
    return result
  }

  /** Adds the frames that are left to `batch`. An error after some of them waits for the next call. */
  takeAll(batch: Frame[]): void {
    const { decoded } = this
    if (decoded === undefined) return
    this.decoded = undefined
    const before = batch.length
    try {
      if (this.isOfChunk) this.decoder.takeAll(batch)
      else for (const frame of decoded) batch.push(frame)
    } catch (error) {
      if (batch.length === 0) this.fail(error)
      else this.postpone(error)
    }
    this.frames += batch.length - before
    this.countStarted()
    this.countKept()
    if (this.observed !== undefined) this.report(this.observed)
    if (batch.length > 0) this.timer.stop()
  }

  /**
   * Call it when no complete frame is left. Begins the unfinished one, if its length is known, and returns the length
   * of its payload.
   */
  startFrame(): number | undefined {
    try {
      const frame = this.parts.startFrame()
      if (frame === undefined) return undefined
      const offset = this.start + this.decoder.frameOffset!
      this.started = { offset, end: offset + frame.frameLength }
      this.timer.stop()
      // The header has been given out with the length: what is left unread begins with the body.
      this.parts.takePart(0)
      return frame.payloadLength
    } catch (error) {
      this.fail(error)
      return undefined
    }
  }

  /** The next bytes of that frame, up to a limit, or undefined when there are none. */
  takePart(most: number): Uint8Array | undefined {
    try {
      const part = this.parts.takePart(most)
      if (part !== undefined) this.timer.stop()
      return part
    } catch (error) {
      this.fail(error)
      return undefined
    }
  }

  /** Whether bytes of that frame are still to arrive, or to be taken. */
  get isInParts(): boolean {
    return this.parts.isInParts
  }

  get stats(): ReceivedStats {
    this.countStarted()
    const { frames, bytes, skips, skippedBytes, copiedBytes } = this
    return { frames, bytes, skips, skippedBytes, copiedBytes }
  }

  /** Whether all frames of the bytes taken in are used up. */
  get isUsedUp(): boolean {
    return this.decoded === undefined
  }

  /** The number of bytes that have been taken in but not given out. */
  get unreadLength(): number {
    return this.decoder.bufferedLength
  }

  /** Whether a frame has begun whose end has not arrived. */
  get isInFrame(): boolean {
    return this.decoder.frameOffset !== undefined
  }

  /** The adapter waits for the next chunk. */
  waitForMore(): void {
    this.timer.watch(this.decoder.frameOffset, this.bytes)
  }

  /**
   * Ends taking frames. Returns the bytes that did not become frames. Does not throw, so that its caller can close
   * everything else first, and then call `throwFailure`.
   */
  stop(): Uint8Array {
    this.timer.stop()
    this.attempt(() => this.decoded?.return?.())
    this.useUp()
    this.started = undefined
    const takeRemaining = (): Uint8Array => this.decoder.takeRemaining()
    // If `onSkip` throws, the bytes are still there.
    return this.attempt(takeRemaining) ?? this.attempt(takeRemaining) ?? new Uint8Array(0)
  }

  /** Stops a decoder whose chunks another one decodes again, which then reports their frames. */
  abandon(): void {
    this.observed = undefined
    this.stop()
  }

  /** Throws what `stop` could not throw, if anything. */
  throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.error
  }

  private attempt<Result>(action: () => Result): Result | undefined {
    try {
      return action()
    } catch (error) {
      this.failure ??= { error }
      return undefined
    }
  }

  private useUp(): void {
    this.decoded = undefined
    this.countStarted()
    this.countKept()
    if (this.observed !== undefined) this.report(this.observed)
  }

  private countStarted(): void {
    if (this.started === undefined || this.position < this.started.end) return
    this.started = undefined
    this.frames++
  }

  /** The decoder of a codec for which `givesParts` holds. */
  private get parts(): PartDecoder {
    return this.decoder as FrameDecoder<Frame> & PartDecoder
  }

  /** Counts the bytes that the decoder copies from a used-up chunk. */
  private countKept(): void {
    if (this.chunkLength === 0) return
    this.copiedBytes += Math.min(this.chunkLength, this.decoder.bufferedLength)
    this.chunkLength = 0
  }

  /** Position in the stream of the first byte that has been neither given out nor dropped. */
  get position(): number {
    return this.start + this.bytes - this.decoder.bufferedLength
  }

  private observe(): void {
    this.observed ??= { offset: this.started?.offset ?? this.position, frames: this.frames }
  }

  private report(since: { offset: number; frames: number }): void {
    const { position } = this
    const frames = this.frames - since.frames
    this.observed = undefined
    if (frames > 0) this.observer?.received(since.offset, position - since.offset, frames)
  }

  private postpone(error: unknown): void {
    this.decoded = failing(error)
    this.isOfChunk = false
  }
}

/** The frames given out at the end, before the error if the end also reports a cut frame. */
function* lastFrames<Frame>(decoder: FrameDecoder<Frame>): Generator<Frame, void, void> {
  try {
    yield* decoder.end()
  } catch (error) {
    if (isFrameError(error) && error.frames !== undefined) yield* error.frames as Frame[]
    throw error
  }
}

// oxlint-disable-next-line require-yield -- it fails before its first frame
function* failing(error: unknown): Generator<never, void, void> {
  throw error
}

/**
 * A source may give other values than its type allows. The content comes from the peer, so the message does not show
 * it.
 */
function checkedChunk(chunk: unknown): Uint8Array {
  // The first check is cheap; the second works across realms.
  if (chunk instanceof Uint8Array || isBytes(chunk)) {
    if (isLost(chunk)) throw new TypeError('a chunk was transferred, or its memory shrunk, before it was decoded')
    return chunk
  }
  const hint = typeof chunk === 'string' ? ': a stream gives strings after setEncoding()' : ''
  throw new TypeError(`chunks must be Uint8Arrays, received ${kindOf(chunk)}${hint}`)
}
