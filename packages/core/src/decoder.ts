// The one engine of every codec: chunks in, frames out.
//
// state     the bytes                                on a chunk                                       leaves by
// BETWEEN   no accumulator                           finds frames in the chunk; they are views        the chunk ends inside a frame, a gap
// INSIDE    the accumulator begins with a frame      gathers what it needs, or doubles it; finds      the frame's end
// DROPPING  a gap is not reported yet, or bytes      drops what is known, else searches the end       the next frame; the end of the skipped
//           of a gap or of a skipped frame follow
// FAILED    those from the faulty frame on           throws the same error                            reset()
// ENDED     none                                     throws                                           reset()
//
// BETWEEN is the fast path: `findWhole` and `scanWholeFrames` find frame after frame in the chunk. Whatever they do not
// know, they leave to `findNext`, which asks the finder again: it answers the same.

import { copyBytes, type Accumulator } from './accumulator.ts'
import type { DecoderOptions, FrameDecoder, FrameOf, FrameVisitor, SkipReason } from './contracts.ts'
import type { Conversion, MapFrame } from './conversion.ts'
import { NO_FRAME } from './definition.ts'
import type { CompleteDefinition } from './complete-definition.ts'
import { FrameError, frameTooLong, isFrameError } from './errors.ts'
import { isBytes, kindOf } from './options.ts'
import { NOTHING, ReceiveBuffer } from './receive-buffer.ts'
import {
  DROP,
  ENDLESS,
  GAP,
  gapReason,
  hasBounds,
  newSearch,
  payloadEndOf,
  prepare,
  UNKNOWN,
  type FindFrame,
  type FrameSearch,
} from './search.ts'
import { LONGEST_IN_SLAB } from './slab.ts'

export const BETWEEN = 0
const INSIDE = 1
const DROPPING = 2
const FAILED = 3
const ENDED = 4
type State = typeof BETWEEN | typeof INSIDE | typeof DROPPING | typeof FAILED | typeof ENDED

/** While a frame's end has to be searched, at least this many bytes are gathered at a time. */
const SMALLEST_GATHER = 64

/** A frame counts as long once it holds this many times the chunk's bytes. */
const LONG_FRAME_FACTOR = 8

/** The largest index that V8 keeps in a small integer, and that `indexOf` takes. */
export const LARGEST_INDEX = 0x7fffffff

/** A gap that waits for its report, or a frame that is being skipped. */
interface Dropped {
  readonly isFrame: boolean
  readonly offset: number
  /** How many bytes were dropped so far. */
  length: number
  reason: SkipReason
  readonly error: FrameError | undefined
  /** Whether the bytes that are being dropped belong to it. */
  isGrowing: boolean
  /** Of a frame: whether nothing more than `toDrop` has to be dropped. */
  isEndKnown: boolean
}

export class Decoder<Frame> extends ReceiveBuffer implements FrameDecoder<Frame>, IterableIterator<Frame> {
  protected readonly definition: CompleteDefinition<Frame>
  private readonly options: DecoderOptions
  protected conversion: Conversion<Frame>

  /** `definition.find`, and after the end `definition.findAtEnd`. */
  private find: FindFrame
  private readonly search: FrameSearch = newSearch()
  /** The finder's state after the last answer that was accepted. */
  protected finderState = 0

  protected state: State = BETWEEN
  /** Where the frame ends that `findWhole` found: an index into the chunk. */
  protected frameEnd = 0
  protected frameIndex = 0

  /** DROPPING: what is dropped. Undefined for bytes that are dropped without a report. */
  private dropped: Dropped | undefined = undefined
  /** DROPPING: how many bytes are to be dropped before the finder is asked again. */
  private toDrop = 0

  /** FAILED: what every call throws. */
  private error: unknown = undefined
  /** The frames of an `end()` that a callback of the caller interrupted. */
  private lastFrames: Frame[] | undefined = undefined

