// One source, read by one loop, frame by frame or batch by batch.
//
// Only the reading half of its state is used. The source is ended as soon as something fails; the error is thrown by
// the waiting call or the next one, once the frames before it have been taken.

import { FrameError, isBytes, isFrameError, type FrameCodec } from '@unstick/core'
import { ChunkDecoder } from '../chunk-decoder.ts'
import { abortError } from '../errors.ts'
import { Life, OPEN } from '../life.ts'
import { asBuffer } from './as-buffer.ts'
import type { ChunkSource } from './chunk-source.ts'
import type { StreamStats } from '../stats.ts'
import type { FramesOptions } from './frames-options.ts'
import { END } from './readable-chunks.ts'
import type { Trace } from '../trace.ts'

/** What a call of `next` takes from the frames of a chunk; undefined when nothing is left. */
export type Take<Item> = () => IteratorResult<Item, void> | undefined

/** A frame that was decoded whole, and whose bytes are given out in pieces. */
interface FrameInPieces {
  /** The bytes that have not been given out, unless another frame has been taken meanwhile. */
  readonly untaken: Uint8Array | undefined
}

const DONE: IteratorReturnResult<void> = { done: true, value: undefined }

export class FrameReader<Frame> {
  private readonly source: ChunkSource
  /** @internal */
  readonly codec: FrameCodec<Frame>
  private readonly options: FramesOptions
  /** @internal */
  readonly decoder: ChunkDecoder<Frame>
  private readonly life: Life
  private readonly keepsUnread: boolean
  private readonly trace: Trace
  /** Position in the stream of the source's first byte. */
  private readonly origin: number
  /** The latest frame given out in pieces. */
  private inPieces: FrameInPieces | undefined = undefined
  private isStarted = false
  /** Chunks from one array that are still to be decoded. */
  private together: IterableIterator<unknown> | undefined = undefined
  /** The bytes that did not become frames. */
  private unread: Uint8Array | undefined = undefined
  /** Ends the wait for a chunk. */
  private wake: (() => void) | undefined = undefined
  /** The number of waiting calls, and the last of them. */
  private waiting = 0
  private last: Promise<unknown> = Promise.resolve()

  constructor(source: ChunkSource, codec: FrameCodec<Frame>, given: FramesOptions, trace: Trace, origin = 0) {
    const options = trace.watching(given)
    this.source = source
    this.codec = codec
    this.options = options
    this.trace = trace
    this.origin = origin
    this.keepsUnread = options.destroyOnReturn === false || options.destroyOnError === false
    this.life = new Life({
      readingOver: () => this.stop(),
      // `advance` reports the error.
      hasUnread: () => true,
      raise: () => {},
    })
    this.decoder = new ChunkDecoder(codec, options, (error) => this.refuse(error), trace, origin)
  }

  get stats(): StreamStats {
    return { received: this.decoder.stats }
  }

  /** Whether it takes nothing more from its source. */
  get isOver(): boolean {
    return this.life.reading !== OPEN
  }

  readonly takeFrame: Take<Frame> = () => this.decoder.take()

  readonly takeBatch: Take<Frame[]> = () => {
    const batch: Frame[] = []
    this.decoder.takeAll(batch)
    return batch.length > 0 ? { done: false, value: batch } : undefined
  }

  /** @internal Gives a frame out in pieces. Those that are left when the source is left are put back. */
  giveInPieces(frame: FrameInPieces | undefined): void {
    this.inPieces = frame
  }

  next<Item>(take: Take<Item>): Promise<IteratorResult<Item, void>> {
    if (this.waiting > 0) return this.wait(this.last.then(() => this.advance(take)))
    let item = take()
    while (item === undefined && this.tryRefill()) item = take()
    return item === undefined ? this.wait(this.advance(take)) : Promise.resolve(item)
  }

  /**
   * The same for frames. Hot path, kept in one method on purpose: split into three calls, which V8 does not inline, it
   * is 10 % slower.
   */
  nextFrame(): Promise<IteratorResult<Frame, void>> {
    const { decoded } = this.decoder
    if (decoded !== undefined && this.waiting === 0) {
      let result: IteratorResult<Frame, void> | undefined
      try {
        result = decoded.next()
      } catch (error) {
        this.refuse(error)
      }
      if (result !== undefined && result.done !== true) {
        this.decoder.frames++
        this.decoder.timer.stop()
        return Promise.resolve(result)
      }
    }
    return this.next(this.takeFrame)
  }

  /** Leaves the source early. Waiting calls get the end. Rejects with an error that decoding meets only now. */
  async return(): Promise<IteratorReturnResult<void>> {
    this.life.takeFailure()
    if (this.life.reading !== OPEN) return DONE
    const { wake } = this
    this.life.close()
    if (this.options.destroyOnReturn === false) this.leave()
    // A source may never answer a pull.
    else if (wake === undefined) await this.source.close()
    else this.abandon()
    wake?.()
    this.decoder.throwFailure()
    return DONE
  }

