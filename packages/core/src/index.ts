export type { DecoderOptions, FrameCodec, FrameDecoder, FrameOf, FrameVisitor, SkippedFrame } from './contracts.ts'
export {
  ENDLESS,
  NO_FRAME,
  UNKNOWN,
  type CodecDefinition,
  type FindFrame,
  type FindFrames,
  type FoundPayload,
} from './definition.ts'
export { defineCodec } from './define-codec.ts'
export { mapCodec, mapped, type FrameMapping, type MappableCodec } from './map-codec.ts'
export { FrameError, isFrameError, type FrameErrorCode, type FrameErrorDetails } from './errors.ts'
export { bytesOption, choiceOption, functionOption, integerOption, isBytes, shown } from './options.ts'
export { Accumulator } from './accumulator.ts'
export { classOf, type BytesClass } from './bytes-class.ts'
