// Laws of decoding: the result depends only on the bytes of the stream.

import type { FrameCodec, FrameDecoder } from '@unstick/core'
import fc from 'fast-check'
import { beyondLimit } from './beyond-limit.ts'
import { chunked } from './chunkings.ts'
import { frameErrorOf, someSample, takeFrames, type Input } from './inputs.ts'
import type { CodecLawOptions } from './law-options.ts'
import { expectSame, expectThat, NOTHING_TO_TRY, type LawBook } from './law.ts'
import { areSameOutcomes, observe, wholeOutcomeOf, type Outcome } from './outcome.ts'

export function decodingLaws<Frame>(
  { law, premise }: LawBook,
  codec: FrameCodec<Frame>,
  input: fc.Arbitrary<Input>,
  { scan = 'frames', errors = errorsOf(codec, input) }: Pick<CodecLawOptions<Frame>, 'scan' | 'errors'>,
): void {
  premise({
    name: 'only FrameErrors',
    sentence: 'any bytes give frames or a FrameError at an offset of the stream, and nothing else',
    cases: fc.oneof(
      input,
      chunked(fc.uint8Array({ maxLength: 300, size: 'max' }).map((bytes) => ({ bytes, starts: [] }))),
    ),
    check({ bytes, chunks }) {
      for (const via of ['decode', 'scan'] as const) {
        const { error } = wholeOutcomeOf(codec, chunks, via)
        const offset = error?.offset ?? -1
        const isThere = error === undefined || (offset >= 0 && offset <= bytes.length)
        expectThat(isThere, `an offset from 0 to ${bytes.length}`, () => `${error?.code} at ${error?.offset}`)
      }
    },
  })

  premise({
    name: 'chunking never matters',
    sentence: 'the same bytes give the same frames, wherever they are cut',
    cases: input,
    check({ bytes, chunks }) {
      expectSame(framesAlone(wholeOutcomeOf(codec, chunks)), framesAlone(wholeOutcomeOf(codec, [bytes])))
    },
  })

  premise({
    name: 'errors do not depend on chunks',
    sentence: 'the same bytes give the same error at the same offset, wherever they are cut',
    cases: input,
    check({ bytes, chunks }) {
      expectSame(errorAlone(wholeOutcomeOf(codec, chunks)), errorAlone(wholeOutcomeOf(codec, [bytes])))
    },
  })

  if (errors === 'some') errorLaws(law, codec, input)
  else {
    law({
      name: 'nothing is refused',
      sentence: 'no input causes an error',
      cases: input,
      check({ chunks }) {
        const outcome = wholeOutcomeOf(codec, chunks)
        expectThat(outcome.error === undefined, 'no error', () => `${outcome.error?.code} at ${outcome.error?.offset}`)
      },
      hint: () => "where some bytes are refused, say so: errors: 'some'; and give a stream with such bytes",
    })
  }

  law({
    name: 'where a frame begins',
    sentence: 'frameOffset is the offset of the frame that an end here would cut, or undefined if it would cut none',
    cases: input,
    check({ chunks }) {
      const decoder = codec.decoder()
      const earlier = frameErrorOf(() => {
        for (const chunk of chunks) Array.from(decoder.decode(chunk))
      })
      if (earlier !== undefined) return NOTHING_TO_TRY
      const begun = decoder.frameOffset
      let last: Frame[] = []
      const error = frameErrorOf(() => {
        last = decoder.end()
      })
      if (begun === undefined) {
        const isClean = error === undefined && last.length === 0
        expectThat(isClean, 'a frame begun, or a clean end', () => `none begun, and ${String(error ?? 'a frame')}`)
      } else if (error?.code === 'ERR_FRAME_TRUNCATED' && error.frames === undefined) {
        expectThat(error.offset === begun, `a frame begun at ${error.offset}`, () => String(begun))
      }
      return undefined
    },
  })

  law({
    name: 'reset makes new',
    sentence: 'after reset a decoder behaves like a new one, whatever came before',
    cases: fc
      .tuple(input, input, fc.nat(4), fc.boolean())
      .map(([before, after, taken, ends]) => ({ ...after, before, taken, ends })),
    check({ before, chunks, taken, ends }) {
      const received = observe(codec, (decoder, take, outcome) => {
        takeFrames(decoder, before.chunks, taken)
        if (ends) frameErrorOf(() => decoder.end())
        decoder.reset()
        outcome.skipped.length = 0
        expectThat(decoder.bufferedLength === 0, '0 bytes held after reset', () => String(decoder.bufferedLength))
        for (const chunk of chunks) for (const frame of decoder.decode(chunk)) take(frame)
        for (const frame of decoder.end()) take(frame)
      })
      expectSame(received, wholeOutcomeOf(codec, chunks))
    },
  })

  law({
    name: 'decode equals scan',
    sentence: 'scan gives the frames and errors of decode, or slices that do not depend on chunks',
    cases: input,
    check({ bytes, chunks }) {
      const expected = scan === 'frames' ? wholeOutcomeOf(codec, chunks) : wholeOutcomeOf(codec, [bytes], 'scan')
      expectSame(wholeOutcomeOf(codec, chunks, 'scan'), expected)
    },
    hint({ bytes, chunks }) {
      const slices = wholeOutcomeOf(codec, chunks, 'scan')
      const areSlices = scan === 'frames' && areSameOutcomes(slices, wholeOutcomeOf(codec, [bytes], 'scan'))
      return areSlices ? "where decode makes its frames of slices, say so: scan: 'slices'" : undefined
    },
  })

  law({
    name: 'takeAll equals decode',
    sentence: 'takeAll adds the frames that a loop would still give, including those before an error',
    cases: fc.tuple(input, fc.nat(4)).map(([each, count]) => ({ ...each, count })),
    check({ chunks, count }) {
      const received = observe(codec, (decoder, take) => {
        for (const chunk of chunks) {
          const loop = decoder.decode(chunk)
          for (let left = count; left > 0; left--) {
            const { value, done } = loop.next()
            if (done !== true) take(value)
          }
          takeAll(decoder, take)
        }
        for (const frame of decoder.end()) take(frame)
      })
      expectSame(received, wholeOutcomeOf(codec, chunks))
    },
  })
}

