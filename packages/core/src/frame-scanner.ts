// Finds frames in the bytes received: calls the finder, keeps incomplete frames, drops gaps and skipped frames. The
// decoder makes the frames.
//
// In the state BETWEEN (see `states.ts`), the fast path finds frame after frame in the chunk: `findWhole` and
// `scanWholeFrames`. All other cases are left to `findNext`, which calls the finder again and gets the same answer.

import type { Accumulator } from './accumulator.ts'
import { checkedAnswer, hasSoundResumption, isSmall, wrongState } from './answer.ts'
import type { CompleteDefinition } from './complete-definition.ts'
import type { DecoderOptions, SkipReason } from './contracts.ts'
import { FrameError, frameTooLong, isFrameError } from './errors.ts'
import { withName } from './naming.ts'
import { checkedBytes } from './options.ts'
import type { StartedFrame } from './adapter-side.ts'
import { ReceiveBuffer } from './receive-buffer.ts'
import { DROP, ENDLESS, GAP, gapReason, hasBounds, Search, UNKNOWN, UNSET, type FindFrame } from './search.ts'
import { BETWEEN, DROPPING, ENDED, FAILED, INSIDE, type State } from './states.ts'

/** While the end of a frame is searched for, at least this many bytes are gathered at a time. */
const SMALLEST_GATHER = 64

/** A frame counts as long once its bytes are this many times those of the chunk. */
const LONG_FRAME_FACTOR = 8

/** The largest index that V8 stores as a small integer and that `indexOf` accepts. */
export const LARGEST_INDEX = 0x7fffffff

/** A gap that is not reported yet, or a frame that is being skipped or given out in parts. */
interface Dropped {
  readonly isFrame: boolean
  readonly offset: number
  /** How many bytes have been dropped so far. */
  length: number
  reason: SkipReason
  readonly error: FrameError | undefined
  /** Whether the bytes that are being dropped count towards `length`. */
  isGrowing: boolean
  /** For a frame: whether it ends after `toDrop` more bytes. */
  isEndKnown: boolean
  /** For a frame that is given out in parts instead of skipped: how many bytes are left. */
  readonly parts?: { headerLeft: number; payloadLeft: number }
}

export class FrameScanner extends ReceiveBuffer {
  protected readonly definition: CompleteDefinition<unknown>
  /** The definition's values that are needed for every frame. */
  protected readonly maxSpan: number
  protected readonly frameLength: number
  protected readonly isPlain: boolean
  protected readonly options: DecoderOptions

  /** The definition's `find`, or its `findAtEnd` once the stream has ended. */
  protected find: FindFrame
  /** A new object once unread bytes of the chunk were removed, which tells `scan` that its visitor has done that. */
  protected search: Search = new Search()
  /** The finder's state after the last accepted answer. */
  protected finderState = 0

  protected state: State = BETWEEN
  /**
   * How many frames came before the next one, including dropped ones. If the payload is the frame, nothing needs the
   * number, and `findWhole`'s frames are not counted.
   */
  protected frameIndex = 0

  /** DROPPING: the gap or frame that is being dropped. Undefined for bytes that are dropped without a report. */
  protected dropped: Dropped | undefined = undefined
  /** DROPPING: how many bytes to drop before the finder is called again. */
  protected toDrop = 0

  /** FAILED: the error that every call throws. */
  protected error: unknown = undefined

  constructor(definition: CompleteDefinition<unknown>, options: DecoderOptions) {
    super()
    this.definition = definition
    this.maxSpan = definition.maxSpan
    this.frameLength = definition.frameLength
    this.isPlain = definition.isPlain
    this.options = options
    this.find = definition.find
  }

  /** The stream offset of the frame that is being skipped, else of the next byte not yet given out or dropped. */
  protected get streamOffset(): number {
    return this.dropped?.isFrame ? this.dropped.offset : this.received - this.rawLength
  }

  protected override clear(): void {
    super.clear()
    this.search = new Search()
    this.state = BETWEEN
    this.finderState = 0
    this.dropped = undefined
  }

  // ── Receiving chunks ──

  protected accept(chunk: Uint8Array): void {
    if (this.state === FAILED) throw this.error
    checkedBytes(chunk, this.definition.name, 'a chunk')
    if (this.state === ENDED) {
      throw new Error(`${this.definition.name}: no input is taken after end(); reset() makes the decoder as new`)
    }
    this.received += chunk.length
    if (this.position < this.limit) this.leaveLoop()
    if (!this.tryKeepInside(chunk)) this.setChunk(chunk)
  }

