/**
 * Frames from and to Web streams, without Node modules.
 *
 * @module @unstick/stream/web
 */

export { FrameDecoderStream } from './web/frame-decoder-stream.ts'
export { FrameEncoderStream } from './web/frame-encoder-stream.ts'
export type { ReceivedStats, SentStats, StreamStats } from './stats.ts'
export type { EncodeStreamOptions, FrameStreamOptions } from './options.ts'
