// Decoded frames into the readable side of a Duplex: one at a time, and only while the reader wants them, so that the
// queue never exceeds its high-water mark.

import { FrameError, isBytes, mapCodec, type FrameCodec } from '@unstick/core'
import type { Duplex } from 'node:stream'
import { ChunkDecoder } from '../chunk-decoder.ts'
import { toError } from '../errors.ts'
import { OPEN, type Life } from '../life.ts'
import type { FrameStreamOptions } from '../options.ts'

export class FramePump<Frame> {
  private readonly codec: FrameCodec<Frame>
  private readonly decoder: ChunkDecoder<Frame>
  private readonly stream: Duplex
  private readonly life: Life
  private readonly refill: () => void
  private isWanted = false
  private isRunning = false
  private isFirst = true

  /** `refill` is called when frames are wanted and those of the last chunk, or of the end, are used up. */
  constructor(stream: Duplex, codec: FrameCodec<Frame>, options: FrameStreamOptions, life: Life, refill: () => void) {
    this.stream = stream
    this.life = life
    this.codec = codec
    this.decoder = new ChunkDecoder(withoutNull(codec), options, (error) => life.fail(toError(error)))
    this.refill = refill
  }

  /** The stream's `_read`: it wants frames. */
  want(): void {
    this.isWanted = true
    this.run()
  }

  /** Decodes up to the next frame though no reader may have asked: the end or an error may come before it. */
  look(): void {
    if (this.stream.readableLength === 0) this.isWanted = true
    this.run()
  }

  /** Takes a chunk in. To be called from within `refill`, or after it. */
  decode(chunk: unknown): void {
    if (this.life.reading !== OPEN) return
    this.decoder.decode(chunk)
    this.run()
  }

  /** Takes the end in. */
  end(): void {
    if (this.life.reading !== OPEN) return
    this.decoder.end()
    this.run()
  }

  /** Pushes frames as long as they are wanted. To be called when there may be some. */
  run(): void {
    // A listener that is given a frame may ask for more: the loop that gave it goes on.
    if (this.isRunning) return
    this.isRunning = true
    try {
      while (this.isWanted && this.life.reading === OPEN) {
        const result = this.decoder.take()
        if (result !== undefined) this.push(result.value as Frame)
        else if (!this.tryRefill()) return
      }
    } finally {
      this.isRunning = false
    }
  }

  /** Whether bytes were taken in that are not given out. */
  get hasUnread(): boolean {
    return this.decoder.hasUnread
  }

  /** Returns the bytes that did not become frames. */
  stop(): Uint8Array {
    return this.decoder.stop()
  }

  private push(frame: Frame): void {
    if (frame === null) {
      this.life.fail(nullFrame())
      return
    }
    if (this.isFirst) {
      this.isFirst = false
      if (isBytes(frame)) byteCodecs.add(this.codec)
    }
    // Meanwhile the reader may ask again, which it does once only.
    this.isWanted = false
    if (this.stream.push(frame)) this.isWanted = true
  }

  /** Asks for more. False if there is nothing new to take, or no more. */
  private tryRefill(): boolean {
    const { decoder, life } = this
    if (life.reading !== OPEN) return false
    if (!decoder.ended) {
      this.refill()
      if (!decoder.isUsedUp) return true
      if (life.reading !== OPEN) return false
    }
    if (decoder.ended) this.finish()
    else if (life.isFailing) life.endReading()
    else decoder.waitForMore()
    return false
  }

  private finish(): void {
    const { life } = this
    const endsWell = !life.isFailing
    life.endReading()
    if (endsWell) this.stream.push(null)
    this.refill()
  }
}

/** Codecs that have given bytes. Those are spared the check for nulls, which costs a sixth of a small frame's time. */
const byteCodecs = new WeakSet<object>()

/** A null is the end of a Node stream, so as a frame it is refused, or skipped where the codec skips corrupt ones. */
function withoutNull<Frame>(codec: FrameCodec<Frame>): FrameCodec<Frame> {
  if (byteCodecs.has(codec)) return codec
  const decode = (frame: Frame): Frame => {
    if (frame === null) throw nullFrame()
    return frame
  }
  try {
    return mapCodec(codec, { decode, encode: (frame: Frame) => frame })
  } catch {
    // A codec that was not made by core: `push` refuses its nulls.
    return codec
  }
}

function nullFrame(): FrameError {
  return new FrameError('ERR_FRAME_CORRUPT', 'a null cannot pass a Node stream, where it is the end: use frames()')
}