  constructor(definition: CompleteDefinition<Frame>, options: DecoderOptions) {
    super()
    this.definition = definition
    this.options = options
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
    return frame === NO_FRAME ? { value: undefined, done: true } : { value: frame, done: false }
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
    for (let frame = this.take(); frame !== NO_FRAME; frame = this.take()) frames.push(frame)
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
    const remaining = this.takeAllBytes()
    const { state, dropped } = this
    const isGap = dropped !== undefined && dropped.error === undefined
    this.clear()
    // An error stays, and so does the end.
    if (state === FAILED || state === ENDED) this.state = state
    if (isGap) this.report(dropped)
    return remaining
  }

  // ── Taking frames ──

  /** The next frame, or NO_FRAME when the input is used up. */
  protected take(): Frame | typeof NO_FRAME {
    while (this.findWhole()) {
      const frame = this.takeWhole()
      if (frame !== NO_FRAME) return frame
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
      if (assembled !== NO_FRAME) return assembled
      const length = this.findNext()
      if (length === 0) return NO_FRAME
      const frame = this.makeFrame(length)
      if (frame !== NO_FRAME) return frame
    }
  }

  /**
   * Fast path: the frame that began in an earlier chunk, if its length is known and small, and this chunk completes it.
   * It is put together where it stays. NO_FRAME: there is none, and nothing has changed.
   */
  private takeAssembled(): Frame | typeof NO_FRAME {
    const { accumulator, position, search } = this
    if (accumulator === undefined || !accumulator.isExact || this.state !== INSIDE || !this.definition.isPlain) {
      return NO_FRAME
    }
    const { held, needed } = accumulator
    const rest = needed - held
    if (needed > LONGEST_IN_SLAB || rest <= 0 || this.limit - position < rest) return NO_FRAME
    if (this.options.copy === true || this.isChunkLost) return NO_FRAME
    const slab = this.slabFor(needed)
    const start = slab.free
    const end = start + needed
    copyBytes(accumulator.bytes, accumulator.start, accumulator.length, slab.bytes, start)
    copyBytes(this.chunk, position, position + rest, slab.bytes, start + held)
    try {
      const answer = this.call(slab.bytes, start, end, start + accumulator.resumeAt)
      if (answer !== end || !isSound(start, search.payloadStart, payloadEndOf(search, end), end, end, search.state)) {
        return NO_FRAME
      }
    } catch {
      // The error is thrown again, and handled, on the general path.
      return NO_FRAME
    }
    this.finderState = search.state
    this.frameIndex++
    this.position = position + rest
    this.accumulator = undefined
    this.state = BETWEEN
    accumulator.giveBack()
    return slab.give(search.payloadStart, payloadEndOf(search, end), end) as Frame
  }

  // ── Taking chunks in ──

  private accept(chunk: Uint8Array): void {
    if (this.state === FAILED) throw this.error
    if (!isBytes(chunk)) throw new TypeError(`chunk must be a Uint8Array, received ${kindOf(chunk)}`)
    if (this.state === ENDED) {
      throw new Error(`${this.definition.name}: no input is taken after end(); reset() makes the decoder as new`)
    }
    this.received += chunk.length
    if (this.position < this.limit) this.leaveLoop()
    if (!this.tryKeepInside(chunk)) this.setChunk(chunk)
  }

  /**
   * Fast path: a small chunk that does not complete the frame is appended at once. Returns false, changing nothing, if
   * it might complete it.
   */
  private tryKeepInside(chunk: Uint8Array): boolean {
    const { accumulator } = this
    if (accumulator === undefined) return false
    const { held, needed } = accumulator
    if (held + chunk.length < needed) {
      accumulator.append(chunk, 0, chunk.length)
      accumulator.gathered = 0
      return true
    }
    // A frame that has come in many such chunks goes on in this one more often than not.
    if (needed > 0 || this.state !== INSIDE || held < LONG_FRAME_FACTOR * chunk.length) return false
    accumulator.append(chunk, 0, chunk.length)
    if (this.frameContinues(accumulator)) {
      accumulator.gathered = 0
      return true
    }
    accumulator.length -= chunk.length
    return false
  }

