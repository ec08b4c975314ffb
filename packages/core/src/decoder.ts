// The one engine behind every codec: chunks in, frames out.
//
// The bytes not yet given out are the accumulator's, then the chunk's from `position` on. While the accumulator is
// empty the finder works on the chunk itself and nothing is copied. When the chunk ends inside a frame, its tail moves
// to the accumulator; from the next chunk the accumulator gathers what the frame needs, and gives back what turns out
// to lie behind the frame. So only frames that span chunks are copied, and nothing is searched again.

import { Accumulator } from './accumulator.ts'
import { classOf, type BytesClass } from './bytes-class.ts'
import type { DecoderOptions, FrameDecoder, FrameOf, FrameVisitor } from './contracts.ts'
import {
  ENDLESS,
  NO_FRAME,
  UNKNOWN,
  type CodecDefinition,
  type FindFrame,
  type FindFrames,
  type FoundPayload,
} from './definition.ts'
import { FrameError, isFrameError } from './errors.ts'
import { isBytes, shown } from './options.ts'

const NOTHING = new Uint8Array(0)

/** Where the last answer's payload lies. It is read right after each call, so one object serves every decoder. */
const found: FoundPayload = { payloadStart: 0, payloadEnd: 0 }

/** While a frame's end has to be searched, at least this many bytes are gathered at a time. */
const SMALLEST_GATHER = 64

/** In so many chunks a frame has come that is taken for a long one. */
const MANY = 8

// What the finder's answer means.
const FRAME = 0
const MORE = 1
const OVERSIZE = 2
type Meaning = typeof FRAME | typeof MORE | typeof OVERSIZE

type OptionalHooks = 'findMany' | 'toFrame' | 'toFrames' | 'encodeParts'

/** A definition with its defaults filled in. */
export interface CompleteDefinition<Frame> extends Required<Omit<CodecDefinition<Frame>, OptionalHooks>> {
  findMany: FindFrames | undefined
  toFrame: CodecDefinition<Frame>['toFrame'] | undefined
  /** As the definition has it, or, under a mapping, what `refine` still has to turn. */
  toFrames: CodecDefinition<unknown>['toFrames'] | undefined
  refine: Turn<unknown, Frame> | undefined
  encodeParts: CodecDefinition<Frame>['encodeParts'] | undefined
  /** The longest frame there can be, in bytes, delimiter included. */
  maxSpan: number
}

/** Turns what there is of a frame into the frame; `index` counts the frames before it. */
export type Turn<From, Frame> = (from: From, index: number) => Frame | typeof NO_FRAME

/** An oversized frame on its way out. */
interface Skip {
  readonly offset: number
  dropped: number
  /** How many bytes are still to be dropped: ENDLESS while the frame's end has to be searched. */
  remaining: number
}

export class Decoder<Frame> implements FrameDecoder<Frame>, IterableIterator<Frame> {
  protected readonly definition: CompleteDefinition<Frame>
  private readonly options: DecoderOptions

  /** `definition.find`, and at the end `definition.findAtEnd`. */
  private find: FindFrame

  /** The chunk's unread bytes are `chunk[position, limit)`. */
  protected chunk: Uint8Array = NOTHING
  protected position = 0
  protected limit = 0
  /** Whether the chunk's memory is ours, so that nobody else overwrites it. */
  private ownsChunk = false
  /** The memory behind the chunk, asked for with its first frame: the getter costs as much as a small frame. */
  private memory: ArrayBufferLike | undefined = undefined
  private memoryOffset = 0
  /** The prototype of the chunks, and the class of views of them, which is that of the frames. */
  private chunkPrototype: unknown = undefined
  private bytesClass: BytesClass = Uint8Array

  /** Where the found frame ends: an index into the accumulator if that has bytes, else into the chunk. */
  protected frameEnd = 0

  protected readonly accumulator: Accumulator = new Accumulator()
  /** How many of the accumulator's last bytes are the chunk's, which can take them back. */
  private gathered = 0
  /** How many bytes the accumulated frame needs at least; 0 if unknown. */
  private needed = 0
  /** How many of the accumulated bytes the finder has seen. */
  private searched = 0

  private received = 0
  protected frameIndex = 0
  protected skip: Skip | undefined = undefined
  private ended = false
  protected failure: { readonly error: unknown } | undefined = undefined

  constructor(definition: CompleteDefinition<Frame>, options: DecoderOptions) {
    this.definition = definition
    this.options = options
    this.find = definition.find
  }

  get bufferedLength(): number {
    return this.accumulator.length + (this.limit - this.position)
  }

