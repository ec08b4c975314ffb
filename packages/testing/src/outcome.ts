// All that can be seen of decoding a stream to its end.

import { isFrameError, type DecoderOptions, type FrameCodec, type FrameDecoder, type Skipped } from '@unstick/core'
import fc from 'fast-check'
import { hex } from './bytes.ts'

/** What came of a stream: its frames, the frames that were dropped because it was asked for, and the error that ended it. */
export interface Outcome<Frame = unknown> {
  frames: Frame[]
  skipped: Pick<Skipped, 'offset' | 'length'>[]
  error?: { code: string; offset: number | undefined }
}

/**
 * Decodes `chunks` to the end. Frames of bytes are copied when they come.
 *
 * With 'scan' the frames are the slices that the visitor is given. Throws what is no `FrameError`.
 */
export function outcomeOf<Frame>(
  codec: FrameCodec<Frame>,
  chunks: readonly Uint8Array[],
  road: 'decode' | 'scan' = 'decode',
): Outcome {
  return observe(codec, (decoder, take) => {
    for (const chunk of chunks) {
      if (road === 'scan') decoder.scan(chunk, (bytes, start, end) => take(bytes.subarray(start, end)))
      else for (const frame of decoder.decode(chunk)) take(frame)
    }
    for (const frame of decoder.end()) take(frame)
  })
}

/** What `feed` gets out of a new decoder: it hands on each frame to `take`. */
export function observe<Frame>(
  codec: FrameCodec<Frame>,
  feed: (decoder: FrameDecoder<Frame>, take: (frame: unknown) => void, outcome: Outcome) => void,
  options: DecoderOptions = {},
): Outcome {
  const outcome: Outcome = { frames: [], skipped: [] }
  const decoder = codec.decoder({
    ...options,
    onSkip: ({ offset, length }) => void outcome.skipped.push({ offset, length }),
  })
  const take = (frame: unknown): void => {
    if (outcome.frames.length === MOST_FRAMES) throw new Error('there is no end to the frames')
    outcome.frames.push(frame instanceof Uint8Array ? new Uint8Array(frame) : frame)
  }
  try {
    feed(decoder, take, outcome)
  } catch (error) {
    if (!isFrameError(error)) throw error
    for (const frame of error.frames ?? []) take(frame)
    outcome.error = { code: error.code, offset: error.offset }
  }
  return outcome
}

/** More than any stream of the laws has: a decoder that makes no progress is told, not waited for. */
const MOST_FRAMES = 100_000

/** A frame for a message: bytes as hex. Equal frames, and only they, give equal text. */
export function shownFrame(frame: unknown): string {
  if (!(frame instanceof Uint8Array)) return fc.stringify(frame)
  return frame.length === 0 ? '(empty)' : hex(frame)
}

/** An outcome for a message. Equal outcomes, and only they, give equal text. */
export function shownOutcome({ frames, skipped, error }: Outcome): string {
  return [
    frames.length === 0 ? 'no frame' : `frames ${frames.map(shownFrame).join(', ')}`,
    ...skipped.map(({ offset, length }) => `skipped ${length} bytes at ${offset}`),
    shownEnd(error),
  ].join('; ')
}

function shownEnd(error: Outcome['error']): string {
  if (error === undefined) return 'a clean end'
  return error.offset === undefined ? error.code : `${error.code} at ${error.offset}`
}
