// Laws about the cost of decoding: memory and work, both counted.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { inSteps, joined } from './bytes.ts'
import { definitionOf } from './definition.ts'
import { endlessFrames, repeatedParts, type EndlessFrame } from './endless-frames.ts'
import type { FrameStream } from './frame-streams.ts'
import type { Input } from './inputs.ts'
import { expectThat, NOTHING_TO_TRY, type LawBook } from './law.ts'
import { LETTER, type LongFrames } from './long-frames.ts'
import { observe } from './outcome.ts'
import { countWork } from './work.ts'

/** Bytes that a decoder may hold besides its frame: a delimiter, or a header longer than the limit. */
const SLACK = 256

/** Frames of up to 4 KiB may share memory of twice as many bytes as were given out, but at most this many. */
const SHARED = 32_768

/** How much longer than the limit an endless stream is made, if the limit is not too large. */
const BEYOND = 1500
const LARGEST_LIMIT = 1 << 12

/** The lengths of frames whose work is counted: the first one that the codec encodes, and a quarter of it. */
const LENGTHS = [2048, 1024, 512, 256]

/** The shorter of two streams has at least this many bytes: a codec may take another path for fewer. */
const LEAST = 1024

/** How many samples of streams are joined to a longer one. */
const SAMPLES = 60

/**
 * Work that is not linear touches each byte more often. Linear work may touch it nearly as often, if memory has just been
 * doubled.
 */
const MOST_PER_BYTE = 12

/** The number of parts of a frame: a quarter, and all. */
const PARTS = [128, 512] as const

/** The chunk length for frames of repeated parts: a finder that starts over at each chunk reads a part many times. */
const PARTS_CHUNK = 8

/** The inputs of the laws about cost. */
export interface CostInputs<Frame> {
  input: fc.Arbitrary<Input>
  long: LongFrames<Frame> | undefined
  valid: fc.Arbitrary<FrameStream<Frame>> | undefined
  stream: fc.Arbitrary<Uint8Array> | undefined
  ofParts: ((parts: number) => Uint8Array) | undefined
}

export function costLaws<Frame>({ law }: LawBook, codec: FrameCodec<Frame>, inputs: CostInputs<Frame>): void {
  const { maxFrameLength } = codec
  const slack = SLACK + (definitionOf(codec)?.overhead ?? 0)
  const promised = LENGTHS.map((length) => inputs.long?.(length)).find((each) => each !== undefined)

  law({
    name: 'memory follows bytes received',
    sentence:
      'a decoder holds only the bytes of one unfinished frame, in memory of their size, whatever length a header announces',
    cases: fc.oneof(inputs.input, beginnings(promised?.bytes ?? new Uint8Array()), endless(maxFrameLength)),
    check({ bytes, chunks }) {
      const longest = Math.max(0, ...chunks.map((chunk) => chunk.length))
      const ofOneFrame = 3 * Math.min(bytes.length, maxFrameLength + slack + longest) + 2 * SLACK
      const memory = Math.max(ofOneFrame, Math.min(SHARED, 2 * bytes.length))
      const { largest } = countWork((chunkOf) => {
        observe(codec, (decoder) => {
          let received = 0
          for (const chunk of chunks) {
            received += chunk.length
            Array.from(decoder.decode(chunkOf(chunk)))
            const most = Math.min(received, maxFrameLength + slack)
            const held = decoder.bufferedLength
            expectThat(held <= most, `at most ${most} bytes held`, () => `${held} of ${received} received`)
          }
        })
      })
      expectThat(largest <= memory, `at most ${memory} bytes of memory at once`, () => `${largest} bytes`)
    },
    mostRuns: 60,
  })

  let made: (StreamPair & { size: number; chunks: Uint8Array[] })[] | undefined
  const tries = (): typeof made & object =>
    (made ??= streamPairs(codec, inputs).flatMap((pair) =>
      pair.sizes.map((size) => {
        const [short, fourTimes] = [pair.short, pair.fourTimes].map((bytes) =>
          // Decoding byte by byte is slow, and shows work that is not linear sooner.
          size === 1 ? bytes.subarray(0, bytes.length >> 2) : bytes,
        ) as [Uint8Array, Uint8Array]
        return { ...pair, short, fourTimes, size, chunks: [fourTimes] }
      }),
    ))
  law({
    name: 'linear work',
    sentence: 'four times the bytes take about four times the work: no byte is read again because a chunk ended',
    cases: fc.constant(NONE),
    first: tries,
    check({ what, short, fourTimes, size }) {
      if (short.length === 0) return NOTHING_TO_TRY
      const costs = [short, fourTimes].map((bytes) => workOf(codec, inSteps(bytes, Math.min(size, bytes.length))))
      const factor = costs[1]! / Math.max(1, costs[0]!)
      const chunks = size === WHOLE ? 'in one chunk' : `in chunks of ${size} bytes`
      // Streams on different paths may cost different, but small, multiples of their length.
      expectThat(
        factor < 8 || costs[1]! < MOST_PER_BYTE * fourTimes.length,
        `about 4 times the work for ${what} ${chunks}`,
        () =>
          `${factor.toFixed(1)} times: ${costs[0]} bytes touched for ${short.length}, ${costs[1]} for ${fourTimes.length}`,
      )
      return undefined
    },
    mostRuns: 0,
    needs: 'give streams that decode without an error, or frames that the codec encodes',
  })
}