  /** Asks the finder about all that is accumulated. If the frame goes on, notes the answer. */
  private frameContinues(accumulator: Accumulator): boolean {
    const { bytes, start, length, held, seen } = accumulator
    if (held >= this.definition.maxSpan || seen === 0) return false
    const { search } = this
    try {
      if (this.call(bytes, start, length, start + accumulator.resumeAt) !== UNKNOWN) return false
    } catch {
      return false
    }
    if (!hasSoundResumption(search, start)) return false
    this.finderState = search.state
    accumulator.resumeAt = search.resumeAt - start
    accumulator.seen = held
    return true
  }

  /** Makes the unread bytes ours, so that the chunk's owner may overwrite them. */
  private leaveLoop(): void {
    if (this.position < this.limit && this.isChunkLost) throw this.loseChunk()
    this.ownUnread()
    if (this.state === BETWEEN && this.accumulator !== undefined) this.state = INSIDE
  }

  /** The chunk's memory is gone, and with it the rest of the stream. */
  private loseChunk(): unknown {
    const message = `${this.definition.name}: the chunk was transferred or resized before all of it was decoded`
    this.limit = this.position
    return this.fail(new Error(message))
  }

  // ── Asking the finder: the fast path ──

  /** Whether the next frame lies whole inside the chunk: `search` and `frameEnd` describe it. If not, `findNext` knows more. */
  private findWhole(): boolean {
    if (this.state !== BETWEEN) return false
    const { find, chunk, limit, search } = this
    const { maxSpan } = this.definition
    let { position } = this
    if (chunk.length < limit) return false
    try {
      while (position < limit) {
        const shownEnd = limit - position > maxSpan ? position + maxSpan : limit
        prepare(search, position, position, this.finderState)
        const answer = find(chunk, position, shownEnd, search)
        const payloadEnd = payloadEndOf(search, answer)
        if (isSound(position, search.payloadStart, payloadEnd, answer, shownEnd, search.state)) {
          this.frameEnd = answer
          return true
        }
        if (answer !== DROP || !this.tryDropInChunk()) {
          this.tryKeepIncomplete(answer)
          return false
        }
        position = this.position
      }
    } catch {
      // The error is thrown again, and handled, on the general path.
    }
    return false
  }

  /** Drops what the finder has just answered is to be dropped, if the chunk has it all. Else changes nothing. */
  private tryDropInChunk(): boolean {
    const { search, position } = this
    const next = search.payloadEnd
    if (!(next > position && next <= this.limit && isSmall(next) && isSmall(search.state))) return false
    this.finderState = search.state
    this.position = next
    return true
  }

  /** Keeps the rest of the chunk if the finder has just answered that more is needed. Else changes nothing. */
  private tryKeepIncomplete(answer: number): void {
    const { search, position, limit } = this
    const { maxSpan } = this.definition
    const isIncomplete = answer === UNKNOWN || (answer > limit && answer - position <= maxSpan && isSmall(answer))
    if (!isIncomplete || limit - position >= maxSpan) return
    const isExact = answer !== UNKNOWN && hasBounds(search, position)
    const payloadEnd = payloadEndOf(search, answer)
    const isPlain = isExact
      ? isSound(position, search.payloadStart, payloadEnd, answer, answer, search.state)
      : hasSoundResumption(search, position)
    if (!isPlain) return
    this.keepIncomplete(
      answer === UNKNOWN ? 0 : answer - position,
      isExact,
      limit - position,
      search.resumeAt - position,
    )
    this.releaseChunk()
  }

  /** Makes the frame that `findWhole` has found. */
  private takeWhole(): Frame | typeof NO_FRAME {
    const { search, position, frameEnd } = this
    const payload = this.payloadFromChunk(search.payloadStart, payloadEndOf(search, frameEnd))
    // Before any code of the codec or the caller runs, so that it may reset the decoder.
    this.finderState = search.state
    this.frameIndex++
    this.position = frameEnd
    return this.definition.isPlain ? (payload as Frame) : this.convertWhole(payload, frameEnd - position)
  }

