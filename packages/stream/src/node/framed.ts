// A duplex of frames over a duplex of bytes, such as a socket, or over two streams, such as a child's stdio.
//
// Backpressure is per frame: frames are pushed only while the reader wants more, and the stream below is read only when
// the frames of the last chunk are used up. Writes wait for the stream below to drain.
//
// The duplex owns the streams below. Node would end a default socket's writable side as soon as the peer has ended,
// while frames are still queued; here `_final` ends it after the last of them.

import { addAbortSignal, type Duplex, type Readable, type Writable } from 'node:stream'
import { choiceOption, isFrameError, shown, type FrameCodec } from '@unstick/core'
import type { ByteCodec } from '../byte-codec.ts'
import { destroyedBeforeWritten, prematureClose, toError } from '../errors.ts'
import { ENDED, FAILED, Life, OPEN } from '../life.ts'
import { checkCodec, highWaterMarks, readEncodeOptions, type EncodeStreamOptions } from '../options.ts'
import { asBuffer } from './as-buffer.ts'
import { EncodingDuplex } from './encoding-duplex.ts'
import type { FrameDuplex } from './frame-duplex.ts'
import { FramePump } from './frame-pump.ts'
import { FrameWriter, lossOf } from './frame-writer.ts'
import type { Outgoing, WriteCallback } from './outgoing.ts'
import { afterEnds, pipedBack } from './pipe-cycle.ts'
import { checkFree, destroyQuietly, END, ignoreErrors, ReadableChunks } from './readable-chunks.ts'
import type { StreamStats } from '../stats.ts'
import { Trace } from '../trace.ts'

/** The options of `framed`. */
export interface FramedOptions<Frame = Uint8Array> extends EncodeStreamOptions<Frame> {
  /**
   * Whether either side may end while the other continues. `true` also makes a default socket half-open.
   *
   * @defaultValue the duplex's own; `true` for `{ readable, writable }`
   */
  allowHalfOpen?: boolean
  /**
   * Whether a `FrameError` destroys the streams below as well. With `false` they stay open for an answer to the peer,
   * and the bytes from the faulty frame on are put back (in object mode not those of `ERR_FRAME_TRUNCATED`). Closing
   * them is then up to you. The error waits until the reader asks for more after the last good frame, so that that
   * frame can still be answered.
   *
   * @defaultValue true
   */
  destroyOnError?: boolean
}

/** Two streams that make one connection, such as a child process's `stdout` and `stdin`. */
export interface DuplexPair {
  /** Where bytes are read from. */
  readable: Readable
  /** Where bytes are written to. */
  writable: Writable
}

/** A codec for each direction. */
export interface CodecPair<Read, Written> {
  /** The codec of the frames that are read. */
  decode: FrameCodec<Read>
  /** The codec of the frames that are written. */
  encode: FrameCodec<Written>
}

/**
 * A Duplex in object mode: frames read from `duplex`, frames written to it. Frames of bytes are read as Buffers.
 *
 * It owns `duplex` and closes it with itself. The callback of a `write` is called when the frame's bytes have left
 * `duplex`, or with an error. Emits errors after the frames before them: those of `duplex`,
 * `ERR_STREAM_PREMATURE_CLOSE` if it is closed before its end, `ERR_FRAME_TRUNCATED` for an end inside a frame, any
 * other `FrameError` of the codec, and `ERR_FRAME_TIMEOUT`; an `AbortError` is emitted at once. Frames that cannot be
 * encoded are refused as by `encodeStream`.
 *
 * @throws {TypeError} `duplex` is not a duplex, does not tell whether it has ended or was destroyed, or is already being
 * read, or an option is invalid.
 *
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream'
 * import { textLines } from '@unstick/delimiter'
 * import { framed } from '@unstick/stream'
 *
 * // A PassThrough echoes what is written to it; usually this is a socket.
 * const peer = framed(new PassThrough(), textLines())
 * peer.write('hello')
 * peer.end('world')
 * for await (const line of peer) console.log(line) // hello, world
 * ```
 */
