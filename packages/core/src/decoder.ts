// The one engine of every codec: chunks in, frames out. The bytes are in `receive-buffer.ts`, the search for frames,
// with the table of states, in `frame-scanner.ts`; this is what a caller sees, and how frames are made.

import type { StartedFrame } from './adapter-side.ts'
import { copyBytes, type Accumulator } from './accumulator.ts'
import type { CompleteDefinition } from './complete-definition.ts'
import type { DecoderOptions, FrameDecoder, FrameOf, FrameVisitor } from './contracts.ts'
import type { Conversion, MapFrame } from './conversion.ts'
import { isNoFrame, NO_FRAME } from './definition.ts'
import { FrameError, frameTooLong, isFrameError } from './errors.ts'
import { BETWEEN, ENDED, FAILED, FrameScanner, INSIDE } from './frame-scanner.ts'
import { NOTHING } from './receive-buffer.ts'
import { DROP } from './search.ts'
import { LONGEST_IN_SLAB } from './slab.ts'

export class Decoder<Frame> extends FrameScanner implements FrameDecoder<Frame>, IterableIterator<Frame> {
  protected conversion: Conversion<Frame>
  /** The frames of an `end()` that a callback of the caller interrupted. */
  private lastFrames: Frame[] | undefined = undefined

  constructor(definition: CompleteDefinition<Frame>, options: DecoderOptions) {
    super(definition as unknown as CompleteDefinition<unknown>, options)
    this.conversion = definition.createConversion()
    this.find = this.conversion.find ?? definition.find
  }

  // ── The contract ──

  get bufferedLength(): number {
    const { insideSince } = this.conversion
    return insideSince === undefined ? this.rawLength : this.received - insideSince
  }

  get frameOffset(): number | undefined {
    const isBetween = this.rawLength === 0 && !this.isSkipping && this.conversion.insideSince === undefined
    return isBetween ? undefined : this.nextOffset
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
    const done = isNoFrame(frame)
    // One object literal: V8 then allocates none in a loop. Of two literals it allocates each.
    return { value: done ? undefined : frame, done } as IteratorResult<Frame>
  }

  /** Called when a loop is left early. */
  return(value?: unknown): IteratorResult<Frame> {
    this.leaveLoop()
    return { value, done: true }
  }

  /** Called when a generator that delegates to this iterator is left by an error. */
  throw(error: unknown): IteratorResult<Frame> {
    this.leaveLoop()
    throw error
  }

  takeAll(frames: Frame[]): void {
    for (let frame = this.take(); !isNoFrame(frame); frame = this.take()) frames.push(frame)
  }

  scan(chunk: Uint8Array, visit: FrameVisitor): void {
    this.accept(chunk)
    if (this.isUsedUp()) return
    try {
      this.scanWholeFrames(visit)
      for (let length = this.findNext(); length > 0; length = this.findNext()) {
        this.visitNext(length, visit)
        this.scanWholeFrames(visit)
      }
    } finally {
      this.leaveLoop()
    }
  }

  end(): Frame[] {
    if (this.state === ENDED) return []
    const frames = (this.lastFrames ??= [])
    try {
      this.takeAll(frames)
      this.askAtEnd(frames)
      this.finishRest(frames)
    } catch (error) {
      if (frames.length > 0 && this.state === FAILED && isFrameError(error)) error.frames = frames
      throw error
    }
    this.clear()
    this.state = ENDED
    return frames
  }

  reset(): void {
    this.clear()
    this.find = this.conversion.find ?? this.definition.find
    this.received = 0
    this.frameIndex = 0
    this.error = undefined
  }

  takeRemaining(): Uint8Array {
    this.checkChunk()
    const remaining = this.takeAllBytes()
    const { state, dropped } = this
    const isGap = dropped !== undefined && !dropped.isFrame
    this.clear()
    // An error stays, and so does the end.
    if (state === FAILED || state === ENDED) this.state = state
    if (isGap) this.report(dropped)
    return remaining
  }

  // ── Frames in parts: what `PartDecoder` says ──

  startFrame(): StartedFrame | undefined {
    return this.beginParts()
  }

  takePart(most: number): Uint8Array | undefined {
    const parts = this.dropped?.parts
    if (parts === undefined) return undefined
    this.checkChunk()
    parts.headerLeft -= this.dropUpTo(parts.headerLeft)
    const { accumulator, position } = this
    const available = accumulator === undefined ? this.limit - position : accumulator.held
    const length = Math.min(available, parts.payloadLeft, most)
    let part: Uint8Array | undefined
    if (length > 0) {
      part =
        accumulator === undefined
          ? this.payloadFromChunk(position, position + length)
          : this.partOfAccumulator(accumulator, length)
      this.dropUpTo(length)
      parts.payloadLeft -= length
    }
    if (parts.payloadLeft === 0) this.dropKnown()
    return part
  }