  get frameOffset(): number | undefined {
    return this.skip === undefined && this.bufferedLength === 0 ? undefined : this.nextOffset
  }

  decode<Chunk extends Uint8Array>(chunk: Chunk): IterableIterator<FrameOf<Frame, Chunk>> {
    this.accept(chunk)
    // What one loop leaves the next one takes, so all loops share one iterator, and a small chunk costs none.
    return this as unknown as IterableIterator<FrameOf<Frame, Chunk>>
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<Frame> {
    const frame = this.take()
    return frame === NO_FRAME ? { value: undefined, done: true } : { value: frame, done: false }
  }

  /** Called when a loop is left early. */
  return(value?: unknown): IteratorResult<Frame> {
    this.keepUnread()
    return { value, done: true }
  }

  takeAll(frames: Frame[]): void {
    for (let frame = this.take(); frame !== NO_FRAME; frame = this.take()) frames.push(frame)
  }

  scan(chunk: Uint8Array, visit: FrameVisitor): void {
    this.accept(chunk)
    if (this.isUsedUp()) return
    try {
      this.scanWholeFrames(visit)
      while (this.findNext()) {
        const bytes = this.accumulator.length === 0 ? this.chunk : this.accumulator.bytes
        const { payloadStart, payloadEnd } = found
        this.consume()
        visit(bytes, payloadStart, payloadEnd)
        this.scanWholeFrames(visit)
      }
    } finally {
      this.keepUnread()
    }
  }

  end(): Frame[] {
    const frames: Frame[] = []
    try {
      this.takeAll(frames)
      this.askAtEnd()
      this.takeAll(frames)
      this.settleRest(frames)
    } catch (error) {
      if (frames.length > 0 && isFrameError(error)) error.frames = frames
      throw error
    }
    this.clear()
    this.ended = true
    return frames
  }

  reset(): void {
    this.clear()
    this.find = this.definition.find
    this.received = 0
    this.frameIndex = 0
    this.ended = false
    this.failure = undefined
  }

  takeRemaining(): Uint8Array {
    const { accumulator, position, limit } = this
    let remaining = this.fromChunk(position, limit)
    if (accumulator.length > 0) {
      accumulator.append(remaining, 0, remaining.length, this.bufferedLength)
      remaining = this.view(accumulator.bytes, 0, accumulator.length)
    }
    this.clear()
    return remaining
  }

  /** The next frame, or NO_FRAME when the input is used up. */
  protected take(): Frame | typeof NO_FRAME {
    while (this.findWhole()) {
      const frame = this.takeWhole()
      if (frame !== NO_FRAME) return frame
    }
    return this.takeNext()
  }

  /** Whether it is known without a search that there is no frame: the short way of small chunks. */
  protected isUsedUp(): boolean {
    const held = this.accumulator.length
    return this.chunk === NOTHING && (held === this.searched || held < this.needed) && this.failure === undefined
  }

  private takeNext(): Frame | typeof NO_FRAME {
    if (this.isUsedUp()) return NO_FRAME
    while (this.findNext()) {
      const frame = this.makeFrame()
      this.consume()
      // The frame owns the memory it was accumulated in, unless it was made of it.
      if (this.accumulator.length === 0 && this.definition.toFrames === undefined) this.accumulator.release()
      if (frame !== NO_FRAME) return frame
    }
    return NO_FRAME
  }

  /** Makes the unread bytes ours, so that the chunk's owner may overwrite them. */
  private keepUnread(): void {
    if (this.bufferedLength === 0) this.letGoOfChunk()
    // What was gathered from the chunk cannot be given back to it.
    else if (this.position === this.limit) this.gathered = 0
    else if (!this.ownsChunk) this.moveUnread(0)
  }

  // ── Taking chunks in ──

  private accept(chunk: Uint8Array): void {
    if (this.failure !== undefined) throw this.failure.error
    if (!isBytes(chunk)) throw new TypeError(`chunk must be a Uint8Array, received ${shown(chunk)}`)
    if (this.ended) throw new Error(`${this.definition.name}: no input after end(); reset() makes the decoder as new`)
    this.received += chunk.length
    if (this.position < this.limit) this.appendToUnread(chunk)
    else if (!this.isInsideFrame(chunk)) this.setChunk(chunk, chunk.length, false)
  }

  /** Remembers the chunk's class for frames, before its bytes move to memory of our own. */
  private adoptClass(): void {
    if (this.ownsChunk || this.chunk === NOTHING) return
    const prototype: unknown = Object.getPrototypeOf(this.chunk)
    if (prototype === this.chunkPrototype) return
    this.chunkPrototype = prototype
    this.bytesClass = classOf(this.chunk)
  }

  /** The short way of small chunks: one that ends no frame goes to the accumulator at once. Else false, and nothing is done. */
  private isInsideFrame(chunk: Uint8Array): boolean {
    const { accumulator, needed } = this
    const held = accumulator.length
    if (held === 0) return false
    if (held + chunk.length < needed) {
      accumulator.append(chunk, 0, chunk.length, needed)
      return true
    }
    // A frame that has come in many such chunks goes on in this one more often than not.
    if (needed > 0 || this.skip !== undefined || held < MANY * chunk.length) return false
    accumulator.append(chunk, 0, chunk.length, 0)
    if (this.findsNoEnd()) {
      this.searched = accumulator.length
      return true
    }
    accumulator.length = held
    return false
  }

  /** Whether the accumulated frame goes on, by an answer that needs no other step. */
  private findsNoEnd(): boolean {
    const { find } = this
    const { bytes, length } = this.accumulator
    try {
      return find(bytes, 0, length, this.searched, found) === UNKNOWN && length <= this.definition.maxSpan
    } catch {
      return false
    }
  }

  private appendToUnread(chunk: Uint8Array): void {
    if (!this.ownsChunk || this.limit + chunk.length > this.chunk.length) {
      // Room for as much again, so that a caller who leaves every loop early still pays linear time.
      this.moveUnread(this.limit - this.position + 2 * chunk.length)
    }
    this.chunk.set(chunk, this.limit)
    this.limit += chunk.length
  }

  private moveUnread(room: number): void {
    this.adoptClass()
    const unread = this.limit - this.position
    const ours = new Uint8Array(unread + room)
    ours.set(this.chunk.subarray(this.position, this.limit))
    this.setChunk(ours, unread, true)
  }

  protected setChunk(chunk: Uint8Array, limit: number, isOurs: boolean): void {
    this.chunk = chunk
    this.memory = undefined
    this.position = 0
    this.limit = limit
    this.ownsChunk = isOurs
    this.gathered = 0
  }

  // ── Finding frames ──

  /**
   * Visits the frames that lie whole inside the chunk, as long as there is nothing else to do: the same steps as
   * `findNext` and `consume`, with everything that can be at hand. What stops it is asked again there.
   */
  protected scanWholeFrames(visit: FrameVisitor): void {
    if (this.accumulator.length > 0 || this.skip !== undefined || this.failure !== undefined) return
    const { find, chunk, limit } = this
    const { maxSpan } = this.definition
    let { position } = this
    let isFinding = true
    try {
      while (position < limit) {
        const end = find(chunk, position, limit, 0, found)
        if (!(end > position && end <= limit && end - position <= maxSpan)) return
        this.position = position = end
        this.frameIndex++
        isFinding = false
        visit(chunk, found.payloadStart, found.payloadEnd)
        isFinding = true
        // The visitor may have reset the decoder, or taken what remains.
        if (this.position !== position || this.chunk !== chunk) return
      }
    } catch (error) {
      if (!isFinding) throw error
    }
  }

  /** The hot path: whether the next frame lies whole inside the chunk. If not, `findNext` says what there is. */
  private findWhole(): boolean {
    if (this.accumulator.length > 0 || this.skip !== undefined || this.failure !== undefined) return false
    const { find, position, limit } = this
    if (position === limit) return false
    try {
      const end = (this.frameEnd = find(this.chunk, position, limit, 0, found))
      return end > position && end <= limit && end - position <= this.definition.maxSpan
    } catch {
      return false
    }
  }

  /** Whether there is another frame. `found` and `frameEnd` then describe it, until it is consumed. */
  private findNext(): boolean {
    if (this.failure !== undefined) throw this.failure.error
    while (this.skipKnownLength() && this.gather()) {
      const { accumulator } = this
      const { searched } = this
      this.searched = accumulator.length
      const meaning =
        accumulator.length === 0
          ? this.ask(this.chunk, this.position, this.limit, 0)
          : this.ask(accumulator.bytes, 0, accumulator.length, searched)
      if (meaning === FRAME && this.skip === undefined) return true
      this.goOnAfter(meaning)
    }
    this.letGoOfChunk()
    return false
  }

  private ask(bytes: Uint8Array, start: number, end: number, searched: number): Meaning {
    const { find } = this
    let answer: number
    try {
      answer = find(bytes, start, end, searched, found)
    } catch (error) {
      throw this.fail(error)
    }
    const { maxSpan } = this.definition
    const length = answer - start
    this.frameEnd = answer
    if (length > 0 && length <= maxSpan) {
      if (answer <= end) return FRAME
      this.needed = length
      return MORE
    }
    this.needed = 0
    if (length > maxSpan) return OVERSIZE
    if (answer === UNKNOWN) {
      if (end - start <= Math.max(maxSpan, this.definition.headerLength)) return MORE
      this.frameEnd = ENDLESS
      return OVERSIZE
    }
    throw this.fail(
      new Error(`${this.definition.name}: no progress: the finder, asked at ${start}, answered ${answer}`),
    )
  }

  /** After an answer that gives no frame to hand out. */
  private goOnAfter(meaning: Meaning): void {
    const { skip } = this
    if (meaning === OVERSIZE) {
      const length = this.frameEnd - this.frameStart
      const started = skip ?? this.startSkip(length)
      if (length !== ENDLESS) started.remaining = length
      // No delimiter begins within the limit, so none of these bytes is part of one.
      else started.dropped += this.discard(this.definition.maxFrameLength + 1)
    } else if (skip === undefined) {
      this.keepTail()
    } else if (meaning === FRAME) {
      skip.remaining = this.frameEnd - this.frameStart
    } else {
      this.discardSearched(skip)
    }
  }

  /** Adds what the accumulated frame needs. False when the chunk does not hold it. */
  private gather(): boolean {
    const { accumulator, position, needed } = this
    const held = accumulator.length
    const available = this.limit - position
    if (held === 0) return available > 0
    if (available > 0 && (held === this.searched || held < needed)) {
      const count = Math.min(needed > 0 ? needed - held : Math.max(SMALLEST_GATHER, held), available)
      accumulator.append(this.chunk, position, position + count, needed)
      this.position = position + count
      this.gathered += count
    }
    return accumulator.length > this.searched && accumulator.length >= needed
  }

  /** The chunk ends inside a frame: what it holds of it moves to the accumulator. */
  private keepTail(): void {
    if (this.accumulator.length > 0) return
    this.adoptClass()
    const { position, limit } = this
    this.accumulator.append(this.chunk, position, limit, this.needed)
    this.searched = limit - position
    this.gathered = limit - position
    this.position = limit
  }

  private letGoOfChunk(): void {
    if (this.chunk !== NOTHING) this.setChunk(NOTHING, 0, false)
    if (this.accumulator.length === 0) this.accumulator.release()
  }

  private clear(): void {
    this.accumulator.length = 0
    this.letGoOfChunk()
    this.searched = 0
    this.needed = 0
    this.skip = undefined
  }

  // ── Dropping bytes ──

  /** Drops the found frame's bytes: it has been handed out. */
  private consume(): void {
    this.frameIndex++
    if (this.accumulator.length === 0) this.position = this.frameEnd
    else this.discardAccumulated(this.frameEnd)
  }

  /** Drops the next `count` bytes, or all there are, and returns how many. */
  private discard(count: number): number {
    const held = Math.min(count, this.accumulator.length)
    if (held > 0) this.discardAccumulated(held)
    const rest = Math.min(count - held, this.limit - this.position)
    this.position += rest
    return held + rest
  }

  private discardAccumulated(count: number): void {
    const rest = this.accumulator.length - count
    if (rest <= this.gathered) {
      this.position -= rest
      this.gathered = 0
      this.accumulator.length = 0
    } else {
      this.accumulator.drop(count)
    }
    this.searched = 0
    this.needed = 0
  }

  // ── Oversized frames ──

  private startSkip(length: number): Skip {
    const { name, oversize, maxFrameLength } = this.definition
    const offset = this.nextOffset
    if (oversize === 'skip') return (this.skip = { offset, dropped: 0, remaining: length })
    const size = length === ENDLESS ? 'a frame' : `a frame of ${length} bytes`
    throw this.fail(
      new FrameError('ERR_FRAME_TOO_LONG', `${name}: ${size} at offset ${offset} exceeds ${maxFrameLength} bytes`, {
        offset,
        maxFrameLength,
        ...(length === ENDLESS ? {} : { frameLength: length }),
      }),
    )
  }

  /** Drops what there is of an oversized frame of known length. False when more of it is to come. */
  private skipKnownLength(): boolean {
    const { skip } = this
    if (skip === undefined || skip.remaining === ENDLESS) return true
    const dropped = this.discard(skip.remaining)
    skip.dropped += dropped
    skip.remaining -= dropped
    if (skip.remaining > 0) return false
    this.skip = undefined
    this.frameIndex++
    this.options.onSkip?.({ offset: skip.offset, length: skip.dropped })
    return true
  }

  /** No end was seen: all goes but what may be the first part of a delimiter. */
  private discardSearched(skip: Skip): void {
    const accumulated = this.accumulator.length
    const seen = accumulated === 0 ? this.limit - this.position : accumulated
    const kept = Math.max(0, this.definition.delimiterLength - 1)
    if (seen > kept) skip.dropped += this.discard(seen - kept)
    if (accumulated === 0) this.keepTail()
  }

  // ── Frames ──

  /** Makes the frame that `findWhole` has found, and consumes it: nothing is asked that is known here. */
  private takeWhole(): Frame | typeof NO_FRAME {
    const { toFrame } = this.definition
    const payload = this.fromChunk(found.payloadStart, found.payloadEnd)
    const frame = toFrame === undefined ? (payload as Frame) : this.convert(payload, toFrame)
    this.frameIndex++
    this.position = this.frameEnd
    return frame
  }

  private makeFrame(): Frame | typeof NO_FRAME {
    const { payloadStart, payloadEnd } = found
    const payload =
      this.accumulator.length === 0
        ? this.fromChunk(payloadStart, payloadEnd)
        : this.view(this.accumulator.bytes, payloadStart, payloadEnd)
    return this.definition.toFrame === undefined ? (payload as Frame) : this.convert(payload, this.definition.toFrame)
  }

  protected convert<From>(from: From, turn: Turn<From, Frame>): Frame | typeof NO_FRAME {
    // Kept here: `turn` may run another decoder, and `found` serves them all.
    const { frameEnd, frameStart, nextOffset } = this
    try {
      return turn(from, this.frameIndex)
    } catch (cause) {
      if (this.definition.corrupt === 'skip') {
        this.options.onSkip?.({ offset: nextOffset, length: frameEnd - frameStart })
        return NO_FRAME
      }
      if (isFrameError(cause)) throw this.fail(cause)
      const message = `${this.definition.name}: the frame at offset ${nextOffset} could not be decoded`
      throw this.fail(new FrameError('ERR_FRAME_CORRUPT', message, { cause }))
    }
  }

  /** A view of the chunk, or a copy if the caller asked for frames that own their bytes. */
  protected fromChunk(start: number, end: number): Uint8Array {
    if (this.memory === undefined) {
      this.adoptClass()
      this.memory = this.chunk.buffer
      this.memoryOffset = this.chunk.byteOffset
    }
    if (this.options.copy === true) return this.view(new Uint8Array(this.chunk.subarray(start, end)), 0, end - start)
    return new this.bytesClass(this.memory, this.memoryOffset + start, end - start)
  }

  private view(bytes: Uint8Array, start: number, end: number): Uint8Array {
    return new this.bytesClass(bytes.buffer, bytes.byteOffset + start, end - start)
  }

  // ── The end, and errors ──

  /** From here on the finder is told that no byte will follow. */
  private askAtEnd(): void {
    this.find = this.definition.findAtEnd
    this.needed = 0
    // What a following byte could have changed is a delimiter that was waiting for it.
    this.searched = Math.max(0, this.accumulator.length - Math.max(1, this.definition.delimiterLength))
  }

  /** The bytes that no finder made a frame of. */
  private settleRest(frames: Frame[]): void {
    const { name, atEnd, maxFrameLength, oversize } = this.definition
    const rest = this.accumulator.length
    if (this.skip === undefined) {
      if (rest === 0 || atEnd === 'drop') return
      if (atEnd === 'emit') {
        if (rest <= maxFrameLength) {
          found.payloadStart = 0
          found.payloadEnd = this.frameEnd = rest
          const frame = this.makeFrame()
          if (frame !== NO_FRAME) frames.push(frame)
          this.accumulator.release()
          return
        }
        if (oversize === 'error') this.startSkip(rest)
      }
    }
    const offset = this.nextOffset
    throw this.fail(
      new FrameError('ERR_FRAME_TRUNCATED', `${name}: the stream ended inside the frame at offset ${offset}`, {
        offset,
      }),
    )
  }

  /** Where the next frame begins, in bytes from the stream's beginning. */
  private get nextOffset(): number {
    return this.skip?.offset ?? this.received - this.bufferedLength
  }

  /** Where the next frame begins: an index into the accumulator if that has bytes, else into the chunk. */
  private get frameStart(): number {
    return this.accumulator.length === 0 ? this.position : 0
  }

  /** Every later call throws this error, until `reset()`. */
  protected fail(error: unknown): unknown {
    if (isFrameError(error)) error.offset ??= this.nextOffset
    this.failure = { error }
    this.keepUnread()
    return error
  }
}
