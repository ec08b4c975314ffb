// Streams of encoded frames, and damaged streams.

import { isFrameError } from '@unstick/core'
import fc from 'fast-check'
import { hex, joined } from './bytes.ts'

/** A stream of encoded frames. */
export interface FrameStream<Frame = unknown> {
  /** The frames, in order. */
  frames: Frame[]
  /** The encoded frames, one after another. */
  bytes: Uint8Array
  /** Where each frame begins. */
  starts: number[]
}

/** An object that can encode a frame. */
export interface FrameEncoder<Frame> {
  encode(frame: Frame): Uint8Array
}

/** Streams of up to `maxFrames` of these frames (default: 6), without those that the codec refuses to encode. */
export function frameStreams<Frame>(
  codec: FrameEncoder<Frame>,
  frame: fc.Arbitrary<Frame>,
  maxFrames: number = 6,
): fc.Arbitrary<FrameStream<Frame>> {
  return fc.array(frame, { maxLength: maxFrames }).map((candidates) => {
    const frames: Frame[] = []
    const parts: Uint8Array[] = []
    const starts: number[] = []
    let at = 0
    for (const candidate of candidates) {
      const encoded = encodedOrRefused(codec, candidate)
      if (encoded === undefined) continue
      frames.push(candidate)
      parts.push(encoded)
      starts.push(at)
      at += encoded.length
    }
    return withText({ frames, bytes: joined(parts), starts })
  })
}

function encodedOrRefused<Frame>(codec: FrameEncoder<Frame>, frame: Frame): Uint8Array | undefined {
  try {
    return codec.encode(frame)
  } catch (error) {
    if (isFrameError(error)) return undefined
    throw error
  }
}

/** For the reports of fast-check. */
function withText<Frame>(stream: FrameStream<Frame>): FrameStream<Frame> {
  return Object.defineProperty(stream, fc.toStringMethod, { value: () => hex(stream.bytes) })
}

/** `bytes` with one to three faults: bytes changed, lost, repeated or inserted, or the end cut off. */
export function corruptions(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const fault = fc.record({
    kind: fc.constantFrom('cut off', 'change', 'lose', 'put in', 'repeat'),
    at: fc.nat(bytes.length),
    count: fc.integer({ min: 1, max: 4 }),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 10, 13, 0x7f, 0x80, 0xff)),
  })
  return fc.array(fault, { minLength: 1, maxLength: 3 }).map((faults) => {
    let list = [...bytes]
    for (const { kind, at, count, byte } of faults) {
      if (kind === 'cut off') list = list.slice(0, at)
      else if (kind === 'change' && at < list.length) list[at] = byte
      else if (kind === 'lose') list.splice(at, count)
      else if (kind === 'put in') list.splice(at, 0, byte)
      else if (kind === 'repeat') list.splice(at, 0, ...list.slice(at, at + count))
    }
    return new Uint8Array(list)
  })
}