/** Two streams of one kind, the second four times as long, and the lengths of their chunks. */
interface StreamPair {
  what: string
  short: Uint8Array
  fourTimes: Uint8Array
  sizes: readonly number[]
}

const WHOLE = Infinity
const NONE = { what: '', short: new Uint8Array(), fourTimes: new Uint8Array(), sizes: [], size: WHOLE, chunks: [] }

function streamPairs<Frame>(
  codec: FrameCodec<Frame>,
  { long, valid, stream, ofParts }: CostInputs<Frame>,
): StreamPair[] {
  const pairs: StreamPair[] = []
  const lengths = LENGTHS.find((length) => long?.(length) !== undefined && long(length / 4) !== undefined)
  const samples = valid === undefined ? [] : fc.sample(valid, { numRuns: SAMPLES, seed: 1 })
  const small = joined(
    upTo(
      LEAST,
      samples.map(({ bytes }) => bytes),
    ),
  )
  if (lengths !== undefined) {
    const [short, fourTimes] = [long!(lengths / 4)!.bytes, long!(lengths)!.bytes] as const
    pairs.push({ what: 'a long frame', short, fourTimes, sizes: [1, 16] })
  }
  if (small.length > 0) pairs.push({ what: 'many small frames', ...repeated(small), sizes: [WHOLE, 1] })
  if (lengths !== undefined && small.length > 0) {
    const [short, fourTimes] = [stuffed(long!(lengths / 4)!.bytes, small), stuffed(long!(lengths)!.bytes, small)]
    if (isSound(codec, fourTimes) && isSound(codec, short)) {
      const what = 'many small frames where a long one was announced'
      pairs.push({ what, short, fourTimes, sizes: [WHOLE, 1] })
    }
  }
  const streams = stream === undefined ? [] : fc.sample(stream, { numRuns: SAMPLES, seed: 1 })
  const examples = [...streams, ...samples.map(({ bytes }) => bytes)]
  for (const [short, fourTimes] of endlessFrames(codec, examples, LENGTHS[0]!)) {
    pairs.push({ what: 'a frame that does not end', short, fourTimes, sizes: [1, 16] })
  }
  if (ofParts === undefined) {
    const repeating = steepest(codec, repeatedParts(codec, examples, LENGTHS[0]!))
    if (repeating !== undefined) {
      const [short, fourTimes] = repeating
      pairs.push({ what: 'a frame whose parts repeat', short, fourTimes, sizes: [PARTS_CHUNK] })
    }
  }
  const sound = soundly(codec, streams)
  if (sound.length > 0) {
    const { short, fourTimes } = repeated(sound)
    if (isSound(codec, fourTimes)) pairs.push({ what: 'the given streams', short, fourTimes, sizes: [WHOLE, 1] })
  }
  if (ofParts !== undefined) {
    const [short, fourTimes] = PARTS.map(ofParts) as [Uint8Array, Uint8Array]
    pairs.push({ what: 'a frame of many small parts', short, fourTimes, sizes: [WHOLE, 1, 16, 64] })
  }
  return pairs
}