export function framed<Bytes extends Uint8Array>(
  duplex: Duplex | DuplexPair,
  codec: ByteCodec<Bytes>,
  options?: FramedOptions<Bytes>,
): FrameDuplex<Buffer, Bytes>
export function framed<Frame>(
  duplex: Duplex | DuplexPair,
  codec: FrameCodec<Frame>,
  options?: FramedOptions<Frame>,
): FrameDuplex<Frame, Frame>
export function framed<Bytes extends Uint8Array, Written>(
  duplex: Duplex | DuplexPair,
  codecs: { decode: ByteCodec<Bytes>; encode: FrameCodec<Written> },
  options?: FramedOptions<Written>,
): FrameDuplex<Buffer, Written>
export function framed<Read, Written>(
  duplex: Duplex | DuplexPair,
  codecs: CodecPair<Read, Written>,
  options?: FramedOptions<Written>,
): FrameDuplex<Read, Written>
export function framed<Read, Written>(
  duplex: Duplex | DuplexPair,
  codec: FrameCodec<Read & Written> | CodecPair<Read, Written>,
  given?: FramedOptions<Written>,
): FrameDuplex<Read, Written> {
  const ends = endsOf(duplex)
  const codecs = codecsOf(codec as FrameCodec<unknown>) as CodecPair<Read, Written>
  const options = readEncodeOptions('framed', given, ['allowHalfOpen', 'destroyOnError'])
  choiceOption('allowHalfOpen', options.allowHalfOpen ?? true, [true, false])
  choiceOption('destroyOnError', options.destroyOnError ?? true, [true, false])
  checkFree(ends.readable)
  const peer = new FramedDuplex(ends, codecs, options) as Duplex as FrameDuplex<Read, Written>
  return options.signal === undefined ? peer : addAbortSignal(options.signal, peer)
}

interface Ends extends DuplexPair {
  allowHalfOpen: boolean
}

function endsOf(duplex: Duplex | DuplexPair): Ends {
  if (isReadable(duplex) && isWritable(duplex)) {
    return { readable: duplex, writable: duplex, allowHalfOpen: duplex.allowHalfOpen }
  }
  const { readable, writable } = (duplex ?? {}) as Partial<DuplexPair>
  if (isReadable(readable) && isWritable(writable)) return { readable, writable, allowHalfOpen: true }
  const expected =
    "a Duplex or { readable, writable } of streams with the state of Node's own (of HTTP/2, request.stream)"
  throw new TypeError(`duplex must be ${expected}, received ${shown(duplex)}`)
}

// The response of HTTP/2's compatibility API, and readable-stream before version 4, do not tell whether they have ended
// or were destroyed: losses could not be reported, and the end would never be seen.

function isReadable(stream: unknown): stream is Readable {
  const { read, readableEnded } = (stream ?? {}) as Partial<Readable>
  return typeof read === 'function' && typeof readableEnded === 'boolean'
}

function isWritable(stream: unknown): stream is Writable {
  const { write, writableFinished, destroyed } = (stream ?? {}) as Partial<Writable>
  return typeof write === 'function' && typeof writableFinished === 'boolean' && typeof destroyed === 'boolean'
}

function codecsOf<Frame>(codec: FrameCodec<Frame> | CodecPair<Frame, Frame>): CodecPair<Frame, Frame> {
  if (typeof codec === 'object' && codec !== null && 'decode' in codec) {
    const { decode, encode } = codec
    checkCodec(decode, 'decode')
    checkCodec(encode, 'encode')
    return { decode, encode }
  }
  checkCodec(codec)
  return { decode: codec, encode: codec }
}

/**
 * After a connection is lost, this many writes are accepted between two reads, so that a program that answers each
 * frame with many keeps reading.
 */
const MOST_LOST_WRITES = 65_536

/** How many turns of the event loop without bytes show that none have arrived: each polls the system once. */
const QUIET_TURNS = 3

class FramedDuplex<Read, Written> extends EncodingDuplex<Written> {
  private readonly input: Readable
  private readonly output: Writable
  private readonly chunks: ReadableChunks
  private readonly life: Life
  private readonly pump: FramePump<Read>
  private readonly writer: FrameWriter
  private readonly keepsOnError: boolean
  /** The bytes that did not become frames, once reading is over. */
  private unread: Uint8Array | undefined = undefined
  /** The error for writes, once nothing can be written. */
  private loss: Error = prematureClose()
  /** Whether frames were lost, which is reported once the other stream of the pair has no more bytes. */
  private isLossPending = false
  private quiet: NodeJS.Immediate | undefined = undefined
  /** Writes since the loss and the last read. Below 0 are those that were queued at the loss. */
  private writesLost = 0
  private framesAtLoss = 0
  /** The callback of `_final`, while the stream below is ending. */
  private ending: WriteCallback | undefined = undefined

