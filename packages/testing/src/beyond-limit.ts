// Inputs that a codec refuses because of its limit: a stream without a frame within the limit, and frames just over it.

import { isFrameError, type FrameCodec } from '@unstick/core'
import { joined } from './bytes.ts'
import { LETTER, longestEncoded, type LongFrames } from './long-frames.ts'
import { wholeOutcomeOf } from './outcome.ts'

/** Larger limits are not tried, to save memory and time. */
export const LARGEST_LIMIT: number = 16 << 20

const CANDIDATES = [97, 0xff, 0, 49]
const SAMPLE = 256
const BEYOND = 1500

/** One repeated byte, beyond the limit; undefined if every byte makes frames, or the limit is too large. */
export function beyondLimit(codec: FrameCodec<never>): Uint8Array | undefined {
  if (codec.maxFrameLength > LARGEST_LIMIT) return undefined
  for (const byte of CANDIDATES) {
    const sample = new Uint8Array(SAMPLE).fill(byte)
    try {
      const decoder = codec.decoder()
      for (const _frame of decoder.decode(sample));
      if (decoder.frameOffset === 0) return new Uint8Array(codec.maxFrameLength + BEYOND).fill(byte)
    } catch (error) {
      if (isFrameError(error)) return sample
      return undefined
    }
  }
  return undefined
}

/** How many bytes over the limit frames are made, and the largest limit that is tried. */
const FURTHER = [1, 2, 5]
const LARGEST_FOR_FRAMES = 1 << 12

/**
 * Encoded frames just over the limit. No encoder writes them, so they are extrapolated: the two longest encodable
 * frames show which byte of the header holds the length. Returns only frames that the decoder finds too long.
 */
export function overlongFrames<Frame>(codec: FrameCodec<Frame>, long: LongFrames<Frame>): Uint8Array[] {
  const { maxFrameLength } = codec
  if (maxFrameLength > LARGEST_FOR_FRAMES) return []
  const longest = longestEncoded(long, maxFrameLength)
  const [last, beforeLast] = [long(longest)?.bytes, long(longest - 1)?.bytes]
  if (last === undefined || beforeLast?.length !== last.length - 1) return []
  const counting = beforeLast.findIndex((byte, index) => byte !== last[index])
  const isHeader = counting >= 0 && last[counting] === beforeLast[counting]! + 1
  const end = last.lastIndexOf(LETTER) + 1
  return FURTHER.map((further) => {
    const letters = new Uint8Array(further).fill(LETTER)
    const bytes = joined([last.subarray(0, end), letters, last.subarray(end)])
    if (isHeader) bytes[counting]! += further
    return bytes
  }).filter((bytes) => isTooLong(codec, bytes))
}

function isTooLong<Frame>(codec: FrameCodec<Frame>, bytes: Uint8Array): boolean {
  try {
    const { error, skipped } = wholeOutcomeOf(codec, [bytes])
    return error?.code === 'ERR_FRAME_TOO_LONG' || skipped.length > 0
  } catch {
    // Another law reports it.
    return false
  }
}
