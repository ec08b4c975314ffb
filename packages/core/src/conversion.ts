// From bytes to a frame. There are two ways, with the same result:
//
//   one by one    toFrame(payload)                      the mappings are part of it
//   a batch       toFrames(bytes, found, count)  then   mapFrame(each)

import { NO_FRAME, type CodecDefinition, type ToFrame } from './definition.ts'
import type { FindFrame } from './search.ts'

/**
 * Turns a frame of one kind into one of another; `index` is the number of frames before this one, dropped ones
 * included.
 */
export type MapFrame<From, To> = (frame: From, index: number) => To | typeof NO_FRAME

/** The mapping of one decoder, which may have a memory. */
export interface FrameMapper<From, To> {
  /** Makes a frame, or returns `NO_FRAME`; `index` is the number of frames before this one, dropped ones included. */
  decode: MapFrame<From, To>
  /** Returns the frames that only the end decides, or throws a `FrameError` if the stream must not end here. */
  end?(): To[]
  /**
   * Whether the mapper holds frames that wait for more. They count in the decoder's `bufferedLength`; its
   * `frameOffset`, and the offset of an error, are then those of the first of them.
   */
  isInside?(): boolean
}

type IsFrame = NonNullable<CodecDefinition['isFrame']>

/** How a decoder makes its frames. Without a memory, one conversion serves all decoders of a codec. */
export class Conversion<Frame> {
  /** If undefined, the payload is the frame. */
  readonly toFrame: ToFrame<Frame> | undefined
  /** Applies the mappings to a frame made by `toFrames`. */
  readonly mapFrame: MapFrame<unknown, Frame> | undefined
  /** Stream offset of the first frame that waits for more. */
  insideSince: number | undefined = undefined
  /** Whether it serves only one decoder. */
  readonly hasMemory: boolean
  /** Whether frames may have to wait for more. */
  readonly hasInside: boolean
  /** The finders of a decoder whose finder has a memory besides its state. If undefined, those of the definition. */
  readonly find: FindFrame | undefined = undefined
  readonly findAtEnd: FindFrame | undefined = undefined
  /** Whether the last slice found is a frame. If undefined, every slice is. */
  readonly isFrame: IsFrame | undefined
  private readonly mappers: readonly FrameMapper<unknown, unknown>[]
  /** What makes the frames for the mappers, if it has a memory of its own. */
  private readonly base: Conversion<unknown> | undefined
  /** Stream offset of the first frame that waits in a mapper. */
  private mappedSince: number | undefined = undefined

  constructor(
    toFrame: ToFrame<unknown> | undefined,
    mappers: readonly FrameMapper<unknown, unknown>[],
    hasMemory: boolean,
    base?: Conversion<unknown>,
    isFrame: IsFrame | undefined = base?.isFrame,
    hasInside: boolean = base?.hasInside === true || mappers.some((mapper) => mapper.isInside !== undefined),
  ) {
    this.mappers = mappers
    this.hasMemory = hasMemory
    this.hasInside = hasInside
    this.base = base
    this.isFrame = isFrame
    if (base !== undefined) {
      this.find = base.find
      this.findAtEnd = base.findAtEnd
    }
    this.mapFrame = chain(mappers) as MapFrame<unknown, Frame> | undefined
    this.toFrame = (this.mapFrame && toFrame ? inTurn(toFrame, this.mapFrame) : (this.mapFrame ?? toFrame)) as
      | ToFrame<Frame>
      | undefined
  }

  /**
   * Call after the mappers have taken a frame that began at `offset`. Updates where the first waiting frame begins.
   * Returns where the resulting frame begins: at `offset`, or at the first frame that waited for this one.
   */
  noteInside(offset: number): number {
    const began = this.base?.noteInside(offset) ?? offset
    const since = this.mappedSince ?? began
    this.mappedSince = this.isInside() ? since : undefined
    this.insideSince = earliest(this.base?.insideSince, this.mappedSince)
    return since
  }

  /** Whether a mapper holds frames. Called once per frame: a loop makes no closure. */
  private isInside(): boolean {
    for (const mapper of this.mappers) if (mapper.isInside?.() === true) return true
    return false
  }

  /** Stream offset of the first frame that the next frame of this kind is joined with. */
  joinedSince(): number | undefined {
    return earliest(this.base?.joinedSince(), this.mappedSince)
  }

  /** Adds the frames that only the end decides. If it throws, `insideSince` is where the faulty frame began. */
  end(frames: Frame[], index: number): void {
    if (this.base !== undefined) this.endBase(this.base, frames, index)
    for (const [at, mapper] of this.mappers.entries()) {
      const mapLater = chain(this.mappers.slice(at + 1))
      for (const last of mapper.end?.() ?? []) {
        const frame = mapLater === undefined ? last : mapLater(last, index)
        if (frame !== NO_FRAME) frames.push(frame as Frame)
      }
    }
  }

  /** Even if it throws, the frames before the faulty one are mapped. */
  private endBase(base: Conversion<unknown>, frames: Frame[], index: number): void {
    const last: unknown[] = []
    try {
      base.end(last, index)
    } finally {
      this.insideSince = earliest(base.insideSince, this.mappedSince)
      for (const from of last) {
        const frame = this.mapFrame === undefined ? (from as Frame) : this.mapFrame(from, index)
        if (frame !== NO_FRAME) frames.push(frame)
      }
    }
  }
}

/** The smaller of two offsets, either of which may be undefined. */
export function earliest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined) return other
  return other === undefined ? one : Math.min(one, other)
}

function chain(mappers: readonly FrameMapper<unknown, unknown>[]): MapFrame<unknown, unknown> | undefined {
  const all = mappers.map(
    (mapper): MapFrame<unknown, unknown> =>
      (frame, index) =>
        mapper.decode(frame, index),
  )
  return all.length === 0 ? undefined : all.reduce(inTurn)
}

function inTurn<From, Between, To>(first: MapFrame<From, Between>, second: MapFrame<Between, To>): MapFrame<From, To> {
  return (from, index) => {
    const frame = first(from, index)
    return frame === NO_FRAME ? NO_FRAME : second(frame, index)
  }
}
