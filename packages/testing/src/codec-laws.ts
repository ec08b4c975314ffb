// The laws that every codec keeps, whoever made it.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { overlongFrames } from './beyond-limit.ts'
import { callbackLaws } from './callback-laws.ts'
import { chunked } from './chunkings.ts'
import { costLaws } from './cost-laws.ts'
import { decodingLaws } from './decoding-laws.ts'
import { definitionOf } from './definition.ts'
import { encodingLaws } from './encoding-laws.ts'
import { frameStreams } from './frame-streams.ts'
import { encodedMemoryLaw, handoverLaws, unreadMemoryLaw } from './handover-laws.ts'
import { independenceLaws } from './independence-laws.ts'
import { inputStreams } from './inputs.ts'
import { expectSame, LawBook, type Law } from './law.ts'
import { readLawOptions } from './law-options.ts'
import { lengthLaws } from './length-laws.ts'
import { longFrames } from './long-frames.ts'
import { wholeOutcomeOf, type Outcome } from './outcome.ts'

/** The options of `codecLaws`. */
export interface CodecLawOptions<Frame> {
  /**
   * Frames to encode, short ones above all. One that the codec refuses with a `FrameError` is left out, but not all may
   * be. Left out for a codec that only decodes; then `stream` is needed.
   *
   * @defaultValue none
   */
  frame?: fc.Arbitrary<Frame>
  /**
   * More streams to decode, such as ones of few different bytes. Encoded frames, whole and corrupted, and any bytes are
   * tried without it.
   *
   * @defaultValue none
   */
  stream?: fc.Arbitrary<Uint8Array>
  /**
   * The name of the codec in messages.
   *
   * @defaultValue 'the codec'
   */
  name?: string
  /**
   * A naive decoder of a whole stream by the codec's rules.
   *
   * @defaultValue none: there is no law about rules
   */
  oracle?: (stream: Uint8Array) => Outcome
  /**
   * What the codec makes of an unfinished frame at the end.
   *
   * @defaultValue 'error'
   */
  atEnd?: 'error' | 'emit' | 'drop'
  /**
   * What `scan` gives: the frames, or the slices that they are made of.
   *
   * @defaultValue 'frames'
   */
  scan?: 'frames' | 'slices'
  /**
   * Whether there are bytes that the codec refuses. With 'none' it must refuse nothing.
   *
   * @defaultValue what a few samples show
   */
  errors?: 'some' | 'none'
  /**
   * Whether bytes are skipped and reported to `onSkip`. With 'some' a law fails if nothing is skipped, with 'none' if
   * something is.
   *
   * @defaultValue 'some' for a codec of `defineCodec` with an option that skips, else both are accepted
   */
  skips?: 'some' | 'none' | undefined
  /**
   * When a frame is given: with its last byte, or later, where only the bytes after it show that it is complete.
   *
   * @defaultValue 'immediate'
   */
  completion?: 'immediate' | 'delayed'
  /**
   * A frame of this many bytes, or a few more, by the codec's own count; 'none' where frames have no length of their
   * own.
   *
   * @defaultValue as many letters 'a', as bytes or as a string
   */
  frameOfLength?: ((length: number) => Frame) | 'none'
  /**
   * The bytes of one frame that consists of this many small parts: fragments, elements, levels.
   *
   * @defaultValue parts of the streams are repeated, where that makes a longer frame
   */
  frameOfParts?: (parts: number) => Uint8Array
  /**
   * The header of a frame whose length is announced as this many bytes, whatever else the length counts; undefined
   * where it cannot be written. Left out for codecs whose frames do not announce their length.
   *
   * @defaultValue none
   */
  announcing?: (length: bigint) => Uint8Array | undefined
}

/**
 * The laws of `codec`, for any test runner: `for (const law of codecLaws(...)) it(law.name, () => law.run())`.
 *
 * @throws {TypeError} There are no inputs to try them with, or an option is unknown or of the wrong kind.
 *
 * @example
 * ```ts
 * import { lines } from '@unstick/delimiter'
 * import { codecLaws } from '@unstick/testing'
 * import fc from 'fast-check'
 *
 * const frame = fc.uint8Array({ min: 32, maxLength: 20 })
 * const laws = codecLaws(lines(), { frame, atEnd: 'emit' })
 * await laws[0]!.run({ numRuns: 10 })
 * console.log(laws[0]!.name) // only FrameErrors
 * ```
 */
export function codecLaws<Frame>(codec: FrameCodec<Frame>, given: CodecLawOptions<Frame>): Law[] {
  const options = readLawOptions<CodecLawOptions<Frame>>('codecLaws', given, [
    'frame',
    'stream',
    'name',
    'oracle',
    'atEnd',
    'scan',
    'errors',
    'skips',
    'completion',
    'frameOfLength',
    'frameOfParts',
    'announcing',
  ])
  const { frame, stream, name = 'the codec', oracle, frameOfLength, frameOfParts, announcing } = options
  const valid = frame && frameStreams(codec, frame)
  checkInputs(valid, stream)
  const book = new LawBook(name)
  const long = valid === undefined || frameOfLength === 'none' ? undefined : longFrames(codec, frameOfLength, valid)
  const streams = inputStreams(valid, stream, long && overlongFrames(codec, long))
  const input = chunked(streams)

  decodingLaws(book, codec, input, options)
  if (frame !== undefined && valid !== undefined) {
    encodingLaws(book, codec, frame, valid, long, options)
  }
  handoverLaws(book, codec, input)
  callbackLaws(book, codec, input, streams, { ...options, skips: options.skips ?? skipsOf(codec) })
  independenceLaws(book, codec, { input, streams: streamsOf(valid, stream) })
  costLaws(book, codec, { input, long, valid, stream, ofParts: frameOfParts })
  if (announcing !== undefined) lengthLaws(book, codec, announcing)
  if (oracle !== undefined) {
    book.law({
      name: 'the rules',
      sentence: 'frames, skips, error and offset are those of the naive oracle',
      cases: input,
      check: ({ bytes, chunks }) => expectSame(wholeOutcomeOf(codec, chunks), oracle(bytes)),
    })
  }
  // Last, since a codec that breaks one of them breaks all others afterwards.
  unreadMemoryLaw(book, codec, input)
  if (frame !== undefined) encodedMemoryLaw(book, codec, frame)
  return book.laws
}

/** Streams that should give frames. */
function streamsOf(
  valid: fc.Arbitrary<{ bytes: Uint8Array }> | undefined,
  stream: fc.Arbitrary<Uint8Array> | undefined,
): fc.Arbitrary<Uint8Array> {
  const encoded = valid?.map(({ bytes }) => bytes)
  return fc.oneof(...[encoded, stream].filter((each) => each !== undefined))
}

function skipsOf(codec: object): 'some' | undefined {
  const definition = definitionOf(codec)
  return definition?.oversize === 'skip' || definition?.corrupt === 'skip' ? 'some' : undefined
}

/** Without a frame every law would hold. */
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