  private convertWhole(payload: Uint8Array, length: number): Frame | typeof NO_FRAME {
    const { isFrame } = this.definition
    if (isFrame !== undefined && !isFrame(payload, 0, payload.length, this.frameIndex - 1)) return NO_FRAME
    return this.convertPayload(payload, length, undefined)
  }

  /** Visits the frames that lie whole inside the chunk: what `findWhole` and `takeWhole` do, in one loop. */
  protected scanWholeFrames(visit: FrameVisitor): void {
    if (this.state !== BETWEEN) return
    const { find, chunk, limit, search } = this
    const { maxSpan, isFrame } = this.definition
    let { position } = this
    let isFinding = true
    try {
      while (position < limit && chunk.length >= limit) {
        const shownEnd = limit - position > maxSpan ? position + maxSpan : limit
        prepare(search, position, position, this.finderState)
        const answer = find(chunk, position, shownEnd, search)
        const { payloadStart, state } = search
        const payloadEnd = payloadEndOf(search, answer)
        if (!isSound(position, payloadStart, payloadEnd, answer, shownEnd, state)) {
          if (answer !== DROP || !this.tryDropInChunk()) {
            this.tryKeepIncomplete(answer)
            return
          }
          position = this.position
          continue
        }
        this.finderState = state
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

  // ── Asking the finder: the general path ──

  /**
   * The length of the next frame, or 0 if there is none. The payload bounds in `search` then count from the frame's
   * first byte.
   */
  private findNext(): number {
    if (this.state === FAILED) throw this.error
    if (this.position < this.limit && this.isChunkLost) throw this.loseChunk()
    while (this.dropKnown() && this.gatherForFinder()) {
      const length = this.ask()
      if (length > 0) return length
    }
    this.releaseChunk()
    return 0
  }

  /**
   * Adds to the accumulator what its frame needs. Returns whether there is anything that the finder has not seen yet;
   * not if the chunk does not hold it.
   */
  private gatherForFinder(): boolean {
    const { accumulator } = this
    if (accumulator === undefined) return this.position < this.limit
    const { held, needed } = accumulator
    const available = this.limit - this.position
    if (available > 0 && (held <= accumulator.seen || held < needed)) {
      const wanted = held < needed ? needed - held : Math.max(SMALLEST_GATHER, held)
      this.gather(accumulator, Math.min(wanted, available, Math.max(1, this.definition.maxSpan - held)))
    }
    return accumulator.held > accumulator.seen && accumulator.held >= needed
  }

  /** Asks the finder, and acts on its answer. Returns the length of a frame to be given out, else 0. */
  private ask(): number {
    const { accumulator, search } = this
    const { maxSpan } = this.definition
    const bytes = accumulator === undefined ? this.chunk : accumulator.bytes
    const start = accumulator === undefined ? this.position : accumulator.start
    const end = accumulator === undefined ? this.limit : accumulator.length
    // No index is larger than `indexOf` takes, unless the frame is.
    const visible = start > 0 ? Math.min(end - start, LARGEST_INDEX) : end - start
    const shown = Math.min(visible, maxSpan)
    let length: number
    try {
      length = this.callFromStart(bytes, start, shown, accumulator === undefined ? 0 : accumulator.resumeAt)
    } catch (error) {
      this.refuse(error, start, shown)
      return 0
    }
    if (length === GAP || length === DROP) this.startGap(length)
    else if (length > maxSpan || (length === UNKNOWN && shown === maxSpan && shown < this.rawLength)) {
      const isExact = length !== ENDLESS && length > 0 && hasBounds(search, 0)
      this.exceed(isExact ? length : ENDLESS, bytes, start, shown)
    } else if (this.isSkipping) this.skipFurther(length, shown)
    else if (length > 0 && length <= shown) {
      this.reportGap()
      return length
    } else {
      const isExact = length > 0 && hasBounds(search, 0)
      this.keepIncomplete(Math.max(0, length), isExact, shown, search.resumeAt)
    }
    return 0
  }

  /**
   * Asks the finder about `bytes[start, start + shown)`. The answer is a length, `UNKNOWN`, `ENDLESS`, `GAP` or `DROP`;
   * it and everything in `search` is checked, and counts from `start`. Bounds are set in an answer that is exact.
   */
  private callFromStart(bytes: Uint8Array, start: number, shown: number, resumeAt: number): number {
    const isTooFar = start > 0 && start + shown > LARGEST_INDEX
    const answer = isTooFar ? Infinity : this.call(bytes, start, start + shown, start + resumeAt)
    // An index that `indexOf` does not take, or a sum that may not be exact: the same is asked of a view.
    if (isTooFar || (start > 0 && answer > Number.MAX_SAFE_INTEGER && answer !== ENDLESS)) {
      return this.callFromStart(bytes.subarray(start, start + shown), 0, shown, resumeAt)
    }
    return this.checked(answer, start, start + shown)
  }

  private call(bytes: Uint8Array, start: number, end: number, resumeAt: number): number {
    const { search } = this
    prepare(search, start, resumeAt, this.finderState)
    return this.find(bytes, start, end, search)
  }

  /** The answer, counted from `start`, as everything in `search` then is. What no finder may answer is a bug of the codec. */
  private checked(answer: number, start: number, end: number): number {
    const { search } = this
    const isFrame = answer > start && answer <= end
    if (answer === GAP || answer === DROP) {
      if (!(Number.isSafeInteger(search.payloadEnd) && search.payloadEnd > start)) {
        throw this.bug(`a gap up to ${search.payloadEnd}, asked at ${start}`)
      }
      search.payloadEnd -= start
    } else if (isFrame || hasBounds(search, start)) {
      const { payloadStart } = search
      const payloadEnd = payloadEndOf(search, answer)
      if (answer !== UNKNOWN && answer !== ENDLESS) {
        const areIntegers = Number.isSafeInteger(payloadStart) && Number.isSafeInteger(payloadEnd)
        if (!(areIntegers && start <= payloadStart && payloadStart <= payloadEnd && payloadEnd <= answer)) {
          throw this.bug(`a payload from ${payloadStart} to ${payloadEnd} in a frame from ${start} to ${answer}`)
        }
      }
      search.payloadEnd = payloadEnd - start
      search.payloadStart -= start
    } else search.payloadStart = 0
    if (!Number.isSafeInteger(search.state)) throw this.bug(`the state ${search.state}`)
    if (!isFrame && !(Number.isSafeInteger(search.resumeAt) && search.resumeAt >= start)) {
      throw this.bug(`resumeAt ${search.resumeAt}, asked at ${start}`)
    }
    search.resumeAt -= start
    if (answer < 0 || answer === ENDLESS) {
      if (answer === UNKNOWN || answer === ENDLESS || answer === GAP || answer === DROP) return answer
    } else if (answer > start && Number.isSafeInteger(answer)) return answer - start
    throw this.bug(`${answer}, asked at ${start}: no progress`)
  }

  private bug(what: string): Error {
    return new Error(`${this.definition.name}: the finder answered ${what}`)
  }

  /**
   * The finder needs more: what there is of the frame is kept, with what is known of it. Where the frame's end is known,
   * the finder is asked the same once more when all of it is there, so what it left in `search` is not taken.
   */
  private keepIncomplete(needed: number, isExact: boolean, seen: number, resumeAt: number): void {
    const accumulator = this.accumulator ?? this.keepUnread()
    accumulator.needed = needed
    accumulator.isExact = isExact
    accumulator.seen = seen
    if (!isExact) {
      accumulator.resumeAt = resumeAt
      this.finderState = this.search.state
    }
    if (this.state === BETWEEN) this.state = INSIDE
  }

  // ── Gaps ──

  /** The finder has answered that bytes belong to no frame. */
  private startGap(answer: typeof GAP | typeof DROP): void {
    const { search } = this
    const length = search.payloadEnd
    const isGrowing = answer === GAP || this.isSkipping
    if (isGrowing && !this.isSkipping) this.openGap(gapReason(search))
    if (this.dropped !== undefined) this.dropped.isGrowing = isGrowing
    this.finderState = search.state
    this.toDrop = length
    this.state = DROPPING
  }

  /** Joins the next gap to the one before, or reports that one and begins another. */
  private openGap(reason: 'garbage' | 'corrupt'): void {
    const offset = this.streamOffset
    if (this.dropped !== undefined && this.dropped.offset + this.dropped.length !== offset) this.reportGap()
    if (this.dropped === undefined) {
      const isGrowing = true
      this.dropped = { isFrame: false, offset, length: 0, reason, error: undefined, isGrowing, isEndKnown: true }
    } else if (reason === 'corrupt') this.dropped.reason = reason
  }

  /** Drops what is known to be dropped. Returns whether all of it has arrived. */
  private dropKnown(): boolean {
    if (this.state !== DROPPING) return true
    const { dropped } = this
    if (this.toDrop > 0) {
      const count = this.discard(this.toDrop)
      this.toDrop -= count
      if (dropped !== undefined && dropped.isGrowing) dropped.length += count
      if (this.toDrop > 0) return false
    }
    if (dropped === undefined) this.state = this.restState
    else if (dropped.isFrame && dropped.isEndKnown) {
      this.frameIndex++
      this.reportDropped(dropped)
    }
    return true
  }

  private reportGap(): void {
    const { dropped } = this
    if (dropped !== undefined && !dropped.isFrame) this.reportDropped(dropped)
  }

  /** Whatever the callback throws, it is not called again for the same bytes. */
  private reportDropped(dropped: Dropped): void {
    this.dropped = undefined
    this.state = this.restState
    this.report(dropped)
  }

  private report({ offset, length, reason, error }: Pick<Dropped, 'offset' | 'length' | 'reason' | 'error'>): void {
    if (length === 0 || this.options.onSkip === undefined) return
    try {
      this.options.onSkip({ offset, length, reason, ...(error === undefined ? {} : { error }) })
    } catch (thrown) {
      // The exception ends the caller's loop, so the chunk's owner may overwrite it.
      this.leaveLoop()
      throw thrown
    }
  }

  /** The state without anything to be dropped. */
  private get restState(): State {
    return this.accumulator === undefined ? BETWEEN : INSIDE
  }

  // ── Skipped frames ──

  private get isSkipping(): boolean {
    return this.dropped !== undefined && this.dropped.isFrame
  }

  /** The frame is longer than the limit: `length`, or ENDLESS if that is not known. */
  private exceed(length: number, bytes: Uint8Array, start: number, shown: number): void {
    if (!this.isSkipping) {
      this.reportGap()
      const { name, maxFrameLength, oversize, hint } = this.definition
      const offset = this.streamOffset
      const advice = hint?.(bytes, start, start + shown)
      const error = frameTooLong(name, length, maxFrameLength, offset, advice)
      if (oversize === 'error') throw this.fail(error)
      this.startSkip('too-long', error)
    }
    if (length === ENDLESS) this.skipFurther(ENDLESS, shown)
    else this.skipToEnd(length)
  }

  private startSkip(reason: SkipReason, error: FrameError): void {
    const offset = this.streamOffset
    this.dropped = { isFrame: true, offset, length: 0, reason, error, isGrowing: true, isEndKnown: false }
    this.state = DROPPING
  }

  private skipToEnd(length: number): void {
    this.finderState = this.search.state
    this.toDrop = length
    this.dropped!.isEndKnown = true
  }

  /** The finder was asked about a frame that is being skipped: either it knows its end now, or the search goes on. */
  private skipFurther(length: number, shown: number): void {
    const { search, definition } = this
    if (length > 0 && length !== ENDLESS && hasBounds(search, 0)) {
      this.skipToEnd(length)
      return
    }
    // A finder that uses neither is one for a delimiter, which may have begun in the last bytes.
    const usesResumeAt = search.resumeAt > 0 || (search.state !== 0 && shown < definition.maxSpan)
    const kept = Math.max(0, definition.overhead - 1)
    const mayContinue = length !== ENDLESS && shown < definition.maxSpan
    const searched = mayContinue ? shown - kept : Math.min(shown, definition.maxFrameLength + 1)
    const count = usesResumeAt ? search.resumeAt : searched
    if (count <= 0) {
      this.keepIncomplete(0, false, shown, search.resumeAt)
      return
    }
    this.finderState = search.state
    this.toDrop = count
  }

  /** The finder has thrown: a fault of the peer, or a bug of the codec. */
  private refuse(thrown: unknown, start: number, shown: number): void {
    if (!isFrameError(thrown)) throw this.fail(thrown)
    this.reportGap()
    const { search } = this
    const error = this.faultOf(thrown, this.streamOffset)
    const { code, frameLength } = error
    const isEndKnown = frameLength !== undefined && Number.isSafeInteger(frameLength) && frameLength > 0
    const isTooLong = code === 'ERR_FRAME_TOO_LONG'
    // A length that is invalid does not tell where the frame ends.
    const canSkip = isTooLong || (isEndKnown && code === 'ERR_FRAME_CORRUPT')
    if (!canSkip || !this.skips(error)) throw this.fail(error)
    if (!Number.isSafeInteger(search.state)) throw this.fail(this.bug(`the state ${search.state}`))
    if (!this.isSkipping) this.startSkip(isTooLong ? 'too-long' : 'corrupt', error)
    if (isEndKnown) {
      this.skipToEnd(frameLength)
      return
    }
    search.resumeAt = Number.isSafeInteger(search.resumeAt) ? Math.max(0, search.resumeAt - start) : 0
    this.skipFurther(ENDLESS, shown)
  }

  /** Whether the caller has asked for frames with this error to be dropped. */
  private skips(error: FrameError): boolean {
    if (error.code === 'ERR_FRAME_TOO_LONG') return this.definition.oversize === 'skip'
    const isCorrupt = error.code === 'ERR_FRAME_CORRUPT' || error.code === 'ERR_FRAME_LENGTH_INVALID'
    return isCorrupt && this.definition.corrupt === 'skip'
  }

  // ── Frames ──

  /** Makes the frame that `findNext` has found. */
  private makeFrame(length: number): Frame | typeof NO_FRAME {
    const { search, accumulator, position } = this
    const { payloadStart, payloadEnd } = search
    this.finderState = search.state
    const payload =
      accumulator === undefined
        ? this.payloadFromChunk(position + payloadStart, position + payloadEnd)
        : this.payloadFromAccumulator(accumulator, payloadStart, payloadEnd, length)
    const emptied = this.consume(length)
    const { isFrame } = this.definition
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
    // The frames of such a codec do not hold the payload's memory.
    if (this.definition.toFrames !== undefined) return this.viewOf(bytes, from, to)
    if (this.options.copy === true) return this.copyOf(bytes, from, to)
    const isLast = accumulator.held - length <= accumulator.gathered
    if (isLast && to - from > LONGEST_IN_SLAB && 2 * (to - from) >= bytes.length) return this.viewOf(bytes, from, to)
    return this.ownedCopy(bytes, from, to)
  }

  private visitNext(length: number, visit: FrameVisitor): void {
    const { search, accumulator, position } = this
    const { isFrame } = this.definition
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

  /** Makes a frame of the last `length` bytes, which have been consumed. `emptied` is the accumulator that held them. */
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
      const error = this.faultOf(cause, conversion.insideSince ?? offset, length)
      if (conversion.insideSince === undefined && this.skips(error)) {
        this.report({ offset, length, reason: error.code === 'ERR_FRAME_TOO_LONG' ? 'too-long' : 'corrupt', error })
        return NO_FRAME
      }
      this.restore(length, emptied)
      throw this.fail(error)
    }
  }

  /** Takes the last frame's bytes back, since it was not given out. */
  private restore(length: number, emptied: Accumulator | undefined): void {
    this.frameIndex--
    if (emptied !== undefined) {
      this.accumulator = emptied
      this.position += emptied.held - length
    } else if (this.accumulator === undefined) this.position -= length
    else this.accumulator.start -= length
  }

  // ── The end, and errors ──

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

  /** What remains once no finder makes a frame of it. */
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
      if (frame !== NO_FRAME) frames.push(frame)
    }
    try {
      this.conversion.end(frames, this.frameIndex)
    } catch (error) {
      throw this.fail(this.faultOf(error, this.conversion.insideSince ?? this.received))
    }
  }

