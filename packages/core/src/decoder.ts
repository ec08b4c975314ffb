// The engine of all codecs: takes chunks and returns frames. This file has the public methods and makes the frames.
// `receive-buffer.ts` holds the bytes; `frame-scanner.ts` finds the frames; `states.ts` has the table of states.

import type { StartedFrame } from './adapter-side.ts'
import { copyBytes, type Accumulator } from './accumulator.ts'
import type { CompleteDefinition } from './complete-definition.ts'
import type { DecoderOptions, FrameDecoder, FrameOf, FrameVisitor } from './contracts.ts'
import type { Conversion, MapFrame } from './conversion.ts'
import { isNoFrame, NO_FRAME } from './definition.ts'
import { FrameError, frameTooLong, isFrameError } from './errors.ts'
import { FrameScanner } from './frame-scanner.ts'
import { NOTHING } from './receive-buffer.ts'
import { LONGEST_IN_SLAB } from './slab.ts'
import { BETWEEN, ENDED, FAILED, INSIDE } from './states.ts'

/** `scanRun` has reached the end of the chunk, or only the general path can continue. */
const STOPPED = 0

export class Decoder<Frame> extends FrameScanner implements FrameDecoder<Frame>, IterableIterator<Frame> {
  protected conversion: Conversion<Frame>
  /** The frames of a call of `end()` that an error in a callback of the caller interrupted. */
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
    // Each loop continues where the last one stopped, so all share one iterator, and a small chunk allocates none.
    return this as unknown as IterableIterator<FrameOf<Frame, Chunk>>
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<Frame> {
    const frame = this.take()
    const done = isNoFrame(frame)
    // With a single object literal, V8 allocates no result in a loop. With two, it allocates every one.
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
    const visitFrame = this.conversion.isFrame === undefined ? visit : this.visitorOfFrames(visit)
    try {
      this.scanWholeFrames(visitFrame)
      for (let length = this.findNext(); length > 0; length = this.findNext()) {
        this.visitNext(length, visitFrame)
        this.scanWholeFrames(visitFrame)
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
    const { state, dropped } = this
    if (dropped !== undefined && !dropped.isFrame) {
      // Reported first, and once: if the callback throws, the next call gives the bytes.
      this.dropped = undefined
      this.report(dropped)
    }
    const remaining = this.takeAllBytes()
    this.clear()
    // A decoder that has failed or ended remains so.
    if (state === FAILED || state === ENDED) this.state = state
    return remaining
  }

  // ── Frames in parts: see `PartDecoder` ──

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

  /** Takes the next frame. Returns NO_FRAME if there is none in the bytes received. */
  protected take(): Frame | typeof NO_FRAME {
    const end = this.findWhole()
    if (end === 0) return this.takeNext()
    if (this.frameMemory !== undefined) return this.takeView(this.frameMemory, end) as Frame
    return this.isPlain ? (this.takeWhole(end) as Frame) : this.takeConverted(end)
  }

  /** Takes the frame that `findWhole` found, up to `end`. If it is dropped, takes the next one. */
  private takeConverted(end: number): Frame | typeof NO_FRAME {
    do {
      const length = end - this.position
      this.frameIndex++
      const frame = this.convertIfFrame(this.takeWhole(end), length, undefined)
      if (!isNoFrame(frame)) return frame
      end = this.findWhole()
    } while (end !== 0)
    return this.takeNext()
  }

  /** Whether it is known, without calling the finder, that there is no further frame. */
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
   * Fast path: takes the frame that began in an earlier chunk, if its length is known and small, and this chunk
   * completes it. It is assembled in its final memory. Returns NO_FRAME if there is no such frame, without a change, or
   * if it was dropped.
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

  /** A separate function, so that the compiler inlines the functions that it calls. */
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
      if (answer !== end || !search.isSound(start, search.payloadEndIn(end), end, end)) return NO_FRAME
    } catch {
      // The general path calls the finder again, and handles the error.
      return NO_FRAME
    }
    this.finderState = search.state
    this.frameIndex++
    this.position = position + rest
    this.accumulator = undefined
    this.state = BETWEEN
    const payload = slab.give(search.payloadStart, search.payloadEndIn(end), end)
    if (!this.isPlain) return this.finishFrame(payload, needed, accumulator)
    accumulator.giveBack()
    return payload as Frame
  }

