// The engine for codecs that find many frames at once. Frames that lie completely in the chunk are found in batches.
// Incomplete, too long and malformed frames are found one by one, as in other codecs.

import type { Accumulator } from './accumulator.ts'
import { giveBackBatch, isOrdered, startIn, takeBatch, type Batch } from './batch.ts'
import type { FrameVisitor } from './contracts.ts'
import { Decoder } from './decoder.ts'
import { BOUNDS, isNoFrame, NO_FRAME } from './definition.ts'
import { LARGEST_INDEX } from './frame-scanner.ts'
import { BETWEEN } from './states.ts'

/** For fewer bytes, it is faster to find frames one by one. */
const SMALLEST_SEARCH = 256

/** After a batch without frames, `find` searches this many bytes, so that few bytes are searched twice. */
const PAUSE = 64 * 1024

export class BatchDecoder<Frame> extends Decoder<Frame> {
  /** The frames found in the chunk. */
  private batch: Batch | undefined = undefined

  /** The fast path for frames that were made as a batch. Small, so that it is inlined. */
  override next(): IteratorResult<Frame> {
    const { batch } = this
    if (batch === undefined || batch.taken >= batch.ready.length) return super.next()
    const index = batch.taken++
    this.position = batch.bounds[BOUNDS * index + 2]!
    this.frameIndex++
    return { value: batch.ready[index] as Frame, done: false }
  }

  override takeAll(frames: Frame[]): void {
    for (;;) {
      for (let batch = this.nextBatch(); batch !== undefined && this.makeReady(batch); batch = this.nextBatch()) {
        const { ready, taken, count } = batch
        frames.push(...((taken === 0 ? ready : ready.slice(taken)) as Frame[]))
        batch.taken = count
        this.position = batch.end
        this.frameIndex += count - taken
      }
      const frame = this.take()
      if (frame === NO_FRAME) return
      frames.push(frame)
    }
  }

  protected override take(): Frame | typeof NO_FRAME {
    for (let batch = this.nextBatch(); batch !== undefined; batch = this.nextBatch()) {
      const frame = this.takeFrom(batch)
      if (frame !== NO_FRAME) return frame
    }
    return super.take()
  }

  private takeFrom(batch: Batch): Frame | typeof NO_FRAME {
    const made = this.madeFrames(batch)
    const at = BOUNDS * batch.taken
    const payloadStart = batch.bounds[at]!
    const payloadEnd = batch.bounds[at + 1]!
    const end = batch.bounds[at + 2]!
    const start = startIn(batch.usedBetween, batch.taken, this.position)
    const length = end - start
    if (!isOrdered(start, payloadStart, payloadEnd, end)) throw this.loseBatch(batch)
    const index = batch.taken++
    this.position = end
    this.frameIndex++
    const { isFrame } = this.conversion
    if (isFrame !== undefined && !isFrame(this.chunk, payloadStart, payloadEnd, this.frameIndex - 1)) return NO_FRAME
    if (made?.[index] === NO_FRAME) return NO_FRAME
    if (made === undefined) {
      return super.convertPayload(this.payloadFromChunk(payloadStart, payloadEnd), length, undefined)
    }
    const { mapFrame } = this.conversion
    return mapFrame === undefined ? (made[index] as Frame) : this.convert(made[index], mapFrame, length, undefined)
  }

  protected override scanWholeFrames(visit: FrameVisitor): void {
    for (let batch = this.nextBatch(); batch !== undefined; batch = this.nextBatch()) this.scanBatch(batch, visit)
    super.scanWholeFrames(visit)
  }

  private scanBatch(batch: Batch, visit: FrameVisitor): void {
    const { chunk, limit, search } = this
    const { bounds, count, usedBetween } = batch
    let { position } = this
    for (let index = batch.taken; index < count; index++) {
      const at = BOUNDS * index
      const payloadStart = bounds[at]!
      const payloadEnd = bounds[at + 1]!
      const end = bounds[at + 2]!
      const start = usedBetween === undefined ? position : startIn(usedBetween, index, position)
      if (!isOrdered(start, payloadStart, payloadEnd, end)) throw this.loseBatch(batch)
      batch.taken = index + 1
      this.position = position = end
      this.frameIndex++
      visit(chunk, payloadStart, payloadEnd)
      // The visitor may have taken frames, called `reset` or `takeRemaining`, or transferred the chunk.
      if (this.position !== position || this.search !== search || chunk.length < limit) return
    }
  }

