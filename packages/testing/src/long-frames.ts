// Frames of a given length, for the laws about limits and about work.

import { isFrameError } from '@unstick/core'
import fc from 'fast-check'
import type { FrameEncoder, FrameStream } from './frame-streams.ts'

/** A frame and its encoding. */
export interface EncodedFrame<Frame> {
  frame: Frame
  bytes: Uint8Array
}

/** A frame of this many bytes and its encoding, if the codec encodes one. */
export type LongFrames<Frame> = (length: number) => EncodedFrame<Frame> | undefined

export const LETTER = 97

/** How many samples are searched if letters are not a frame. */
const SAMPLES = 200

/**
 * `frameOfLength` makes the frame. Without it, the letter 'a' is repeated, as a string or as bytes. If that is not a
 * frame, one of this length is searched for among `samples`.
 */
export function longFrames<Frame>(
  codec: FrameEncoder<Frame> & { maxFrameLength: number },
  frameOfLength: ((length: number) => Frame) | undefined,
  samples: fc.Arbitrary<FrameStream<Frame>>,
): LongFrames<Frame> {
  const make = frameOfLength ?? lettersFor(codec)
  let sampled: Map<number, EncodedFrame<Frame>> | undefined
  return (length) => {
    if (length < 0) return undefined
    const made = make && encodedFrame(codec, make(length))
    if (made !== undefined) return made
    // Their length may include bytes that the limit does not count, such as a delimiter.
    if (length > codec.maxFrameLength) return undefined
    sampled ??= byLength(codec, samples)
    return sampled.get(length)
  }
}

/** Makes frames of letters, if the codec encodes any. */
function lettersFor<Frame>(codec: FrameEncoder<Frame>): ((length: number) => Frame) | undefined {
  const kinds = [(length: number) => 'a'.repeat(length), (length: number) => new Uint8Array(length).fill(LETTER)]
  const lengths = Array.from({ length: 65 }, (_, length) => length)
  return kinds.find((make) => lengths.some((length) => encodedFrame(codec, make(length) as Frame) !== undefined)) as
    | ((length: number) => Frame)
    | undefined
}

function byLength<Frame>(
  codec: FrameEncoder<Frame>,
  samples: fc.Arbitrary<FrameStream<Frame>>,
): Map<number, EncodedFrame<Frame>> {
  const frames = fc.sample(samples, { numRuns: SAMPLES, seed: 1 }).flatMap((each) => each.frames)
  const found = new Map<number, EncodedFrame<Frame>>()
  for (const frame of frames) {
    const encoded = encodedFrame(codec, frame)
    if (encoded !== undefined) found.set(encoded.bytes.length, encoded)
  }
  return found
}

/** The longest header and trailer that the limit may count, in bytes. */
export const LONGEST_OVERHEAD = 64
const DISTANCES = [0, 1, 2, 4, 8, 16, 32, LONGEST_OVERHEAD]

/**
 * The length of the longest frame that can be encoded: the limit may count the header, and a length field may be short.
 */
export function longestEncoded(long: LongFrames<unknown>, limit: number): number {
  const lengths = [...DISTANCES.map((distance) => limit - distance), 1024, 256, 64, 16, 4, 1, 0]
  const found = lengths.findIndex((length) => long(length) !== undefined)
  let low = lengths[found] ?? limit
  let high = found > 0 && found < DISTANCES.length ? lengths[found - 1]! : limit
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2)
    if (long(middle) === undefined) high = middle
    else low = middle
  }
  return low
}

function encodedFrame<Frame>(codec: FrameEncoder<Frame>, frame: Frame): EncodedFrame<Frame> | undefined {
  try {
    return { frame, bytes: codec.encode(frame) }
  } catch (error) {
    if (isFrameError(error) || (error as Partial<Error> | null)?.name === 'TypeError') return undefined
    throw error
  }
}
