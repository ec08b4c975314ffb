// The inputs of the laws: streams, whole and broken, and ways to cut them.

import { isFrameError, type FrameDecoder, type FrameError } from '@unstick/core'
import fc from 'fast-check'
import { joined } from './bytes.ts'
import { chunked, type Cuttable } from './chunkings.ts'
import { corruptions, type FrameStream } from './frame-streams.ts'

/** A stream and its chunks. */
export interface Input {
  bytes: Uint8Array
  chunks: Uint8Array[]
}

/** How often a stream is repeated in a long one, for codecs that find frames in batches. */
const REPEATED = { min: 8, max: 40 }

/**
 * Encoded frames (whole, corrupted, followed by arbitrary bytes, and between `overlong` ones), arbitrary bytes, the
 * caller's streams, and long streams.
 */
export function inputStreams(
  valid: fc.Arbitrary<FrameStream> | undefined,
  streams: fc.Arbitrary<Uint8Array> | undefined,
  overlong: readonly Uint8Array[] = [],
): fc.Arbitrary<Cuttable> {
  // Without the size, fast-check makes at most 10.
  const anything = fc.uint8Array({ maxLength: 40, size: 'max' })
  const kinds: fc.WeightedArbitrary<Cuttable>[] = [
    { weight: 1, arbitrary: anything.map((bytes) => ({ bytes, starts: [] })) },
  ]
  if (streams !== undefined) kinds.push({ weight: 5, arbitrary: streams.map((bytes) => ({ bytes, starts: [] })) })
  if (valid !== undefined) {
    const corrupted = valid.chain(({ bytes, starts }) =>
      corruptions(bytes).map((broken) => ({ bytes: broken, starts })),
    )
    const followed = fc.tuple(valid, anything).map(([{ bytes, starts }, tail]) => ({
      bytes: new Uint8Array([...bytes, ...tail]),
      starts: [...starts, bytes.length],
    }))
    kinds.push({ weight: 2, arbitrary: valid }, { weight: 4, arbitrary: corrupted }, { weight: 2, arbitrary: followed })
    if (overlong.length > 0) {
      const between = fc.tuple(valid, fc.constantFrom(...overlong), valid).map(([before, long, after]) => ({
        bytes: joined([before.bytes, long, after.bytes]),
        starts: [before.bytes.length, before.bytes.length + long.length],
      }))
      kinds.push({ weight: 1, arbitrary: between })
    }
  }
  const long = fc
    .tuple(valid ?? kinds.at(-1)!.arbitrary, fc.integer(REPEATED), fc.oneof(...kinds))
    .map(([{ bytes }, times, { bytes: tail }]) => ({
      bytes: joined([...new Array<Uint8Array>(times).fill(bytes), tail]),
      starts: [],
    }))
  return fc.oneof(...kinds, { weight: 1, arbitrary: long })
}

/** How many samples are made first: mostly one of them has the property. */
const FIRST = 5

/** Whether one of up to `most` samples has a property. */
export function someSample<Value>(
  arbitrary: fc.Arbitrary<Value>,
  most: number,
  has: (value: Value) => boolean,
): boolean {
  return [FIRST, most].some((numRuns) => fc.sample(arbitrary, { numRuns, seed: 1 }).some(has))
}

/** How many streams are made at a time to search them for a property, and how many with the property are enough. */
const AT_ONCE = 50
const ENOUGH = 20

/** These inputs, half of them joined from those with the property among up to `most` streams, if any. */
export function inputsThat(
  input: fc.Arbitrary<Input>,
  given: fc.Arbitrary<Cuttable>,
  has: (bytes: Uint8Array) => boolean,
  most: number,
): fc.Arbitrary<Input> {
  const found: Uint8Array[] = []
  for (let seed = 1; seed <= most / AT_ONCE && found.length < ENOUGH; seed++) {
    const sampled = fc.sample(given, { numRuns: AT_ONCE, seed })
    found.push(...sampled.map(({ bytes }) => bytes).filter(has))
  }
  if (found.length === 0) return input
  const streams = fc
    .array(fc.constantFrom(...found), { minLength: 1, maxLength: 3 })
    .map((all) => ({ bytes: joined(all), starts: all.map((_, index) => joined(all.slice(0, index)).length) }))
  return fc.oneof(input, chunked(streams))
}

/** The `FrameError` that a call throws, if any. Other errors are thrown. */
export function frameErrorOf(call: () => unknown): FrameError | undefined {
  try {
    call()
  } catch (error) {
    if (isFrameError(error)) return error
    throw error
  }
  return undefined
}

/**
 * Feeds chunks until the given number of frames has been taken, an error occurs, or no chunks are left. Returns the
 * number of bytes fed.
 */
export function takeFrames<Frame>(
  decoder: FrameDecoder<Frame>,
  chunks: readonly Uint8Array[],
  count: number,
  take: (frame: unknown) => void = () => {},
): number {
  let received = 0
  let taken = 0
  frameErrorOf(() => {
    for (const chunk of chunks) {
      if (taken === count) return
      received += chunk.length
      for (const frame of decoder.decode(chunk)) {
        take(frame)
        if (++taken === count) return
      }
    }
  })
  return received
}