  async throw(error: unknown): Promise<never> {
    this.fail(error)
    this.life.takeFailure()
    throw error
  }

  private wait<Item>(answer: Promise<Item>): Promise<Item> {
    const done = (): void => {
      this.waiting--
    }
    this.waiting++
    this.last = answer.then(done, done)
    return answer
  }

  private async advance<Item>(take: Take<Item>): Promise<IteratorResult<Item, void>> {
    while (true) {
      const item = take()
      if (item !== undefined) return item
      const failure = this.life.takeFailure()
      if (failure !== undefined) throw failure.error
      if (this.life.reading !== OPEN) return DONE
      if (this.decoder.ended) {
        this.finish()
        return DONE
      }
      if (!this.tryRefill()) await this.refill()
    }
  }

  private finish(): void {
    this.life.endReading()
    if (this.options.destroyOnReturn === false) this.leave()
    else this.source.finish()
  }

  /** Takes in a chunk that has already arrived, without a promise. Returns false if there is none. */
  private tryRefill(): boolean {
    if (!this.isStarted || this.life.reading !== OPEN || this.decoder.ended) return false
    if (this.together !== undefined) return this.takeTogether(this.together)
    if (this.keepsUnread && this.decoder.unreadLength === 0) this.source.release?.()
    const chunk = this.source.poll === undefined ? null : this.source.poll()
    if (chunk === null) return false
    this.decoder.waitForMore()
    this.accept(chunk)
    return true
  }

  private takeTogether(chunks: IterableIterator<unknown>): boolean {
    const { done, value } = chunks.next() as IteratorResult<unknown, undefined>
    if (done === true) this.together = undefined
    else this.decoder.decode(asBuffer(value))
    return true
  }

  /** Waits for the next chunk, the end, or anything else that ends the wait. */
  private refill(): Promise<void> {
    if (!this.isStarted) this.start()
    if (this.life.reading !== OPEN) return Promise.resolve()
    this.decoder.waitForMore()
    return new Promise((resolve) => {
      this.wake = resolve
      this.source.pull({
        give: (chunk) => {
          this.accept(chunk)
          resolve()
        },
        fail: (error) => {
          this.fail(error)
          resolve()
        },
      })
    })
  }

  private accept(chunk: unknown): void {
    if (this.life.reading !== OPEN) return
    this.wake = undefined
    if (chunk === END) this.decoder.end()
    else if (Array.isArray(chunk)) this.together = chunk.values()
    else this.decoder.decode(asBuffer(chunk))
  }

  private start(): void {
    this.isStarted = true
    const { signal } = this.options
    signal?.addEventListener('abort', this.abort)
    if (signal?.aborted === true) this.abort()
  }

  private readonly abort = (): void => {
    const { signal } = this.options
    if (signal !== undefined) this.fail(abortError(signal))
  }

  /** Bad bytes, or a frame that took too long: the only failures after which the source may stay open. */
  private refuse(error: unknown): void {
    if (this.options.destroyOnError !== false || !isFrameError(error)) this.fail(error)
    else this.failWith(error, () => this.leave())
  }

  private fail(error: unknown): void {
    this.failWith(error, () => this.abandon())
  }

  private failWith(cause: unknown, giveUp: () => void): void {
    if (this.life.reading !== OPEN) return
    const { wake } = this
    const error = this.origin > 0 && isFrameError(cause) ? movedBy(this.origin, cause) : cause
    this.trace.error(error)
    this.life.fail(error)
    giveUp()
    wake?.()
  }

  private stop(): void {
    this.wake = undefined
    this.options.signal?.removeEventListener('abort', this.abort)
    const untaken = this.inPieces?.untaken
    const unread = this.decoder.stop()
    this.unread = untaken === undefined ? unread : Buffer.concat([untaken, unread])
    this.trace.close(this.stats)
  }

  /** Leaves the source open, with the bytes that did not become frames put back. */
  private leave(): void {
    const { unread = Buffer.alloc(0) } = this
    this.unread = undefined
    const rest = [...(this.together ?? [])].filter(isBytes)
    this.source.leave?.(rest.length > 0 ? Buffer.concat([unread, ...rest]) : unread)
  }

  /** Closes the source without waiting for it. Its errors are ignored, since the loop already has its result. */
  private abandon(): void {
    this.source.close()?.catch(() => {})
  }
}

/** The same error with an offset from the beginning of the stream. The message counts from `origin`. */
function movedBy(origin: number, error: FrameError): FrameError {
  const { code, message, offset, frameLength, maxFrameLength } = error
  return new FrameError(code, `${message} (after the first ${origin} bytes of the stream)`, {
    ...('cause' in error ? { cause: error.cause } : {}),
    ...(offset === undefined ? {} : { offset: origin + offset }),
    ...(frameLength === undefined ? {} : { frameLength }),
    ...(maxFrameLength === undefined ? {} : { maxFrameLength }),
  })
}