  get isInParts(): boolean {
    return this.dropped?.parts !== undefined
  }

  private partOfAccumulator({ bytes, start }: Accumulator, length: number): Uint8Array {
    const end = start + length
    return this.options.copy === true ? this.copyOf(bytes, start, end) : this.ownedCopy(bytes, start, end)
  }

  // ── Taking frames ──

  /** The next frame, or NO_FRAME when the input is used up. */
  protected take(): Frame | typeof NO_FRAME {
    while (this.findWhole()) {
      const frame = this.takeWhole()
      if (!isNoFrame(frame)) return frame
    }
    return this.takeNext()
  }

  /** Whether it is known without a search that there is no frame. */
  protected isUsedUp(): boolean {
    if (this.position < this.limit || this.state > INSIDE) return false
    const { accumulator } = this
    return accumulator === undefined || accumulator.held === accumulator.seen || accumulator.held < accumulator.needed
  }

  private takeNext(): Frame | typeof NO_FRAME {
    if (this.isUsedUp()) {
      this.releaseChunk()
      return NO_FRAME
    }
    for (;;) {
      const assembled = this.takeAssembled()
      if (!isNoFrame(assembled)) return assembled
      const length = this.findNext()
      if (length === 0) return NO_FRAME
      const frame = this.makeFrame(length)
      if (!isNoFrame(frame)) return frame
    }
  }

  /**
   * Fast path: the frame that began in an earlier chunk, if its length is known and small, and this chunk completes it.
   * It is put together where it stays. NO_FRAME: there is none, and nothing has changed, or it was dropped.
   */
  private takeAssembled(): Frame | typeof NO_FRAME {
    const { accumulator, position } = this
    if (accumulator === undefined || !accumulator.isExact || this.state !== INSIDE || !this.definition.holdsPayload) {
      return NO_FRAME
    }
    const { held, needed } = accumulator
    const rest = needed - held
    if (needed > LONGEST_IN_SLAB || rest <= 0 || this.limit - position < rest) return NO_FRAME
    if (this.options.copy === true || this.isChunkLost) return NO_FRAME
    return this.assemble(accumulator, needed)
  }

  /** A function of its own, so that the compiler inlines what it calls. */
  private assemble(accumulator: Accumulator, needed: number): Frame | typeof NO_FRAME {
    const { position, search } = this
    const { held } = accumulator
    const rest = needed - held
    const slab = this.slabFor(needed)
    const start = slab.free
    const end = start + needed
    copyBytes(accumulator.bytes, accumulator.start, accumulator.length, slab.bytes, start)
    copyBytes(this.chunk, position, position + rest, slab.bytes, start + held)
    try {
      const answer = this.call(slab.bytes, start, end, start + accumulator.resumeAt)
      if (answer !== end || !search.isSound(start, end, end)) return NO_FRAME
    } catch {
      // The error is thrown again, and handled, on the general path.
      return NO_FRAME
    }
    this.finderState = search.state
    this.frameIndex++
    this.position = position + rest
    this.accumulator = undefined
    this.state = BETWEEN
    const payload = slab.give(search.payloadStart, search.payloadEndIn(end), end)
    if (!this.definition.isPlain) return this.finishFrame(payload, needed, accumulator)
    accumulator.giveBack()
    return payload as Frame
  }

  /** Visits the frames that lie whole inside the chunk: what `findWhole` and `takeWhole` do, in one loop. */
  protected scanWholeFrames(visit: FrameVisitor): void {
    if (this.state !== BETWEEN) return
    const { frameLength, maxSpan } = this.definition
    const { isFrame } = this.conversion
    if (frameLength !== undefined && isFrame === undefined) this.scanEqualFrames(frameLength, visit)
    const { find, chunk, limit, search } = this
    let { position } = this
    let isFinding = true
    try {
      while (position < limit && chunk.length >= limit) {
        const shownEnd = limit - position > maxSpan ? position + maxSpan : limit
        search.prepare(position, position, this.finderState)
        const answer = find(chunk, position, shownEnd, search)
        if (!search.isSound(position, answer, shownEnd)) {
          if (answer !== DROP || !this.tryDropInChunk()) {
            this.tryKeepIncomplete(answer)
            return
          }
          position = this.position
          continue
        }
        const { payloadStart } = search
        const payloadEnd = search.payloadEndIn(answer)
        this.finderState = search.state
        this.position = position = answer
        this.frameIndex++
        isFinding = false
        if (isFrame === undefined || isFrame(chunk, payloadStart, payloadEnd, this.frameIndex - 1)) {
          visit(chunk, payloadStart, payloadEnd)
        }
        isFinding = true
        // The visitor may have reset the decoder, or taken what remains.
        if (this.position !== position || this.chunk !== chunk) return
      }
    } catch (error) {
      if (!isFinding) throw error
    }
  }

