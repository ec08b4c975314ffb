/**
 * Frames from and to Node streams, Web streams and iterables.
 *
 * @module @unstick/stream
 */

export { bySilence, type BySilenceOptions } from './node/by-silence.ts'
export { decodeStream } from './node/decode-stream.ts'
export { encodeStream } from './node/encode-stream.ts'
export type { FrameDuplex } from './node/frame-duplex.ts'
export { framed, type CodecPair, type DuplexPair, type FramedOptions } from './node/framed.ts'
export type { FrameSource } from './node/chunk-source.ts'
export type { FrameInParts, PartsOptions } from './node/frame-parts.ts'
export type { DisposableGenerator } from './node/disposable-generator.ts'
export { frames, type FrameIteration } from './node/frames.ts'
export type { FramesOptions } from './node/frames-options.ts'
export { reader, type Reader, type ReaderOptions, type UntilOptions } from './node/reader.ts'
export { recorder, type Recorder, type RecorderOptions } from './node/recorder.ts'
export type { EncodeStreamOptions, FrameStreamOptions } from './options.ts'
export type { ReceivedStats, SentStats, StreamStats } from './stats.ts'