  /**
   * Fast path: appends a small chunk that does not complete the frame. Returns false, without a change, if the chunk
   * may complete it.
   */
  private tryKeepInside(chunk: Uint8Array): boolean {
    const { accumulator } = this
    if (accumulator === undefined) return false
    const { held, needed } = accumulator
    if (held + chunk.length < needed) {
      accumulator.append(chunk, 0, chunk.length)
      return true
    }
    // A frame that already spans many chunks of this size probably does not end in this one.
    if (needed > 0 || this.state !== INSIDE || held < LONG_FRAME_FACTOR * chunk.length) return false
    accumulator.append(chunk, 0, chunk.length)
    if (this.frameContinues(accumulator)) return true
    accumulator.length -= chunk.length
    return false
  }

  /** Calls the finder for all accumulated bytes. If the frame is still incomplete, stores the answer. */
  private frameContinues(accumulator: Accumulator): boolean {
    const { bytes, start, length, held, seen } = accumulator
    if (held >= this.maxSpan || seen === 0) return false
    const { search } = this
    try {
      const answer = this.call(bytes, start, length, start + accumulator.resumeAt)
      if (answer !== UNKNOWN || !hasSoundResumption(search, start)) return false
    } catch {
      // The general path calls the finder again, and handles the error.
      return false
    }
    this.finderState = search.state
    accumulator.resumeAt = search.resumeAt - start
    accumulator.seen = held
    return true
  }

  /** Moves the unread bytes to the accumulator, since the caller may overwrite the chunk from now on. */
  protected leaveLoop(): void {
    this.checkChunk()
    if (this.position < this.limit) this.search = new Search()
    this.ownUnread()
    if (this.state === BETWEEN && this.accumulator !== undefined) this.state = INSIDE
  }

  /** Throws if unread bytes of the chunk have been lost. */
  protected checkChunk(): void {
    if (this.position < this.limit && this.isChunkLost) throw this.loseChunk()
  }

  /** Fails: without the chunk's unread bytes, the rest of the stream cannot be decoded. */
  private loseChunk(): unknown {
    const message = `${this.definition.name}: the chunk was transferred or resized before all of it was decoded`
    this.limit = this.position
    return this.fail(new Error(message))
  }

  // ── Calling the finder: the fast path ──

  /**
   * Returns the end of the next frame, as an index into the chunk, if the frame lies completely in it; `search` then has
   * the bounds of its payload. Else returns 0: `findNext` handles it.
   *
   * V8 inlines the methods from `next` to here into the loop of the caller only if they are short enough together. So
   * they leave all rare cases to other methods.
   */
  protected findWhole(): number {
    const { chunk, position, limit, search, maxSpan, frameLength } = this
    if (this.state !== BETWEEN || chunk.length < limit) return 0
    if (frameLength > 0 && limit - position >= frameLength) {
      search.payloadStart = position
      return (search.payloadEnd = position + frameLength)
    }
    try {
      for (let start = position; start < limit; start = this.position) {
        const shownEnd = limit - start > maxSpan ? start + maxSpan : limit
        // The same as `search.prepare`, but shorter than a call.
        search.resumeAt = search.payloadStart = start
        search.payloadEnd = UNSET
        search.state = this.finderState
        const answer = this.find(chunk, start, shownEnd, search)
        const payloadEnd = search.payloadEndIn(answer)
        if (search.isSound(start, payloadEnd, answer, shownEnd)) {
          search.payloadEnd = payloadEnd
          return answer
        }
        if (!this.findsFurther(answer)) return 0
      }
    } catch {
      // The general path calls the finder again, and handles the error.
    }
    return 0
  }

  /** Handles an answer that is not a whole frame. Returns whether the next frame may still lie in the chunk. */
  protected findsFurther(answer: number): boolean {
    try {
      if (answer === DROP && this.tryDropInChunk()) return true
      this.tryKeepIncomplete(answer)
    } catch {
      // A symbol or a bigint instead of a number: the general path refuses it.
    }
    return false
  }

  /** Handles the answer `DROP` if the chunk has all bytes to be dropped. Else changes nothing. */
  private tryDropInChunk(): boolean {
    const { search, position } = this
    const next = search.payloadEnd
    if (!(next > position && next <= this.limit && isSmall(next) && isSmall(search.state))) return false
    this.finderState = search.state
    this.position = next
    return true
  }

