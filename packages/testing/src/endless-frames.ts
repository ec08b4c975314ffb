// Long frames for codecs that only decode: extends accepted streams until the codec waits for more.

import type { FrameCodec } from '@unstick/core'
import { joined } from './bytes.ts'
import { LETTER } from './long-frames.ts'

/** Two beginnings of one frame, the second four times as long: neither is complete. */
export type EndlessFrame = readonly [short: Uint8Array, fourTimes: Uint8Array]

/** How many frames of one repeated byte are tried. */
const MOST_ENDLESS = 2

/** How long a frame must continue to count as endless. */
const FURTHER = 64

/** Frames that continue as long as one byte is repeated. */
export function endlessFrames<Frame>(
  codec: FrameCodec<Frame>,
  streams: readonly Uint8Array[],
  most: number,
): EndlessFrame[] {
  const found = new Map<number, EndlessFrame>()
  for (const stream of streams) {
    for (const beginning of [stream, stream.subarray(0, -1)]) {
      for (const byte of new Set([...beginning.subarray(-4), LETTER])) {
        if (found.size === MOST_ENDLESS) return [...found.values()]
        const longest = Math.min(most, codec.maxFrameLength - beginning.length)
        const further = (count: number): Uint8Array => new Uint8Array(count).fill(byte)
        if (found.has(byte) || longest < FURTHER || !goesOn(codec, beginning, further(FURTHER))) continue
        found.set(byte, [joined([beginning, further(longest >> 2)]), joined([beginning, further(longest)])])
      }
    }
  }
  return [...found.values()]
}

/** How many beginnings and parts are tried, how many frames are made from them, and how long a part may be. */
const TRIES = 1000
const MOST_REPEATED = 8
const LONGEST_PART = 16

/** How many frames that end too early are tried with other beginnings. */
const MOST_CHANGED = 8

/**
 * Frames that continue as long as a part is repeated: fragments, elements, lines. The part is cut out of a stream; the
 * bytes before it are the beginning. If the frame ends after a few parts, its beginning may hold their number: then
 * other beginnings are tried.
 */
export function repeatedParts<Frame>(
  codec: FrameCodec<Frame>,
  streams: readonly Uint8Array[],
  most: number,
): EndlessFrame[] {
  const found = new Map<string, EndlessFrame>()
  const whole = streams.filter(({ length }) => length > 1)
  let changed = 0
  for (let step = 0; step < TRIES && whole.length > 0 && found.size < MOST_REPEATED; step++) {
    // Steps that have no common divisor with most lengths reach all positions.
    const stream = whole[step % whole.length]!
    const round = Math.floor(step / whole.length)
    const start = 1 + ((round * 7919 + step) % (stream.length - 1))
    const part = stream.subarray(start, start + 1 + ((round * 104729 + step * 31) % LONGEST_PART))
    const beginning = stream.subarray(0, start)
    const longest = Math.min(most, codec.maxFrameLength - start)
    if (found.has(String(part)) || longest < FURTHER) continue
    const made = (head: Uint8Array): EndlessFrame | undefined =>
      goesOn(codec, head, repeated(part, FURTHER)) && goesOn(codec, head, repeated(part, longest))
        ? [joined([head, repeated(part, longest >> 2)]), joined([head, repeated(part, longest)])]
        : undefined
    let frame = made(beginning)
    if (frame === undefined && changed < MOST_CHANGED && endsAfterParts(codec, beginning, part)) {
      changed++
      for (const head of changedOnce(beginning)) if ((frame = made(head)) !== undefined) break
    }
    if (frame !== undefined) found.set(String(part), frame)
  }
  return [...found.values()]
}

function repeated(part: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at++) bytes[at] = part[at % part.length]!
  return bytes
}

/** These bytes with one of them changed to a large number, or repeated as a digit would be. */
function* changedOnce(bytes: Uint8Array): Generator<Uint8Array> {
  for (const [at, byte] of bytes.entries()) {
    yield joined([bytes.subarray(0, at), new Uint8Array(4).fill(byte), bytes.subarray(at + 1)])
    for (const large of [0x7f, 0xff]) yield bytes.with(at, large)
  }
}

/** Whether two or more of these parts end the frame exactly: it may count them. */
function endsAfterParts<Frame>(codec: FrameCodec<Frame>, beginning: Uint8Array, part: Uint8Array): boolean {
  try {
    const decoder = codec.decoder()
    for (const _frame of decoder.decode(beginning)) return false
    for (let length = part.length; length <= FURTHER; length += part.length) {
      for (const _frame of decoder.decode(part)) return length > part.length && decoder.bufferedLength === 0
    }
    return false
  } catch {
    return false
  }
}

/** Whether a frame has begun in `beginning` and does not end in `further`. */
function goesOn<Frame>(codec: FrameCodec<Frame>, beginning: Uint8Array, further: Uint8Array): boolean {
  try {
    const decoder = codec.decoder()
    for (const _frame of decoder.decode(beginning));
    const begun = decoder.frameOffset
    for (const _frame of decoder.decode(further)) return false
    return begun !== undefined && decoder.frameOffset === begun
  } catch {
    return false
  }
}
