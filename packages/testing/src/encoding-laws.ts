// Laws of encoding: a codec and its decoder agree.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { hex, joined } from './bytes.ts'
import { chunked } from './chunkings.ts'
import type { FrameStream } from './frame-streams.ts'
import { frameErrorOf } from './inputs.ts'
import { expectSame, expectThat, type StateLaw } from './law.ts'
import type { LongFrames } from './long-frames.ts'
import { outcomeOf, shownFrame, shownOutcome } from './outcome.ts'

/** A limit beyond this many bytes is not tried. */
const LARGEST_LIMIT = 1 << 16

export function encodingLaws<Frame>(
  law: StateLaw,
  codec: FrameCodec<Frame>,
  frame: fc.Arbitrary<Frame>,
  valid: fc.Arbitrary<FrameStream<Frame>>,
  long: LongFrames<Frame>,
  atEnd: 'error' | 'emit' | 'drop',
): void {
  law({
    name: 'round trip',
    sentence: 'what was encoded is decoded, frame for frame',
    cases: chunked(valid),
    check({ chunks, frames }) {
      expectSame(outcomeOf(codec, chunks), { frames, skipped: [] })
    },
  })

  law({
    name: 'a cut end is told',
    sentence: 'a stream that ends inside a frame is not taken for a whole one',
    cases: chunked(fc.tuple(valid, fc.nat()).map(cutShort)),
    check({ chunks, frames, start }) {
      if (start === undefined) return
      const outcome = outcomeOf(codec, chunks)
      const isTold = outcome.error === undefined ? atEnd !== 'error' : outcome.error.offset === start
      expectThat(isTold, `ERR_FRAME_TRUNCATED at ${start}`, () => shownOutcome(outcome))
      const isEmitted = atEnd === 'emit' && outcome.frames.length > frames.length
      const before = isEmitted ? outcome.frames.slice(0, -1) : outcome.frames
      expectSame({ frames: before, skipped: [] }, { frames, skipped: [] })
    },
  })

  law({
    name: 'encodeParts equals encode',
    sentence: 'the parts are the bytes of the whole, or refused with its code; the frame is not written to',
    cases: frame.map((each) => ({ frame: each, chunks: [] })),
    check({ frame: each }) {
      const before = shownFrame(each)
      const whole = encoded(() => codec.encode(each))
      const parts = encoded(() => joined(codec.encodeParts(each)))
      expectThat(parts === whole, `${whole} for ${before}`, () => parts)
      expectThat(shownFrame(each) === before, `the frame ${before}`, () => shownFrame(each))
    },
  })

  law({
    name: 'one limit',
    sentence: 'frames are encoded up to maxFrameLength and not beyond, and what is encoded is decoded',
    cases: fc.integer({ min: -9, max: 40 }).map((below) => caseAtLimit(long, codec.maxFrameLength, below)),
    check({ frame: longFrame, chunks, below }) {
      if (longFrame === undefined) return
      expectSame(outcomeOf(codec, chunks), { frames: [longFrame], skipped: [] })
      expectThat(below >= 0, `ERR_FRAME_TOO_LONG above ${codec.maxFrameLength}`, () => 'an encoded frame')
    },
  })
}

/** All frames but the last, and the first bytes of that one; `start` is where it begins. */
function cutShort<Frame>([{ bytes, frames, starts }, random]: [FrameStream<Frame>, number]): FrameStream<Frame> & {
  start: number | undefined
} {
  const start = starts.at(-1) ?? 0
  const most = bytes.length - start - 1
  if (most < 1) return { bytes, frames, starts, start: undefined }
  return { bytes: bytes.slice(0, start + 1 + (random % most)), frames: frames.slice(0, -1), starts, start }
}

function encoded(encode: () => Uint8Array): string {
  let text = ''
  const error = frameErrorOf(() => (text = hex(encode())))
  return error === undefined ? text : error.code
}

function caseAtLimit<Frame>(long: LongFrames<Frame>, limit: number, below: number) {
  const found = limit > LARGEST_LIMIT ? undefined : long(limit - below)
  return { frame: found?.frame, chunks: found === undefined ? [] : [found.bytes], below }
}