  /** The same where every frame has this length: no finder is asked. */
  private scanEqualFrames(length: number, visit: FrameVisitor): void {
    const { chunk, limit } = this
    let { position } = this
    while (limit - position >= length && chunk.length >= limit) {
      const start = position
      this.position = position = start + length
      this.frameIndex++
      visit(chunk, start, position)
      // The visitor may have reset the decoder, or taken what remains.
      if (this.position !== position || this.chunk !== chunk) return
    }
  }

  // ── Making frames ──

  /** Makes the frame that `findWhole` has found. */
  private takeWhole(): Frame | typeof NO_FRAME {
    const { search, position, frameEnd } = this
    const payload = this.payloadFromChunk(search.payloadStart, search.payloadEndIn(frameEnd))
    // Before any code of the codec or the caller runs, so that it may reset the decoder.
    this.finderState = search.state
    this.frameIndex++
    this.position = frameEnd
    return this.definition.isPlain ? (payload as Frame) : this.convertWhole(payload, frameEnd - position)
  }

  private convertWhole(payload: Uint8Array, length: number): Frame | typeof NO_FRAME {
    const { isFrame } = this.conversion
    if (isFrame !== undefined && !isFrame(payload, 0, payload.length, this.frameIndex - 1)) return NO_FRAME
    return this.convertPayload(payload, length, undefined)
  }

  /** Makes the frame that `findNext` has found. */
  private makeFrame(length: number): Frame | typeof NO_FRAME {
    const { search, accumulator, position } = this
    const { payloadStart, payloadEnd } = search
    this.finderState = search.state
    const payload =
      accumulator === undefined
        ? this.payloadFromChunk(position + payloadStart, position + payloadEnd)
        : this.payloadFromAccumulator(accumulator, payloadStart, payloadEnd, length)
    return this.finishFrame(payload, length, this.consume(length))
  }

  /** Makes the frame of a payload whose bytes have been consumed; `emptied` is the accumulator that held them. */
  private finishFrame(payload: Uint8Array, length: number, emptied: Accumulator | undefined): Frame | typeof NO_FRAME {
    const { isFrame } = this.conversion
    try {
      if (isFrame !== undefined && !isFrame(payload, 0, payload.length, this.frameIndex - 1)) return NO_FRAME
      return this.definition.isPlain ? (payload as Frame) : this.convertPayload(payload, length, emptied)
    } finally {
      if (this.accumulator !== emptied) emptied?.giveBack()
    }
  }

  protected payloadFromChunk(start: number, end: number): Uint8Array {
    return this.options.copy === true ? this.copyOfChunk(start, end) : this.viewOfChunk(start, end)
  }

  private payloadFromAccumulator(accumulator: Accumulator, start: number, end: number, length: number): Uint8Array {
    const { bytes } = accumulator
    const from = accumulator.start + start
    const to = accumulator.start + end
    if (!this.definition.holdsPayload) return this.viewOf(bytes, from, to)
    if (this.options.copy === true) return this.copyOf(bytes, from, to)
    const isLast = accumulator.held - length <= accumulator.gathered
    if (isLast && to - from > LONGEST_IN_SLAB && 2 * (to - from) >= bytes.length) return this.viewOf(bytes, from, to)
    return this.ownedCopy(bytes, from, to)
  }

  private visitNext(length: number, visit: FrameVisitor): void {
    const { search, accumulator, position } = this
    const { isFrame } = this.conversion
    const bytes = accumulator === undefined ? this.chunk : accumulator.bytes
    const frameStart = accumulator === undefined ? position : accumulator.start
    const start = frameStart + search.payloadStart
    const end = frameStart + search.payloadEnd
    this.finderState = search.state
    const emptied = this.consume(length)
    try {
      if (isFrame === undefined || isFrame(bytes, start, end, this.frameIndex - 1)) visit(bytes, start, end)
    } finally {
      emptied?.giveBack()
    }
  }

  /** Drops the next frame's bytes, since it is given out. Returns the accumulator if it is not needed any more. */
  private consume(length: number): Accumulator | undefined {
    this.frameIndex++
    if (this.accumulator === undefined) {
      this.position += length
      return undefined
    }
    const emptied = this.dropHeld(length)
    this.state = this.restState
    return emptied
  }

