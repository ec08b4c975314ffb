// Decoded frames into the readable side of a Duplex: one at a time, and only while the reader wants them, so that the
// queue never exceeds its high-water mark. An error waits until the frames before it have been read.

import { FrameError, type FrameCodec } from '@unstick/core'
import type { Duplex } from 'node:stream'
import { ChunkDecoder } from './chunk-decoder.ts'
import type { FrameStreamOptions } from './options.ts'

export class FramePump<Frame> {
  private readonly decoder: ChunkDecoder<Frame>
  private readonly stream: Duplex
  private readonly refill: () => void
  private isWanted = false
  private isRunning = false
  private isOver = false
  private failure: Error | undefined = undefined
  /** What is told when all frames there are have been pushed, instead of the end. */
  private lastError: Error | undefined = undefined

  /** `refill` is called when frames are wanted and those of the last chunk, or of the end, are used up. */
  constructor(stream: Duplex, codec: FrameCodec<Frame>, options: FrameStreamOptions, refill: () => void) {
    this.stream = stream
    this.decoder = new ChunkDecoder(codec, options, (error) => this.fail(error))
    this.refill = refill
  }

  /** The stream's `_read`: it wants frames. */
  want(): void {
    this.isWanted = true
    this.run()
  }

  /** Takes a chunk in. To be called from within `refill`, or after it. */
  decode(chunk: Uint8Array): void {
    if (this.isOver) return
    try {
      this.decoder.decode(chunk)
    } catch (error) {
      this.fail(error)
    }
    this.run()
  }

  /** Takes the end in. */
  end(): void {
    if (this.isOver) return
    this.decoder.end()
    this.run()
  }

  /** Pushes frames as long as they are wanted. To be called when there may be some. */
  run(): void {
    // A listener that is given a frame may ask for more: the loop that gave it goes on.
    if (this.isRunning) return
    this.isRunning = true
    try {
      while (this.isWanted && !this.isOver) {
        const result = this.take()
        if (result !== undefined) this.push(result.value as Frame)
        else if (!this.refilled()) return
      }
    } finally {
      this.isRunning = false
    }
  }

  /** Whether all there was to push has been pushed, or something failed. */
  get isDone(): boolean {
    return this.isOver
  }

  /** The stream is destroyed with `error`, once the frames before it have been read. */
  fail(error: unknown): void {
    if (this.failure !== undefined) return
    this.failure = error as Error
    this.stop()
    this.raise()
  }

  /** The same, once the frames that are still to be pushed have been read, too. */
  failAtEnd(error: Error): void {
    this.lastError ??= error
    if (this.isOver) this.fail(error)
    else this.run()
  }

  /** To be called after each read. */
  raise(): void {
    if (this.failure !== undefined && this.stream.readableLength === 0) this.stream.destroy(this.failure)
  }

  stop(): void {
    if (this.isOver) return
    this.isOver = true
    this.decoder.stop()
  }

  private take(): IteratorResult<Frame, void> | undefined {
    try {
      return this.decoder.take()
    } catch (error) {
      this.fail(error)
      return undefined
    }
  }

  private push(frame: Frame): void {
    if (frame === null) {
      this.fail(
        new FrameError('ERR_FRAME_CORRUPT', 'a null cannot pass a Node stream, where it is the end: use frames()'),
      )
      return
    }
    // Meanwhile the reader may ask again, which it does once only.
    this.isWanted = false
    if (this.stream.push(frame)) this.isWanted = true
  }

  /** Whether there is something new to take. */
  private refilled(): boolean {
    if (this.isOver) return false
    if (!this.decoder.ended) {
      this.refill()
      if (!this.decoder.isUsedUp) return true
      if (this.isOver) return false
    }
    if (this.lastError !== undefined) this.fail(this.lastError)
    else if (this.decoder.ended) this.finish()
    else this.decoder.waitForMore()
    return false
  }

  private finish(): void {
    this.stop()
    this.stream.push(null)
    this.refill()
  }
}