  /** Keeps the rest of the chunk if the finder has just answered that it needs more bytes. Else changes nothing. */
  private tryKeepIncomplete(answer: number): void {
    const { search, position, limit, maxSpan } = this
    const isIncomplete = answer === UNKNOWN || (answer > limit && answer - position <= maxSpan && isSmall(answer))
    if (!isIncomplete || limit - position >= maxSpan) return
    const isExact = hasBounds(search, position)
    const isPlain = isExact
      ? search.isSound(position, search.payloadEndIn(answer), answer, answer)
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

  // ── Calling the finder: the general path ──

  /**
   * Returns the length of the next frame, or 0 if there is none. The payload bounds in `search` are relative to the
   * frame's first byte.
   */
  protected findNext(): number {
    if (this.state === FAILED) throw this.error
    this.checkChunk()
    for (this.dropKnown(); this.gatherForFinder(); this.dropKnown()) {
      const length = this.ask()
      if (length > 0) return length
    }
    this.releaseChunk()
    return 0
  }

  /**
   * Appends the bytes that the frame needs to the accumulator. Returns whether there are now enough bytes, and some
   * that the finder has not seen yet.
   */
  private gatherForFinder(): boolean {
    const { accumulator } = this
    if (accumulator === undefined) return this.position < this.limit
    const { held, needed } = accumulator
    const available = this.limit - this.position
    if (available > 0 && (held <= accumulator.seen || held < needed)) {
      // A finder that asks for a few bytes again and again gets twice as many, to avoid a call for each byte.
      const grown = accumulator.isExact || held < SMALLEST_GATHER ? 0 : held
      const wanted = held < needed ? Math.max(needed - held, grown) : Math.max(SMALLEST_GATHER, held)
      this.gather(accumulator, Math.min(wanted, available))
    }
    return accumulator.held > accumulator.seen && accumulator.held >= needed
  }

  /** Calls the finder and handles its answer. Returns the length of the frame to be given out, or 0. */
  protected ask(): number {
    const { accumulator, search, maxSpan } = this
    const bytes = accumulator === undefined ? this.chunk : accumulator.bytes
    const start = accumulator === undefined ? this.position : accumulator.start
    const end = accumulator === undefined ? this.limit : accumulator.length
    // No index exceeds what `indexOf` accepts, unless the frame itself is longer.
    const visible = start > 0 ? Math.min(end - start, LARGEST_INDEX) : end
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
      const isExact = length !== UNKNOWN && hasBounds(search, 0)
      this.exceed(isExact ? length : ENDLESS, bytes, start, shown)
    } else if (this.isSkipping) this.skipFurther(length, shown, shown)
    else if (length !== UNKNOWN && length <= shown) {
      if (!this.reportGap()) return length
    } else {
      const isExact = length !== UNKNOWN && hasBounds(search, 0)
      this.keepIncomplete(Math.max(0, length), isExact, shown, search.resumeAt)
    }
    return 0
  }

  /**
   * Calls the finder for `bytes[start, start + shown)`. Returns a length, `UNKNOWN`, `ENDLESS`, `GAP` or `DROP`. The
   * answer and the values in `search` are checked, and are relative to `start`. If the answer is exact, bounds are set.
   */
  private callFromStart(bytes: Uint8Array, start: number, shown: number, resumeAt: number): number {
    const isTooFar = start > 0 && start + shown > LARGEST_INDEX
    const answer = isTooFar ? Infinity : this.call(bytes, start, start + shown, start + resumeAt)
    // An index that `indexOf` does not accept, or a sum that may not be exact: a view has smaller indexes.
    const isInexact = typeof answer === 'number' && answer > Number.MAX_SAFE_INTEGER && answer !== ENDLESS
    if (isTooFar || (start > 0 && isInexact)) {
      return this.callFromStart(bytes.subarray(start, start + shown), 0, shown, resumeAt)
    }
    return checkedAnswer(this.definition.name, this.search, answer, start, start + shown)
  }

  protected call(bytes: Uint8Array, start: number, end: number, resumeAt: number): number {
    const { search } = this
    search.prepare(start, resumeAt, this.finderState)
    return this.find(bytes, start, end, search)
  }

