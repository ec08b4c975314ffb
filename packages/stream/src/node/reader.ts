// For handshakes that no single codec describes: bytes, lines and frames, requested one after another.
//
// Each request is one loop over frames, left after the first. So a reader has no buffer, limits or errors of its own:
// one loop after another uses its source.

import {
  bytesOption,
  choiceOption,
  codecName,
  FrameError,
  integerOption,
  isFrameError,
  readOptions,
  type FrameCodec,
} from '@unstick/core'
import type { ByteCodec } from '../byte-codec.ts'
import { abortError, prematureClose } from '../errors.ts'
import { checkCodec, readStreamOptions, type FrameStreamOptions } from '../options.ts'
import { chunkSource, type FrameSource } from './chunk-source.ts'
import { FrameReader } from './frame-reader.ts'
import { Frames, type FrameIteration } from './frames.ts'
import type { FramesOptions } from './frames-options.ts'
import { delimitedBytes, exactBytes, piecesOf } from './reader-codecs.ts'
import { SharedSource } from './shared-source.ts'
import type { ReceivedStats, StreamStats } from '../stats.ts'
import { Trace } from '../trace.ts'

/** The options of `reader`. */
export interface ReaderOptions extends FrameStreamOptions {
  /**
   * Whether a `FrameError` (an end or a limit before the requested bytes, a timeout) ends the source. With `false` it
   * stays open for an answer to the peer, and the refused bytes stay unread. Closing it is then up to you.
   *
   * @defaultValue true
   */
  destroyOnError?: boolean
  /**
   * Whether the reader holds no byte and no listener between two requests. The source, which must be a Node Readable,
   * can then be handed over at any time without `release`; you must handle its errors between two requests.
   *
   * @defaultValue false
   */
  exact?: boolean
}

/** The options of `until`. */
export interface UntilOptions {
  /**
   * The most bytes before the delimiter: `ERR_FRAME_TOO_LONG` beyond them.
   *
   * @defaultValue 65,536
   */
  maxLength?: number
}

/**
 * Requests to a source, answered in order. Bytes are Buffers. If the source ends before a request is complete, it fails
 * with `ERR_FRAME_TRUNCATED`; the message states what was expected, and how much was received.
 */
export interface Reader {
  /**
   * The next `length` bytes.
   *
   * @throws {FrameError} `ERR_FRAME_TRUNCATED`, `ERR_FRAME_TIMEOUT`.
   */
  exactly(length: number): Promise<Buffer>
  /**
   * The bytes before the next `delimiter`, a string (as UTF-8) or bytes. The delimiter is consumed and left out.
   *
   * @throws {FrameError} `ERR_FRAME_TOO_LONG`, `ERR_FRAME_TRUNCATED`, `ERR_FRAME_TIMEOUT`.
   */
  until(delimiter: string | Uint8Array, options?: UntilOptions): Promise<Buffer>
  /**
   * The next frame.
   *
   * @throws {FrameError} Any error of the codec, `ERR_FRAME_TIMEOUT`.
   */
  frame<Bytes extends Uint8Array>(codec: ByteCodec<Bytes>): Promise<Buffer>
  frame<Frame>(codec: FrameCodec<Frame>): Promise<Frame>
  /** Frames up to the end. A loop that is left early leaves the unread bytes to the next request. */
  frames<Bytes extends Uint8Array>(codec: ByteCodec<Bytes>): FrameIteration<Buffer>
  frames<Frame>(codec: FrameCodec<Frame>): FrameIteration<Frame>
  /**
   * The next `length` bytes, which stay unread.
   *
   * @throws {FrameError} `ERR_FRAME_TRUNCATED`, `ERR_FRAME_TIMEOUT`.
   */
  peek(length: number): Promise<Buffer>
  /**
   * Drops the next `length` bytes as they arrive.
   *
   * @throws {FrameError} `ERR_FRAME_TRUNCATED`, `ERR_FRAME_TIMEOUT`.
   */
  skip(length: number): Promise<void>
  /**
   * Gives the source back: its next reader gets exactly the next byte. Waiting requests are rejected.
   *
   * @throws {TypeError} Bytes are unread, or have been requested, that the source cannot take back; only a Node Readable
   * can, in object mode only until it has ended. The reader and its waiting requests then continue as before.
   */
  release(): void
  /**
   * Ends the source. Waiting requests are rejected. Disposing of the reader does the same, unless it was released.
   */
  cancel(): Promise<void>
  /** Position in the stream of the next byte. */
  readonly offset: number
  /** The counters so far. A request counts as a frame, and `skip` as its pieces. */
  readonly stats: StreamStats
  /** Cancels the reader, unless it was released. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Asks a Readable, Web ReadableStream, or (async) iterable of chunks for bytes, lines and frames, one after another. It
 * owns the source until `release`, and ends it at an error or at the end.
 *
 * @throws {TypeError} The source gives no chunks, or an option is invalid.
 *
 * @example
 * ```ts
 * import { reader } from '@unstick/stream'
 *
 * const ask = reader([Buffer.from('LOGIN {5}\r\nal'), Buffer.from('ice')])
 * console.log((await ask.until('\r\n')).toString()) // LOGIN {5}
 * console.log((await ask.exactly(5)).toString()) // alice
 * ```
 */
export function reader(source: FrameSource, options?: ReaderOptions): Reader {
  const given = readStreamOptions('reader', options, ['destroyOnError', 'exact'])
  const destroyOnError = choiceOption('destroyOnError', given.destroyOnError ?? true, [true, false])
  const isExact = choiceOption('exact', given.exact ?? false, [true, false])
  const open = () => chunkSource(source, { isOwned: !isExact, keepsUnread: true })
  const first = open()
  if (isExact && first.leave === undefined) {
    throw new TypeError('exact: true takes a Node Readable, which can take unread bytes back')
  }
  const shared = new SharedSource(open, destroyOnError && !isExact)
  return new SourceReader(shared, given, isExact, Trace.open('reader', undefined, source))
}

const ANSWERED: IteratorYieldResult<void> = { done: false, value: undefined }

class SourceReader implements Reader {
  private readonly source: SharedSource
  private readonly options: FramesOptions
  private readonly isExact: boolean
  private readonly trace: Trace
  /** Of the loops that are over. */
  private readonly counted: ReceivedStats = emptyStats()
  /** Settled when the latest request has been answered. */
  private last: Promise<unknown> = Promise.resolve()
  /** The loop that has the source. */
  private current: FrameReader<unknown> | undefined = undefined
  /** Why no request is answered any more. */
  private over: Error | undefined = undefined