  /** Returns the batch with the next frame, or undefined if frames are to be found one by one. */
  private nextBatch(): Batch | undefined {
    const { batch, position, limit } = this
    if (this.isChunkLost) return undefined
    if (batch !== undefined && batch.taken < batch.count) return batch
    const isWorthIt = limit - position >= SMALLEST_SEARCH && (batch === undefined || position >= batch.resumeAt)
    if (!isWorthIt || this.state !== BETWEEN || limit > LARGEST_INDEX) return undefined
    return this.findBatch(batch ?? (this.batch = takeBatch()))
  }

  private findBatch(batch: Batch): Batch | undefined {
    const { chunk, position, limit, definition } = this
    batch.begin(this.finderState)
    const count: unknown = definition.findMany!(chunk, position, limit, batch)
    // NaN is refused below; to calculate with a symbol or a bigint would throw.
    batch.count = typeof count === 'number' ? count : Number.NaN
    if (batch.count === 0) {
      batch.resumeAt = position + PAUSE
      return undefined
    }
    if (batch.isSound(position, limit)) {
      this.finderState = batch.stateAfter(batch.count)
      return batch
    }
    throw this.loseBatch(batch)
  }

  /** Fails, since an invalid answer of `findMany` is a bug of the codec. */
  private loseBatch(batch: Batch): unknown {
    const found = `findMany, asked at ${this.position}, found ${batch.count - batch.taken} frames`
    batch.begin(0)
    const what = 'which do not lie one after the other in the chunk'
    return this.fail(new Error(`${this.definition.name}: ${found}, ${what}`))
  }

  /** Makes all frames of the batch at once, if possible. Returns whether they can be given out as they are. */
  private makeReady(batch: Batch): boolean {
    return this.madeFrames(batch) !== undefined && batch.ready.length > 0
  }

  private madeFrames(batch: Batch): readonly unknown[] | undefined {
    const { toFrames, holdsPayload } = this.definition
    if (toFrames === undefined || batch.isTried) return batch.made
    batch.isTried = true
    // With the option `copy`, frames must not be views of the chunk.
    if (holdsPayload && this.options.copy === true) return undefined
    try {
      const made = toFrames(this.chunk, batch, batch.count, this.frameIndex - batch.taken)
      if (made?.length === batch.count && batch.areFramesSound(this.position)) batch.made = made
    } catch {
      // The frames are made one by one instead, which shows which frame fails and at what offset.
    }
    const { mapFrame, isFrame } = this.conversion
    // Views are made and checked one by one, since the chunk may be transferred between two of them.
    const isReady = mapFrame === undefined && isFrame === undefined && !holdsPayload
    if (isReady && batch.made?.includes(NO_FRAME) === false) batch.ready = batch.made
    return batch.made
  }

  // ── Finding frames one by one, while a callback of the caller may have begun a batch ──

  protected override ask(): number {
    this.leaveBatch()
    return super.ask()
  }

  protected override convertPayload(
    payload: Uint8Array,
    length: number,
    emptied: Accumulator | undefined,
  ): Frame | typeof NO_FRAME {
    const frame = super.convertPayload(payload, length, emptied)
    if (isNoFrame(frame)) this.leaveBatch()
    return frame
  }

  /** Restores the state after the last frame taken, so that the other frames of the batch are found again. */
  private leaveBatch(): void {
    const { batch } = this
    if (batch === undefined || batch.taken >= batch.count) return
    this.finderState = batch.stateAfter(batch.taken)
    // They are found one by one, so that no frame is found more than twice.
    batch.resumeAt = batch.end
    batch.begin(0)
  }

  protected override leaveLoop(): void {
    this.leaveBatch()
    super.leaveLoop()
  }

  protected override releaseChunk(): void {
    super.releaseChunk()
    if (this.batch !== undefined) giveBackBatch(this.batch)
    this.batch = undefined
  }

  protected override setChunk(chunk: Uint8Array): void {
    super.setChunk(chunk)
    if (this.batch !== undefined) {
      this.batch.begin(0)
      this.batch.resumeAt = 0
    }
  }
}
