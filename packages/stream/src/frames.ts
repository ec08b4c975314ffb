// Frames by async iteration: `for await (const frame of frames(socket, codec))`.
//
// The source is pulled only when the frames of the last chunk are used up, so a slow reader stops the sender. Frames
// before an error come before it. The iterators are written by hand: while frames of the last chunk are left, `next()`
// answers at once with a promise that is resolved already, where a generator would cost several a frame.

import { choiceOption, isBytes, type FrameCodec, type FrameOf } from '@unstick/core'
import { abortError } from './abort.ts'
import { ChunkDecoder } from './chunk-decoder.ts'
import { chunkSource, type ChunkSource, type FrameSource } from './chunk-source.ts'
import { checkCodec, checkOptions, type FrameStreamOptions } from './options.ts'

export type { FrameSource } from './chunk-source.ts'

export interface FramesOptions extends FrameStreamOptions {
  /**
   * Whether leaving the loop early ends the source. With `false` the source, which must be a Node Readable, stays open
   * and its next reader sees the exact next byte. Default: true.
   */
  destroyOnReturn?: boolean
}

export interface FrameIteration<Frame> extends AsyncGenerator<Frame, void, void> {
  /** Instead of single frames, arrays of what one chunk completed; none is empty. */
  batches(): AsyncGenerator<Frame[], void, void>
}

/**
 * The frames of a Readable, Web ReadableStream, async iterable or iterable of chunks. Frames of bytes are Buffers.
 *
 * Rejects with a `FrameError` (`ERR_FRAME_TRUNCATED` for an end inside a frame, `ERR_FRAME_TIMEOUT`), the source's own
 * error, or an `AbortError`; the source is then ended. Leaving early ends what waits, too.
 */
export function frames<Frame = Uint8Array>(
  source: FrameSource,
  codec: FrameCodec<Frame>,
  options: FramesOptions = {},
): FrameIteration<FrameOf<Frame, Buffer>> {
  checkCodec(codec)
  checkOptions(options)
  const destroyOnReturn = choiceOption('destroyOnReturn', options.destroyOnReturn ?? true, [true, false])
  const chunks = chunkSource(source)
  if (!destroyOnReturn && chunks.leave === undefined) {
    throw new TypeError('destroyOnReturn: false takes a Node Readable, which can take unread bytes back')
  }
  return new Frames(new FrameReader(chunks, codec, options)) as unknown as FrameIteration<FrameOf<Frame, Buffer>>
}

/** What a call of `next` takes from the frames of a chunk: undefined when there is nothing left. */
type Take<Item> = () => IteratorResult<Item, void> | undefined

const DONE: IteratorReturnResult<void> = { done: true, value: undefined }

/** One source, read by one loop; calls that overlap are served in their order. */
class FrameReader<Frame> {
  private readonly chunks: ChunkSource
  private readonly options: FramesOptions
  private readonly decoder: ChunkDecoder<Frame>
  private isStarted = false
  private isOver = false
  /** What the next call throws. */
  private failure: { readonly error: unknown } | undefined = undefined
  /** Ends the waiting for a chunk. */
  private wake: (() => void) | undefined = undefined
  /** How many calls wait, and the last of them. */
  private waiting = 0
  private last: Promise<unknown> = Promise.resolve()

  constructor(chunks: ChunkSource, codec: FrameCodec<Frame>, options: FramesOptions) {
    this.chunks = chunks
    this.options = options
    this.decoder = new ChunkDecoder(codec, options, (error) => this.fail(error))
  }

  readonly takeFrame: Take<Frame> = () => {
    try {
      return this.decoder.take()
    } catch (error) {
      this.fail(error)
      return undefined
    }
  }

  readonly takeBatch: Take<Frame[]> = () => {
    const batch: Frame[] = []
    try {
      this.decoder.takeAll(batch)
    } catch (error) {
      this.fail(error)
    }
    return batch.length > 0 ? { done: false, value: batch } : undefined
  }

  next<Item>(take: Take<Item>): Promise<IteratorResult<Item, void>> {
    if (this.waiting > 0) return this.wait(this.last.then(() => this.advance(take)))
    let item = take()
    while (item === undefined && this.refillsAtOnce()) item = take()
    return item === undefined ? this.wait(this.advance(take)) : Promise.resolve(item)
  }

  /**
   * The same for frames. While some of the last chunk are left this is the whole way of each, so it is one step: as three
   * calls, which the compiler does not inline, it took a tenth more.
   */
  nextFrame(): Promise<IteratorResult<Frame, void>> {
    const { decoded } = this.decoder
    if (decoded !== undefined && this.waiting === 0) {
      let result: IteratorResult<Frame, void> | undefined
      try {
        result = decoded.next()
      } catch (error) {
        this.fail(error)
      }
      if (result !== undefined && result.done !== true) {
        this.decoder.timer.stop()
        return Promise.resolve(result)
      }
    }
    return this.next(this.takeFrame)
  }

