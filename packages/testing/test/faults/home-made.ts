// Two sound codecs as people write them by hand, into which the faults are planted.

import { FrameError, type DecoderOptions, type FrameCodec, type FrameDecoder, type FrameVisitor } from '@unstick/core'

export const LIMIT = 4000

/** The payload of a frame, and its end. */
export interface Found {
  from: number
  to: number
  end: number
}

/** Copies chunks into one growing buffer, and frames out of it. */
abstract class HomeMade implements FrameDecoder {
  memory: Uint8Array = new Uint8Array(0)
  start = 0
  end_ = 0
  /** Position in the stream of `memory[start]`. */
  offset = 0
  failure: unknown
  readonly options: DecoderOptions

  constructor(options: DecoderOptions) {
    this.options = options
  }

  /** The first frame of `memory[start, end_)`. */
  abstract find(): Found | undefined

  get bufferedLength(): number {
    return this.end_ - this.start
  }

  get frameOffset(): number | undefined {
    return this.bufferedLength === 0 ? undefined : this.offset
  }

  accept(chunk: Uint8Array): void {
    if (this.failure !== undefined) throw this.failure
    if (this.end_ + chunk.length > this.memory.length) {
      const larger = new Uint8Array(2 * (this.bufferedLength + chunk.length))
      larger.set(this.memory.subarray(this.start, this.end_))
      this.memory = larger
      this.end_ -= this.start
      this.start = 0
    }
    this.memory.set(chunk, this.end_)
    this.end_ += chunk.length
  }

  next(): Found | undefined {
    if (this.failure !== undefined) throw this.failure
    try {
      return this.find()
    } catch (error) {
      if (error instanceof FrameError) error.offset = this.offset
      this.failure = error
      throw error
    }
  }

  consume(end: number): void {
    this.offset += end - this.start
    this.start = end
  }

  frame({ from, to }: Found): Uint8Array {
    return this.memory.slice(from, to)
  }

  decode<Chunk extends Uint8Array>(chunk: Chunk): IterableIterator<Chunk> {
    this.accept(chunk)
    return this.frames() as IterableIterator<Chunk>
  }

  *frames(): IterableIterator<Uint8Array> {
    for (let found = this.next(); found !== undefined; found = this.next()) {
      const frame = this.frame(found)
      this.consume(found.end)
      yield frame
    }
  }

  takeAll(frames: Uint8Array[]): void {
    for (const frame of this.frames()) frames.push(frame)
  }

  scan(chunk: Uint8Array, visit: FrameVisitor): void {
    for (const frame of this.decode(chunk)) visit(frame, 0, frame.length)
  }

  end(): Uint8Array[] {
    const frames: Uint8Array[] = []
    try {
      for (const frame of this.frames()) frames.push(frame)
      if (this.bufferedLength === 0) return frames
      throw (this.failure = new FrameError('ERR_FRAME_TRUNCATED', 'cut', { offset: this.offset }))
    } catch (error) {
      if (frames.length > 0) (error as FrameError).frames = frames
      throw error
    }
  }

  reset(): void {
    this.start = this.end_ = this.offset = 0
    this.failure = undefined
  }

  takeRemaining(): Uint8Array {
    const rest = this.memory.slice(this.start, this.end_)
    this.start = this.end_
    return rest
  }
}

/** Two bytes of length, big-endian, then the payload. */
export class LengthPrefixed extends HomeMade {
  find(): Found | undefined {
    if (this.bufferedLength < 2) return undefined
    const length = this.readLength()
    this.check(length)
    const from = this.start + 2
    return from + length <= this.end_ ? { from, to: from + length, end: from + length } : undefined
  }

  readLength(): number {
    return this.memory[this.start]! * 256 + this.memory[this.start + 1]!
  }

  check(length: number): void {
    if (length + 2 > LIMIT) throw new FrameError('ERR_FRAME_TOO_LONG', `${length + 2} bytes`)
  }
}

/** A payload, then `;;`. */
export class Delimited extends HomeMade {
  limit = LIMIT
  searched = 0

  find(): Found | undefined {
    for (let at = this.start + this.searched; at + 1 < this.end_; at++) {
      if (this.memory[at] !== SEMICOLON || this.memory[at + 1] !== SEMICOLON) continue
      if (at - this.start > this.limit) break
      this.searched = 0
      return { from: this.start, to: at, end: at + 2 }
    }
    this.checkUnfinished()
    this.searched = this.seen()
    return undefined
  }

  /** The number of bytes at which no delimiter begins. */
  seen(): number {
    return Math.max(0, this.bufferedLength - 1)
  }

  checkUnfinished(): void {
    const mayEnd = this.memory[this.end_ - 1] === SEMICOLON ? 1 : 0
    if (this.bufferedLength - mayEnd > this.limit) throw new FrameError('ERR_FRAME_TOO_LONG', 'no delimiter')
  }

  override reset(): void {
    super.reset()
    this.searched = 0
  }

  override takeRemaining(): Uint8Array {
    this.searched = 0
    return super.takeRemaining()
  }
}

export const SEMICOLON = 59

type DecoderClass = new (options: DecoderOptions) => HomeMade

export function lengthPrefixed(
  Decoder: DecoderClass = LengthPrefixed,
  overrides: Partial<FrameCodec> = {},
): FrameCodec {
  return homeMade(Decoder, overrides, (frame) => [new Uint8Array([frame.length >> 8, frame.length & 255]), frame])
}

export function delimited(Decoder: DecoderClass = Delimited, overrides: Partial<FrameCodec> = {}): FrameCodec {
  return homeMade(Decoder, overrides, (frame) => {
    if (`${latin1(frame)};`.includes(';;')) throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'a delimiter inside')
    return [frame, new Uint8Array([SEMICOLON, SEMICOLON])]
  })
}

function homeMade(
  Decoder: DecoderClass,
  overrides: Partial<FrameCodec>,
  partsOf: (frame: Uint8Array) => Uint8Array[],
): FrameCodec {
  const encodeParts = (frame: Uint8Array): Uint8Array[] => {
    if (frame.length + (Decoder.prototype instanceof Delimited || Decoder === Delimited ? 0 : 2) > LIMIT) {
      throw new FrameError('ERR_FRAME_TOO_LONG', `${frame.length} bytes`)
    }
    return partsOf(frame)
  }
  return {
    maxFrameLength: LIMIT,
    decoder: (options = {}) => new Decoder(options),
    encode: (frame) => Buffer.concat(encodeParts(frame)),
    encodeParts,
    ...overrides,
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
