// Laws of encoding: a codec and its decoder agree.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { LARGEST_LIMIT } from './beyond-limit.ts'
import { hex, inSteps, joined } from './bytes.ts'
import { chunked } from './chunkings.ts'
import { shownFrame, shownOutcome } from './display.ts'
import { areSame, copyOf } from './frame-content.ts'
import type { FrameStream } from './frame-streams.ts'
import { frameErrorOf } from './inputs.ts'
import type { CodecLawOptions } from './law-options.ts'
import { expectSame, expectThat, NOTHING_TO_TRY, type LawBook } from './law.ts'
import { LONGEST_OVERHEAD, longestEncoded, type EncodedFrame, type LongFrames } from './long-frames.ts'
import { areSameOutcomes, outcomeOf } from './outcome.ts'

/** Up to this limit, many lengths around it are tried; beyond it, only the two that matter. */
const SMALL_LIMIT = 1 << 16

/** How far beyond the limit to try, in bytes. */
const MOST_ABOVE = 9

export function encodingLaws<Frame>(
  { law }: LawBook,
  codec: FrameCodec<Frame>,
  frame: fc.Arbitrary<Frame>,
  valid: fc.Arbitrary<FrameStream<Frame>>,
  long: LongFrames<Frame> | undefined,
  { atEnd = 'error', completion = 'immediate' }: Pick<CodecLawOptions<Frame>, 'atEnd' | 'completion'>,
): void {
  law({
    name: 'round trip',
    sentence: 'decoding what was encoded gives the same frames',
    cases: chunked(valid),
    check({ chunks, frames }) {
      expectSame(outcomeOf(codec, chunks), { frames, skipped: [] })
    },
  })

  law({
    name: 'a cut end is reported',
    sentence: 'a stream that ends inside a frame is reported as truncated',
    cases: chunked(fc.tuple(valid, fc.nat()).map(cutShort)),
    check({ chunks, frames, start, rest }) {
      const outcome = outcomeOf(codec, chunks)
      if (start === undefined) return expectSame(outcome, { frames, skipped: [] })
      // Optional bytes, such as a flag between frames, do not begin a frame: it is the same without them.
      const begun = start + leftOut(codec, rest, joined(chunks).length - start)
      const isClean = begun === joined(chunks).length
      const isReported =
        outcome.error === undefined
          ? atEnd !== 'error' || isClean
          : outcome.error.offset !== undefined && outcome.error.offset >= start
      expectThat(isReported, `ERR_FRAME_TRUNCATED at ${start}`, () => shownOutcome(outcome))
      const isEmitted = atEnd === 'emit' && outcome.frames.length > frames.length
      const before = isEmitted ? outcome.frames.slice(0, -1) : outcome.frames
      expectSame({ frames: before, skipped: [] }, { frames, skipped: [] })
    },
    hint({ chunks, frames }) {
      const outcome = outcomeOf(codec, chunks)
      if (atEnd !== 'error' || outcome.error !== undefined) return undefined
      const what = outcome.frames.length > frames.length ? 'emit' : 'drop'
      return `where the end makes that of an unfinished frame, say so: atEnd: '${what}'`
    },
  })

  if (completion === 'immediate') {
    law({
      name: 'a frame comes with its last byte',
      sentence: 'a frame is given with the chunk that completes it: the peer may be waiting for the answer',
      cases: chunked(valid),
      check({ chunks, starts, bytes, frames }) {
        if (frames.length === 0) return NOTHING_TO_TRY
        const ends = [...starts.slice(1), bytes.length]
        const decoder = codec.decoder()
        let received = 0
        let given = 0
        for (const chunk of chunks) {
          received += chunk.length
          for (const _frame of decoder.decode(chunk)) given++
          const complete = ends.filter((end) => end <= received).length
          expectThat(given >= complete, `${complete} frames after ${received} bytes`, () => String(given))
        }
        return undefined
      },
      hint: () => "where a frame can be known only by what follows it, say so: completion: 'delayed'",
    })
  }

  law({
    name: 'encodeParts equals encode',
    sentence: 'encodeParts gives the bytes of encode, or throws with the same code, and leaves the frame unchanged',
    cases: frame.map((each) => ({ frame: each, chunks: [] })),
    check({ frame: each }) {
      const before = copyOf(each)
      const whole = encoded(() => codec.encode(each))
      const parts = encoded(() => joined(codec.encodeParts(each)))
      const show = (text: string): string => shownFrame(text).slice(1, -1)
      expectThat(
        parts === whole,
        () => `${show(whole)} for ${shownFrame(before)}`,
        () => show(parts),
      )
      expectThat(
        areSame(each, before),
        () => `the frame ${shownFrame(before, each)}`,
        () => shownFrame(each, before),
      )
    },
  })

  if (long !== undefined) limitLaw(law, codec, long, valid)
}