  /** A visitor of all slices found, for a codec of which some are no frames. Call it once `frameIndex` counts the slice. */
  private visitorOfFrames(visit: FrameVisitor): FrameVisitor {
    return (bytes, start, end) => {
      if (this.conversion.isFrame!(bytes, start, end, this.frameIndex - 1)) visit(bytes, start, end)
    }
  }

  /** Visits the frames that lie completely in the chunk. */
  protected scanWholeFrames(visit: FrameVisitor): void {
    if (this.state !== BETWEEN) return
    if (this.frameLength > 0) {
      this.scanEqualFrames(visit)
      // A visitor may have left a frame incomplete, by calling `decode`.
      if (this.state !== BETWEEN) return
    }
    let answer: number
    do answer = this.scanRun(visit)
    while (answer !== STOPPED && this.findsFurther(answer))
  }

  /**
   * Visits frame after frame. Does the same as `findWhole` and `takeWhole`, in a loop without calls for rare cases, since
   * these would make it slower. Returns the finder's first answer that is not a whole frame, or STOPPED.
   */
  private scanRun(visit: FrameVisitor): number {
    const { find, chunk, limit, search, maxSpan } = this
    const isCounting = !this.isPlain
    let { position } = this
    const isLong = limit - position > maxSpan
    let isFinding = true
    try {
      while (position < limit && chunk.length >= limit) {
        const shownEnd = isLong ? Math.min(limit, position + maxSpan) : limit
        search.prepare(position, position, this.finderState)
        const answer = find(chunk, position, shownEnd, search)
        const payloadEnd = search.payloadEndIn(answer)
        if (!search.isSound(position, payloadEnd, answer, shownEnd)) return answer
        const { payloadStart } = search
        this.finderState = search.state
        this.position = position = answer
        if (isCounting) this.frameIndex++
        isFinding = false
        visit(chunk, payloadStart, payloadEnd)
        isFinding = true
        // The visitor may have taken frames, or called `reset` or `takeRemaining`.
        if (this.position !== position || this.search !== search) return STOPPED
      }
    } catch (error) {
      if (!isFinding) throw error
      // The general path calls the finder again, and handles the error.
    }
    return STOPPED
  }

  /** Does the same if all frames have this length, without calling the finder. */
  private scanEqualFrames(visit: FrameVisitor): void {
    const { chunk, limit, frameLength } = this
    let { position } = this
    while (limit - position >= frameLength && chunk.length >= limit) {
      const start = position
      this.position = position = start + frameLength
      this.frameIndex++
      visit(chunk, start, position)
      // The visitor may have called `reset` or `takeRemaining`.
      if (this.position !== position || this.chunk !== chunk) return
    }
  }

  // ── Making frames ──

  /**
   * Fast path: takes the frame that `findWhole` found, up to `end`. Apart from the cases that `takeWhole` also handles,
   * this takes a few percent less time in the caller's loop.
   */
  private takeView(memory: ArrayBufferLike, end: number): Uint8Array {
    const { payloadStart, payloadEnd } = this.search
    const frame = new Uint8Array(memory, this.memoryOffset + payloadStart, payloadEnd - payloadStart)
    this.passWhole(end)
    return frame
  }

  /** Takes the payload of the frame that `findWhole` found, up to `end`. */
  private takeWhole(end: number): Uint8Array {
    const { payloadStart, payloadEnd } = this.search
    const payload = this.payloadApart(payloadStart, payloadEnd, true)
    this.passWhole(end)
    return payload
  }

  /** Moves past that frame, before any code of the codec or the caller runs, since that may reset the decoder. */
  private passWhole(end: number): void {
    this.finderState = this.search.state
    this.position = end
  }

  /**
   * Makes any payload, in a function of its own even where V8 inlines its callers into a `for...of` loop. Such a loop has
   * an implicit `try`, in which V8 makes a Buffer by a slow path that takes half as long again. It inlines no function
   * into itself, so this one calls itself.
   */
  private payloadApart(start: number, end: number, isInlined: boolean): Uint8Array {
    if (isInlined) return this.payloadApart(start, end, false)
    if (this.memory === undefined) return this.payloadFromChunk(start, end)
    return new this.bytesClass(this.memory, this.memoryOffset + start, end - start)
  }