  /**
   * Keeps the bytes of an incomplete frame, and what is known about it. If the frame's end is known, the values in
   * `search` are not used: the finder is called again with the same `resumeAt` and `state` once the frame is complete.
   */
  private keepIncomplete(needed: number, isExact: boolean, seen: number, resumeAt: number): void {
    const accumulator = this.accumulator ?? this.keepUnread(isExact ? needed : 0)
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

  /** Handles the answer that bytes belong to no frame. */
  private startGap(answer: typeof GAP | typeof DROP): void {
    const { search } = this
    const length = search.payloadEnd
    const isGrowing = answer === GAP || this.isSkipping
    if (isGrowing && !this.isSkipping) {
      if (this.isGapApart && this.reportGap()) return
      this.openGap(gapReason(search))
    }
    if (this.dropped !== undefined) this.dropped.isGrowing = isGrowing
    this.finderState = search.state
    this.toDrop = length
    this.state = DROPPING
  }

  /** Whether bytes were dropped between the previous gap and the next one, so that they are not joined. */
  private get isGapApart(): boolean {
    const { dropped } = this
    return dropped !== undefined && dropped.offset + dropped.length !== this.streamOffset
  }

  /** Joins the next gap to the previous one, if there is one; else begins a new gap. */
  private openGap(reason: 'garbage' | 'corrupt'): void {
    if (this.dropped === undefined) {
      const offset = this.streamOffset
      const isGrowing = true
      this.dropped = { isFrame: false, offset, length: 0, reason, error: undefined, isGrowing, isEndKnown: true }
    } else if (reason === 'corrupt') this.dropped.reason = reason
  }

  /** Drops the `toDrop` bytes, as far as they have arrived. If they end the skipped frame, reports it. */
  protected dropKnown(): void {
    if (this.state !== DROPPING) return
    const { dropped } = this
    this.dropUpTo(this.toDrop)
    if (this.toDrop > 0) return
    if (dropped === undefined) this.state = this.restState
    else if (dropped.isFrame && dropped.isEndKnown) {
      this.frameIndex++
      this.reportDropped(dropped)
    }
  }

  /** Drops the next `most` bytes, or all there are, and returns how many. */
  protected dropUpTo(most: number): number {
    const { dropped } = this
    const count = this.discard(most)
    this.toDrop -= count
    if (dropped !== undefined && dropped.isGrowing) dropped.length += count
    return count
  }

  /**
   * Reports the gap before what was just found: a frame, an error or another gap. Returns whether `onSkip` was called: it may have used
   * this decoder, so the finder must be called again.
   */
  protected reportGap(): boolean {
    const { dropped } = this
    if (dropped === undefined || dropped.isFrame) return false
    this.reportDropped(dropped)
    return this.options.onSkip !== undefined
  }

  /** Clears `dropped` first, so that a callback that throws is not called again for the same bytes. */
  private reportDropped(dropped: Dropped): void {
    this.dropped = undefined
    this.state = this.restState
    if (dropped.parts === undefined) this.report(dropped)
  }

  protected report({ offset, length, reason, error }: Pick<Dropped, 'offset' | 'length' | 'reason' | 'error'>): void {
    if (this.options.onSkip === undefined) return
    try {
      this.options.onSkip({ offset, length, reason, ...(error === undefined ? {} : { error }) })
    } catch (thrown) {
      // The exception ends the caller's loop, so the caller may overwrite the chunk.
      this.leaveLoop()
      throw thrown
    }
    // The callback may have transferred the chunk.
    this.checkChunk()
  }

  /** The state when there is nothing to drop. */
  protected get restState(): State {
    return this.accumulator === undefined ? BETWEEN : INSIDE
  }

  // ── Frames in parts ──

  /**
   * Begins to give out the incomplete frame in parts, if its length is known. Its bytes can then be taken as they
   * arrive, and are dropped afterwards.
   */
  protected beginParts(): StartedFrame | undefined {
    const { accumulator, search } = this
    if (accumulator === undefined || !accumulator.isExact || this.isSkipping || this.state > DROPPING) return undefined
    if (this.position < this.limit) return undefined
    if (this.reportGap()) return this.beginParts()
    const { bytes, start, held, resumeAt } = accumulator
    let length: number
    try {
      length = this.callFromStart(bytes, start, held, resumeAt)
    } catch (error) {
      throw this.fail(error)
    }
    if (length <= held || !hasBounds(search, 0)) return undefined
    const { payloadStart, payloadEnd } = search
    const payloadLength = payloadEnd - payloadStart
    this.dropped = {
      isFrame: true,
      offset: this.streamOffset,
      length: 0,
      reason: 'too-long',
      error: undefined,
      isGrowing: true,
      isEndKnown: true,
      parts: { headerLeft: payloadStart, payloadLeft: payloadLength },
    }
    this.finderState = 0
    this.toDrop = length
    this.state = DROPPING
    return { frameLength: length, payloadLength }
  }

  // ── Skipped frames ──

  protected get isSkipping(): boolean {
    return this.dropped !== undefined && this.dropped.isFrame
  }

  /** Handles a frame that exceeds the limit. Its length is `length`, or ENDLESS if unknown. */
  private exceed(length: number, bytes: Uint8Array, start: number, shown: number): void {
    const isFirst = !this.isSkipping
    if (isFirst) {
      if (this.reportGap()) return
      const { name, maxFrameLength, oversize, hint } = this.definition
      const offset = this.streamOffset
      const advice = hint?.(bytes, start, start + shown)
      const error = frameTooLong(name, length, maxFrameLength, offset, advice)
      if (oversize === 'error') throw this.fail(error)
      this.startSkip('too-long', error)
    }
    if (length === ENDLESS) this.skipFurther(ENDLESS, shown, isFirst ? 0 : shown)
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

  /**
   * Handles an answer about a frame that is being skipped: either its end is known now, or the search continues. If no
   * byte can be dropped, the finder is called again once there are more than `seen` bytes. These are the bytes it was
   * shown; or 0 if it has just refused the frame, since in its new state it may find the end in the same bytes.
   */
  private skipFurther(length: number, shown: number, seen: number): void {
    const { search, definition } = this
    if (length !== UNKNOWN && length !== ENDLESS && hasBounds(search, 0)) {
      this.skipToEnd(length)
      return
    }
    // A finder that sets neither `resumeAt` nor a state searches for a delimiter, which may begin in the last bytes.
    const usesResumeAt = search.resumeAt > 0 || (search.state !== 0 && shown < this.maxSpan)
    const kept = Math.max(0, definition.overhead - 1)
    const searched = length === ENDLESS ? Math.min(shown, definition.maxFrameLength + 1) : shown - kept
    const count = usesResumeAt ? search.resumeAt : searched
    if (count <= 0) {
      this.keepIncomplete(0, false, seen, search.resumeAt)
      return
    }
    this.finderState = search.state
    this.toDrop = count
  }

  /** Handles an error of the finder: bad bytes from the peer, or a bug of the codec. */
  protected refuse(thrown: unknown, start: number, shown: number): void {
    if (!isFrameError(thrown)) throw this.fail(thrown)
    if (this.reportGap()) return
    const { search } = this
    const error = this.faultOf(thrown, this.streamOffset)
    const { code, frameLength } = error
    const isEndKnown = Number.isSafeInteger(frameLength) && frameLength! > 0
    const isTooLong = code === 'ERR_FRAME_TOO_LONG'
    // If the length is invalid, the end of the frame is unknown.
    const canSkip = isTooLong || (isEndKnown && code === 'ERR_FRAME_CORRUPT')
    if (!canSkip || !this.skips(error)) throw this.fail(error)
    if (!Number.isSafeInteger(search.state)) throw this.fail(wrongState(this.definition.name, search))
    const isFirst = !this.isSkipping
    if (isFirst) this.startSkip(isTooLong ? 'too-long' : 'corrupt', error)
    if (isEndKnown) {
      this.skipToEnd(frameLength!)
      return
    }
    search.resumeAt = Number.isSafeInteger(search.resumeAt) ? Math.max(0, search.resumeAt - start) : 0
    this.skipFurther(ENDLESS, shown, isFirst ? 0 : shown)
  }

  /** Whether frames with this error are to be skipped, by the options of the codec. */
  protected skips(error: FrameError): boolean {
    if (error.code === 'ERR_FRAME_TOO_LONG') return this.definition.oversize === 'skip'
    const isCorrupt = error.code === 'ERR_FRAME_CORRUPT' || error.code === 'ERR_FRAME_LENGTH_INVALID'
    return isCorrupt && this.definition.corrupt === 'skip'
  }

  // ── Errors ──

  /** Converts whatever a codec has thrown to an error of this stream, at `offset`. */
  protected faultOf(thrown: unknown, offset: number, length?: number): FrameError {
    if (isFrameError(thrown) && thrown.offset === undefined) {
      const frameLength = thrown.frameLength ?? (thrown.code === 'ERR_FRAME_TOO_LONG' ? undefined : length)
      // A new object: the codec may throw the same one for every connection.
      return new FrameError(thrown.code, withName(this.definition, thrown.message), {
        offset,
        frameLength,
        maxFrameLength: thrown.maxFrameLength,
        ...('cause' in thrown ? { cause: thrown.cause } : {}),
      })
    }
    const message = `${this.definition.name}: the frame at offset ${offset} could not be decoded`
    return new FrameError('ERR_FRAME_CORRUPT', message, { offset, frameLength: length, cause: thrown })
  }

  /** Stores the error, which every later call throws until `reset()`. Returns it. */
  protected fail(error: unknown): unknown {
    if (!this.isChunkLost) this.ownUnread()
    this.state = FAILED
    this.error = error
    this.dropped = undefined
    return error
  }
}
