// The engine for codecs that find many frames at once: those that lie whole inside the chunk come in runs, and whatever
// is not plain one by one, as everywhere.

import type { DecoderOptions, FrameVisitor } from './contracts.ts'
import { Decoder, type CompleteDefinition } from './decoder.ts'
import { BOUNDS, NO_FRAME, type FindFrames } from './definition.ts'

/** How many frames a run has at most. */
const LONGEST_RUN = 512

/** Among fewer bytes it is not worth it. */
const SMALLEST_SEARCH = 256

/** So many bytes are gone through one by one after a search that found nothing, so that few are searched twice. */
const PAUSE = 16 * 1024

/** The largest index that bounds can hold. */
const LARGEST_INDEX = 0x7fffffff

/** Frames that were found at once. */
class Run {
  readonly bounds = new Int32Array(BOUNDS * LONGEST_RUN)
  /** The frames, where they were made at once, too. */
  frames: unknown[] | undefined = undefined
  count = 0
  taken = 0

  get isUsedUp(): boolean {
    return this.taken === this.count
  }

  /** Where the last frame ends. */
  get end(): number {
    return this.bounds[BOUNDS * this.count - 1]!
  }

  clear(): void {
    this.frames = undefined
    this.count = 0
    this.taken = 0
  }
}

/** A run that nobody uses: chunk after chunk, decoder after decoder, there is mostly one at a time. */
let spare: Run | undefined

export class RunDecoder<Frame> extends Decoder<Frame> {
  private readonly findMany: FindFrames
  /** Where the chunk's frames lie from `position` on. */
  private run: Run | undefined = undefined
  /** From where on in the chunk a run may begin. */
  private resumeAt = 0

  constructor(definition: CompleteDefinition<Frame>, findMany: FindFrames, options: DecoderOptions) {
    super(definition, options)
    this.findMany = findMany
  }

  override next(): IteratorResult<Frame> {
    const { run } = this
    if (
      run !== undefined &&
      run.frames !== undefined &&
      this.definition.refine === undefined &&
      run.taken < run.count
    ) {
      const index = run.taken++
      this.position = run.bounds[3 * index + 2]!
      this.frameIndex++
      return { value: run.frames[index] as Frame, done: false }
    }
    return super.next()
  }

  override takeAll(frames: Frame[]): void {
    for (;;) {
      while (this.hasRun() && this.takesMade(this.run!, frames));
      const frame = this.take()
      if (frame === NO_FRAME) return
      frames.push(frame)
    }
  }

  /** Adds what is left of a run whose frames are made, if they are. */
  private takesMade(run: Run, frames: Frame[]): boolean {
    if (run.frames === undefined || this.definition.refine !== undefined) return false
    frames.push(...((run.taken === 0 ? run.frames : run.frames.slice(run.taken)) as Frame[]))
    this.frameIndex += run.count - run.taken
    this.position = run.end
    run.clear()
    return true
  }

  protected override take(): Frame | typeof NO_FRAME {
    while (this.hasRun()) {
      const frame = this.takeFromRun(this.run!)
      if (frame !== NO_FRAME) return frame
    }
    return super.take()
  }

  protected override scanWholeFrames(visit: FrameVisitor): void {
    while (this.hasRun()) if (!this.scanRun(this.run!, visit)) return
    super.scanWholeFrames(visit)
  }

  protected override setChunk(chunk: Uint8Array, limit: number, isOurs: boolean): void {
    super.setChunk(chunk, limit, isOurs)
    this.resumeAt = 0
    if (this.run === undefined) return
    this.run.clear()
    spare = this.run
    this.run = undefined
  }

  /** Whether there is a frame in the run, or in a new one. */
  private hasRun(): boolean {
    if (this.failure !== undefined) return false
    const { run } = this
    return (run !== undefined && !run.isUsedUp) || this.findRun()
  }

  private findRun(): boolean {
    const { position, limit } = this
    if (limit - position < SMALLEST_SEARCH || position < this.resumeAt || limit > LARGEST_INDEX) return false
    if (this.accumulator.length > 0 || this.skip !== undefined) return false
    const run = (this.run ??= spare ?? new Run())
    spare = undefined
    run.clear()
    run.count = this.findMany(this.chunk, position, limit, run.bounds)
    if (run.count === 0) {
      this.resumeAt = position + PAUSE
      return false
    }
    if (run.end > position && run.end <= limit) return this.makesFrames(run)
    const { name } = this.definition
    throw this.fail(new Error(`${name}: findMany, asked at ${position}, found ${run.count} frames up to ${run.end}`))
  }

  /** Makes the run's frames, if they can be made at once. False if each has to be looked at by itself. */
  private makesFrames(run: Run): boolean {
    const { toFrames } = this.definition
    if (toFrames === undefined) return true
    try {
      run.frames = toFrames(this.chunk, run.bounds, run.count, this.frameIndex)
    } catch {
      // Which frame it is, and where, is told when it is turned alone.
    }
    if (run.frames !== undefined) return true
    this.resumeAt = run.end
    run.clear()
    return false
  }

  private takeFromRun(run: Run): Frame | typeof NO_FRAME {
    const index = run.taken++
    const end = (this.frameEnd = run.bounds[BOUNDS * index + 2]!)
    const frame = run.frames === undefined ? this.turnPayload(run, index) : this.turnMade(run.frames[index])
    this.frameIndex++
    this.position = end
    return frame
  }

  private turnPayload({ bounds }: Run, index: number): Frame | typeof NO_FRAME {
    const { toFrame } = this.definition
    const payload = this.fromChunk(bounds[BOUNDS * index]!, bounds[BOUNDS * index + 1]!)
    return toFrame === undefined ? (payload as Frame) : this.convert(payload, toFrame)
  }

  private turnMade(made: unknown): Frame | typeof NO_FRAME {
    const { refine } = this.definition
    return refine === undefined ? (made as Frame) : this.convert(made, refine)
  }

  /** Visits the run's frames. False if the visitor has reset the decoder, or taken what remains. */
  private scanRun(run: Run, visit: FrameVisitor): boolean {
    const { bounds } = run
    const { chunk } = this
    while (!run.isUsedUp) {
      const at = BOUNDS * run.taken++
      const end = (this.position = bounds[at + 2]!)
      this.frameIndex++
      visit(chunk, bounds[at]!, bounds[at + 1]!)
      if (this.position !== end || this.chunk !== chunk) return false
    }
    return true
  }
}