/**
 * The frame of repeated parts whose work grows fastest with its length, in small chunks. The difference shows the growth
 * of one frame; in a ratio, costs that all frames have, such as memory, would hide it.
 */
function steepest<Frame>(codec: FrameCodec<Frame>, frames: readonly EndlessFrame[]): EndlessFrame | undefined {
  const growths = frames.map(([short]) => {
    const [quarter, whole] = [short.length >> 2, short.length].map((length) =>
      workOf(codec, inSteps(short.subarray(0, length), PARTS_CHUNK)),
    ) as [number, number]
    return whole - 4 * quarter
  })
  return frames[growths.indexOf(Math.max(...growths))]
}

/** The first pieces, up to `length` bytes in total: watching every byte of a stream is slow. */
function upTo(length: number, pieces: readonly Uint8Array[]): Uint8Array[] {
  let sum = 0
  return pieces.filter((piece) => {
    const isNeeded = sum < length
    sum += piece.length
    return isNeeded
  })
}

function repeated(bytes: Uint8Array): Pick<StreamPair, 'short' | 'fourTimes'> {
  const short = joined(new Array<Uint8Array>(Math.ceil(LEAST / bytes.length)).fill(bytes))
  return { short, fourTimes: joined([short, short, short, short]) }
}

/** A long frame whose payload is replaced by small frames: if the frame is refused, they may be found instead. */
function stuffed(long: Uint8Array, small: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(long)
  const start = bytes.indexOf(LETTER)
  const end = bytes.lastIndexOf(LETTER) + 1
  if (start === -1) return bytes
  for (let at = start; at + small.length <= end; at += small.length) bytes.set(small, at)
  return bytes
}

/** The first streams, joined, that are decoded without an error: after an error no work is done. */
function soundly<Frame>(codec: FrameCodec<Frame>, streams: readonly Uint8Array[]): Uint8Array {
  let sound: Uint8Array = new Uint8Array()
  for (const stream of streams) {
    const longer = joined([sound, stream])
    if (isSound(codec, joined([longer, longer]))) sound = longer
    if (sound.length >= LEAST) break
  }
  return sound
}

function isSound<Frame>(codec: FrameCodec<Frame>, bytes: Uint8Array): boolean {
  try {
    const decoder = codec.decoder()
    for (const _frame of decoder.decode(bytes));
    return true
  } catch {
    // Another law reports anything but a FrameError.
    return false
  }
}

/** The first bytes of a long frame, whose header announces more. */
function beginnings(frame: Uint8Array): fc.Arbitrary<Input> {
  return fc
    .tuple(fc.nat(Math.min(64, frame.length)), fc.integer({ min: 1, max: 9 }))
    .map(([length, size]) => ({ bytes: frame.slice(0, length), chunks: inSteps(frame.slice(0, length), size) }))
}

/** One repeated byte, longer than a frame may be. */
function endless(maxFrameLength: number): fc.Arbitrary<Input> {
  const length = BEYOND + (maxFrameLength > LARGEST_LIMIT ? 0 : maxFrameLength)
  return fc
    .tuple(fc.oneof(fc.constantFrom(0, 97), fc.nat(255)), fc.integer({ min: 1, max: 600 }))
    .map(([byte, size]) => {
      const bytes = new Uint8Array(length).fill(byte)
      return { bytes, chunks: inSteps(bytes, size) }
    })
}

function workOf<Frame>(codec: FrameCodec<Frame>, chunks: readonly Uint8Array[]): number {
  return countWork((chunkOf) => {
    observe(codec, (decoder) => {
      for (const chunk of chunks) for (const _ of decoder.decode(chunkOf(chunk)));
    })
  }).bytes
}