/** Whether the codec refuses any of the sampled bytes. */
function errorsOf<Frame>(codec: FrameCodec<Frame>, input: fc.Arbitrary<Input>): 'some' | 'none' {
  if (beyondLimit(codec as FrameCodec<never>) !== undefined) return 'some'
  return someSample(input, SAMPLES, ({ bytes }) => isRefused(codec, bytes)) ? 'some' : 'none'
}

const SAMPLES = 100

function isRefused<Frame>(codec: FrameCodec<Frame>, bytes: Uint8Array): boolean {
  try {
    return wholeOutcomeOf(codec, [bytes]).error !== undefined
  } catch {
    // Another law reports it.
    return true
  }
}

/** Laws that can be tried only if bytes are refused. */
function errorLaws<Frame>(law: LawBook['law'], codec: FrameCodec<Frame>, input: fc.Arbitrary<Input>): void {
  const needs = "give a stream that is refused; if the codec refuses none, say errors: 'none'"
  const first = (): Input[] => {
    const bytes = beyondLimit(codec as FrameCodec<never>)
    return bytes === undefined ? [] : [{ bytes, chunks: [bytes] }]
  }

  law({
    name: 'frames before an error',
    sentence: 'every frame before the faulty one is given first',
    cases: input,
    first,
    check({ bytes, chunks }) {
      const { error, ...received } = wholeOutcomeOf(codec, chunks)
      if (error?.offset === undefined) return NOTHING_TO_TRY
      expectSame(received, wholeOutcomeOf(codec, [bytes.slice(0, error.offset)]))
      return undefined
    },
    needs,
  })

  law({
    name: 'an error is final',
    sentence: 'after an error every call throws the same one, until reset',
    cases: input,
    first,
    check({ chunks }) {
      const decoder = codec.decoder()
      const error = frameErrorOf(() => {
        for (const chunk of chunks) Array.from(decoder.decode(chunk))
        decoder.end()
      })
      if (error === undefined) return NOTHING_TO_TRY
      const calls = [
        () => decoder.decode(new Uint8Array(1)).next(),
        () => decoder.scan(new Uint8Array(1), () => {}),
        () => decoder.end(),
      ]
      for (const call of calls) {
        const later = frameErrorOf(call)
        expectThat(later === error, `the same error again: ${String(error)}`, () => String(later))
      }
      return undefined
    },
    needs,
  })
}

export function takeAll<Frame>(decoder: FrameDecoder<Frame>, take: (frame: Frame) => void): void {
  const frames: Frame[] = []
  try {
    decoder.takeAll(frames)
  } finally {
    for (const frame of frames) take(frame)
  }
}

function framesAlone({ frames, skipped }: Outcome): Outcome {
  return { frames, skipped: skipped.map(({ offset, length }) => ({ offset, length })) }
}

function errorAlone({ error }: Outcome): Outcome {
  return { frames: [], skipped: [], ...(error === undefined ? {} : { error }) }
}