  constructor(
    { readable, writable, allowHalfOpen }: Ends,
    codecs: CodecPair<Read, Written>,
    options: FramedOptions<Written>,
  ) {
    const trace = Trace.open('framed', codecs.decode, readable)
    super(
      codecs.encode,
      options,
      {
        readableObjectMode: true,
        allowHalfOpen: options.allowHalfOpen ?? allowHalfOpen,
        ...highWaterMarks(options),
      },
      trace,
    )
    this.input = readable
    this.output = writable
    this.keepsOnError = options.destroyOnError === false
    this.life = new Life({
      readingOver: () => {
        this.unread = this.pump.stop()
        this.endAfterPair()
      },
      hasUnread: (error) =>
        this.readableLength > 0 || (this.keepsOnError && isFrameError(error) && this.pump.isReaderBusy),
      raise: (error) => this.destroy(this.isDone ? undefined : (error as Error)),
    })
    this.pump = new FramePump(this, codecs.decode, options, this.life, trace, () => this.readChunk())
    const kept = { isOwned: true, keepsUnread: this.keepsOnError }
    this.chunks = new ReadableChunks(readable, () => this.readMore(), kept)
    this.writer = new FrameWriter(writable, trace, !this.isOneStream)
    writable.on('error', this.noteError).on('close', this.checkLost).on('aborted', this.noteAbort)
    if (!this.isOneStream) readable.on('close', this.checkLost)
    if (!this.allowHalfOpen) this.once('end', this.awaitPipes)
    // Frames lost earlier are not reported again.
    if (readable.destroyed || writable.destroyed) process.nextTick(this.checkLost)
  }

  override get stats(): StreamStats {
    return { received: this.pump.stats, sent: this.sent.stats }
  }

  override _read(): void {
    this.pump.want()
  }

  override read(size?: number): unknown {
    const frame: unknown = super.read(size)
    if (frame !== null) this.forgiveWrites()
    // Node itself calls `read(0)`, which takes no frame.
    if (size !== 0) this.pump.noteRead(frame)
    this.life.raise()
    return frame
  }

  override pause(): this {
    super.pause()
    this.pump.noteReader()
    return this
  }

  /** Node's own iterator destroys the stream at its end, while frames may still be written. */
  override iterator({ destroyOnReturn = true }: { destroyOnReturn?: boolean } = {}): FrameIterator {
    const frames = super.iterator({ destroyOnReturn: false })
    return destroyOnReturn ? new LeavingIterator(frames, this, this.pump) : new LoopIterator(frames, this.pump)
  }

  override [Symbol.asyncIterator](): FrameIterator {
    return this.iterator()
  }

  override _write(outgoing: Outgoing, _encoding: BufferEncoding, next: WriteCallback): void {
    const { output } = this
    // A message of HTTP/1.1 stays `writable` when it has been ended.
    if (!output.writable || output.writableEnded) this.lose(lossOf(output) ?? prematureClose())
    // Handling the loss may have closed this stream as well.
    if (this.life.writing === OPEN) this.writer.write(outgoing, next)
    else this.failWrite(outgoing, next)
  }

  override _final(callback: WriteCallback): void {
    const { life, output } = this
    if (life.writing === FAILED) {
      if (this.isFailing) this.giveUpUnlessRead()
      else callback()
    } else if (output.writableFinished) callback()
    else {
      life.endWriting()
      this.ending = callback
      this.writer.end((error) => (error ? this.lose(error) : this.finishEnd()))
    }
  }

  override _destroy(reason: Error | null, callback: WriteCallback): void {
    const { input, output, writer } = this
    this.life.close()
    clearImmediate(this.quiet)
    const error = reason ?? this.pump.failure
    if (error !== null) this.trace.error(error)
    this.trace.close(this.stats)
    output.off('error', this.noteError).off('close', this.checkLost).off('aborted', this.noteAbort)
    input.off('close', this.checkLost)
    if (this.keepsOnError && isFrameError(error)) {
      writer.stop()
      this.chunks.leave(this.unread)
    } else {
      this.chunks.close()
      if (!this.isOneStream) destroyQuietly(output)
      writer.fail(error ?? destroyedBeforeWritten())
    }
    callback(error)
  }

  /**
   * The stream below is readable. Bytes wait for a reader; the end does not, so that it is not taken for a loss later.
   */
  private readMore(): void {
    if (this.input.readableLength === 0) this.pump.look()
    else this.pump.run()
  }

  private readChunk(): void {
    if (this.life.reading !== OPEN) return
    if (!this.pump.hasUnread) this.chunks.release()
    let chunk: unknown
    try {
      chunk = this.chunks.next()
    } catch (error) {
      this.blameLoss()
      this.life.fail(toError(error))
      return
    }
    clearImmediate(this.quiet)
    if (chunk === END) {
      this.blameLoss()
      this.pump.end()
    } else if (chunk !== null) this.pump.decode(asBuffer(chunk))
    else if (this.isLossPending) this.blameLossAfter(QUIET_TURNS)
  }

  private readonly noteError = (error: Error = prematureClose()): void => this.lose(error, true)

  private readonly checkLost = (): void => {
    const error = lossOf(this.output)
    if (error !== null) this.lose(error)
    // Only further reading shows whether reading has failed, and there may be no reader.
    this.pump.look()
  }

  /** An HTTP/2 stream that the peer resets may never close while writes wait. Its error, if any, follows in this turn. */
  private readonly noteAbort = (): void => void setImmediate(this.checkLost)

