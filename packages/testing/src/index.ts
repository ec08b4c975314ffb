/**
 * The laws of framing as property tests.
 *
 * @module @unstick/testing
 */

export { codecLaws } from './codec-laws.ts'
export { LawError, testLaws, type Law, type LawParameters } from './law.ts'
export { chunkings } from './chunkings.ts'
export { corruptions, frameStreams, type FrameStream } from './frame-streams.ts'
export { outcomeOf, type Outcome, type SkippedBytes } from './outcome.ts'
export * as oracles from './oracles/index.ts'
export { vectorLaws, type Vector, type VectorFile } from './vectors.ts'
export { decodeWith, type Framer, type Frames, type NodeDuplex, type WebTransform } from './decode-with.ts'
export { framerLaws, type FramerLawOptions } from './framer-laws.ts'
export type { CodecLawOptions } from './law-options.ts'
export { recordedLaws, type RecordedLawOptions } from './recorded-laws.ts'
export { verifyCodec, VerificationError, type CodecExample, type VerifyOptions } from './verify-codec.ts'