  /** Makes a frame from a payload, if it is one. */
  private convertIfFrame(
    payload: Uint8Array,
    length: number,
    emptied: Accumulator | undefined,
  ): Frame | typeof NO_FRAME {
    const { isFrame } = this.conversion
    if (isFrame !== undefined && !isFrame(payload, 0, payload.length, this.frameIndex - 1)) return NO_FRAME
    return this.convertPayload(payload, length, emptied)
  }

  /** Makes the frame that `findNext` found. */
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

  /** Makes a frame from a payload whose bytes have been consumed. `emptied` is the accumulator that held them. */
  private finishFrame(payload: Uint8Array, length: number, emptied: Accumulator | undefined): Frame | typeof NO_FRAME {
    try {
      return this.isPlain ? (payload as Frame) : this.convertIfFrame(payload, length, emptied)
    } finally {
      if (this.accumulator !== emptied) emptied?.giveBack()
    }
  }

  protected payloadFromChunk(start: number, end: number): Uint8Array {
    if (this.options.copy === true) return this.copyOfChunk(start, end)
    const view = this.viewOfChunk(start, end)
    if (this.isPlain && this.bytesClass === Uint8Array) this.frameMemory = this.memory
    return view
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
    const bytes = accumulator === undefined ? this.chunk : accumulator.bytes
    const frameStart = accumulator === undefined ? position : accumulator.start
    const start = frameStart + search.payloadStart
    const end = frameStart + search.payloadEnd
    this.finderState = search.state
    const emptied = this.consume(length)
    try {
      visit(bytes, start, end)
    } finally {
      emptied?.giveBack()
    }
  }

  /** Removes the bytes of the next frame, which is given out. Returns the accumulator if it is no longer needed. */
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
   * Makes a frame from the last `length` bytes, which have been consumed. `emptied` is the accumulator that held them.
   */
  protected convert<From>(
    from: From,
    map: MapFrame<From, Frame>,
    length: number,
    emptied: Accumulator | undefined,
  ): Frame | typeof NO_FRAME {
    const { conversion, chunk, position, accumulator } = this
    const start = accumulator?.start
    const offset = this.streamOffset - length
    try {
      const frame = map(from, this.frameIndex - 1)
      if (conversion.hasInside) conversion.noteInside(offset)
      return frame
    } catch (cause) {
      // A mapping may have made its decoder fail.
      if (this.state === FAILED) throw this.error
      const joinedSince = conversion.hasInside ? conversion.joinedSince() : undefined
      // If fragments are joined, the length is that of a fragment, not of the message.
      const error = joinedSince === undefined ? this.faultOf(cause, offset, length) : this.faultOf(cause, joinedSince)
      if (joinedSince === undefined && this.skips(error)) {
        this.report({ offset, length, reason: error.code === 'ERR_FRAME_TOO_LONG' ? 'too-long' : 'corrupt', error })
        return NO_FRAME
      }
      // A mapping that has used the decoder may have removed or moved the bytes.
      const isUnused = this.chunk === chunk && this.position === position
      if (isUnused && this.accumulator === accumulator && accumulator?.start === start) this.restore(length, emptied)
      throw this.fail(error)
    }
  }

  /** Puts back the last `length` bytes, a frame that was not given out. `emptied` is the accumulator that held them. */
  private restore(length: number, emptied: Accumulator | undefined): void {
    if (emptied !== undefined) {
      this.position += emptied.held - length
      this.accumulator = emptied
    } else if (this.accumulator !== undefined) this.accumulator.start -= length
    else this.position -= length
  }

  // ── The end ──

  /** Takes the frames that `findAtEnd` finds, now that no more bytes follow. */
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

  /** Handles the bytes after the last frame of the stream. */
  private finishRest(frames: Frame[]): void {
    const { atEnd, maxFrameLength, oversize, name } = this.definition
    this.reportGap()
    const { accumulator } = this
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
    // If fragments are joined, the length in the header is that of a fragment, not of the message.
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

  /** The offset of the first frame that is waiting for further frames, if there is one; else `streamOffset`. */
  private get nextOffset(): number {
    return this.conversion.insideSince ?? this.streamOffset
  }
}
