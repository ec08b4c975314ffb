// Laws about what decoding costs: memory and work, both counted.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { cutAt, joined } from './bytes.ts'
import type { FrameStream } from './frame-streams.ts'
import type { Input } from './inputs.ts'
import { expectThat, type StateLaw } from './law.ts'
import type { LongFrames } from './long-frames.ts'
import { observe } from './outcome.ts'
import { countWork } from './work.ts'

/** Bytes that a decoder may hold beside its frame: a delimiter, or a header where that is longer than the limit. */
const SLACK = 256

/** A stream without end is made this much longer than the limit, if that is not too far. */
const BEYOND = 1500
const LARGEST_LIMIT = 1 << 12

/** How long a frame is that work is counted for: the first length that the codec encodes, and a quarter of it. */
const LENGTHS = [2048, 1024, 512, 256]

/** So many bytes at least are the shorter of two streams: fewer may be decoded in another way. */
const LEAST = 1024

export function costLaws<Frame>(
  law: StateLaw,
  codec: FrameCodec<Frame>,
  input: fc.Arbitrary<Input>,
  long: LongFrames<Frame>,
  valid: fc.Arbitrary<FrameStream> | undefined,
): void {
  const { maxFrameLength } = codec
  const promised = LENGTHS.map(long).find((each) => each !== undefined)?.bytes ?? new Uint8Array()

  law({
    name: 'memory follows bytes received',
    sentence: 'a decoder holds the bytes of one unfinished frame, in memory of their size, whatever a header promises',
    cases: fc.oneof(input, beginnings(promised), endless(maxFrameLength)),
    check({ bytes, chunks }) {
      const longest = Math.max(0, ...chunks.map((chunk) => chunk.length))
      const memory = 3 * Math.min(bytes.length, maxFrameLength + longest) + 2 * SLACK
      const { largest } = countWork((chunkOf) => {
        observe(codec, (decoder) => {
          let received = 0
          for (const chunk of chunks) {
            received += chunk.length
            Array.from(decoder.decode(chunkOf(chunk)))
            const most = Math.min(received, maxFrameLength + SLACK)
            const held = decoder.bufferedLength
            expectThat(held <= most, `at most ${most} bytes held`, () => `${held} of ${received} received`)
          }
        })
      })
      expectThat(largest <= memory, `at most ${memory} bytes of memory at once`, () => `${largest} bytes`)
    },
    mostRuns: 60,
  })

  law({
    name: 'linear work',
    sentence: 'four times the bytes are about four times the work: nothing is read again because a chunk ended',
    cases: fc
      .tuple(fc.constantFrom(...longStreams(long, valid)), fc.integer({ min: 1, max: 4 }))
      .map(([stream, size]) => ({ ...stream, size, chunks: [] })),
    check({ short, fourTimes, isOneChunk, size }) {
      const costs = [short, fourTimes].map((bytes) => workOf(codec, isOneChunk ? [bytes] : steps(bytes, size)))
      const factor = costs[1]! / Math.max(1, costs[0]!)
      const what = isOneChunk ? 'many frames in one chunk' : `a long frame in chunks of ${size}`
      expectThat(
        factor < 8,
        `about 4 times the work for ${what}`,
        () => `${factor.toFixed(1)} times: ${costs[0]} bytes touched, then ${costs[1]}`,
      )
    },
    mostRuns: 12,
  })
}

/** The first bytes of a long frame: its header has been received, and promises more. */
function beginnings(frame: Uint8Array): fc.Arbitrary<Input> {
  return fc
    .tuple(fc.nat(Math.min(64, frame.length)), fc.integer({ min: 1, max: 9 }))
    .map(([length, size]) => ({ bytes: frame.slice(0, length), chunks: steps(frame.slice(0, length), size) }))
}

/** One byte over and over, for longer than a frame may be. */
function endless(maxFrameLength: number): fc.Arbitrary<Input> {
  const length = BEYOND + (maxFrameLength > LARGEST_LIMIT ? 0 : maxFrameLength)
  return fc
    .tuple(fc.oneof(fc.constantFrom(0, 97), fc.nat(255)), fc.integer({ min: 1, max: 600 }))
    .map(([byte, size]) => {
      const bytes = new Uint8Array(length).fill(byte)
      return { bytes, chunks: steps(bytes, size) }
    })
}

interface LongStream {
  short: Uint8Array
  fourTimes: Uint8Array
  isOneChunk: boolean
}

function longStreams(long: LongFrames<unknown>, valid: fc.Arbitrary<FrameStream> | undefined): LongStream[] {
  const streams: LongStream[] = []
  for (const length of LENGTHS) {
    const short = long(length / 4)
    const fourTimes = long(length)
    if (short === undefined || fourTimes === undefined) continue
    streams.push({ short: short.bytes, fourTimes: fourTimes.bytes, isOneChunk: false })
    break
  }
  const samples = valid === undefined ? [] : fc.sample(valid, { numRuns: 60, seed: 1 })
  const once = joined(samples.map((each) => each.bytes))
  const short = joined(new Array<Uint8Array>(Math.ceil(LEAST / Math.max(1, once.length))).fill(once))
  const fourTimes = joined([short, short, short, short])
  return [...streams, { short, fourTimes, isOneChunk: true }, { short, fourTimes, isOneChunk: false }]
}

function workOf<Frame>(codec: FrameCodec<Frame>, chunks: readonly Uint8Array[]): number {
  return countWork((chunkOf) => {
    observe(codec, (decoder) => {
      for (const chunk of chunks) for (const _ of decoder.decode(chunkOf(chunk)));
    })
  }).bytes
}

function steps(bytes: Uint8Array, size: number): Uint8Array[] {
  return cutAt(
    bytes,
    Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => (index + 1) * size),
  )
}
