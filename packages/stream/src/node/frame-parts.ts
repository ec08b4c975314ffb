// Frames larger than memory: the length of each, and its bytes as they arrive.
//
// A frame that lies whole in its chunk is decoded as usual, and cut into pieces. Of any other frame, core keeps only
// the header: the body takes the bytes out of each chunk before the decoder drops them. So leaving a body early needs
// no action: the decoder drops the rest when the next frame is requested.

import { codecName, givesParts, integerOption, readOptions } from '@unstick/core'
import { prematureClose } from '../errors.ts'
import type { StreamStats } from '../stats.ts'
import type { FrameReader } from './frame-reader.ts'
import type { DisposableGenerator } from './disposable-generator.ts'

/** The options of `parts`. */
export interface PartsOptions {
  /**
   * The longest piece of a body, in bytes.
   *
   * @defaultValue 65,536
   */
  maxPartLength?: number
}

/** A frame whose bytes may still have to arrive. */
export interface FrameInParts {
  /** The length of the body in bytes: that of the frame, without bytes that the codec strips. */
  readonly length: number
  /**
   * The frame's bytes in pieces, none empty. It can be read once, before the next frame is requested: then the rest is
   * dropped, and the body rejects with a `TypeError`. An error that ends the stream inside the frame rejects both the
   * body and the loop over frames.
   */
  readonly body: AsyncIterableIterator<Buffer>
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

/** @throws {TypeError | RangeError} The codec gives no parts, or an option is not valid. */
export function partsOf(reader: FrameReader<unknown>, given?: PartsOptions): DisposableGenerator<FrameInParts> {
  const { maxPartLength = 65_536 } = readOptions<PartsOptions>('parts', given, ['maxPartLength'])
  integerOption('maxPartLength', maxPartLength, 1)
  if (!givesParts(reader.codec)) {
    const name = codecName(reader.codec) ?? 'the codec'
    throw new TypeError(
      `parts() takes a codec whose header alone determines where a frame of bytes ends; ${name} is no such codec`,
    )
  }
  return new Parts(reader, maxPartLength)
}

class Parts implements DisposableGenerator<FrameInParts> {
  private readonly reader: FrameReader<unknown>
  private readonly maxPartLength: number
  private body: Body | undefined = undefined
  /** An error that has been thrown to a body, but not to the loop yet. */
  private failure: { readonly error: unknown } | undefined = undefined

  constructor(reader: FrameReader<unknown>, maxPartLength: number) {
    this.reader = reader
    this.maxPartLength = maxPartLength
  }

  get stats(): StreamStats {
    return this.reader.stats
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<FrameInParts, void>> {
    const result = await this.reader.next(this.take)
    const { failure } = this
    this.failure = undefined
    if (result.done === true && failure !== undefined) throw failure.error
    return result
  }

  return(): Promise<IteratorResult<FrameInParts, void>> {
    this.failure = undefined
    return this.reader.return()
  }

  throw(error: unknown): Promise<IteratorResult<FrameInParts, void>> {
    return this.reader.throw(error)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  /** The current body has failed. */
  fail(error: unknown): void {
    this.failure = { error }
  }

  isCurrent(body: Body): boolean {
    return this.body === body
  }

  private readonly take = (): IteratorResult<FrameInParts, void> | undefined => {
    const { decoder } = this.reader
    this.body = undefined
    this.reader.giveInPieces(undefined)
    const whole = decoder.take()?.value as Buffer | undefined
    const length = whole === undefined ? decoder.startFrame() : whole.length
    if (length === undefined) return undefined
    const body = new Body(this, this.reader, length, whole, this.maxPartLength)
    this.body = body
    this.reader.giveInPieces(body)
    return { done: false, value: { length, body } }
  }
}

class Body implements AsyncIterableIterator<Buffer> {
  private readonly parts: Parts
  private readonly reader: FrameReader<unknown>
  private readonly whole: Buffer | undefined
  private readonly maxPartLength: number
  private readonly length: number
  private left: number
  /** Where the stream continued when the body began. */
  private readonly position: number
  /** Whether the body is at its end, or has been left. */
  private isOver = false

  constructor(
    parts: Parts,
    reader: FrameReader<unknown>,
    length: number,
    whole: Buffer | undefined,
    maxPartLength: number,
  ) {
    this.parts = parts
    this.reader = reader
    this.length = length
    this.left = length
    this.whole = whole
    this.maxPartLength = maxPartLength
    this.position = reader.decoder.position
  }

  /** The rest of a frame that was decoded whole, unless the reader has gone on to another frame. */
  get untaken(): Buffer | undefined {
    const { whole, length, left, reader } = this
    if (left === 0 || reader.decoder.position !== this.position) return undefined
    return whole?.subarray(length - left)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Buffer, undefined>> {
    if (this.isOver) return DONE
    let result: IteratorResult<Buffer, void>
    try {
      result = await this.reader.next(this.take)
    } catch (error) {
      if (this.parts.isCurrent(this)) this.parts.fail(error)
      throw error
    }
    if (result.done !== true) return result
    if (this.isOver) return DONE
    if (this.parts.isCurrent(this)) throw prematureClose()
    throw new TypeError('the next frame was requested before the body of this one was read: the rest was dropped')
  }

  return(): Promise<IteratorResult<Buffer, undefined>> {
    this.isOver = true
    return Promise.resolve(DONE)
  }

  private readonly take = (): IteratorResult<Buffer, void> | undefined => {
    if (this.isOver || !this.parts.isCurrent(this)) return DONE
    const part = this.takePart()
    if (part !== undefined) {
      this.left -= part.length
      return { done: false, value: part }
    }
    this.isOver = this.isWhole()
    if (this.isOver) return DONE
    // The chunk is used up, or the stream has ended.
    this.reader.decoder.take()
    return undefined
  }

  private takePart(): Buffer | undefined {
    const { whole, length, left, maxPartLength } = this
    if (whole === undefined) return this.reader.decoder.takePart(maxPartLength) as Buffer | undefined
    const start = length - left
    return left === 0 ? undefined : whole.subarray(start, start + Math.min(left, maxPartLength))
  }

  /** Whether the frame's last byte has arrived, including bytes that the codec strips. */
  private isWhole(): boolean {
    return this.left === 0 && (this.whole !== undefined || !this.reader.decoder.isInParts)
  }
}
