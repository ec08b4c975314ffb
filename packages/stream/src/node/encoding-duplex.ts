// The writable side that takes frames. They are encoded when they are written, so that a frame that cannot be encoded
// is refused at once: the callback of its `write` gets the error, nothing is written, and the stream continues.

import { Duplex, type DuplexOptions } from 'node:stream'
import type { FrameCodec } from '@unstick/core'
import { toError } from '../errors.ts'
import type { EncodeStreamOptions } from '../options.ts'
import { SentCounter, type StreamStats } from '../stats.ts'
import { Outgoing, type WriteCallback } from './outgoing.ts'
import type { Trace } from '../trace.ts'

/** Its `_write` gets an `Outgoing`, whose callback it calls when the bytes have left. */
export abstract class EncodingDuplex<Frame> extends Duplex {
  private readonly codec: FrameCodec<Frame>
  private readonly encodeOptions: EncodeStreamOptions<Frame>
  protected readonly trace: Trace
  protected readonly sent: SentCounter = new SentCounter()

  constructor(
    codec: FrameCodec<Frame>,
    options: EncodeStreamOptions<Frame>,
    duplexOptions: DuplexOptions,
    trace: Trace,
  ) {
    super({ ...duplexOptions, writableObjectMode: true })
    this.trace = trace
    this.codec = codec
    this.encodeOptions = options
  }

  abstract get stats(): StreamStats

  abstract override _write(outgoing: Outgoing, encoding: BufferEncoding, next: WriteCallback): void

  override write(frame: Frame, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback): boolean {
    const called = typeof encoding === 'function' ? encoding : callback
    let parts: Uint8Array[]
    try {
      parts = this.codec.encodeParts(frame)
    } catch (error) {
      this.refuse(frame, error, called)
      return !this.writableNeedDrain
    }
    // Node refuses a write after the end.
    if (this.writable) this.count(parts)
    const outgoing = new Outgoing(parts, called)
    if (called === undefined) return super.write(outgoing)
    // Node reports frames that never reached `_write`; `_write` reports the others.
    return super.write(outgoing, (error) => {
      if (error) outgoing.tell(error)
    })
  }

  override end(frame?: Frame | (() => void), encoding?: BufferEncoding | (() => void), callback?: () => void): this {
    // Node's own `end` would bypass this `write`.
    if (typeof frame === 'function') return super.end(frame as () => void)
    if (frame !== undefined && frame !== null) this.write(frame)
    return super.end(typeof encoding === 'function' ? encoding : callback)
  }

  private count(parts: readonly Uint8Array[]): void {
    const length = this.sent.count(parts)
    this.trace.sent(this.sent.bytes - length, length)
  }

  private refuse(frame: Frame, error: unknown, called: WriteCallback | undefined): void {
    const { onEncodeError, destroyOnEncodeError } = this.encodeOptions
    const reason = toError(error)
    this.trace.error(error)
    // Each in a tick of its own: if the first one throws, the second one is still called.
    if (called !== undefined) process.nextTick(called, reason)
    if (onEncodeError !== undefined) process.nextTick(onEncodeError, error, frame)
    // With neither callback, a lost frame would go unnoticed.
    if (destroyOnEncodeError === true || (called === undefined && onEncodeError === undefined)) this.destroy(reason)
  }
}