  /** Nothing can be written any more. Frames that have arrived are still given out, then the error. */
  private lose(error: Error, isReported = false): void {
    const { writer } = this
    const isNew = this.life.lose()
    if (isNew) {
      this.loss = error
      this.writesLost = -this.writableLength
    }
    const hasFrames = writer.hasUnwritten || this.writableLength > 0
    // One stream of a pair may close separately: a child process that no longer reads may still write.
    if (isReported || (isNew && (this.isOneStream || hasFrames))) this.noteLoss()
    if (!isNew) return
    writer.fail(error)
    if (!this.isFailing) {
      this.finishEnd()
      this.endAfterPair()
    } else if (hasFrames || this.ending !== undefined || this.listenerCount('unpipe') > 0) this.giveUpUnlessRead()
    this.pump.look()
    this.life.raise()
  }

  /** The stream below has ended, or was closed with nothing left to write: not every stream calls back then. */
  private finishEnd(): void {
    const { ending } = this
    this.ending = undefined
    ending?.()
  }

  /** Accepts the frame anyway: a reader that waits for 'drain' would never reach the error. */
  private failWrite(outgoing: Outgoing, next: WriteCallback): void {
    this.noteLoss()
    outgoing.tell(this.loss)
    // A writer that waits for each callback, or for 'drain', would never let the event loop continue.
    if (this.writesLost < 0) next()
    else setImmediate(next)
    // A listener of 'data' gets frames without a read.
    if (this.framesAtLoss !== this.pump.frames) this.forgiveWrites()
    this.framesAtLoss = this.pump.frames
    this.writesLost++
    this.giveUpUnlessRead()
    this.pump.look()
    this.life.raise()
  }

  /** A child process that has exited may have left an answer. What it wrote has arrived before the loss was noticed. */
  private noteLoss(): void {
    this.isLossPending = true
    if (this.isOneStream || this.life.reading !== OPEN) this.blameLoss()
  }

  private blameLoss(): void {
    if (this.isLossPending) this.life.blame(this.loss)
    this.isLossPending = false
  }

  private blameLossAfter(turns: number): void {
    this.quiet = setImmediate(() => {
      if (turns > 1) return this.blameLossAfter(turns - 1)
      this.blameLoss()
      this.pump.look()
      this.life.raise()
    })
  }

  private get isFailing(): boolean {
    return this.life.isFailing || this.isLossPending
  }

  private forgiveWrites(): void {
    if (this.writesLost > 0) this.writesLost = 0
  }

  /** If queued frames are not read, the error itself reports the loss to writers. */
  private giveUpUnlessRead(): void {
    if (this.isRead) return
    // A reader may appear in this turn of the event loop.
    setImmediate(() => {
      if (!this.isRead) this.destroy(this.loss)
    })
  }

  /** Node ends a duplex that is not half-open right after its 'end', even if it is piped into itself. */
  private readonly awaitPipes = (): void => {
    const streams = pipedBack(this)
    if (streams.size === 0) return
    this.allowHalfOpen = true
    afterEnds(streams, () => this.end())
  }

  /** Everything was written, but the stream below was closed before the peer's end: this side does not read. */
  private get isDone(): boolean {
    const { input, output } = this
    return output.writableFinished && input.destroyed && !input.errored && !this.isRead
  }

  private get isOneStream(): boolean {
    return (this.input as unknown) === this.output
  }

  private get isRead(): boolean {
    return (this.readableDidRead || this.readableFlowing !== null) && this.writesLost < MOST_LOST_WRITES
  }

  /** Both streams of a pair have ended without a loss. */
  private endAfterPair(): void {
    if (this.life.reading === ENDED && this.life.writing === FAILED && !this.life.isFailing) this.end()
  }
}

type FrameIterator = ReturnType<Duplex['iterator']>

/** A loop over the frames, which the pump knows of. */
class LoopIterator {
  private readonly frames: FrameIterator
  private readonly pump: FramePump<unknown>

  constructor(frames: FrameIterator, pump: FramePump<unknown>) {
    this.frames = frames
    this.pump = pump
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<unknown>> {
    this.pump.beginLoop()
    return this.frames.next()
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.pump.endLoop()
    await this.frames.return?.()
    return { done: true, value: undefined }
  }

  async throw(error: unknown): Promise<IteratorResult<unknown>> {
    await this.return()
    throw error
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }
}

/** Leaving it early destroys the stream; reading to the end does not. */
class LeavingIterator extends LoopIterator {
  private readonly stream: Duplex

  constructor(frames: FrameIterator, stream: Duplex, pump: FramePump<unknown>) {
    super(frames, pump)
    this.stream = stream
    // After the loop, frames may still have to be written: their callbacks and 'close' report errors.
    stream.once('end', () => ignoreErrors(stream))
  }

  override return(): Promise<IteratorResult<unknown>> {
    this.stream.destroy()
    return super.return()
  }
}
