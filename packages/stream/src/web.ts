export { FrameDecoderStream } from './decoder-stream.ts'
export { FrameEncoderStream } from './encoder-stream.ts'
export type { EncodeStreamOptions, FrameStreamOptions } from './options.ts'
