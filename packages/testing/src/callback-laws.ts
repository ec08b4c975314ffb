// Laws about the caller's functions: the reports to `onSkip`, and functions that throw.

import type { FrameCodec, FrameDecoder } from '@unstick/core'
import fc from 'fast-check'
import type { Cuttable } from './chunkings.ts'
import { takeAll } from './decoding-laws.ts'
import { OVERWRITTEN } from './handover-laws.ts'
import { inputsThat, type Input } from './inputs.ts'
import type { CodecLawOptions } from './law-options.ts'
import { expectSame, expectThat, NOTHING_TO_TRY, type LawBook } from './law.ts'
import { observe, wholeOutcomeOf, type Outcome, type SkippedBytes } from './outcome.ts'

type Via = 'decode' | 'scan' | 'takeAll'
const vias: fc.Arbitrary<Via> = fc.constantFrom('decode', 'scan', 'takeAll')

/** How many streams are searched for skipped bytes, if the codec has an option that skips and if it has none. */
const MOST_OF_SKIPPING = 200
const MOST_STREAMS = 50

export function callbackLaws<Frame>(
  { law }: LawBook,
  codec: FrameCodec<Frame>,
  input: fc.Arbitrary<Input>,
  streams: fc.Arbitrary<Cuttable>,
  { skips, scan = 'frames' }: Pick<CodecLawOptions<Frame>, 'scan' | 'skips'>,
): void {
  let made: fc.Arbitrary<Input> | undefined
  const withSkips = (): fc.Arbitrary<Input> =>
    (made ??= inputsThat(
      input,
      streams,
      (bytes) => wholeOutcomeOf(codec, [bytes]).skipped.length > 0,
      skips === 'some' ? MOST_OF_SKIPPING : MOST_STREAMS,
    ))
  law({
    name: 'skips are reported once',
    sentence:
      'each skip is reported once, in order, with the same offset, length and reason wherever the stream is cut',
    cases: () => fc.tuple(withSkips(), vias).map(([each, via]) => ({ ...each, via })),
    check({ bytes, chunks, via }) {
      // `scan` makes no frames, so it refuses none of the slices.
      const { skipped: expected } = wholeOutcomeOf(
        codec,
        [bytes],
        via === 'scan' && scan === 'slices' ? 'scan' : 'decode',
      )
      const { skipped } = observe(codec, (decoder) => {
        for (const chunk of chunks) feed(decoder, chunk, via, () => {})
        decoder.end()
      })
      expectSame({ frames: [], skipped }, { frames: [], skipped: expected })
      expectThat(skips !== 'none' || skipped.length === 0, 'nothing skipped', () => shownSkips(skipped))
      let end = 0
      for (const [index, { offset, length, reason }] of skipped.entries()) {
        const isJoined = !(reason === 'garbage' && offset === end && skipped[index - 1]?.reason === 'garbage')
        const isSound = length > 0 && offset >= end && offset + length <= bytes.length && isJoined
        expectThat(isSound, 'skips in order, none twice, neighbouring gaps joined', () => shownSkips(skipped))
        end = offset + length
      }
      return skips === 'some' && skipped.length === 0 ? NOTHING_TO_TRY : undefined
    },
    needs: "give a stream with bytes that are skipped, such as frames over the limit; else say skips: 'none'",
  })

  law({
    name: 'callbacks that throw lose nothing',
    sentence: 'after a visitor or onSkip throws, the next call continues after that frame or skip',
    cases: () =>
      fc
        .tuple(
          withSkips(),
          fc.oneof(vias, fc.constant<Via>('scan')),
          fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
        )
        .map(([each, via, calls]) => ({ ...each, via, calls })),
    check({ chunks, via, calls }) {
      const expected = wholeOutcomeOf(codec, chunks, via === 'scan' ? 'scan' : 'decode')
      const received = throwing(codec, chunks, via, calls)
      if (received === undefined) return NOTHING_TO_TRY
      expectSame(received, expected)
      return undefined
    },
  })
}

function shownSkips(skipped: readonly SkippedBytes[]): string {
  return skipped.map(({ offset, length, reason }) => `${length} bytes at ${offset} (${reason})`).join(', ')
}

function feed<Frame>(decoder: FrameDecoder<Frame>, chunk: Uint8Array, via: Via, take: (frame: unknown) => void): void {
  if (via === 'scan') decoder.scan(chunk, (bytes, start, end) => take(bytes.subarray(start, end)))
  else if (via === 'decode') for (const frame of decoder.decode(chunk)) take(frame)
  else {
    decoder.decode(chunk)
    takeAll(decoder, take)
  }
}

class Thrown extends Error {}

/** More calls than any input needs, so that a decoder without progress is reported. */
const MOST_THROWN = 10_000

/**
 * Decodes with callbacks that throw after `calls` calls, again and again. Undefined if none threw.
 */
function throwing<Frame>(
  codec: FrameCodec<Frame>,
  chunks: readonly Uint8Array[],
  via: Via,
  calls: readonly number[],
): Outcome | undefined {
  let left = calls[0]!
  let thrown = 0
  const called = (): void => {
    if (left-- > 0) return
    left = calls[++thrown % calls.length]!
    expectThat(thrown < MOST_THROWN, 'an end to the calls', () => `the same call ${thrown} times`)
    throw new Thrown('of the caller')
  }
  const outcome: Outcome = { frames: [], skipped: [] }
  const received = observe(codec, (_, take) => {
    const decoder = codec.decoder({
      onSkip({ offset, length, reason }) {
        outcome.skipped.push({ offset, length, reason })
        called()
      },
    })
    const taken = (frame: unknown): void => {
      take(frame)
      if (via === 'scan') called()
    }
    for (const original of chunks) {
      const chunk = new Uint8Array(original)
      let next = chunk
      const isDone = (): boolean => {
        try {
          feed(decoder, next, via, taken)
          return true
        } catch (error) {
          if (!(error instanceof Thrown)) throw error
          // The owner of the chunk may reuse it.
          chunk.fill(OVERWRITTEN)
          next = new Uint8Array()
          return false
        }
      }
      while (!isDone());
    }
    for (;;) {
      try {
        for (const frame of decoder.end()) take(frame)
        break
      } catch (error) {
        if (!(error instanceof Thrown)) throw error
      }
    }
  })
  return thrown === 0 ? undefined : { ...received, skipped: outcome.skipped }
}