  protected convertPayload(
    payload: Uint8Array,
    length: number,
    emptied: Accumulator | undefined,
  ): Frame | typeof NO_FRAME {
    const { toFrame } = this.conversion
    return toFrame === undefined ? (payload as Frame) : this.convert(payload, toFrame, length, emptied)
  }

  /**
   * Makes a frame of the last `length` bytes, which have been consumed. `emptied` is the accumulator that held them.
   */
  protected convert<From>(
    from: From,
    map: MapFrame<From, Frame>,
    length: number,
    emptied: Accumulator | undefined,
  ): Frame | typeof NO_FRAME {
    const { conversion } = this
    const offset = this.streamOffset - length
    try {
      const frame = map(from, this.frameIndex - 1)
      if (conversion.hasInside) conversion.noteInside(offset)
      return frame
    } catch (cause) {
      const joinedSince = conversion.hasInside ? conversion.joinedSince() : undefined
      // The length is that of a fragment, where fragments are joined.
      const error = joinedSince === undefined ? this.faultOf(cause, offset, length) : this.faultOf(cause, joinedSince)
      if (joinedSince === undefined && this.skips(error)) {
        this.report({ offset, length, reason: error.code === 'ERR_FRAME_TOO_LONG' ? 'too-long' : 'corrupt', error })
        return NO_FRAME
      }
      this.restore(length, emptied)
      throw this.fail(error)
    }
  }

  /** Takes the last frame's bytes back, since it was not given out. */
  private restore(length: number, emptied: Accumulator | undefined): void {
    if (emptied !== undefined) {
      this.accumulator = emptied
      this.position += emptied.held - length
    } else if (this.accumulator === undefined) this.position -= length
    else this.accumulator.start -= length
  }

  // ── The end ──

  /** From here on the finder knows that no byte follows. */
  private askAtEnd(frames: Frame[]): void {
    const findAtEnd = this.conversion.findAtEnd ?? this.definition.findAtEnd
    if (findAtEnd === undefined || this.find === findAtEnd) return
    this.find = findAtEnd
    const { accumulator } = this
    if (accumulator !== undefined) {
      accumulator.seen = -1
      accumulator.needed = 0
    }
    this.takeAll(frames)
    if (this.accumulator !== undefined || this.isSkipping) return
    try {
      this.call(NOTHING, 0, 0, 0)
    } catch (error) {
      this.refuse(error, 0, 0)
    }
  }

  /** Handles the bytes of which the finder makes no frame at the end. */
  private finishRest(frames: Frame[]): void {
    const { atEnd, maxFrameLength, oversize, name } = this.definition
    const { accumulator } = this
    this.reportGap()
    if (this.isSkipping || (accumulator !== undefined && atEnd === 'error')) throw this.fail(this.truncated())
    if (accumulator !== undefined && atEnd === 'emit') {
      const length = accumulator.held
      if (length > maxFrameLength) {
        throw this.fail(
          oversize === 'skip' ? this.truncated() : frameTooLong(name, length, maxFrameLength, this.streamOffset),
        )
      }
      const { search } = this
      search.payloadStart = 0
      search.payloadEnd = length
      const frame = this.makeFrame(length)
      if (!isNoFrame(frame)) frames.push(frame)
    }
    try {
      this.conversion.end(frames, this.frameIndex)
    } catch (error) {
      throw this.fail(this.faultOf(error, this.conversion.insideSince ?? this.received))
    }
  }

  private truncated(): FrameError {
    const { accumulator, dropped } = this
    const offset = this.conversion.joinedSince() ?? this.streamOffset
    // The length in the header is that of a fragment, where fragments are joined.
    const knownLength = dropped?.isEndKnown
      ? dropped.length + this.toDrop
      : accumulator?.isExact
        ? accumulator.needed
        : undefined
    const frameLength = offset === this.streamOffset ? knownLength : undefined
    const message = `${this.definition.name}: the stream ended inside the frame at offset ${offset}`
    return new FrameError('ERR_FRAME_TRUNCATED', message, { offset, frameLength })
  }

  protected override clear(): void {
    super.clear()
    this.lastFrames = undefined
    if (this.conversion.hasMemory) {
      this.conversion = this.definition.createConversion() as Conversion<Frame>
      this.find = this.conversion.find ?? this.definition.find
    }
  }

  /** The same, but while frames wait for more, of the first of them. */
  private get nextOffset(): number {
    return this.conversion.insideSince ?? this.streamOffset
  }
}

// What `console.log` prints in Node: one line, and no bytes.
Object.defineProperty(Decoder.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: FrameDecoder<unknown>): string {
    return `FrameDecoder { bufferedLength: ${this.bufferedLength}, frameOffset: ${this.frameOffset} }`
  },
})