  constructor(source: SharedSource, options: ReaderOptions, isExact: boolean, trace: Trace) {
    this.source = source
    this.trace = trace
    const { destroyOnError = true, exact: _, ...rest } = options
    this.options = { ...rest, destroyOnError, destroyOnReturn: false }
    this.isExact = isExact
    const { signal } = options
    if (signal?.aborted === true) this.abort()
    else signal?.addEventListener('abort', this.abort)
  }

  get offset(): number {
    return this.source.position
  }

  get stats(): StreamStats {
    const received = { ...this.counted }
    addStats(received, this.current?.stats.received ?? emptyStats())
    return { received: { ...received, bytes: this.offset } }
  }

  async exactly(length: number): Promise<Buffer> {
    integerOption('length', length, 0)
    return this.ask(() => this.take(length))
  }

  async until(delimiter: string | Uint8Array, options?: UntilOptions): Promise<Buffer> {
    const { maxLength = 65_536 } = readOptions('until', options, ['maxLength'])
    const codec = delimitedBytes(bytesOption('delimiter', delimiter), integerOption('maxLength', maxLength, 1))
    const expected = `a delimiter within ${maxLength} bytes`
    return this.ask(() => this.first(codec, expected)) as Promise<Buffer>
  }

  frame<Bytes extends Uint8Array>(codec: ByteCodec<Bytes>): Promise<Buffer>
  frame<Frame>(codec: FrameCodec<Frame>): Promise<Frame>
  async frame<Frame>(codec: FrameCodec<Frame>): Promise<Frame> {
    checkCodec(codec)
    return this.ask(() => this.first(codec, `a frame of ${codecName(codec) ?? 'the codec'}`))
  }

  frames<Bytes extends Uint8Array>(codec: ByteCodec<Bytes>): FrameIteration<Buffer>
  frames<Frame>(codec: FrameCodec<Frame>): FrameIteration<Frame>
  frames<Frame>(codec: FrameCodec<Frame>): FrameIteration<Frame> {
    checkCodec(codec)
    this.checkFree()
    const loop = this.loop(codec)
    return new Frames(loop)
  }

  async peek(length: number): Promise<Buffer> {
    integerOption('length', length, 0)
    return this.ask(() => this.take(length, (bytes) => this.source.putBack(bytes)))
  }

  async skip(length: number): Promise<void> {
    integerOption('length', length, 0)
    return this.ask(() => this.drop(length))
  }

  release(): void {
    if (this.over !== undefined) return
    const current = this.current?.isOver === false ? this.current : undefined
    this.source.checkGiveBack(current?.decoder.unreadLength ?? 0)
    // It leaves the source at once; what goes wrong is thrown below.
    current?.return().catch(() => {})
    this.source.giveBack()
    this.end(new Error('the reader was released'))
    current?.decoder.throwFailure()
  }