  private truncated(): FrameError {
    const { accumulator, dropped } = this
    const offset = this.nextOffset
    const frameLength = dropped?.isEndKnown
      ? dropped.length + this.toDrop
      : accumulator?.isExact
        ? accumulator.needed
        : undefined
    const message = `${this.definition.name}: the stream ended inside the frame at offset ${offset}`
    return new FrameError('ERR_FRAME_TRUNCATED', message, {
      offset,
      ...(frameLength === undefined ? {} : { frameLength }),
    })
  }

  /** The error for what a codec has thrown: at `offset`, and of this stream. */
  private faultOf(thrown: unknown, offset: number, length?: number): FrameError {
    if (isFrameError(thrown) && thrown.offset === undefined) {
      const frameLength = thrown.frameLength ?? (thrown.code === 'ERR_FRAME_TOO_LONG' ? undefined : length)
      // A new object: the codec may throw the same one for every connection.
      return new FrameError(thrown.code, thrown.message, {
        offset,
        ...(frameLength === undefined ? {} : { frameLength }),
        ...(thrown.maxFrameLength === undefined ? {} : { maxFrameLength: thrown.maxFrameLength }),
        ...('cause' in thrown ? { cause: thrown.cause } : {}),
      })
    }
    const message = `${this.definition.name}: the frame at offset ${offset} could not be decoded`
    const frameLength = length === undefined ? {} : { frameLength: length }
    return new FrameError('ERR_FRAME_CORRUPT', message, { offset, cause: thrown, ...frameLength })
  }

