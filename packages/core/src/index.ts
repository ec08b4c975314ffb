/**
 * Contracts of codecs and decoders, `defineCodec`, combinators, errors.
 *
 * @module @unstick/core
 */

export { codecName, givesParts, type PartDecoder, type StartedFrame } from './adapter-side.ts'
export type {
  DecoderOptions,
  FrameCodec,
  FrameDecoder,
  FrameOf,
  FrameVisitor,
  OwnedBytes,
  Skipped,
  SkipReason,
} from './contracts.ts'
export { chooseCodec, type ChooseCodecOptions, type ChosenFrame } from './choose-codec.ts'
export type { FrameMapper, MapFrame } from './conversion.ts'
export {
  BETWEEN_BOUNDS,
  BOUNDS,
  NO_FRAME,
  type CodecDefinition,
  type FindMany,
  type FoundFrames,
  type ToFrame,
  type ToFrames,
} from './definition.ts'
export { defineCodec } from './define-codec.ts'
export { FrameError, frameTooLong, isFrameError, type FrameErrorCode, type FrameErrorDetails } from './errors.ts'
export { indexOfByte } from './index-of-byte.ts'
export { joinFragments, type JoinFragmentsOptions } from './join-fragments.ts'
export { mapCodec, type FrameMapping, type FrameMappingWithMemory } from './map-codec.ts'
export { nameCodec } from './name-codec.ts'
export { newBytesLike } from './bytes-class.ts'
export {
  bytesOption,
  checkedBytes,
  choiceOption,
  functionOption,
  integerOption,
  isBytes,
  isLost,
  kindOf,
  readOptions,
  shown,
  stringOption,
} from './options.ts'
export { drop, ENDLESS, gap, newSearch, UNKNOWN, type FindFrame, type FrameSearch } from './search.ts'
