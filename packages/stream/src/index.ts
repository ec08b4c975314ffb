export { frames, type FrameIteration, type FrameSource, type FramesOptions } from './frames.ts'
export { framed, type FramedOptions } from './framed.ts'
export type { FrameStreamOptions } from './options.ts'
