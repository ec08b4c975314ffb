// The laws that every codec must keep.

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
import { inputStreams, someSample } from './inputs.ts'
import { expectSame, LawBook, type Law } from './law.ts'
import { readLawOptions, type CodecLawOptions } from './law-options.ts'
import { lengthLaws } from './length-laws.ts'
import { longFrames } from './long-frames.ts'
import { wholeOutcomeOf } from './outcome.ts'

/**
 * The laws of `codec`, for any test runner: `for (const law of codecLaws(...)) it(law.name, () => law.run())`.
 *
 * @throws {TypeError} There are no inputs to try the laws with, or an option is unknown or of the wrong kind.
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
export function codecLaws<Frame>(codec: FrameCodec<Frame>, options: CodecLawOptions<Frame>): Law[] {
  const given = readLawOptions<CodecLawOptions<Frame>>('codecLaws', options, [
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
  const { frame, stream, name = 'the codec', oracle, frameOfLength, frameOfParts, announcing } = given
  const valid = frame && frameStreams(codec, frame)
  checkInputs(valid, stream)
  const book = new LawBook(name)
  const long = valid === undefined || frameOfLength === 'none' ? undefined : longFrames(codec, frameOfLength, valid)
  const streams = inputStreams(valid, stream, long && overlongFrames(codec, long))
  const input = chunked(streams)

  decodingLaws(book, codec, input, given)
  if (frame !== undefined && valid !== undefined) {
    encodingLaws(book, codec, frame, valid, long, given)
  }
  handoverLaws(book, codec, input)
  callbackLaws(book, codec, input, streams, { ...given, skips: given.skips ?? skipsOf(codec) })
  independenceLaws(book, codec, { input, streams: streamsOf(valid, stream) })
  costLaws(book, codec, { input, long, valid, stream, ofParts: frameOfParts })
  if (announcing !== undefined) lengthLaws(book, codec, announcing)
  if (oracle !== undefined) {
    book.law({
      name: 'the rules',
      sentence: 'frames, skips, error and offset equal those of the naive oracle',
      cases: input,
      check: ({ bytes, chunks }) => expectSame(wholeOutcomeOf(codec, chunks), oracle(bytes)),
    })
  }
  // Last, since a codec that breaks one of these breaks all others afterwards.
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

/** Without a frame, every law would hold. */
function checkInputs(
  valid: fc.Arbitrary<{ frames: unknown[] }> | undefined,
  stream: fc.Arbitrary<Uint8Array> | undefined,
): void {
  if (valid === undefined) {
    if (stream === undefined) throw new TypeError('codecLaws needs frame or stream, received neither')
  } else if (!someSample(valid, 50, ({ frames }) => frames.length > 0)) {
    throw new TypeError('frame must give frames that the codec encodes, received none in 50 tries')
  }
}