function limitLaw<Frame>(
  law: LawBook['law'],
  codec: FrameCodec<Frame>,
  long: LongFrames<Frame>,
  valid: fc.Arbitrary<FrameStream<Frame>>,
): void {
  const limit = codec.maxFrameLength
  interface AtLengths {
    frames: readonly (EncodedFrame<Frame> & { length: number })[]
    chunks: readonly Uint8Array[]
    /** Whether one of the lengths is the longest that can be encoded. */
    isLongest: boolean
  }
  const atLengths = (lengths: readonly number[], isLongest = false): AtLengths => {
    const frames = lengths.flatMap((length) => {
      const found = long(length)
      return found === undefined ? [] : { length, ...found }
    })
    return { frames, isLongest, chunks: frames.map(({ bytes }) => bytes) }
  }
  law({
    name: 'one limit',
    sentence: 'frames of up to maxFrameLength are encoded, longer ones are refused, and every encoded frame is decoded',
    cases:
      limit > SMALL_LIMIT
        ? fc.constant(atLengths([]))
        : fc.integer({ min: limit - LONGEST_OVERHEAD, max: limit + MOST_ABOVE }).map((length) => atLengths([length])),
    first: () => (limit > LARGEST_LIMIT ? [] : [atLengths([limit + 1, longestEncoded(long, limit)], true)]),
    check({ frames, isLongest }) {
      for (const { length, frame, bytes } of frames) {
        // In three chunks, since a decoder may take another path for a frame that arrives whole.
        const chunks = inSteps(bytes, Math.ceil(bytes.length / 3) || 1)
        expectSame(outcomeOf(codec, chunks), { frames: [frame], skipped: [] })
        expectThat(length <= limit, `ERR_FRAME_TOO_LONG above ${limit} bytes`, () => `a frame of ${length}, encoded`)
      }
      // If few lengths are possible, such as only 0, a sample has the longest one.
      const isTried = frames.length > 0 || (isLongest && expectLongestSample(codec, valid))
      return isTried ? undefined : NOTHING_TO_TRY
    },
    mostRuns: limit > SMALL_LIMIT ? 1 : Infinity,
    needs:
      limit > LARGEST_LIMIT
        ? `give the codec a maxFrameLength of at most ${LARGEST_LIMIT} bytes for the test`
        : "give frameOfLength, or say frameOfLength: 'none' where frames have no length of their own",
  })
}

const SAMPLES = 50

/** Whether a sampled frame is within the limit. The longest one must be decoded. */
function expectLongestSample<Frame>(codec: FrameCodec<Frame>, valid: fc.Arbitrary<FrameStream<Frame>>): boolean {
  const frames = fc.sample(valid, { numRuns: SAMPLES, seed: 1 }).flatMap((stream) => stream.frames)
  const encodings = frames.map((frame) => ({ frame, bytes: codec.encode(frame) }))
  const [longest] = encodings.toSorted((a, b) => b.bytes.length - a.bytes.length)
  if (longest === undefined || longest.bytes.length > codec.maxFrameLength + LONGEST_OVERHEAD) return false
  expectSame(outcomeOf(codec, [longest.bytes]), { frames: [longest.frame], skipped: [] })
  return longest.bytes.length >= codec.maxFrameLength
}

/**
 * All frames but the last, and the first bytes of that one; `start` is where it begins. Undefined if it cannot be cut.
 */
function cutShort<Frame>([{ bytes, frames, starts }, random]: [FrameStream<Frame>, number]): FrameStream<Frame> & {
  start: number | undefined
  /** All bytes of the last frame. */
  rest: Uint8Array
} {
  const start = starts.at(-1) ?? 0
  const rest = bytes.slice(start)
  const most = rest.length - 1
  if (most < 1) return { bytes, frames, starts, start: undefined, rest }
  return { bytes: bytes.slice(0, start + 1 + (random % most)), frames: frames.slice(0, -1), starts, start, rest }
}

/** How many of the first `most` bytes of a frame may be left out without changing it. */
function leftOut<Frame>(codec: FrameCodec<Frame>, frame: Uint8Array, most: number): number {
  const whole = outcomeOf(codec, [frame])
  let count = 0
  while (count < most && areSameOutcomes(outcomeOf(codec, [frame.slice(count + 1)]), whole)) count++
  return count
}

function encoded(encode: () => Uint8Array): string {
  let text = ''
  const error = frameErrorOf(() => (text = hex(encode())))
  return error === undefined ? text : error.code
}