  /** Leaves the source early. Calls that wait for a frame are told that there is none. */
  async return(): Promise<IteratorReturnResult<void>> {
    this.failure = undefined
    if (this.isOver) return DONE
    const { wake } = this
    const unread = this.stop()
    if (this.options.destroyOnReturn === false) this.chunks.leave?.(unread)
    // A source that is asked for a chunk may take for ever to answer.
    else if (wake === undefined) await this.chunks.close()
    else this.abandon()
    wake?.()
    return DONE
  }

  async throw(error: unknown): Promise<never> {
    this.fail(error)
    this.failure = undefined
    throw error
  }

  private wait<Item>(turn: Promise<Item>): Promise<Item> {
    const done = (): void => {
      this.waiting--
    }
    this.waiting++
    this.last = turn.then(done, done)
    return turn
  }

  private async advance<Item>(take: Take<Item>): Promise<IteratorResult<Item, void>> {
    while (true) {
      const item = take()
      if (item !== undefined) return item
      if (this.failure !== undefined) {
        const { error } = this.failure
        this.failure = undefined
        throw error
      }
      if (this.isOver) return DONE
      if (this.decoder.ended) {
        const unread = this.stop()
        if (this.options.destroyOnReturn === false) this.chunks.leave?.(unread)
        else this.chunks.finish()
        return DONE
      }
      if (!this.refillsAtOnce()) await this.refill()
    }
  }

  /** Takes a chunk in that has arrived already, which costs no promise. False if there is none. */
  private refillsAtOnce(): boolean {
    if (!this.isStarted || this.isOver || this.decoder.ended) return false
    const chunk = this.chunks.poll?.() ?? undefined
    if (chunk === undefined) return false
    this.decoder.waitForMore()
    this.accept(chunk)
    return true
  }

  /** Waits for the next chunk, the end, or whatever ends the waiting. */
  private refill(): Promise<void> {
    if (!this.isStarted) this.start()
    if (this.isOver) return Promise.resolve()
    this.decoder.waitForMore()
    return new Promise((resolve) => {
      this.wake = resolve
      this.chunks.pull().then(
        (chunk) => {
          this.accept(chunk)
          resolve()
        },
        (error: unknown) => {
          this.fail(error)
          resolve()
        },
      )
    })
  }

  private accept(chunk: Uint8Array | undefined): void {
    if (this.isOver) return
    this.wake = undefined
    try {
      if (chunk === undefined) this.decoder.end()
      else this.decoder.decode(asBuffer(chunk))
    } catch (error) {
      this.fail(error)
    }
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

  /** Ends the source at once; the error is thrown by the call that waits, or by the next. */
  private fail(error: unknown): void {
    if (this.isOver) return
    const { wake } = this
    this.failure = { error }
    this.stop()
    this.abandon()
    wake?.()
  }

  private stop(): Uint8Array {
    this.isOver = true
    this.wake = undefined
    this.options.signal?.removeEventListener('abort', this.abort)
    return this.decoder.stop()
  }

  /** Closes the source without waiting for it, or hearing of what goes wrong: there is an answer already. */
  private abandon(): void {
    this.chunks.close()?.catch(() => {})
  }
}

/** The iterator of items that `take` takes. */
class Iteration<Frame, Item> implements AsyncGenerator<Item, void, void> {
  protected readonly reader: FrameReader<Frame>
  private readonly take: Take<Item>

  constructor(reader: FrameReader<Frame>, take: Take<Item>) {
    this.reader = reader
    this.take = take
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Item, void>> {
    return this.reader.next(this.take)
  }

  return(): Promise<IteratorResult<Item, void>> {
    return this.reader.return()
  }

  throw(error: unknown): Promise<IteratorResult<Item, void>> {
    return this.reader.throw(error)
  }
}

class Frames<Frame> extends Iteration<Frame, Frame> implements FrameIteration<Frame> {
  constructor(reader: FrameReader<Frame>) {
    super(reader, reader.takeFrame)
  }

  override next(): Promise<IteratorResult<Frame, void>> {
    return this.reader.nextFrame()
  }

  batches(): AsyncGenerator<Frame[], void, void> {
    return new Iteration(this.reader, this.reader.takeBatch)
  }
}

/** Frames have the class of their chunks: Buffers, also from sources that know no Node. */
function asBuffer(chunk: Uint8Array): Uint8Array {
  if (Buffer.isBuffer(chunk) || !isBytes(chunk)) return chunk
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
}
