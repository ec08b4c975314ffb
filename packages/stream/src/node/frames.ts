// Frames by async iteration: `for await (const frame of frames(socket, codec))`.
//
// The source is pulled only when the frames of the last chunk are used up, so a slow reader stops the sender. Frames
// before an error are given out first. The iterators are written by hand: while frames of the last chunk are left,
// `next()` returns a promise that is already resolved, where a generator would need several promises for each frame.

import { choiceOption, type FrameCodec } from '@unstick/core'
import type { ByteCodec } from '../byte-codec.ts'
import { checkCodec, readStreamOptions } from '../options.ts'
import { chunkSource, type FrameSource } from './chunk-source.ts'
import type { DisposableGenerator } from './disposable-generator.ts'
import { partsOf, type FrameInParts, type PartsOptions } from './frame-parts.ts'
import { FrameReader, type Take } from './frame-reader.ts'
import type { StreamStats } from '../stats.ts'
import type { FramesOptions } from './frames-options.ts'
import { Trace } from '../trace.ts'

/** A loop over the frames of a source. */
export interface FrameIteration<Frame> extends DisposableGenerator<Frame> {
  /** Gives arrays of the frames that one chunk completed, none empty, instead of single frames. */
  batches(): DisposableGenerator<Frame[]>
  /**
   * Gives the length of each frame and its bytes as they arrive, instead of whole frames, for frames larger than
   * memory. Nothing is accumulated beyond a header and one chunk, so the codec's `maxFrameLength` may be as large as
   * the header allows.
   *
   * The bodies are the frames that the loop would give. `frameTimeout` restarts with every piece.
   *
   * @throws {TypeError} The codec's header does not determine its frames, as with a delimiter or a trailer, or its
   * frames are not bytes.
   */
  parts(options?: PartsOptions): DisposableGenerator<FrameInParts>
}

/**
 * The frames of a Readable, Web ReadableStream, async iterable or iterable of chunks, or of arrays of chunks. Frames of
 * bytes are Buffers.
 *
 * Rejects with a `FrameError` (`ERR_FRAME_TRUNCATED` for an end inside a frame, `ERR_FRAME_TIMEOUT`), a `TypeError` for
 * a chunk that is not bytes or a Readable that is already being read, the source's own error, or an `AbortError`; the
 * source is then ended. Leaving the loop early ends waiting calls, too. At the end of a socket, its writable side is
 * ended after the bytes written to it; other duplexes stay open for writing.
 *
 * @throws {TypeError} The source gives no chunks, or an option is invalid.
 *
 * @example
 * ```ts
 * import { lengthField } from '@unstick/length-field'
 * import { frames } from '@unstick/stream'
 *
 * // Any source of chunks: a socket, a Readable, a ReadableStream, an iterable.
 * const chunks = [Buffer.from([2, 7]), Buffer.from([8, 1, 9])]
 * for await (const frame of frames(chunks, lengthField({ lengthFieldLength: 1 }))) console.log(...frame) // 7 8, 9
 * ```
 */
export function frames<Bytes extends Uint8Array>(
  source: FrameSource,
  codec: ByteCodec<Bytes>,
  options?: FramesOptions,
): FrameIteration<Buffer>
export function frames<Frame>(
  source: FrameSource,
  codec: FrameCodec<Frame>,
  options?: FramesOptions,
): FrameIteration<Frame>
export function frames<Frame>(
  source: FrameSource,
  codec: FrameCodec<Frame>,
  given?: FramesOptions,
): FrameIteration<Frame> {
  checkCodec(codec)
  const options = readStreamOptions('frames', given, ['destroyOnReturn', 'destroyOnError'])
  const isOwned = choiceOption('destroyOnReturn', options.destroyOnReturn ?? true, [true, false])
  const destroysOnError = choiceOption('destroyOnError', options.destroyOnError ?? true, [true, false])
  const keepsUnread = !isOwned || !destroysOnError
  const chunks = chunkSource(source, { isOwned, keepsUnread })
  if (keepsUnread && chunks.leave === undefined) {
    const name = isOwned ? 'destroyOnError' : 'destroyOnReturn'
    throw new TypeError(`${name}: false takes a Node Readable, which can take unread bytes back`)
  }
  return new Frames(new FrameReader(chunks, codec, options, Trace.open('frames', codec, source)))
}

/** The iterator over the items of `take`. */
class Iteration<Frame, Item> implements DisposableGenerator<Item> {
  protected readonly reader: FrameReader<Frame>
  private readonly take: Take<Item>

  constructor(reader: FrameReader<Frame>, take: Take<Item>) {
    this.reader = reader
    this.take = take
  }

  get stats(): StreamStats {
    return this.reader.stats
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader.return()
  }
}

export class Frames<Frame> extends Iteration<Frame, Frame> implements FrameIteration<Frame> {
  constructor(reader: FrameReader<Frame>) {
    super(reader, reader.takeFrame)
  }

  override next(): Promise<IteratorResult<Frame, void>> {
    return this.reader.nextFrame()
  }

  batches(): DisposableGenerator<Frame[]> {
    return new Iteration(this.reader, this.reader.takeBatch)
  }

  parts(options?: PartsOptions): DisposableGenerator<FrameInParts> {
    return partsOf(this.reader, options)
  }
}