  /** Every later call throws this error, until `reset()`. */
  protected fail(error: unknown): unknown {
    if (!this.isChunkLost) this.ownUnread()
    this.state = FAILED
    this.error = error
    this.dropped = undefined
    this.toDrop = 0
    return error
  }

  protected override clear(): void {
    super.clear()
    this.state = BETWEEN
    this.finderState = 0
    this.dropped = undefined
    this.toDrop = 0
    this.lastFrames = undefined
    if (this.conversion.hasMemory) {
      this.conversion = this.definition.createConversion()
      this.find = this.conversion.find ?? this.definition.find
    }
  }

  /** Stream offset of the next byte that is neither given out nor dropped, or of the frame that is being skipped. */
  protected get streamOffset(): number {
    return this.dropped?.isFrame ? this.dropped.offset : this.received - this.rawLength
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

/**
 * Whether a frame that ends at `end` lies in `[start, shownEnd)`, its payload inside it, and every number is a small
 * integer. One function without calls, so that V8 inlines it: with several it is 2 ns a frame slower.
 */
function isSound(
  start: number,
  payloadStart: number,
  payloadEnd: number,
  end: number,
  shownEnd: number,
  state: number,
): boolean {
  return (
    // The sign of an OR is negative if that of any part is.
    ((end - start - 1) |
      (shownEnd - end) |
      (payloadStart - start) |
      (payloadEnd - payloadStart) |
      (end - payloadEnd)) >=
      0 &&
    (payloadStart | 0) === payloadStart &&
    (payloadEnd | 0) === payloadEnd &&
    (end | 0) === end &&
    (state | 0) === state
  )
}

/** Whether the finder can continue this frame from small integers. */
function hasSoundResumption(search: FrameSearch, start: number): boolean {
  const { resumeAt, state } = search
  return start <= resumeAt && isSmall(resumeAt) && isSmall(state)
}

/** Whether this is an integer of 32 bits. */
function isSmall(value: number): boolean {
  return (value | 0) === value
}
