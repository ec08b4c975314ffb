// The laws that every codec keeps, whoever made it.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { costLaws } from './cost-laws.ts'
import { decodingLaws } from './decoding-laws.ts'
import { encodingLaws } from './encoding-laws.ts'
import { frameStreams } from './frame-streams.ts'
import { handoverLaws } from './handover-laws.ts'
import { inputs } from './inputs.ts'
import { expectSame, lawOf, type Law, type StateLaw } from './law.ts'
import { longFrames } from './long-frames.ts'
import { outcomeOf, type Outcome } from './outcome.ts'

export interface CodecLawOptions<Frame> {
  /**
   * Frames to encode, short ones above all. One that the codec refuses with a `FrameError` is left out, but not all
   * may be. Default: none, for a codec that only decodes; then `stream` is needed.
   */
  frame?: fc.Arbitrary<Frame>
  /**
   * More streams to decode, such as ones of few different bytes. Default: encoded frames, whole and corrupted, and any
   * bytes.
   */
  stream?: fc.Arbitrary<Uint8Array>
  /** What messages call the codec. Default: 'the codec'. */
  name?: string
  /** What the codec's rules say of a whole stream, found the naive way. Default: one law less. */
  oracle?: (stream: Uint8Array) => Outcome
  /** What the codec makes of an unfinished frame at the end. Default: 'error'. */
  atEnd?: 'error' | 'emit' | 'drop'
  /** What `scan` gives: the frames, or the slices that they are made of. Default: 'frames'. */
  scan?: 'frames' | 'slices'
  /** A frame of about so many bytes. Default: so many letters 'a', as bytes or as a string. */
  frameOfLength?: (length: number) => Frame
}

/**
 * The laws of `codec`, for any test runner: `for (const law of codecLaws(...)) it(law.name, () => law.run())`.
 *
 * Throws a `TypeError` where there is nothing to try them with.
 */
export function codecLaws<Frame>(codec: FrameCodec<Frame>, options: CodecLawOptions<Frame>): Law[] {
  const { frame, stream, name = 'the codec', oracle, atEnd = 'error', scan = 'frames' } = options
  const valid = frame && frameStreams(codec, frame)
  checkInputs(valid, stream)
  const laws: Law[] = []
  const law: StateLaw = (statement) => void laws.push(lawOf(name, statement))

  const input = inputs(valid, stream)
  const long = frame === undefined ? () => undefined : longFrames(codec, options.frameOfLength)
  decodingLaws(law, codec, input, scan)
  if (frame !== undefined && valid !== undefined) encodingLaws(law, codec, frame, valid, long, atEnd)
  handoverLaws(law, codec, input)
  costLaws(law, codec, input, long, valid)
  if (oracle !== undefined) {
    law({
      name: 'the rules',
      sentence: 'frames, skips, error and offset are those of the naive oracle',
      cases: input,
      check: ({ bytes, chunks }) => expectSame(outcomeOf(codec, chunks), oracle(bytes)),
    })
  }
  return laws
}

/** Laws that hold of no frame hold of any codec. */
function checkInputs(
  valid: fc.Arbitrary<{ frames: unknown[] }> | undefined,
  stream: fc.Arbitrary<Uint8Array> | undefined,
): void {
  if (valid === undefined) {
    if (stream === undefined) throw new TypeError('codecLaws needs frame or stream, received neither')
  } else if (fc.sample(valid, { numRuns: 50, seed: 1 }).every(({ frames }) => frames.length === 0)) {
    throw new TypeError('frame must give frames that the codec encodes, received none in 50 tries')
  }
}
