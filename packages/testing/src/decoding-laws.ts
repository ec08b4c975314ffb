// Laws of decoding: what comes of a stream depends on its bytes alone.

import type { FrameCodec, FrameDecoder } from '@unstick/core'
import fc from 'fast-check'
import { chunked } from './chunkings.ts'
import { frameErrorOf, takeFrames, type Input } from './inputs.ts'
import { expectSame, expectThat, type StateLaw } from './law.ts'
import { observe, outcomeOf, type Outcome } from './outcome.ts'

export function decodingLaws<Frame>(
  law: StateLaw,
  codec: FrameCodec<Frame>,
  input: fc.Arbitrary<Input>,
  scan: 'frames' | 'slices',
): void {
  law({
    name: 'chunking never matters',
    sentence: 'the same bytes give the same frames, wherever they are cut',
    cases: input,
    check({ bytes, chunks }) {
      const { error: _, ...came } = outcomeOf(codec, chunks)
      const { error: _error, ...expected } = outcomeOf(codec, [bytes])
      expectSame(came, expected)
    },
  })

  law({
    name: 'errors do not depend on chunks',
    sentence: 'the same bytes give the same error at the same offset, wherever they are cut',
    cases: input,
    check({ bytes, chunks }) {
      expectSame(errorAlone(outcomeOf(codec, chunks)), errorAlone(outcomeOf(codec, [bytes])))
    },
  })

  law({
    name: 'frames before an error',
    sentence: 'every frame before the faulty one is given first',
    cases: input,
    check({ bytes, chunks }) {
      const { error, ...came } = outcomeOf(codec, chunks)
      if (error?.offset !== undefined) expectSame(came, outcomeOf(codec, [bytes.slice(0, error.offset)]))
    },
  })

  law({
    name: 'an error is final',
    sentence: 'after an error every call throws the same one, until reset',
    cases: input,
    check({ chunks }) {
      const decoder = codec.decoder()
      const first = frameErrorOf(() => {
        for (const chunk of chunks) Array.from(decoder.decode(chunk))
        decoder.end()
      })
      if (first === undefined) return
      const calls = [
        () => decoder.decode(new Uint8Array(1)).next(),
        () => decoder.scan(new Uint8Array(1), () => {}),
        () => decoder.end(),
      ]
      for (const call of calls) {
        const later = frameErrorOf(call)
        expectThat(later === first, `the same error again: ${String(first)}`, () => String(later))
      }
    },
  })

  law({
    name: 'where a frame begins',
    sentence: 'frameOffset is where the end would find a frame cut, and undefined where it would find none',
    cases: input,
    check({ chunks }) {
      const decoder = codec.decoder()
      const earlier = frameErrorOf(() => {
        for (const chunk of chunks) Array.from(decoder.decode(chunk))
      })
      if (earlier !== undefined) return
      const begun = decoder.frameOffset
      let settled: Frame[] = []
      const error = frameErrorOf(() => {
        settled = decoder.end()
      })
      if (begun === undefined) {
        const isClean = error === undefined && settled.length === 0
        expectThat(isClean, 'a frame begun, or a clean end', () => `none begun, and ${String(error ?? 'a frame')}`)
      } else if (error?.code === 'ERR_FRAME_TRUNCATED' && error.frames === undefined) {
        expectThat(error.offset === begun, `a frame begun at ${error.offset}`, () => String(begun))
      }
    },
  })

  law({
    name: 'reset makes new',
    sentence: 'a decoder that was reset does what a new one does, whatever came before',
    cases: fc
      .tuple(input, input, fc.nat(4), fc.boolean())
      .map(([before, after, taken, ends]) => ({ ...after, before, taken, ends })),
    check({ before, chunks, taken, ends }) {
      const came = observe(codec, (decoder, take, outcome) => {
        takeFrames(decoder, before.chunks, taken)
        if (ends) frameErrorOf(() => decoder.end())
        decoder.reset()
        outcome.skipped.length = 0
        expectThat(decoder.bufferedLength === 0, '0 bytes held after reset', () => String(decoder.bufferedLength))
        for (const chunk of chunks) for (const frame of decoder.decode(chunk)) take(frame)
        for (const frame of decoder.end()) take(frame)
      })
      expectSame(came, outcomeOf(codec, chunks))
    },
  })

  law({
    name: 'decode equals scan',
    sentence: 'scan gives the frames and errors of decode, or slices that do not depend on chunks',
    cases: input,
    check({ bytes, chunks }) {
      const expected = scan === 'frames' ? outcomeOf(codec, chunks) : outcomeOf(codec, [bytes], 'scan')
      expectSame(outcomeOf(codec, chunks, 'scan'), expected)
    },
  })

  law({
    name: 'takeAll equals decode',
    sentence: 'takeAll adds the frames that a loop would give from there on, those before an error first',
    cases: fc.tuple(input, fc.nat(4)).map(([each, count]) => ({ ...each, count })),
    check({ chunks, count }) {
      const came = observe(codec, (decoder, take) => {
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
      expectSame(came, outcomeOf(codec, chunks))
    },
  })

  law({
    name: 'only FrameErrors',
    sentence: 'any bytes at all give frames or a FrameError at an offset of the stream, nothing else',
    cases: fc.oneof(input, chunked(fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ bytes, starts: [] })))),
    check({ bytes, chunks }) {
      for (const road of ['decode', 'scan'] as const) {
        const { error } = outcomeOf(codec, chunks, road)
        const offset = error?.offset ?? -1
        const isThere = error === undefined || (offset >= 0 && offset <= bytes.length)
        expectThat(isThere, `an offset from 0 to ${bytes.length}`, () => `${error?.code} at ${error?.offset}`)
      }
    },
  })
}

function takeAll<Frame>(decoder: FrameDecoder<Frame>, take: (frame: Frame) => void): void {
  const frames: Frame[] = []
  try {
    decoder.takeAll(frames)
  } finally {
    for (const frame of frames) take(frame)
  }
}

function errorAlone({ error }: Outcome): Outcome {
  return { frames: [], skipped: [], ...(error === undefined ? {} : { error }) }
}
