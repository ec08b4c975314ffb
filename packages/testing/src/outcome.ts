// The complete result of decoding a stream to its end.

import {
  isFrameError,
  type DecoderOptions,
  type FrameCodec,
  type FrameDecoder,
  type Skipped,
  type SkipReason,
} from '@unstick/core'
import { areSame, copyOf } from './frame-content.ts'

/** The result of decoding a stream: its frames, the skipped bytes, and the error that ended it. */
export interface Outcome<Frame = unknown> {
  /** The frames, in order. */
  frames: Frame[]
  /** The gaps and frames that were skipped, in order. */
  skipped: SkippedBytes[]
  /** The error that ended the stream; undefined for a clean end. */
  error?: { code: string; offset: number | undefined }
}

/** Skipped bytes. Without a reason, equal to a skip for any reason. */
export interface SkippedBytes {
  /** The position of the first byte in the stream. */
  offset: number
  /** How many bytes were skipped. */
  length: number
  /** Why they were skipped. */
  reason?: SkipReason
}

/** More frames than any stream of the laws has, so that a decoder without progress is reported. */
const MOST_FRAMES = 100_000

/**
 * Decodes `chunks` to the end. Frames are copied when they are given out, at any depth.
 *
 * With 'scan' the frames are the slices that are visited. Throws errors that are not a `FrameError`.
 */
export function outcomeOf<Frame>(
  codec: FrameCodec<Frame>,
  chunks: readonly Uint8Array[],
  via: 'decode' | 'scan' = 'decode',
): Outcome {
  const { skipped, ...outcome } = wholeOutcomeOf(codec, chunks, via)
  return { ...outcome, skipped: skipped.map(({ offset, length }) => ({ offset, length })) }
}

/** The same, with the reasons of skips. */
export function wholeOutcomeOf<Frame>(
  codec: FrameCodec<Frame>,
  chunks: readonly Uint8Array[],
  via: 'decode' | 'scan' = 'decode',
): Outcome {
  return observe(codec, (decoder, take) => {
    for (const chunk of chunks) {
      if (via === 'scan') decoder.scan(chunk, (bytes, start, end) => take(bytes.subarray(start, end)))
      else for (const frame of decoder.decode(chunk)) take(frame)
    }
    for (const frame of decoder.end()) take(frame)
  })
}

/** The result of feeding a new decoder with `feed`, which passes each frame to `take`. */
export function observe<Frame>(
  codec: FrameCodec<Frame>,
  feed: (decoder: FrameDecoder<Frame>, take: (frame: unknown) => void, outcome: Outcome) => void,
  options: DecoderOptions = {},
): Outcome {
  const recorder = new OutcomeRecorder()
  const decoder = codec.decoder({ ...options, onSkip: recorder.skip })
  try {
    feed(decoder, recorder.take, recorder.outcome)
  } catch (error) {
    recorder.fail(error)
  }
  return recorder.outcome
}

/** Collects an outcome. */
export class OutcomeRecorder {
  readonly outcome: Outcome = { frames: [], skipped: [] }

  readonly take = (frame: unknown): void => {
    if (this.outcome.frames.length === MOST_FRAMES) throw new Error('there is no end to the frames')
    this.outcome.frames.push(copyOf(frame))
  }

  readonly skip = ({ offset, length, reason }: Skipped): void => {
    this.outcome.skipped.push({ offset, length, ...(reason === undefined ? {} : { reason }) })
  }

  /** Throws anything but a `FrameError`. */
  fail(error: unknown): void {
    if (!isFrameError(error)) throw error
    for (const frame of error.frames ?? []) this.take(frame)
    this.outcome.error = { code: error.code, offset: error.offset }
  }
}

/** Whether two outcomes have the same content; a skip without a reason equals one with any reason. */
export function areSameOutcomes(a: Outcome, b: Outcome): boolean {
  return (
    areSame(a.frames, b.frames) &&
    a.skipped.length === b.skipped.length &&
    a.skipped.every((skip, index) => areSameSkips(skip, b.skipped[index]!)) &&
    a.error?.code === b.error?.code &&
    a.error?.offset === b.error?.offset
  )
}

function areSameSkips(a: SkippedBytes, b: SkippedBytes): boolean {
  const isSameReason = a.reason === b.reason || a.reason === undefined || b.reason === undefined
  return a.offset === b.offset && a.length === b.length && isSameReason
}
