// Pushes decoded frames into the readable side of a Duplex: one at a time, and only while the reader wants them, so
// that the queue never exceeds its high-water mark.

import type { FrameCodec } from '@unstick/core'
import type { Duplex } from 'node:stream'
import { ChunkDecoder } from '../chunk-decoder.ts'
import { toError } from '../errors.ts'
import { OPEN, type Life } from '../life.ts'
import type { FrameStreamOptions } from '../options.ts'
import type { ReceivedStats } from '../stats.ts'
import type { Trace } from '../trace.ts'
import { Beginning, isKnownToGiveBytes, learnFrom, nullFrame, withoutNull } from './null-check.ts'

export class FramePump<Frame> {
  private readonly codec: FrameCodec<Frame>
  private readonly options: FrameStreamOptions
  private decoder: ChunkDecoder<Frame>
  private readonly stream: Duplex
  private readonly life: Life
  private readonly trace: Trace
  private readonly refill: () => void
  private isWanted = false
  private isRunning = false
  /** Whether all bytes that have arrived are used up, and more are awaited. */
  private isWaiting = false
  /** Whether the reader has taken the last frame, and has not asked for more. */
  private isAnswering = false
  /** Whether the reader is a loop, which asks for more after each frame. */
  private isLooping = false
  /** Kept until it is known whether the codec's frames are bytes. */
  private beginning: Beginning | undefined = undefined

  /** `refill` is called when frames are wanted and those of the last chunk or of the end are used up. */
  constructor(
    stream: Duplex,
    codec: FrameCodec<Frame>,
    given: FrameStreamOptions,
    life: Life,
    trace: Trace,
    refill: () => void,
  ) {
    const options = trace.watching(given)
    this.stream = stream
    this.life = life
    this.trace = trace
    this.codec = codec
    this.options = options
    const isOfBytes = isKnownToGiveBytes(codec)
    if (isOfBytes === undefined) this.beginning = new Beginning()
    this.decoder = this.decoderOf(isOfBytes === false ? withoutNull(codec) : codec, this.beginning?.counting(options))
    this.refill = refill
  }

  /** The stream's `_read`: the reader wants frames. */
  want(): void {
    this.isWanted = true
    this.run()
  }

  /** Decodes up to the next frame even if no reader has asked, since the end or an error may come before it. */
  look(): void {
    if (this.stream.readableLength === 0) this.isWanted = true
    this.run()
  }

  /** Takes a chunk in. Call it from within `refill`, or after it. */
  decode(chunk: unknown): void {
    if (this.life.reading !== OPEN) return
    this.isWaiting = false
    if (this.beginning?.keep(chunk) === false) this.decodeAgain(this.beginning)
    else this.decoder.decode(chunk)
    this.run()
  }

  /** Takes the end in. */
  end(): void {
    if (this.life.reading !== OPEN) return
    this.isWaiting = false
    this.decoder.end()
    this.run()
  }

  /** Pushes frames as long as they are wanted. Call it when there may be some. */
  run(): void {
    // A listener may ask for more during its call; the loop that called it continues.
    if (this.isRunning) return
    this.isRunning = true
    try {
      while (this.isWanted && this.life.reading === OPEN) {
        const result = this.decoder.take()
        if (result !== undefined) this.push(result.value as Frame)
        else if (!this.tryRefill()) return
      }
    } catch (error) {
      // A listener of 'data' has thrown. The frames after this one must still be given out.
      this.isWanted = true
      process.nextTick(() => this.run())
      throw error
    } finally {
      this.isRunning = false
    }
  }

  /** The stream's `read` has returned `frame`, or null because the reader asks for more than there is. */
  noteRead(frame: unknown): void {
    this.isAnswering = frame !== null
    // Later, since a loop listens for the end only after this.
    if (frame === null && this.decoder.ended) process.nextTick(() => this.run())
    else this.noteReader()
  }

  beginLoop(): void {
    this.isLooping = true
  }

  endLoop(): void {
    this.isLooping = false
    if (!this.decoder.ended) return
    this.run()
    // Without frames, Node ends the stream in a call of `read`.
    this.stream.read(0)
  }

  /** The reader may have become slow, or may no longer be: time between two frames counts only while it waits. */
  noteReader(): void {
    if (this.isWaiting) this.waitForMore()
  }

  /** Whether the reader may still be working on a frame: it has not asked for more, or has paused the stream. */
  get isReaderBusy(): boolean {
    const { stream } = this
    if (this.isAnswering || stream.readableLength > 0) return true
    // A listener of 'readable' stops the flow as well.
    return stream.readableFlowing === false && stream.listenerCount('readable') === 0
  }

  /** The number of frames given out so far. */
  get frames(): number {
    return this.decoder.frames
  }

  get stats(): ReceivedStats {
    return this.decoder.stats
  }

  /** Whether bytes have been taken in but not given out. */
  get hasUnread(): boolean {
    return this.decoder.unreadLength > 0
  }

  /** Returns the bytes that did not become frames. Does not throw: see `failure`. */
  stop(): Uint8Array {
    this.isWaiting = false
    return this.decoder.stop()
  }

  /** What `stop` could not throw, or null. */
  get failure(): Error | null {
    const { failure } = this.decoder
    return failure === undefined ? null : toError(failure.error)
  }

  private decoderOf(codec: FrameCodec<Frame>, options = this.options): ChunkDecoder<Frame> {
    return new ChunkDecoder(codec, options, (error) => this.life.fail(toError(error)), this.trace)
  }

  /**
   * The codec may give nulls, since its first frame was not bytes, or has not arrived for a long time. They are refused
   * from the beginning on.
   */
  private decodeAgain(beginning: Beginning): void {
    const { ended } = this.decoder
    const options = beginning.continuing(this.options)
    this.beginning = undefined
    this.decoder.abandon()
    this.decoder = this.decoderOf(withoutNull(this.codec), options)
    for (const chunk of beginning.chunks) {
      // The earlier chunks gave no frame.
      this.decoder.take()
      this.decoder.decode(chunk)
    }
    if (!ended) return
    this.decoder.take()
    this.decoder.end()
  }

  private push(frame: Frame): void {
    const { beginning } = this
    if (beginning !== undefined) {
      if (!learnFrom(this.codec, frame)) return this.decodeAgain(beginning)
      this.beginning = undefined
    }
    if (frame === null) {
      this.life.fail(nullFrame())
      return
    }
    // Meanwhile the reader may ask again, which it does only once.
    this.isWanted = false
    if (this.stream.push(frame)) this.isWanted = true
    else if (!this.isWanted) this.trace.stall('read')
  }

  /** Asks for more. Returns false if nothing new has arrived, or nothing will. */
  private tryRefill(): boolean {
    const { life } = this
    if (life.reading !== OPEN) return false
    if (!this.decoder.ended) {
      this.refill()
      if (!this.decoder.isUsedUp) return true
      if (life.reading !== OPEN) return false
    }
    if (this.decoder.ended) this.finish()
    else if (life.isFailing) life.endReading()
    else this.waitForMore()
    return false
  }

  private waitForMore(): void {
    const { decoder } = this
    this.isWaiting = true
    if (decoder.isInFrame || !this.isReaderBusy) decoder.waitForMore()
    else decoder.timer.stop()
  }

  private finish(): void {
    const { life } = this
    // A loop may still answer the last frame, while the end may end the writable side: it comes when the loop goes on.
    if (this.isLooping && this.isReaderBusy) return
    const endsWell = !life.isFailing
    life.endReading()
    if (endsWell) this.stream.push(null)
    this.refill()
  }
}
