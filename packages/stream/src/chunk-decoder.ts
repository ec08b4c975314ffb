// What every adapter does with chunks: it takes one in, takes its frames out one by one, and times unfinished frames.

import { isFrameError, type FrameCodec, type FrameDecoder, type FrameError } from '@unstick/core'
import { FrameTimer } from './frame-timer.ts'
import type { FrameStreamOptions } from './options.ts'

export class ChunkDecoder<Frame> {
  /** Whether the end of the stream was taken in. */
  ended = false
  private readonly decoder: FrameDecoder<Frame>
  readonly timer: FrameTimer
  /** The frames of what was taken in last; undefined once they are used up. */
  decoded: IterableIterator<Frame> | undefined = undefined

  constructor(codec: FrameCodec<Frame>, options: FrameStreamOptions, timeOut: (error: FrameError) => void) {
    const { copy, onSkip } = options
    this.decoder = codec.decoder({
      ...(copy === undefined ? {} : { copy }),
      ...(onSkip === undefined ? {} : { onSkip }),
    })
    this.timer = new FrameTimer(options.frameTimeout, timeOut)
  }

  /** Takes a chunk in, once the frames of the last one are used up. */
  decode(chunk: Uint8Array): void {
    this.decoded = this.decoder.decode(chunk) as IterableIterator<Frame>
  }

  /** Takes the end in. */
  end(): void {
    this.timer.stop()
    this.ended = true
    this.decoded = settled(this.decoder)
  }

  /** The next frame, or undefined when the frames are used up. Throws what is wrong with the next frame, once. */
  take(): IteratorResult<Frame, void> | undefined {
    if (this.decoded === undefined) return undefined
    let result: IteratorResult<Frame>
    try {
      result = this.decoded.next()
    } catch (error) {
      this.decoded = undefined
      throw error
    }
    if (result.done === true) {
      this.decoded = undefined
      return undefined
    }
    this.timer.stop()
    return result
  }

  /** Adds the frames that are left to `batch`. Throws what is wrong with the next one, once. */
  takeAll(batch: Frame[]): void {
    const { decoded } = this
    if (decoded === undefined) return
    this.decoded = undefined
    try {
      if (this.ended) for (const frame of decoded) batch.push(frame)
      else this.decoder.takeAll(batch)
    } finally {
      if (batch.length > 0) this.timer.stop()
    }
  }

  /** Whether the frames of what was taken in are used up. */
  get isUsedUp(): boolean {
    return this.decoded === undefined
  }

  /** The next chunk is waited for. */
  waitForMore(): void {
    this.timer.watch(this.decoder.frameOffset)
  }

  /** Nothing more will be taken. Returns the bytes that did not become frames. */
  stop(): Uint8Array {
    this.timer.stop()
    this.decoded?.return?.()
    this.decoded = undefined
    return this.decoder.takeRemaining()
  }
}

/** What the end settles; if it also tells of a cut frame, the frames come first. */
function* settled<Frame>(decoder: FrameDecoder<Frame>): Generator<Frame, void, void> {
  try {
    yield* decoder.end()
  } catch (error) {
    if (isFrameError(error) && error.frames !== undefined) yield* error.frames as Frame[]
    throw error
  }
}
