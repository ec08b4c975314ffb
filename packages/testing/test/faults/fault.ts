// The form of a planted fault.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { codecLaws, type CodecLawOptions, type Law } from '../../src/index.ts'

export interface Fault {
  /** The fault, in words. */
  fault: string
  /** A law that must find it. */
  law: string
  /** Makes the laws of a codec with the fault. */
  laws: () => Law[]
}

export const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 12 })

/** A fault in a codec of bytes, or of other frames with these `options` for its laws. */
export function planted<Frame = Uint8Array>(
  fault: string,
  law: string,
  codec: () => FrameCodec<Frame>,
  options: CodecLawOptions<Frame> = { frame: bytes as fc.Arbitrary<never> },
): Fault {
  return { fault, law, laws: () => codecLaws(codec(), options) }
}
