// A duplex of frames over a duplex of bytes, such as a socket.
//
// Backpressure is per frame: what was decoded from a chunk is pushed only while the reader wants more, and the bytes'
// duplex is read only when the frames of the last chunk are used up. Writes wait for the bytes' duplex to drain.

import { Duplex, addAbortSignal } from 'node:stream'
import { choiceOption, integerOption, shown, type FrameCodec, type FrameDecoder } from '@unstick/core'
import { FrameTimer } from './frame-timer.ts'
import { settled } from './settled.ts'
import { checkCodec, checkOptions, type FrameStreamOptions } from './options.ts'

export interface FramedOptions extends FrameStreamOptions {
  /** Whether either side may end while the other goes on. Default: the duplex's own. */
  allowHalfOpen?: boolean
  /** How many frames the readable side queues at most. Default: Node's for object mode. */
  readableHighWaterMark?: number
  /** How many frames the writable side queues before `write` returns false. Default: Node's for object mode. */
  writableHighWaterMark?: number
}

/**
 * A Duplex in object mode: frames read from `duplex`, frames written to it.
 *
 * It owns `duplex` and closes it with itself. Errors: those of `duplex`, `ERR_FRAME_TRUNCATED` for an end inside a
 * frame, every other `FrameError` of the codec, and `ERR_FRAME_TIMEOUT`; frames before an error come before it.
 */
export function framed<Frame = Uint8Array>(
  duplex: Duplex,
  codec: FrameCodec<Frame>,
  options: FramedOptions = {},
): Duplex {
  if (typeof duplex?.read !== 'function' || typeof duplex.write !== 'function') {
    throw new TypeError(`duplex must be a Duplex, received ${shown(duplex)}`)
  }
  checkCodec(codec)
  checkOptions(options)
  choiceOption('allowHalfOpen', options.allowHalfOpen ?? true, [true, false])
  integerOption('readableHighWaterMark', options.readableHighWaterMark ?? 0, 0)
  integerOption('writableHighWaterMark', options.writableHighWaterMark ?? 0, 0)
  const peer = new FramedDuplex(duplex, codec, options)
  return options.signal === undefined ? peer : addAbortSignal(options.signal, peer)
}

class FramedDuplex<Frame> extends Duplex {
  private readonly duplex: Duplex
  private readonly codec: FrameCodec<Frame>
  private readonly decoder: FrameDecoder<Frame>
  private readonly timer: FrameTimer
  private decoded: Iterator<Frame> | undefined
  private received = 0
  private wanted = false
  private sourceEnded = false
  private settleWrite: ((error?: Error | null) => void) | undefined

  private readonly listenersOfDuplex: readonly (readonly [string, (error?: Error) => void])[] = [
    ['readable', () => this.pump()],
    ['end', () => this.sourceEnd()],
    ['error', (error) => this.destroy(error)],
    ['close', () => this.sourceClosed()],
    ['drain', () => this.finishWrite()],
  ]

  constructor(duplex: Duplex, codec: FrameCodec<Frame>, options: FramedOptions) {
    super({
      objectMode: true,
      allowHalfOpen: options.allowHalfOpen ?? duplex.allowHalfOpen,
      ...(options.readableHighWaterMark === undefined ? {} : { readableHighWaterMark: options.readableHighWaterMark }),
      ...(options.writableHighWaterMark === undefined ? {} : { writableHighWaterMark: options.writableHighWaterMark }),
    })
    this.duplex = duplex
    this.codec = codec
    this.decoder = codec.decoder(options)
    this.timer = new FrameTimer(options.frameTimeout, (error) => this.destroy(error))
    for (const [event, listener] of this.listenersOfDuplex) duplex.on(event, listener)
    if (duplex.destroyed) this.destroy(duplex.errored ?? undefined)
  }

  override _read(): void {
    this.wanted = true
    this.pump()
  }

  override _write(frame: Frame, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    let parts: Uint8Array[]
    try {
      parts = this.codec.encodeParts(frame)
    } catch (error) {
      callback(error as Error)
      return
    }
    const { duplex } = this
    duplex.cork()
    let flowing = true
    for (const part of parts) flowing = duplex.write(part)
    // Uncorked at the end of the tick, as Node advises: the frames of one tick leave together.
    process.nextTick(() => duplex.uncork())
    if (flowing) callback()
    else this.settleWrite = callback
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.duplex.end(callback)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.timer.stop()
    for (const [event, listener] of this.listenersOfDuplex) this.duplex.off(event, listener)
    this.decoded = undefined
    this.duplex.destroy()
    this.finishWrite(error ?? undefined)
    callback(error)
  }

  /** Pushes frames while they are wanted, then reads on. */
  private pump(): void {
    try {
      while (this.wanted && !this.destroyed && this.pushDecoded()) {
        const chunk: Uint8Array | null = this.duplex.read()
        if (chunk === null) {
          this.timer.watch(this.decoder, this.received)
          return
        }
        this.received += chunk.length
        this.decoded = this.decoder.decode(chunk) as Iterator<Frame>
      }
    } catch (error) {
      this.destroy(error as Error)
    }
  }

  /** True when the frames of the last chunk are used up. */
  private pushDecoded(): boolean {
    if (this.decoded === undefined) return true
    while (this.wanted) {
      const { done, value } = this.decoded.next()
      if (done) {
        this.decoded = undefined
        if (this.sourceEnded) this.push(null)
        return !this.sourceEnded
      }
      this.timer.stop()
      this.wanted = this.push(value)
    }
    return false
  }

  /** The peer's FIN. A Readable ends only when all was read from it, so no chunk is left. */
  private sourceEnd(): void {
    this.timer.stop()
    this.sourceEnded = true
    this.decoded = settled(this.decoder)
    this.pump()
  }

  private sourceClosed(): void {
    if (this.sourceEnded && this.writableFinished) return
    if (!this.sourceEnded || this.writableLength > 0) {
      const error = new Error('the duplex was closed before its end')
      this.destroy(Object.assign(error, { code: 'ERR_STREAM_PREMATURE_CLOSE' }))
    }
  }

  private finishWrite(error?: Error): void {
    const settle = this.settleWrite
    this.settleWrite = undefined
    settle?.(error)
  }
}
