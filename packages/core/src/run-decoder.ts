// The engine for codecs that find many frames at once: those that lie whole inside the chunk come in runs, and whatever
// is not plain one by one, as everywhere.

import type { DecoderOptions, FrameVisitor } from './contracts.ts'
import { Decoder, type CompleteDefinition } from './decoder.ts'
import { BOUNDS, NO_FRAME, type FindFrames } from './definition.ts'

/** How many frames a run has at most. */
const LONGEST_RUN = 1024

/** Among fewer bytes it is not worth it. */
const SMALLEST_SEARCH = 256

/** So many bytes are gone through one by one after a search that found nothing, so that few are searched twice. */
const PAUSE = 64 * 1024

/** The largest index that bounds can hold. */
const LARGEST_INDEX = 0x7fffffff

/** In place of the frames of a run: nobody has asked for them yet, or they cannot be made at once. */
const NOT_YET: readonly unknown[] = []
const ONE_BY_ONE: readonly unknown[] = []

/** Bounds that nobody uses: chunk after chunk, decoder after decoder, there are mostly one at a time. */
let spare: Int32Array | undefined

export class RunDecoder<Frame> extends Decoder<Frame> {
  private readonly findMany: FindFrames

  /** The run: where its frames lie, themselves where they were made at once, how many there are, and were taken. */
  private bounds: Int32Array | undefined = undefined
  private made: readonly unknown[] = NOT_YET
  private count = 0
  private taken = 0
  /** From where on in the chunk the next run may begin. */
  private resumeAt = 0

  constructor(definition: CompleteDefinition<Frame>, findMany: FindFrames, options: DecoderOptions) {
    super(definition, options)
    this.findMany = findMany
  }

  /** The way of most frames that are made at once, small enough to be inlined. */
  override next(): IteratorResult<Frame> {
    const { made, taken } = this
    if (taken >= made.length || this.definition.refine !== undefined) {
      return this.isUsedUp() ? { value: undefined, done: true } : super.next()
    }
    this.taken = taken + 1
    this.position = this.bounds![BOUNDS * taken + 2]!
    this.frameIndex++
    return { value: made[taken] as Frame, done: false }
  }

  override takeAll(frames: Frame[]): void {
    for (;;) {
      while (this.hasFrames() && this.takesMade(frames));
      const frame = this.take()
      if (frame === NO_FRAME) return
      frames.push(frame)
    }
  }

  /** Adds what is left of a run whose frames are made, if they are. */
  private takesMade(frames: Frame[]): boolean {
    const { made, taken, count } = this
    if (made.length === 0 || this.definition.refine !== undefined) return false
    frames.push(...((taken === 0 ? made : made.slice(taken)) as Frame[]))
    this.taken = count
    this.position = this.runEnd
    this.frameIndex += count - taken
    return true
  }

  protected override take(): Frame | typeof NO_FRAME {
    while (this.hasFrames()) {
      const frame = this.takeFromRun()
      if (frame !== NO_FRAME) return frame
    }
    return super.take()
  }

  private takeFromRun(): Frame | typeof NO_FRAME {
    const index = this.taken++
    const end = (this.frameEnd = this.bounds![BOUNDS * index + 2]!)
    const frame = this.made.length === 0 ? this.turnPayload(index) : this.turnMade(this.made[index])
    this.frameIndex++
    this.position = end
    return frame
  }

  private turnPayload(index: number): Frame | typeof NO_FRAME {
    const { toFrame } = this.definition
    const payload = this.fromChunk(this.bounds![BOUNDS * index]!, this.bounds![BOUNDS * index + 1]!)
    return toFrame === undefined ? (payload as Frame) : this.convert(payload, toFrame)
  }

  private turnMade(made: unknown): Frame | typeof NO_FRAME {
    const { refine } = this.definition
    return refine === undefined ? (made as Frame) : this.convert(made, refine)
  }

  protected override scanWholeFrames(visit: FrameVisitor): void {
    while (this.hasRun()) this.scanRun(visit)
    super.scanWholeFrames(visit)
  }

  private scanRun(visit: FrameVisitor): void {
    const { chunk, count } = this
    const bounds = this.bounds!
    for (let index = this.taken; index < count; index++) {
      const at = BOUNDS * index
      const end = bounds[at + 2]!
      this.taken = index + 1
      this.position = end
      this.frameIndex++
      visit(chunk, bounds[at]!, bounds[at + 1]!)
      // The visitor may have reset the decoder, or taken what remains.
      if (this.position !== end || this.chunk !== chunk) return
    }
  }

  /** Whether there is a frame in the run, or in a new one. */
  private hasRun(): boolean {
    return this.failure === undefined && (this.taken < this.count || this.findsRun())
  }

  private findsRun(): boolean {
    const { position, limit, definition } = this
    if (limit - position < SMALLEST_SEARCH || position < this.resumeAt || limit > LARGEST_INDEX) return false
    if (this.accumulator.length > 0 || this.skip !== undefined) return false
    this.clearRun()
    const bounds = (this.bounds ??= spare ?? new Int32Array(BOUNDS * LONGEST_RUN))
    spare = undefined
    this.count = this.findMany(this.chunk, position, limit, bounds)
    if (this.count === 0) {
      this.resumeAt = position + PAUSE
      return false
    }
    const { runEnd } = this
    if (runEnd > position && runEnd <= limit) return true
    throw this.fail(
      new Error(`${definition.name}: findMany, asked at ${position}, found ${this.count} frames up to ${runEnd}`),
    )
  }

  /** The same, with its frames made, if they can be made at once. */
  private hasFrames(): boolean {
    if (!this.hasRun()) return false
    // Only right after they were found: a finder may remember something of its last search.
    if (this.made === NOT_YET) this.made = (this.taken === 0 ? this.makeFrames() : undefined) ?? ONE_BY_ONE
    return true
  }

  private makeFrames(): unknown[] | undefined {
    try {
      const made = this.definition.toFrames?.(this.chunk, this.bounds!, this.count, this.frameIndex)
      return made?.length === this.count ? made : undefined
    } catch {
      // Which frame it is, and where, is told when it is turned alone.
      return undefined
    }
  }

  /** Where the run's last frame ends. */
  private get runEnd(): number {
    return this.bounds![BOUNDS * this.count - 1]!
  }

  private clearRun(): void {
    this.made = NOT_YET
    this.count = 0
    this.taken = 0
  }

  protected override setChunk(chunk: Uint8Array, limit: number, isOurs: boolean): void {
    super.setChunk(chunk, limit, isOurs)
    this.clearRun()
    this.resumeAt = 0
    if (this.bounds === undefined) return
    spare = this.bounds
    this.bounds = undefined
  }
}