  async cancel(): Promise<void> {
    if (this.over !== undefined) return
    const { current } = this
    this.end(prematureClose())
    const closed = this.source.close()
    try {
      await current?.return()
    } finally {
      await closed
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel()
  }

  /** Answers a request once those before it are answered. */
  private ask<Answer>(answer: () => Promise<Answer>): Promise<Answer> {
    const answered = this.last.then(async () => {
      this.checkFree()
      try {
        return await answer()
      } finally {
        if (this.isExact && this.over === undefined) this.source.giveBack()
      }
    })
    this.last = answered.catch(() => {})
    return answered
  }

  private checkFree(): void {
    if (this.over !== undefined) throw this.over
    if (this.current === undefined || this.current.isOver) return
    throw new TypeError('the source is already being read: frames() of the reader must end, or be left, first')
  }

  private async take(length: number, taken?: (bytes: Uint8Array) => void): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0)
    return (await this.first(exactBytes(length), bytesOf(length), taken)) as Buffer
  }

  private async drop(length: number): Promise<void> {
    if (length === 0) return
    let left = length
    const dropAll = (loop: FrameReader<Uint8Array>) => () => {
      for (let piece = loop.takeFrame(); left > 0 && piece?.done === false;) {
        left -= piece.value.length
        if (left === 0) return ANSWERED
        piece = loop.takeFrame()
      }
      return undefined
    }
    await this.answer(piecesOf(length), bytesOf(length), dropAll)
  }

  private first<Frame>(codec: FrameCodec<Frame>, expected: string, taken?: (frame: Frame) => void): Promise<Frame> {
    return this.answer(codec, expected, (loop) => loop.takeFrame, taken)
  }

  /**
   * Runs a loop up to its first item. The loop is left in the same turn in which it takes the item, and `taken` called,
   * so that the reader can be released at any time.
   */
  private async answer<Frame, Item>(
    codec: FrameCodec<Frame>,
    expected: string,
    takeFrom: (loop: FrameReader<Frame>) => () => IteratorResult<Item, void> | undefined,
    taken?: (item: Item) => void,
  ): Promise<Item> {
    const start = this.offset
    const loop = this.loop(codec)
    const takeItem = takeFrom(loop)
    let left: Promise<unknown> | undefined
    const takeFirst = (): IteratorResult<Item, void> | undefined => {
      const item = takeItem()
      if (item === undefined) return undefined
      left = loop.return()
      if (item.done !== true) taken?.(item.value)
      return item
    }
    try {
      const { done, value } = await loop.next(takeFirst)
      if (done !== true) return value
      if (this.over !== undefined) throw this.over
      throw new FrameError('ERR_FRAME_TRUNCATED', shortage(expected, start, receivedBy(loop), 'ERR_FRAME_TRUNCATED'), {
        offset: start,
      })
    } catch (error) {
      throw isFrameError(error) ? this.explained(error, expected, start, receivedBy(loop)) : error
    } finally {
      await (left ?? loop.return())
    }
  }

  private loop<Frame>(codec: FrameCodec<Frame>): FrameReader<Frame> {
    this.countCurrent()
    const loop = new FrameReader(this.source.lend(), codec, this.options, this.trace.lend(codec), this.offset)
    this.current = loop
    return loop
  }

  private countCurrent(): void {
    const received = this.current?.stats.received
    this.current = undefined
    if (received !== undefined) addStats(this.counted, received)
  }

  private explained(error: FrameError, expected: string, start: number, received: number): FrameError {
    const { code, offset, frameLength, maxFrameLength } = error
    const isShort = code === 'ERR_FRAME_TRUNCATED' || code === 'ERR_FRAME_TIMEOUT'
    const message = isShort
      ? shortage(expected, start, received, code)
      : `expected ${expected} at offset ${start}: ${error.message}`
    return new FrameError(code, message, {
      cause: error,
      ...(offset === undefined ? {} : { offset }),
      ...(frameLength === undefined ? {} : { frameLength }),
      ...(maxFrameLength === undefined ? {} : { maxFrameLength }),
    })
  }

  private readonly abort = (): void => {
    const { signal } = this.options
    if (signal === undefined) return
    this.end(abortError(signal))
    // The loop that reads fails by itself: it listens to the signal as well.
    this.source.close()?.catch(() => {})
  }

  private end(reason: Error): void {
    this.over = reason
    this.options.signal?.removeEventListener('abort', this.abort)
    this.trace.close(this.stats)
  }
}

function emptyStats(): ReceivedStats {
  return { frames: 0, bytes: 0, skips: 0, skippedBytes: 0, copiedBytes: 0 }
}

function addStats(sum: ReceivedStats, { frames, skips, skippedBytes, copiedBytes }: ReceivedStats): void {
  sum.frames += frames
  sum.skips += skips
  sum.skippedBytes += skippedBytes
  sum.copiedBytes += copiedBytes
}

function receivedBy(loop: FrameReader<unknown>): number {
  return loop.stats.received?.bytes ?? 0
}

function bytesOf(length: number): string {
  return length === 1 ? '1 byte' : `${length} bytes`
}

function shortage(expected: string, start: number, received: number, code: string): string {
  const what = code === 'ERR_FRAME_TIMEOUT' ? 'no more in time' : 'then the end'
  return `expected ${expected} at offset ${start}, received ${bytesOf(received)} and ${what}`
}
