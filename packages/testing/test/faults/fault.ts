// What the list of planted faults is made of.

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { codecLaws, type CodecLawOptions, type Law } from '../../src/index.ts'

export interface Fault {
  /** What is wrong. */
  fault: string
  /** A law that has to find it. */
  law: string
  /** The laws of the codec that has it, made anew. */
  laws: () => Law[]
}

export const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 12 })

/** A fault in a codec of bytes, or in one whose laws take other `options`. */
export function planted<Frame = Uint8Array>(
  fault: string,
  law: string,
  codec: () => FrameCodec<Frame>,
  options: CodecLawOptions<Frame> = { frame: bytes as fc.Arbitrary<never> },
): Fault {
  return { fault, law, laws: () => codecLaws(codec(), options) }
}
